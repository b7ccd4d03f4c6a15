"""Taking back what was billed: the mirror of matching a bill with its goods.

Goods that went back are credited first, in proportion of what stands open for them, so that the
last credit leaves no cent; what goes beyond takes back what was billed and opens the line again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.credit_line import ReadCredit
from domain.money import ZERO, round_to, share
from domain.open_lines import LineFacts
from domain.records import BillingKind


@dataclass(frozen=True, slots=True)
class Unbilled:
    """How much of a receipt or invoice line is not billed any more; in company currency.

    `went_back`: these goods have gone back, or never came.
    """

    line: LineFacts
    quantity: Decimal
    cleared: Decimal
    went_back: bool


def lines_of(causes: Causes, one: ReadCredit) -> list[LineFacts]:
    """The lines on which the credited goods were billed, in the order in which they are credited.

    Where the goods went back, the line whose goods they are; else what was billed ahead on the
    invoice's own line, then the receipt or delivery line that it bills.
    """
    ids: list[UUID] = []
    if one.returned is not None:
        ids.append(one.returned.returns or one.returned.id)
    if one.invoiced is not None:
        ids.append(one.invoiced.id)
        if one.invoiced.bills is not None:
            ids.append(one.invoiced.bills)
        if one.invoiced.order is not None and one.returned is None:
            ids += [line.id for line in causes.facts.order_lines.get(one.invoiced.order, ())]
    known = causes.facts.lines
    return [causes.standing.get(id_, known[id_]) for id_ in dict.fromkeys(ids) if id_ in known]


def unbill(
    causes: Causes,
    lines: Sequence[LineFacts],
    quantity: Decimal,
    account_of: Callable[[LineFacts], UUID | None],
    *,
    only_what_went_back: bool = False,
) -> list[Unbilled]:
    """Take `quantity` off what was billed on the lines, and note what it leaves.

    `account_of` says on which account a line's bill stood, if on any.
    """
    found: list[Unbilled] = []
    for line in lines:
        waiting = min(quantity, -line.open_quantity)
        if waiting > 0:
            exact = share(line.open_amount, waiting, line.open_quantity)
            if _stands_at_price(causes, line):
                exact = share(line.billed_amount, waiting, line.billed_quantity)
            found.append(_take(causes, line, waiting, exact, account_of(line), went_back=True))
            quantity -= waiting
    for line in () if only_what_went_back else reversed(lines):
        known = causes.standing.get(line.id, line)
        billed = min(quantity, known.billed_quantity)
        if billed > 0:
            exact = share(known.billed_amount, billed, known.billed_quantity)
            found.append(_take(causes, known, billed, exact, account_of(known), went_back=False))
            quantity -= billed
    return found


def _stands_at_price(causes: Causes, line: LineFacts) -> bool:
    """Goods of a shipment were billed at their price, which waits until it is closed."""
    shipment = causes.facts.shipments.get(line.shipment or "")
    return shipment is not None and not shipment.is_closed


def _take(
    causes: Causes,
    line: LineFacts,
    quantity: Decimal,
    exact: Decimal,
    account: UUID | None,
    *,
    went_back: bool,
) -> Unbilled:
    cleared = round_to(exact, causes.facts.company.digits)
    causes.standing[line.id] = replace(
        line,
        billed_quantity=line.billed_quantity - quantity,
        billed_amount=line.billed_amount - cleared,
    )
    causes.bill(line.id, BillingKind.BILLED, -quantity, -cleared, account)
    return Unbilled(line, quantity, cleared, went_back)


def quantity_of(parts: Iterable[Unbilled]) -> Decimal:
    """How much they are together."""
    return sum((part.quantity for part in parts), ZERO)
