"""Explaining: why a figure is what it is, down to receipts, charges, layers and roundings.

    nodes    the tree: each node's amount is the sum of its children's
    parts    what a figure consists of, one step down, from what the books knew when it was written

Nothing is remembered for explaining: the facts are loaded as they were known, and the fold that
decided is asked again which layers a movement took.
"""
