"""Who shares a price that was too high: goods that are billed still, be they here or to come.

What went back and was credited came out of its receipt at the full price: it has no part of what is
credited later. So all that came is cheaper by as much, each, as what is kept; what that takes of
what went back is taken back where its return has it, as if the credit of that came second.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from domain.documents.causes import Causes
from domain.invoiced import InvoicedLine
from domain.money import ONE, ZERO, round_to, share, split
from domain.open_lines import LineFacts


class BilledGoods(NamedTuple):
    """What an invoice's line bills still of a receipt's line."""

    line: LineFacts
    quantity: Decimal


def billed_goods(causes: Causes, invoiced: InvoicedLine, line: LineFacts) -> list[BilledGoods]:
    """The receipt lines whose goods had too high a price; `line` is the one that it names, if any.

    Nothing of what other invoices bill of them, nor of what has still to come.
    """
    known, standing = causes.facts.lines, causes.standing
    came = [standing.get(id_, known[id_]) for id_ in invoiced.arrived if id_ in known]
    goods = [BilledGoods(one, one.billed_quantity) for one in came if one.billed_quantity > 0]
    if invoiced.bills is None:
        return goods
    others = sum((one.quantity for one in goods), ZERO)
    own = known.get(invoiced.id)
    waiting = max(-own.open_quantity, ZERO) if own is not None else ZERO
    billed = min(line.billed_quantity, invoiced.quantity_left - others - waiting)
    return [BilledGoods(line, billed), *goods] if billed > 0 else goods


def waiting_part(
    own: LineFacts, amount: Decimal, goods: Sequence[BilledGoods], digits: int
) -> Decimal:
    """What of the amount belongs to goods that the invoice bills by its own line: still to come."""
    waiting = -own.open_quantity
    here = sum((one.quantity for one in goods), ZERO)
    return round_to(share(amount, waiting, waiting + here), digits)


def parts_of(
    amount: Decimal, goods: Sequence[BilledGoods], line: LineFacts, digits: int
) -> list[tuple[LineFacts, Decimal]]:
    """Each line with its part; `line` has all of it where nothing is billed any more."""
    goods = goods or [BilledGoods(line, ONE)]
    parts = split(amount, [one.quantity for one in goods], digits)
    return [(one.line, part) for one, part in zip(goods, parts, strict=True)]


def gone_from(line: LineFacts) -> Decimal:
    """What of a receipt's line went back and waits for no credit."""
    return line.returned_quantity - max(-line.open_quantity, ZERO)


def of_all_that_came(price: Decimal, came: Decimal, gone: Decimal, digits: int) -> Decimal:
    """What all that came is cheaper by, for what is kept to be cheaper by `price`."""
    if not ZERO < gone < came:
        return price
    return round_to(share(price, came, came - gone), digits)
