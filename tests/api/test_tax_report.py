"""Taxes of a period: by tax, account and direction, in agreement with the tax accounts."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.desk import bill, charge, journal, sale
from tests.api.house import House, note, of_bill

REPORT = """
query($company: CompanyRef!, $from: Date, $asOf: Date) {
  taxReport(company: $company, from: $from, asOf: $asOf) {
    rows { tax { code } account { code } direction rate baseAmount taxAmount documentCount }
    totals { inputBase inputTax outputBase outputTax payable }
    accounts { account { code } input output other turnover }
  }
  taxEntries(company: $company, from: $from, asOf: $asOf, first: 100) {
    nodes { document { number } party { code } tax { code } direction rate baseAmount taxAmount }
  }
  trialBalance(company: $company, from: $from, asOf: $asOf) {
    rows { account { code } debit credit }
  }
}
"""


@pytest.fixture
def house(server: str) -> House:
    """VAT10 on account VAT, one of two percent, TWO, and one of nothing, NONE, on another."""
    made = House(server, scheme="PERPETUAL")
    two = {"code": "Two"}
    made.make("createAccount", "account", company=made.company, code="Two", type="TAX",
              root="LIABILITY")  # fmt: skip
    for code, rate in (("TWO", "2"), ("NONE", "0")):
        made.make("createTax", "tax", company=made.company, code=code, rate=rate, salesAccount=two,
                  purchaseAccount=two)  # fmt: skip
    return made


def taxes(house: House, first: str | None = None, last: str | None = None) -> Any:
    """The report of a period; rows by (tax or rate, direction). It ties to the trial balance."""
    found = house.ask(REPORT, **{"from": first, "asOf": last})
    moved = {
        row["account"]["code"]: Decimal(row["credit"]) - Decimal(row["debit"])
        for row in found["trialBalance"]["rows"]
    }
    for one in found["taxReport"]["accounts"]:
        parts = Decimal(one["output"]) - Decimal(one["input"]) + Decimal(one["other"])
        assert parts == Decimal(one["turnover"]) == moved.get(one["account"]["code"], 0)
    rows = {
        (row["tax"]["code"] if row["tax"] else row["rate"], row["direction"]): (
            row["baseAmount"], row["taxAmount"], row["documentCount"]
        )
        for row in found["taxReport"]["rows"]
    }  # fmt: skip
    assert len(rows) == len(found["taxReport"]["rows"])
    entries = found["taxEntries"]["nodes"]
    assert rows == {key: _summed(entries, *key) for key in rows}
    return {**found["taxReport"], "rows": rows, "entries": entries}


def _summed(entries: list[Any], charged: str | None, direction: str) -> tuple[str, str, int]:
    """What the entries of a tax, or at a rate, add up to."""
    of_it = [
        one
        for one in entries
        if (one["tax"]["code"] if one["tax"] else one["rate"], one["direction"])
        == (charged, direction)
    ]
    sums = [
        str(sum((Decimal(one[name]) for one in of_it), Decimal("0.00")))
        for name in ("baseAmount", "taxAmount")
    ]
    return sums[0], sums[1], len({one["document"]["number"] for one in of_it})


def other(report: Any) -> dict[str, str]:
    """What is on each account besides the taxes of bills."""
    return {one["account"]["code"]: one["other"] for one in report["accounts"]}


def service(rate: str, *codes: str) -> Any:
    """One service with taxes."""
    return {"item": {"sku": "SERVICE"}, "quantity": "1", "rate": rate,
            "taxes": [{"code": code} for code in codes]}  # fmt: skip


def test_taxes_by_direction_in_their_own_period(house: House) -> None:
    sold = house.post(sale("2026-01-10", service("100", "VAT10", "TWO"), service("50", "NONE")))
    house.post(bill("2026-01-12", service("30", "VAT10")))
    gone = house.post(sale("2026-01-15", service("7", "VAT10")))
    house.post(note("SALES", "RETURN", "2026-02-02", of_bill(sold, amount="40")))
    house.post(journal("2026-02-10", {"VAT": "7", "Bank": "-7"}))
    before = taxes(house, "2026-01-01", "2026-01-31")
    assert before["rows"] == {
        ("VAT10", "INPUT"): ("30.00", "3.00", 1),
        ("VAT10", "OUTPUT"): ("107.00", "10.70", 2),
        ("NONE", "OUTPUT"): ("50.00", "0.00", 1),
        ("TWO", "OUTPUT"): ("100.00", "2.00", 1),
    }
    house.cancelled(gone)
    january = taxes(house, "2026-01-01", "2026-01-31")
    assert january["rows"] == {**before["rows"], ("VAT10", "OUTPUT"): ("100.00", "10.00", 1)}
    assert january["totals"] == {
        "inputBase": "30.00", "inputTax": "3.00", "outputBase": "250.00", "outputTax": "12.00",
        "payable": "9.00",
    }  # fmt: skip
    assert [
        (one["document"]["number"], one["party"]["code"], one["tax"]["code"], one["taxAmount"])
        for one in january["entries"]
    ] == [
        ("SI-2026-00001", "UTAH", "NONE", "0.00"), ("SI-2026-00001", "UTAH", "TWO", "2.00"),
        ("SI-2026-00001", "UTAH", "VAT10", "10.00"), ("PI-2026-00001", "ARCU", "VAT10", "3.00"),
    ]  # fmt: skip
    february = taxes(house, "2026-02-01", "2026-02-28")
    assert february["rows"] == {
        ("VAT10", "OUTPUT"): ("-40.00", "-4.00", 1),
        ("TWO", "OUTPUT"): ("-40.00", "-0.80", 1),
    }
    assert other(february) == {"VAT": "-7.00", "Two": "0.00"}
    house.check()


def test_a_charge_on_a_tax_account_is_a_row_of_its_rate(house: House) -> None:
    vat = charge("VAT", rate="21")
    sold = house.post(sale("2026-01-10", service("100"), charges=[vat]))
    house.post(bill("2026-01-11", service("200"), charges=[charge("VAT", "20")]))
    house.post(note("SALES", "OVERCHARGE", "2026-01-20", of_bill(sold, amount="10")))
    report = taxes(house)
    assert report["rows"] == {
        ("21", "OUTPUT"): ("90.00", "18.90", 2),
        (None, "INPUT"): ("200.00", "20.00", 1),
    }
    assert other(report) == {"VAT": "0.00"}


def test_the_cents_of_the_last_credit_in_another_currency_are_the_tax_s(house: House) -> None:
    """10.03 at 1.05 is 10.5315: 10.53, but thirds of it are 3.34, 3.34 and 3.35: 3.51 each."""
    sold = house.post(sale("2026-01-10", service("100.30", "VAT10"), currency="EUR",
                           exchangeRate="1.05"))  # fmt: skip
    for amount in ("33.40", "33.40", "33.50"):
        house.post(note("SALES", "OVERCHARGE", "2026-02-01", of_bill(sold, amount=amount),
                        currency="EUR"))  # fmt: skip
    assert taxes(house)["rows"][("VAT10", "OUTPUT")][1] == "0.00"
    assert taxes(house, None, "2026-01-31")["rows"] == {("VAT10", "OUTPUT"): ("105.32", "10.53", 1)}
    assert other(taxes(house)) == {"VAT": "0.00"}


def test_a_tax_account_that_a_line_names_too_keeps_that_apart(house: House) -> None:
    line = {"account": {"code": "VAT"}, "quantity": "1", "rate": "5"}
    house.post(bill("2026-01-10", service("100", "VAT10"), line))
    report = taxes(house)
    assert report["rows"] == {("VAT10", "INPUT"): ("100.00", "10.00", 1)}
    assert other(report) == {"VAT": "-5.00"}
    rows = house.client.get("/export/taxReport.csv", params={"company": house.code}).text
    assert rows.splitlines() == [
        "tax.code,account.code,direction,rate,baseAmount,taxAmount,documentCount",
        "VAT10,VAT,INPUT,,100.00,10.00,1",
    ]
