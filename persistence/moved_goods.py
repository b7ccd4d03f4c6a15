"""Which invoices' lines wait for nothing, in SQL: their goods came or went with them.

Under PERPETUAL a document says so of all its lines; under CONTINENTAL and BY_LEVEL it is so of the
lines that name no receipt or delivery.
"""

from typing import LiteralString


def moved_goods(document: LiteralString, line: LiteralString) -> LiteralString:
    """Whether a line (its id) of a document (its alias) is an invoice's that moved its goods."""
    return f"""({document}.update_stock
            or {document}.kind in ('PURCHASE_INVOICE', 'SALES_INVOICE') and exists (
               select from movement moved
                where moved.company_id = {document}.company_id
                  and moved.document_id = {document}.id and moved.line_id = {line}))"""
