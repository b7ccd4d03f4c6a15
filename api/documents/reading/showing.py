"""A document that was just decided, shown without reading it back: a payload, or a preview.

The request's loaders make the rows that are asked for (`decided_rows`), so that a payload's fields
resolve as those of any document.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from api.context import Context
from api.documents.reading.decided_rows import (
    PARTS,
    account_row,
    document_row,
    line_rows,
    lot_row,
)
from api.documents.reading.loaders import loaders_of
from domain.errors import Forbidden, Refused
from domain.ports import Recorded
from domain.roles import Permission
from persistence.access.scope import moves_elsewhere
from persistence.documents import reading
from persistence.documents.rows import (
    DocumentRow,
    DocumentStatus,
    GivenRow,
    LineRow,
)
from persistence.documents.settlements import (
    settlements_of_items,
)
from persistence.posting.identity import identity_of
from persistence.reports import lots as lot_reading


async def shown(context: Context, recorded: Recorded) -> DocumentRow:
    """The document's row; what belongs to it is in the loaders already, unless it is a replay.

    Raises:
        Refused: FORBIDDEN: it is a replay, of a document that a limited role may not see.
        LookupError: a replayed document is not in the books (a fault).
    """
    loaders = loaders_of(context)
    key = (recorded.company_id, recorded.document_id)
    decision = recorded.decision
    if decision is None:
        limits = context.within(recorded.company_id, Permission.DOCUMENTS_READ)
        if limits is not None and await moves_elsewhere(context.database, *key, limits):
            raise Refused(Forbidden(permission=Permission.DOCUMENTS_READ.value))
        row = await loaders.document.load(key)
        if row is None:
            raise LookupError(f"document {recorded.document_id} is recorded and not there")
        return row
    row = document_row(recorded, decision, context.principal.name)
    parts: dict[Any, Callable[[], Any]] = {
        read: partial(rows, recorded, decision) for read, rows in PARTS.items()
    }
    parts[reading.documents] = lambda: row
    parts[reading.given_of_documents] = lambda: GivenRow(
        company_id=key[0],
        id=key[1],
        given=orjson.loads(identity_of(decision.causes.document).given),
    )
    parts[settlements_of_items] = list  # nothing settles it yet
    loaders.decided(key, parts)
    company = decision.causes.facts.company
    if company.no_rule_account is not None:
        # A preview makes no account: what it would make is shown from what was decided.
        made = company.accounts[company.no_rule_account]
        context.loaders.account.prime((key[0], made.id), account_row(key[0], made))
    for lot in decision.causes.new_lots.values():
        loaders.decided((key[0], lot.id), {lot_reading.lots: partial(lot_row, key[0], lot)})
    return row


def show_lines(context: Context, recorded: Recorded) -> None:
    """Let lines that were decided and are in no table be shown by what names them."""
    if recorded.decision is not None:
        for row in line_rows(recorded, recorded.decision):
            loaders_of(context).decided(
                (row.company_id, row.id), {reading.lines: partial(_itself, row)}
            )


def _itself(row: LineRow) -> LineRow:
    return row


async def cancelled(
    context: Context, recorded: Recorded, cancellation: DocumentRow
) -> DocumentRow | None:
    """The document that a cancellation undoes, as it is after it (in a preview: would be)."""
    if cancellation.cancels_id is None:
        return None
    key = (recorded.company_id, cancellation.cancels_id)
    row = await loaders_of(context).document.load(key)
    if row is None or recorded.recorded_at is not None or recorded.replayed:
        return row
    return replace(row, status=DocumentStatus.CANCELLED)
