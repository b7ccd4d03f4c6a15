"""Proving that the books hold together: the rules, and what is rebuilt for them."""
