"""A price that becomes known later: goods come to cost more or less, wherever they are by then."""

from decimal import Decimal
from uuid import UUID

from domain.company import CompanySettings, InvoiceRatePolicy
from domain.costing.replay import Regiven
from domain.documents.causes import Causes
from domain.documents.parts.goods import split_given
from domain.lookup import LookUp, Path
from domain.movements import Contra, EntryKind, Given


def reprice(
    causes: Causes,
    look: LookUp,
    line: UUID,
    difference: Decimal,
    contra: Contra | None,
    path: Path,
) -> None:
    """Give what a line received a further price of `difference`, in company currency.

    `contra` None leaves the other side to the scheme. What a receipt of the days before a migration
    has cost stays: refused at `path`. Of a closed day it changes on the first open one, for a bill
    that came cannot wait. A line that received nothing keeps the difference where it was posted.
    """
    original = causes.facts.originals.get(line)
    moved = original.paid_for if original else ()
    if original is None or not moved:
        return
    look.open_to_later_costs(original.posting_date, path)
    price = Given(EntryKind.PRICE, difference, contra)
    parts = split_given([price], [one.quantity for one in moved], causes)
    causes.regiven.extend(
        Regiven(one.id, one.pool, one.key, given) for one, given in zip(moved, parts, strict=True)
    )


def reprice_unheard(causes: Causes, look: LookUp, line: UUID, difference: Decimal) -> None:
    """The same under PERIODIC, where the goods alone hear of it; elsewhere nothing.

    What a receipt of the days before a migration has cost stays, and nothing is refused for it.
    """
    original, through = causes.facts.originals.get(line), look.company.migrated_through
    if original is None or look.company.posts_stock or not difference:
        return
    if through is None or original.posting_date > through:
        reprice(causes, look, line, difference, None, ())


def adjusts_receipts(settings: CompanySettings) -> bool:
    """Whether goods cost what they are billed at."""
    return settings.invoice_rate_policy is InvoiceRatePolicy.ADJUST_RECEIPT_COST
