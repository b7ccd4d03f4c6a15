"""Documents: what a person hands in, one file a kind: what it is and what it causes."""
