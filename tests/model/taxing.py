"""Taxes on invoices: exact on each line, added up, and rounded once for the document."""

from collections.abc import Iterable
from fractions import Fraction

from tests.model.operations import TAXES, Kind, Operation
from tests.model.states import FREIGHT, Taxed, charges_of, line_cents, net_of
from tests.model.valuing import ZERO, cents, exact

SALES = {Kind.SALE, Kind.CREDIT_SALE, Kind.SALES_RETURN}
"""What stands on the accounts of taxes on sales; all else on those of purchases."""


def charged(operation: Operation) -> list[Taxed]:
    """The taxes of an invoice's lines and of its freight, in cents of its currency."""
    lines = [(i, line_cents(line), line.taxes or ()) for i, line in enumerate(operation.lines)]
    freight = (FREIGHT, cents(exact(operation.freight)), operation.freight_taxes)
    return rounded_once([*lines, freight])


def rounded_once(taxed: Iterable[tuple[int, int, tuple[str, ...]]]) -> list[Taxed]:
    """Each line's part of each tax: what the line makes the rounded sum of the tax grow by.

    `taxed` are the lines: their number, net amount in cents, and taxes.
    """
    sums: dict[str, tuple[Fraction, Fraction]] = {}
    found: list[Taxed] = []
    for line, net, codes in taxed:
        for code, base, amount in on(net, codes):
            before = sums.get(code, (ZERO, ZERO))
            after = sums[code] = (before[0] + base, before[1] + amount)
            more = [cents(now) - cents(then) for now, then in zip(after, before, strict=True)]
            found.append(Taxed(code, line, more[0], more[1]))
    return found


def on(net: int, codes: Iterable[str]) -> list[tuple[str, Fraction, Fraction]]:
    """What taxes are charged on and what they come to, exactly, one after the other."""
    found: list[tuple[str, Fraction, Fraction]] = []
    before = ZERO
    for code in sorted(set(codes), key=lambda one: (TAXES[one].order, one)):
        base = Fraction(net, 100) + (before if TAXES[code].on_tax else ZERO)
        amount = base * exact(TAXES[code].rate) / 100
        before += amount
        found.append((code, base, amount))
    return found


def account_of(kind: Kind, code: str) -> str:
    """Where a tax stands; nowhere where it has no account for what the document is."""
    tax = TAXES[code]
    return (tax.sales if kind in SALES else tax.purchases) or ""


def reasons_against(kind: Kind, codes: tuple[str, ...]) -> set[str]:
    """Why taxes cannot be named: twice, or where they have no account."""
    twice = {"INVALID_VALUE"} if len(set(codes)) < len(codes) else set[str]()
    missing = any(not account_of(kind, code) for code in codes)
    return twice | ({"TAX_ACCOUNT_MISSING"} if missing else set())


def added_up(taxes: Iterable[Taxed]) -> dict[str, int]:
    """What each tax comes to."""
    sums: dict[str, int] = {}
    for one in taxes:
        sums[one.tax] = sums.get(one.tax, 0) + one.amount
    return sums


def total_of(operation: Operation) -> int:
    """All of an invoice but the rounding of its total, in cents of its currency."""
    beside = sum(charges_of(operation).values()) + cents(exact(operation.freight))
    return net_of(operation) + beside + sum(one.amount for one in charged(operation))
