"""When adjustments count, and closed periods: what is closed never changes, and who closed it."""

from typing import Any

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    ACCRUAL,
    Desk,
    adjustments,
    bill,
    billed,
    charge,
    delivery,
    goods,
    is_clean,
    receipt,
    refusals,
    shown_and_kept,
    stock_entry,
)
from tests.api.test_reports import STOCK_BALANCE

LEDGER = """
query($company: CompanyRef!, $asOf: Date) {
  trialBalance(company: $company, asOf: $asOf) { rows { account { code } closingDebit } }
}
"""
CHANGES = """
query($company: CompanyRef!) {
  periodChanges(company: $company) { nodes { closedThroughBefore closedThrough reason recordedBy } }
}
"""


def settle_on(desk: Desk, dating: str) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"adjustmentDating": dating})  # fmt: skip


def close(desk: Desk, through: str) -> Any:
    return desk.make("closePeriod", "company", "frozenThrough version", company=desk.company,
                     through=through, reason="Month end")  # fmt: skip


def on_stores(desk: Desk, *days: str) -> dict[str, tuple[str, str]]:
    """Stock value and ledger balance of Stores by the end of each day."""
    found: dict[str, tuple[str, str]] = {}
    for day in days:
        rows = desk.ask(LEDGER, asOf=day)["trialBalance"]["rows"]
        ledger = [row["closingDebit"] for row in rows if row["account"]["code"] == "Stores"]
        stock = desk.ask(STOCK_BALANCE, asOf=day)["stockBalance"]["totals"]["value"]
        found[day] = (stock, ledger[0] if ledger else "0.00")
    return found


def dates(document: Any) -> set[tuple[str, str]]:
    """The number and date of each entry about another document."""
    return {
        (line["entry"]["document"]["number"], line["entry"]["postingDate"])
        for line in document["causedJournalLines"]
        if line["entry"]["source"] == "COST_ADJUSTMENT"
    }


@pytest.mark.parametrize(
    ("dating", "closed", "day"),
    [
        ("OWN_PERIOD", None, None),
        ("FIRST_OPEN_PERIOD", None, "2026-03-10"),
        ("FIRST_OPEN_PERIOD", "2026-01-31", "2026-03-10"),
    ],
)
def test_a_later_cost_counts_when_the_company_says(
    desk: Desk, dating: str, closed: str | None, day: str | None
) -> None:
    settle_on(desk, dating)
    bought = desk.post(receipt("2026-02-01", goods("10", "20")))
    sold = desk.post(delivery("2026-02-05", goods("4", "50")))
    if closed:
        close(desk, closed)
    later = desk.post(landed("2026-03-10", bought))
    assert adjustments(later) == {
        bought["number"]: {"Stores": "60.00", "Customs Duty": "-60.00"},
        sold["number"]: {"Stores": "-24.00", "Cost of Goods Sold": "24.00"},
    }
    assert dates(later) == {
        (bought["number"], day or "2026-02-01"),
        (sold["number"], day or "2026-02-05"),
    }
    before = ("156.00", "156.00") if day is None else ("120.00", "120.00")
    assert on_stores(desk, "2026-02-28", "2026-03-10") == {
        "2026-02-28": before,
        "2026-03-10": ("156.00", "156.00"),
    }
    assert is_clean(desk)
    desk.cancelled(later)
    assert on_stores(desk, "2026-02-28", "2026-03-10") == {
        "2026-02-28": ("120.00", "120.00"),
        "2026-03-10": ("120.00", "120.00"),
    }
    assert is_clean(desk)


@pytest.mark.parametrize("dating", ["OWN_PERIOD", "FIRST_OPEN_PERIOD"])
def test_a_late_document_adjusts_what_comes_after_it_on_its_day(desk: Desk, dating: str) -> None:
    settle_on(desk, dating)
    desk.post(receipt("2026-02-01", goods("10", "20")))
    sold = desk.post(delivery("2026-02-05", goods("4", "50")))
    late = desk.post(receipt("2026-01-15", goods("4", "10")))
    assert dates(late) == {(sold["number"], "2026-02-05")}
    assert is_clean(desk)


def test_what_is_closed_does_not_change(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "20"), charges=[
        charge("Customs Duty", "10", category="VALUATION")]))  # fmt: skip
    bought = desk.post(receipt("2026-02-01", goods("10", "30")))
    desk.post(delivery("2026-02-05", goods("12", "50")))
    assert close(desk, "2026-01-31") == {"frozenThrough": "2026-01-31", "version": 2}
    january = on_stores(desk, "2026-01-31")
    (error,) = desk.refused(receipt("2026-01-31", goods("1", "1")))
    assert error["code"] == "PERIOD_CLOSED"
    desk.post(landed("2026-02-10", bought))
    assert on_stores(desk, "2026-01-31") == january
    assert is_clean(desk)


