"""The peer: Tryton (GPL-3.0), a perpetual inventory on PostgreSQL, measured beside the product.

It is a program of its own in a virtual environment of its own; the product neither imports it nor
brings it along. What needs Tryton's modules is `tryton_books.py`, run by Tryton's interpreter.
"""
