"""Documents as they are read: their rows, lists, what they changed and settle."""