@pytest.mark.parametrize(
    ("dating", "paper", "day"),
    [
        ("OWN_PERIOD", "bill", "2026-02-01"),
        ("FIRST_OPEN_PERIOD", "bill", "2026-02-10"),
        ("OWN_PERIOD", "landed cost", None),
        ("FIRST_OPEN_PERIOD", "landed cost", "2026-02-10"),
    ],
)
def test_goods_of_a_closed_month_come_to_cost_more_in_an_open_one(
    desk: Desk, dating: str, paper: str, day: str | None
) -> None:
    """Ten came at 20, six are there, three of them elsewhere; six more a unit become known."""
    settle_on(desk, dating)
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    bought = desk.post(receipt("2026-01-10", goods("10", "20")))
    sold = desk.post(delivery("2026-01-15", goods("4", "50")))
    finished: Any = {"toWarehouse": {"code": "Finished Goods"}}
    moved = desk.post(stock_entry("2026-01-20", "TRANSFER", goods("3", **finished)))
    before = desk.books()
    close(desk, "2026-01-31")
    january = on_stores(desk, "2026-01-31"), desk.ask(LEDGER, asOf="2026-01-31")
    late = landed("2026-02-10", bought)
    if paper == "bill":
        late = bill("2026-02-10", billed("10", "26", bought["lines"][0]))
    if day is None:
        assert refusals(desk, late) == [("PERIOD_CLOSED", "receipts")]
        return
    done = shown_and_kept(desk, late)
    other = ACCRUAL if paper == "bill" else "Customs Duty"
    assert adjustments(done) == {
        bought["number"]: {"Stores": "60.00", other: "-60.00"},
        sold["number"]: {"Stores": "-24.00", "Cost of Goods Sold": "24.00"},
        moved["number"]: {"Stores": "-18.00", "Finished Goods": "18.00"},
    }
    assert {date for _, date in dates(done)} == {day}
    assert desk.stock() == {
        "RM0001 in Stores": ("3", "78.00"), "RM0001 in Finished Goods": ("3", "78.00"),
    }  # fmt: skip
    assert january == (on_stores(desk, "2026-01-31"), desk.ask(LEDGER, asOf="2026-01-31"))
    assert is_clean(desk)
    desk.cancelled(done)
    assert (desk.stock(), desk.balances()) == (before.stock, before.balances)
    assert january == (on_stores(desk, "2026-01-31"), desk.ask(LEDGER, asOf="2026-01-31"))
    assert is_clean(desk)


def test_closing_and_reopening_is_on_record(desk: Desk) -> None:
    close(desk, "2026-01-31")
    close(desk, "2026-02-28")
    again = desk.ask(
        "mutation($input: ClosePeriodInput!) { closePeriod(input: $input) { company { id }"
        " errors { code path message ... on PeriodAlreadyClosed { closedThrough } } } }",
        input={"company": desk.company, "through": "2026-02-28"},
    )["closePeriod"]
    assert again == {"company": None, "errors": [{
        "code": "PERIOD_ALREADY_CLOSED", "path": ["through"], "closedThrough": "2026-02-28",
        "message": "The books are closed through 2026-02-28 already.",
    }]}  # fmt: skip
    desk.make("reopenPeriod", "company", company=desk.company,
              reason="Auditor", **{"from": "2026-02-01"})  # fmt: skip
    desk.post(receipt("2026-02-10", goods("1", "1")))
    (error,) = desk.refused(receipt("2026-01-31", goods("1", "1")))
    assert error["code"] == "PERIOD_CLOSED"
    desk.make("updateCompany", "company", company=desk.company, frozenThrough=None)
    nothing = desk.ask(
        "mutation($input: ReopenPeriodInput!) { reopenPeriod(input: $input) { errors { code path"
        " ... on PeriodNotClosed { closedThrough } } } }",
        input={"company": desk.company},
    )["reopenPeriod"]["errors"]
    assert nothing == [{"code": "PERIOD_NOT_CLOSED", "path": ["from"], "closedThrough": None}]
    rows = desk.ask(CHANGES)["periodChanges"]["nodes"]
    assert [(r["closedThroughBefore"], r["closedThrough"], r["reason"]) for r in rows] == [
        ("2026-01-31", None, None),
        ("2026-02-28", "2026-01-31", "Auditor"),
        ("2026-01-31", "2026-02-28", "Month end"),
        (None, "2026-01-31", "Month end"),
    ]
    assert all(row["recordedBy"] for row in rows)
    assert is_clean(desk)


def test_a_company_with_closed_periods_is_not_deleted(desk: Desk) -> None:
    close(desk, "2026-01-31")
    errors = desk.ask(
        "mutation($input: CompanyTargetInput!)"
        " { deleteCompany(input: $input) { errors { code } } }",
        input={"company": desk.company},
    )["deleteCompany"]["errors"]
    assert errors == [{"code": "IN_USE"}]
