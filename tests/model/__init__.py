"""A deliberately naive model of the books, and the random histories to hold against it."""
