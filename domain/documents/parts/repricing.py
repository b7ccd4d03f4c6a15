"""A price that becomes known later: goods come to cost more or less, wherever they are by then."""

from decimal import Decimal
from uuid import UUID

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
