"""What the books say: one file and one SQL statement a report, rows as frozen dataclasses.

Every function takes a connection inside a transaction that names the company
(`Database.transaction`). Reports of amounts take a `Scope`, which fixes what counted by a date
and what had been recorded by a moment, so that a page and its totals agree whatever is posted
in between.
"""
