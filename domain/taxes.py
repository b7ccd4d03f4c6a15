"""Taxes on the lines of a bill: worked out exactly line by line, rounded once for each tax.

A tax is a percentage of the line's net amount; one that is charged `on_tax` takes in the taxes
before it on that line. The amounts of a tax on all lines are added up unrounded, so that a bill of
many small lines is taxed as its total is. Each line's part of that total is kept, so that credits
of the line take back just that. Rule: both sections of the scenario vectors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from domain.money import ZERO, multiply, round_to

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFacts:
    """A tax: `rate` in percent; `order` says which comes first on a line; accounts by direction."""

    id: UUID
    code: str
    rate: Decimal
    order: int = 1
    on_tax: bool = False
    sales_account: UUID | None = None
    purchase_account: UUID | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedAmount:
    """A net amount (of a line, of freight) with the taxes on it; in document currency."""

    amount: Decimal
    taxes: tuple[TaxFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPart:
    """What of a tax belongs to one of the amounts taxed, by its position among them."""

    position: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal:
    """A tax of a document: what it is charged on, and what it comes to; in document currency.

    The `parts` add up to it: the cents that rounding moves go to the amount that brings them.
    """

    tax: TaxFacts
    base: Decimal
    amount: Decimal
    parts: tuple[TaxPart, ...]


def in_order(taxes: Iterable[TaxFacts]) -> tuple[TaxFacts, ...]:
    """The taxes in the order in which they are charged."""
    return tuple(sorted(taxes, key=lambda tax: (tax.order, tax.code)))


def tax_totals(taxed: Sequence[TaxedAmount], digits: int) -> list[TaxTotal]:
    """Each tax of a document, in the order in which they are charged.

    Args:
        taxed: the net amounts, each with its taxes.
        digits: decimal places of the document's currency.
    """
    taxes: dict[UUID, TaxFacts] = {}
    exact: dict[UUID, list[tuple[int, Decimal, Decimal]]] = {}
    for position, one in enumerate(taxed):
        before = ZERO
        for tax in in_order(one.taxes):
            base = one.amount + before if tax.on_tax else one.amount
            amount = multiply(multiply(base, tax.rate), _PERCENT)
            before += amount
            taxes[tax.id] = tax
            exact.setdefault(tax.id, []).append((position, base, amount))
    return [_total(tax, exact[tax.id], digits) for tax in in_order(taxes.values())]


def _total(tax: TaxFacts, exact: Sequence[tuple[int, Decimal, Decimal]], digits: int) -> TaxTotal:
    """The tax added up and rounded; each part is what its amount makes the rounded sum grow by."""
    base = amount = base_before = amount_before = ZERO
    parts: list[TaxPart] = []
    for position, more_base, more_amount in exact:
        base, amount = base + more_base, amount + more_amount
        rounded = round_to(base, digits), round_to(amount, digits)
        part = rounded[0] - base_before, rounded[1] - amount_before
        parts.append(TaxPart(position=position, base=part[0], amount=part[1]))
        base_before, amount_before = rounded
    return TaxTotal(tax=tax, base=base_before, amount=amount_before, parts=tuple(parts))
