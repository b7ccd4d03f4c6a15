"""What an operation may cost, counted before it runs."""
