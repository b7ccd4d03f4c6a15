"""Workbooks of spreadsheets (.xlsx), read row by row in flat memory; see docs/adr/0090."""
