"""A discount that lowers taxes: each tax's part goes back to its account; the line keeps it."""

from decimal import Decimal

from domain.currencies import currency_digits
from domain.discounts import DiscountedBill
from domain.documents.causes import Causes
from domain.money import ZERO
from domain.open_lines import OpenItemFacts
from domain.records import LineRecord, LineTaxRecord


def lower_taxes(
    causes: Causes,
    item: OpenItemFacts,
    bill: DiscountedBill,
    line: LineRecord,
    sign: int,
    discount: Decimal,
) -> tuple[DiscountedBill, Decimal]:
    """Take the discount that a line gives off the bill's taxes; `sign` 1: they were owed to us.

    Returns the bill as it is then, and what the taxes bear of the discount in company currency.
    """
    lowered = bill.lowered_by(discount, currency_digits(item.currency))
    borne = ZERO
    for one in lowered:
        tax = one.of
        part = tax.in_company(one.amount, item.exchange_rate, causes.facts.company.digits)
        causes.post(tax.account, sign * part)
        causes.line_taxes.append(
            LineTaxRecord(line_no=line.line_no, tax_id=tax.tax, base=one.base, amount=one.amount)
        )
        borne += part
    return bill.after(discount, lowered), borne
