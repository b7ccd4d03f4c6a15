"""Taxes on the lines of a bill, to the cent."""

from decimal import Decimal
from uuid import UUID

import pytest

from domain.taxes import TaxedAmount, TaxFacts, tax_totals

A5 = TaxFacts(id=UUID(int=1), code="A5", rate=Decimal(5), order=1)
B8 = TaxFacts(id=UUID(int=2), code="B8", rate=Decimal(8), order=2, on_tax=True)
C3 = TaxFacts(id=UUID(int=3), code="C3", rate=Decimal(3), order=3, on_tax=True)
VAT = TaxFacts(id=UUID(int=4), code="VAT21", rate=Decimal(21))


def totals(*lines: tuple[str, tuple[TaxFacts, ...]], digits: int = 2) -> list[tuple[str, str, str]]:
    taxed = [TaxedAmount(amount=Decimal(amount), taxes=taxes) for amount, taxes in lines]
    return [(one.tax.code, str(one.base), str(one.amount)) for one in tax_totals(taxed, digits)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), []),
        ((("100.00", ()),), []),
        ((("100.00", (VAT,)),), [("VAT21", "100.00", "21.00")]),
        # Goods and freight, as in weberp-tax-authorities.
        ((("200.00", (A5, B8)), ("50.00", (A5,))),
         [("A5", "250.00", "12.50"), ("B8", "210.00", "16.80")]),
        # Whatever the order in which they are named.
        ((("200.00", (B8, A5)),), [("A5", "200.00", "10.00"), ("B8", "210.00", "16.80")]),
        # Tax on tax on tax: 3 % of 100 + 5 + 8.40.
        ((("100.00", (A5, B8, C3)),),
         [("A5", "100.00", "5.00"), ("B8", "105.00", "8.40"), ("C3", "113.40", "3.40")]),
        # On tax without any before it is on the net amount.
        ((("100.00", (B8,)),), [("B8", "100.00", "8.00")]),
        # Three lines of 0.33 are taxed as 0.99: 0.2079, not 3 x 0.07.
        ((("0.33", (VAT,)),) * 3, [("VAT21", "0.99", "0.21")]),
        # Half a cent goes away from zero, on a credit too.
        ((("0.50", (A5,)),), [("A5", "0.50", "0.03")]),
        ((("-0.50", (A5,)),), [("A5", "-0.50", "-0.03")]),
    ],
)  # fmt: skip
def test_each_tax_is_rounded_once(
    lines: tuple[tuple[str, tuple[TaxFacts, ...]], ...], expected: list[tuple[str, str, str]]
) -> None:
    assert totals(*lines) == expected


def test_the_digits_are_the_currencys() -> None:
    assert totals(("1001", (A5,)), digits=0) == [("A5", "1001", "50")]
