"""What each journal of a migration is for, and its number: its document says both."""

from api.context import Info
from api.documents.reading.loaders import loaders_of
from api.types.enums import described
from domain.documents.document import DocumentKind
from domain.documents.migration import JOURNALS
from domain.migrating.journals import JournalPurpose
from persistence.documents.rows import JournalLineRow

described(
    JournalPurpose,
    "What a journal of a migration to another scheme is for.",
    {
        JournalPurpose.STOCK_IN_HAND: "Brings the stock accounts to the value of their stock, or "
        "to nothing.",
        JournalPurpose.RECEIVED_NOT_BILLED: "Accrues receipts whose bill is still to come, or "
        "takes the accrual back.",
        JournalPurpose.EXPECTED_COST: "Takes expected cost off the interim accounts.",
    },
)


async def purpose_of(info: Info, row: JournalLineRow) -> JournalPurpose | None:
    """What the entry of this line is for; None for any but a migration's."""
    if row.source != DocumentKind.MIGRATION:
        return None
    document = await loaders_of(info.context).document.load((row.company_id, row.because_id))
    purposes = document.content[JOURNALS].split() if document else []
    return JournalPurpose(purposes[await _place(info, row)]) if purposes else None


async def number_of(info: Info, row: JournalLineRow) -> str:
    """The number of the document that made us write the entry.

    A migration's entries add their place, as "MIG-2026-00001-1" and "-2": auditors refer to
    each of the two, and a series of their own would leave gaps in the journals made by hand.
    """
    loaders = loaders_of(info.context)
    document = await loaders.document.load((row.company_id, row.because_id))
    number = document.number if document else ""
    if row.source != DocumentKind.MIGRATION:
        return number
    return f"{number}-{await _place(info, row) + 1}"


async def _place(info: Info, row: JournalLineRow) -> int:
    """The place of the line's entry among those of its document, from 0."""
    lines = await loaders_of(info.context).journal_lines.load((row.company_id, row.because_id))
    return list(dict.fromkeys(line.entry_id for line in lines)).index(row.entry_id)
