"""Goods that become others: what was consumed, less the scrap, is what the products cost.

Several products share it in proportion to their `cost_share`s, or else by quantity; and so do the
batches and serial numbers of one product, by quantity. Parts of a cost are rounded where they end,
so that they add up to it to the cent, also when it changes later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.lots import Lots
from domain.errors import Required
from domain.lookup import LookUp, Path
from domain.money import ONE, ZERO, divide, share
from domain.movements import EntryKind, Given, Nature, Pool, Source
from domain.records import LineRecord


@dataclass(frozen=True, slots=True)
class Output:
    """A line that brings in a product, or scrap at the rate of its record."""

    record: LineRecord
    pool: Pool
    lots: Lots
    path: Path
    cost_share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """What comes in to one pool, for a fraction of the cost, after the fraction of others."""

    record: LineRecord
    pool: Pool
    quantity: Decimal
    fraction: Decimal
    before: Decimal


def bring_in_scrap(causes: Causes, scrap: Sequence[Output]) -> Decimal:
    """By-products at their own rate; returns what they are worth, in company currency."""
    worth = ZERO
    for one in scrap:
        for lot, quantity in one.lots:
            rate = one.record.rate or ZERO
            price = causes.in_company_currency(causes.amount(quantity, rate))
            given = (Given(EntryKind.DIRECT, price),) if price else ()
            causes.move(one.pool.of_lot(lot), quantity, Nature.MAKING, one.record, given=given)
            worth += price
    return worth


def bring_in_products(
    causes: Causes,
    look: LookUp,
    products: Sequence[Output],
    consumed: Sequence[UUID],
    scrap: Decimal,
) -> list[UUID]:
    """The products at what their parts of the consumed movements cost, less that of the scrap.

    Returns:
        The movements that come in; none where it is not known how they share the cost (noted).
    """
    made: list[UUID] = []
    for one in _pieces(products, _weights(causes, look, products)):
        sources = tuple(Source(id_, one.fraction, ZERO, one.before) for id_ in consumed)
        less = sources[0].part_of(scrap, causes.facts.company.digits)
        given = (Given(EntryKind.DIRECT, -less),) if less else ()
        arriving = causes.move(
            one.pool, one.quantity, Nature.MAKING, one.record, sources=sources, given=given
        )
        made.append(arriving.id)
    return made


def _weights(causes: Causes, look: LookUp, products: Sequence[Output]) -> list[Decimal]:
    """In which proportion the products share the cost; quantities count in the same unit only."""
    units = {causes.facts.items_by_id[one.pool.item].uom for one in products}
    shares = [one.cost_share for one in products]
    if all(one is None for one in shares) and len(units) == 1:
        return [one.record.quantity for one in products]
    for one in products:
        if one.cost_share is None:
            look.refuse(Required(path=(*one.path, "costShare")))
    return [one for one in shares if one is not None]


def _pieces(products: Sequence[Output], weights: Sequence[Decimal]) -> Iterator[_Piece]:
    if len(weights) != len(products):
        return
    whole, before = sum(weights, ZERO), ZERO
    for one, weight in zip(products, weights, strict=True):
        for lot, quantity in one.lots:
            part = weight
            if quantity != one.record.quantity:
                part = share(weight, quantity, one.record.quantity)
            fraction = ONE if part == whole else divide(part, whole)
            yield _Piece(
                one.record, one.pool.of_lot(lot), quantity, fraction, divide(before, whole)
            )
            before += part
