"""The three links of BY_LEVEL, turned on and off: what the ledger hears, what the check lists."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.desk import (
    Paper,
    Signed,
    bill,
    billed,
    cancelling,
    entries,
    goods,
    payment,
    receipt,
    sale,
)
from tests.api.house import House, back, note, of_bill

SUSPENSE = "Stock Received But Not Billed"


@pytest.fixture
def house(server: str) -> House:
    return House(server, scheme="BY_LEVEL")


def _received(house: House, day: str, quantity: str = "10") -> Any:
    return house.post(receipt(day, goods(quantity, "84", "CHAIR")))


def _bill_of(came: Any, day: str, quantity: str = "10") -> Paper:
    return bill(day, billed(quantity, "84", came["lines"][0], "CHAIR"))


def _counted(day: str) -> Paper:
    line = {**goods("8", None, "CHAIR")}
    return "StockReconciliation", {"postingDate": day, "lines": [line]}


def test_without_payables_bills_are_heard_by_suppliers_alone_and_the_check_says_so(
    house: House,
) -> None:
    came = _received(house, "2026-01-10")
    house.settings(integratePurchases=False)
    invoice = house.post(_bill_of(came, "2026-01-12"))
    assert entries(invoice) == {}
    assert house.outstanding(invoice) == "840.00"
    assert house.balances() == {"Stores": "800.00", SUSPENSE: "-800.00"}
    assert house.check() == [
        ("PARTIES_EQUAL_LEDGER", "-840.00", "0"),
        ("RECEIVED_NOT_BILLED", "0", "800.00"),
    ]


@pytest.mark.parametrize(
    ("link", "paper", "heard"),
    [
        ("integrateSales", lambda day: sale(day, goods("1", "150", "CHAIR")),
         {"Debtors": "150.00", "1": "-150.00"}),
        ("integrateStock", lambda day: sale(day, goods("1", "150", "CHAIR")),
         {"1": "80.00", "Stores": "-80.00"}),
        ("integratePurchases", lambda day: bill(day, {"item": {"sku": "SERVICE"},
                                                      "quantity": "1", "rate": "9"}),
         {"Cost of Goods Sold": "9.00", "Creditors": "-9.00"}),
    ],
    ids=["sales", "stock", "purchases"],
)  # fmt: skip
def test_a_link_is_turned_at_a_date_both_ways(
    house: House, link: str, paper: Any, heard: Signed
) -> None:
    _received(house, "2026-01-10")
    house.settings(**{link: False, "linksFrom": "2026-02-01"})
    house.settings(**{link: True, "linksFrom": "2026-03-01"})
    found = {day: entries(house.post(paper(day))) for day in
             ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")}  # fmt: skip
    on, off = found["2026-01-31"], found["2026-02-01"]
    assert found == {"2026-01-31": on, "2026-02-01": off, "2026-02-28": off, "2026-03-01": on}
    gone = {k: v for k, v in _minus(on, off).items() if v != "0.00"}
    assert gone == heard
    house.check()


def _minus(one: Signed, other: Signed) -> Signed:
    accounts = {*one, *other}
    return {
        account: str(Decimal(one.get(account, "0.00")) - Decimal(other.get(account, "0.00")))
        for account in accounts
    }


@pytest.mark.parametrize("was_on", [True, False], ids=["posted on", "posted off"])
def test_cancelling_takes_back_what_was_posted_whatever_the_links_say_now(
    house: House, *, was_on: bool
) -> None:
    """One after the other, so that each finds the books as the one before has left them."""
    came = _received(house, "2026-01-10")
    invoice = house.post(_bill_of(came, "2026-01-11", "5"))
    sold = house.post(sale("2026-01-12", goods("1", "150", "CHAIR")))

    def standard() -> Any:
        lines = [{"item": {"sku": "CHAIR"}, "standardCost": "85"}]
        return house.make("changeStandardCost", "standardCostChange", "id",
                          company=house.company, postingDate="2026-01-20", lines=lines)  # fmt: skip

    papers: dict[str, Any] = {
        "receipt": receipt("2026-01-20", goods("3", "84", "CHAIR")),
        "bill": _bill_of(came, "2026-01-20", "2"),
        "sale": sale("2026-01-20", goods("2", "150", "CHAIR")),
        "payment": payment("2026-01-20", "RECEIVE", "40", {sold["id"]: "40"},
                           account={"code": "Bank"}),
        "return": back("PurchaseReturn", "2026-01-20", came, "2"),
        "credit": back("SalesReturn", "2026-01-20", sold, "1"),
        "supplier": note("PURCHASE", "RETURN", "2026-01-20", of_bill(invoice, quantity="2")),
        "count": _counted("2026-01-20"),
    }  # fmt: skip
    links = ("integrateSales", "integratePurchases", "integrateStock")
    for name in [*papers, "standard"]:
        before = house.balances(), house.stock()
        house.settings(**dict.fromkeys(links, was_on))
        made = standard() if name == "standard" else house.post(papers[name])
        was_heard = house.balances() != before[0]
        assert was_heard is was_on, name
        house.settings(**dict.fromkeys(links, not was_on))
        house.post(cancelling(made))
        assert (house.balances(), house.stock()) == before, name
        house.check()


def test_goods_come_back_of_a_sale_that_the_ledger_never_heard_of(house: House) -> None:
    """Its line names the account where no sales rule fits, to which nothing was posted yet."""
    house.settings(integrateSales=False, integrateStock=False)
    _received(house, "2026-01-10")
    sold = house.post(sale("2026-01-12", goods("4", "150", "CHAIR")))
    taken = house.post(back("SalesReturn", "2026-01-13", sold, "4"))
    assert (entries(sold), entries(taken)) == ({}, {})
    assert house.outstanding(sold) == "0.00"
    house.check()
