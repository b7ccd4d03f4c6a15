"""What a paper may have besides: money of another country, taxes, charges, discounts, orders."""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias

from tests.api.desk import Paper
from tests.api.house import VAT

CENTERS = ("North", "South")
ORDERS = ("PO-1", "PO-2")
_RATES = ("1.1", "0.857", "1.23456789", "161.337")
_FOREIGN = {"PurchaseReceipt", "PurchaseInvoice", "DeliveryNote", "SalesInvoice", "LandedCost"}
_HOURS = ("08:00:00", "12:30:00", "20:00:00")
UNITS = {"Pair": "2", "Dozen": "12", "Third": "0.333333"}
"""The units that items of a walk have besides their stock unit, with their factors."""
PAYMENT_TERMS: dict[str, dict[str, Any]] = {
    "EARLY": {"dueDays": 60, "discountDays": 40, "discountPercent": "3.3333"},
    "EOM": {"dueDays": 10, "endOfMonth": True},
}
"""Payment terms, of which the first grant a discount."""
EUROS_AND_POUNDS = (("Euros", "EUR"), ("Pounds", "GBP"))
"""Banks that keep another currency than the company's."""

Given: TypeAlias = dict[str, Any]


def dressed(luck: Random, paper: Paper, scheme: str) -> Paper:
    """The paper with more on it, as its kind can have."""
    kind, given = paper
    given = {**given, "lines": [dict(line) for line in given["lines"]]} if "lines" in given else (
        dict(given)
    )  # fmt: skip
    for dress in (_time, _center, *_DRESSES.get(kind, ()), _unit):
        dress(luck, kind, given)
    if scheme == "BY_LEVEL" and kind == "PurchaseReceipt":
        _order(luck, given)
    return kind, given


def _time(luck: Random, kind: str, given: Given) -> None:
    if "postingDate" in given and luck.random() < 0.15 and kind not in _RUNS:
        given["postingTime"] = luck.choice(_HOURS)


_RUNS = {"CostAdjustment", "InventoryPosting"}


def _center(luck: Random, kind: str, given: Given) -> None:
    if kind not in _WITH_CENTERS or luck.random() > 0.15:
        return
    for line in given.get("lines", ()):
        line["costCenter"] = {"code": luck.choice(CENTERS)}


_WITH_CENTERS = {
    "PurchaseReceipt", "PurchaseInvoice", "DeliveryNote", "SalesInvoice", "StockEntry",
    "StockReconciliation", "CreditNote", "JournalEntry",
}  # fmt: skip


def _currency(luck: Random, _kind: str, given: Given) -> None:
    if luck.random() < 0.2:
        given |= {"currency": "EUR", "exchangeRate": luck.choice(_RATES)}


def _taxes(luck: Random, _kind: str, given: Given) -> None:
    for line in given["lines"]:
        if luck.random() < 0.4:
            line.update(VAT)


def _discount(luck: Random, _kind: str, given: Given) -> None:
    for line in given["lines"]:
        if luck.random() < 0.15:
            line["discountPercent"] = luck.choice(("7.5", "33.3333", "100"))


def _charges(luck: Random, kind: str, given: Given) -> None:
    """Amounts and percents; of purchases of every category."""
    if luck.random() > 0.35:
        return
    charges: list[Given] = []
    for _ in range(luck.choice((1, 1, 2))):
        charge: Given = {"account": {"code": luck.choice(("Shipping Charges", "Service Tax"))}}
        how = luck.choice((("amount", "3.33"), ("amount", "20"), ("rate", "7.7"), ("rate", "10")))
        charge[how[0]] = how[1]
        if kind != "SalesInvoice":
            charge["category"] = luck.choice(("TOTAL", "VALUATION", "VALUATION_AND_TOTAL"))
        charges.append(charge)
    given["charges"] = charges


def _rounded(luck: Random, _kind: str, given: Given) -> None:
    if luck.random() < 0.15:
        given["roundedTotal"] = True


def _terms(luck: Random, _kind: str, given: Given) -> None:
    if luck.random() < 0.3:
        given["paymentTerm"] = {"code": luck.choice(tuple(PAYMENT_TERMS))}


