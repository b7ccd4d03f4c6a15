"""What the content of a draft comes to, as far as it says so by itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.currencies import currency_digits
from domain.documents.parts.goods import net_rate
from domain.money import ZERO, multiply, round_to

_WITH = {"supplier", "customer", "party"}
"""A document with somebody has prices on its lines; others have costs there, if anything."""


def net_total(given: Mapping[str, Any], currency: str) -> Decimal | None:
    """Lines without charges, taxes and freight; a payment's amount, a journal's debits.

    None where it says nothing of the kind, or leaves a price to the books.
    """
    digits = currency_digits(currency)
    if "amount" in given:
        return round_to(Decimal(given["amount"]), digits)
    lines = given.get("lines") or ()
    if any("debit" in line or "credit" in line for line in lines):
        return round_to(sum((Decimal(line.get("debit", 0)) for line in lines), ZERO), digits)
    amounts = [_amount(line, digits) for line in lines] if _WITH & given.keys() else []
    if not amounts or None in amounts:
        return None
    return round_to(sum((one for one in amounts if one is not None), ZERO), digits)


def _amount(line: Mapping[str, Any], digits: int) -> Decimal | None:
    if "amount" in line:
        return Decimal(line["amount"])
    if "quantity" not in line or "rate" not in line:
        return None
    rate = net_rate(Decimal(line["rate"]), Decimal(line.get("discountPercent", 0)))
    return round_to(multiply(Decimal(line["quantity"]), rate), digits)
