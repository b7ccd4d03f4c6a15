"""Running an operation: its text and its limits, variables, execution, faults."""
