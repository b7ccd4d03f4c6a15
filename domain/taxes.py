"""Taxes on the lines of a bill: worked out exactly line by line, rounded once for each tax.

A tax is a percentage of the line's net amount; one that is charged `on_tax` takes in the taxes
before it on that line. The amounts of a tax on all lines are added up unrounded, so that a bill of
many small lines is taxed as its total is. Rule: both sections of the scenario vectors.
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
class TaxTotal:
    """A tax of a document: what it is charged on, and what it comes to; in document currency."""

    tax: TaxFacts
    base: Decimal
    amount: Decimal


def in_order(taxes: Iterable[TaxFacts]) -> tuple[TaxFacts, ...]:
    """The taxes in the order in which they are charged."""
    return tuple(sorted(taxes, key=lambda tax: (tax.order, tax.code)))


def tax_totals(taxed: Sequence[TaxedAmount], digits: int) -> list[TaxTotal]:
    """Each tax of a document, in the order in which they are charged.

    Args:
        taxed: the net amounts, each with its taxes.
        digits: decimal places of the document's currency.
    """
    bases: dict[UUID, Decimal] = {}
    amounts: dict[UUID, Decimal] = {}
    taxes: dict[UUID, TaxFacts] = {}
    for one in taxed:
        before = ZERO
        for tax in in_order(one.taxes):
            base = one.amount + before if tax.on_tax else one.amount
            amount = multiply(multiply(base, tax.rate), _PERCENT)
            before += amount
            taxes[tax.id] = tax
            bases[tax.id] = bases.get(tax.id, ZERO) + base
            amounts[tax.id] = amounts.get(tax.id, ZERO) + amount
    return [
        TaxTotal(
            tax=tax,
            base=round_to(bases[tax.id], digits),
            amount=round_to(amounts[tax.id], digits),
        )
        for tax in in_order(taxes.values())
    ]