def _paid(luck: Random, kind: str, given: Given) -> None:
    """All of it, a part, or by card and in cash with a cent that is given up."""
    if luck.random() < 0.2:
        rest = "paidInto" if kind == "SalesInvoice" else "paidFrom"
        how = luck.randrange(3)
        if how:
            given["payments"] = [_part(luck, given.get("currency"))]
        if how != 1:
            given[rest] = {"code": _account(luck, given.get("currency"))}
        if how == 2:
            given["writeOff"] = luck.choice(("0.01", "-0.02"))


def _refunded(luck: Random, _kind: str, given: Given) -> None:
    """In the currency of what is credited, which the person has not looked up."""
    how = luck.randrange(8)
    currency = luck.choice((None, "EUR"))
    if how in {0, 1}:
        given["refunds"] = [_part(luck, currency)]
    if how in {1, 2}:
        given["refundAccount"] = {"code": _account(luck, currency)}


def _account(luck: Random, currency: str | None) -> str:
    return luck.choice(("Bank", "Cash", *(("Euros",) if currency == "EUR" else ())))


def _part(luck: Random, currency: str | None) -> Given:
    """A part of the money, now and then on an account that is kept in another currency."""
    part: Given = {"amount": "7.77"}
    code, kept = luck.choice((("Bank", None), *EUROS_AND_POUNDS))
    if kept not in {None, currency}:
        part["accountAmount"] = luck.choice(("5", "6.66"))
    if currency is not None and luck.random() < 0.5:
        part["bankAmount"] = luck.choice(("8", "11"))
    return {"account": {"code": code}, **part}


def _unit(luck: Random, kind: str, given: Given) -> None:
    """Lines in other units: the same quantity where it can be given so, or as many of the unit."""
    if kind not in _WITH_UNITS:
        return
    for line in given["lines"]:
        if luck.random() < 0.7 or "quantity" not in line:
            continue
        uom, factor = luck.choice((*UNITS.items(), ("Unit", "1")))
        same = Decimal(line["quantity"]) / Decimal(factor)
        is_same = "serials" in line or luck.random() < 0.7
        if is_same and same != round(same, 6):
            continue
        line["uom"] = uom
        if is_same:
            line["quantity"] = f"{same:f}"
            if "rejectedQuantity" in line:
                line["rejectedQuantity"] = (
                    f"{Decimal(line['rejectedQuantity']) / Decimal(factor):.6f}"
                )
        if "rate" in line and luck.random() < 0.7:
            line["rate"] = f"{Decimal(line['rate']) * Decimal(factor):.9f}"


_WITH_UNITS = {
    "PurchaseReceipt", "PurchaseInvoice", "PurchaseReturn", "DeliveryNote", "SalesInvoice",
    "SalesReturn", "StockEntry", "StockReconciliation", "CreditNote",
}  # fmt: skip


def _freight(luck: Random, _kind: str, given: Given) -> None:
    if luck.random() < 0.25:
        given["freight"] = luck.choice(("10.01", "3"))
        if luck.random() < 0.5:
            given["freightTaxes"] = VAT["taxes"]


def _rejected(luck: Random, _kind: str, given: Given) -> None:
    line = luck.choice(given["lines"])
    if luck.random() < 0.1 and "serials" not in line:
        line |= {"rejectedQuantity": "2", "rejectedWarehouse": {"code": "Finished Goods"}}


def _order(luck: Random, given: Given) -> None:
    if luck.random() < 0.5:
        given["order"] = luck.choice(ORDERS)
        for line in given["lines"]:
            line["orderLine"] = luck.choice((1, 2))


_Dress: TypeAlias = Callable[[Random, str, Given], None]
_DRESSES: dict[str, tuple[_Dress, ...]] = {
    "PurchaseReceipt": (_currency, _discount, _charges, _rejected),
    "PurchaseInvoice": (_currency, _discount, _taxes, _charges, _rounded, _terms, _paid),
    "DeliveryNote": (_currency, _discount),
    "SalesInvoice": (
        _currency,
        _discount,
        _taxes,
        _charges,
        _rounded,
        _freight,
        _terms,
        _paid,
    ),
    "LandedCost": (_currency,),
    "SalesReturn": (_refunded,),
    "PurchaseReturn": (_refunded,),
    "CreditNote": (_refunded,),
}
