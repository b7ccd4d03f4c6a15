"""Who may do what, as it is kept: signing in reads it, administrators change it."""
