"""Random histories of costs that travel along links, against a naive model and against a batch."""
