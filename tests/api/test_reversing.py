"""Reversing on a later day over the wire: what was of a closed month counts until then."""

from typing import Any

from tests.api.desk import (
    Desk,
    Paper,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    journal,
    receipt,
    refusals,
    shown_and_kept,
)
from tests.api.test_amending import amend, given
from tests.api.test_batches import batch, named
from tests.api.test_drafts import save, submit
from tests.api.test_exchange_revaluation import on, revaluation
from tests.api.test_payments import applied, invoiced, open_items, paid, part

EUR = {"currency": "EUR", "exchangeRate": "1.1"}


def reversing(document: Any, day: str) -> Paper:
    """Taking a document back on a later day."""
    return cancelling(document, reverseOn=day)


def test_a_cheque_of_a_closed_month_bounces(desk: Desk) -> None:
    """100 EUR at 1.1 paid at 1.2: open again at 1.1, and what was realised is taken back."""
    sold = invoiced(desk, "100", **EUR)
    money = desk.post(paid("RECEIVE", "100", part(sold, "100"), currency="EUR", exchangeRate="1.2"))
    before = {
        day: (on(desk, day), open_items(desk, asOf=day)) for day in ("2026-01-31", "2026-03-09")
    }
    desk.make("closePeriod", "company", company=desk.company, through="2026-02-28")
    assert refusals(desk, cancelling(money)) == [("PERIOD_CLOSED", "document")]
    assert refusals(desk, reversing(money, "2026-02-28")) == [("PERIOD_CLOSED", "reverseOn")]
    bounced = shown_and_kept(desk, reversing(money, "2026-03-10"))
    assert (bounced["postingDate"], desk.status(money)) == ("2026-03-10", "CANCELLED")
    assert entries(bounced) == {
        "Bank": "-120.00", "Debtors": "110.00", "Exchange Gain/Loss": "10.00",
    }  # fmt: skip
    for day, was in before.items():
        assert (on(desk, day), open_items(desk, asOf=day)) == was
    assert on(desk, "2026-03-10") == ({"Debtors": "110.00"}, ["110.00"])
    assert desk.outstanding(sold) == "100.00"
    assert refusals(desk, reversing(money, "2026-03-11")) == [("ALREADY_CANCELLED", "document")]
    assert refusals(desk, cancelling(bounced)) == [("ALREADY_CANCELLED", "document")]
    assert is_clean(desk)
    desk.post(paid("RECEIVE", "100", part(sold, "100"), **EUR, postingDate="2026-03-20"))
    assert on(desk, "2026-03-20") == ({}, [])
    assert is_clean(desk)


def test_what_was_revalued_meanwhile_stays_and_what_was_built_on_it_goes_first(desk: Desk) -> None:
    """100 EUR on account at 1.1, 40 of them applied: a revaluation holds until the day after."""
    money = desk.post(paid("RECEIVE", "100", **EUR))
    sold = invoiced(desk, "40", **EUR)
    used = desk.post(applied(part(sold, "40"), part(money, "40"), currency="EUR"))
    desk.post(revaluation("2026-01-31", "1.2"))
    revalued = on(desk, "2026-01-31")
    assert revalued == ({"Debtors": "-72.00", "Exchange Gain/Loss": "6.00"}, ["-72.00"])
    (error,) = desk.refused(reversing(money, "2026-02-10"))
    assert (error["code"], error["documents"]) == ("HAS_DEPENDENTS", [used["number"]])
    (error,) = desk.refused(cancelling(money))
    assert error["documents"] == [used["number"], "FXR-2026-00001"]
    desk.post(reversing(used, "2026-02-10"))
    desk.post(reversing(money, "2026-02-10"))
    assert on(desk, "2026-01-31") == revalued
    assert on(desk, "2026-02-09") == ({"Debtors": "-66.00"}, ["-66.00"])
    assert on(desk, "2026-02-10") == ({"Debtors": "44.00"}, ["44.00"])
    # Had it never been sold, the money would have been theirs for as long as we had it.
    desk.cancelled(sold)
    assert on(desk, "2026-02-09") == ({"Debtors": "-110.00"}, ["-44.00", "-66.00"])
    assert on(desk, "2026-02-10") == ({}, [])
    assert is_clean(desk)


def test_an_accrual_takes_itself_back(desk: Desk) -> None:
    """By preview and repeated; parties' items are open from the one day to the other."""
    accrual = journal("2026-01-31", {"Customs Duty": "30", "Cash": "-30"}, reverseOn="2026-02-01")
    made = shown_and_kept(desk, accrual)
    assert is_clean(desk)
    query = """query($id: ID!) { document(id: $id) { given ... on JournalEntry { reverseOn
      journalLines { account { code } debit entry { postingDate } } } } }"""
    shown = desk.ask(query, id=made["id"])["document"]
    assert shown["reverseOn"] == shown["given"]["journalEntry"]["reverseOn"] == "2026-02-01"
    debits = {
        (one["entry"]["postingDate"], one["account"]["code"])
        for one in shown["journalLines"]
        if one["debit"] != "0.00"
    }
    assert debits == {("2026-01-31", "Customs Duty"), ("2026-02-01", "Cash")}
    lines = [
        {"account": {"code": "Debtors"}, "party": {"code": "UTAH"}, "debit": "7"},
        {"account": {"code": "Sales"}, "credit": "7"},
    ]
    head = {"postingDate": "2026-01-31", "reverseOn": "2026-02-03", "lines": lines}
    owed = desk.post(("JournalEntry", head))
    assert on(desk, "2026-02-02") == ({"Debtors": "7.00"}, ["7.00"])
    assert on(desk, "2026-02-03") == ({}, [])
    assert refusals(desk, paid("RECEIVE", "7", part(owed, "7"))) == [
        ("OVER_ALLOCATED", "allocations.0.amount")
    ]
    assert refusals(desk, reversing(owed, "2026-02-02")) == [("INVALID_VALUE", "reverseOn")]
    assert refusals(desk, ("JournalEntry", {**head, "reverseOn": "2062-02-01"})) == [
        ("FISCAL_YEAR_NOT_OPEN", "reverseOn")
    ]
    desk.cancelled(owed)
    desk.cancelled(made)
    assert desk.balances() == {}
    assert on(desk, "2026-02-02") == ({}, [])
    assert is_clean(desk)


def test_it_goes_by_batch_and_draft_and_the_copy_is_entered_again(desk: Desk) -> None:
    wrong = named(journal("2026-01-31", {"Customs Duty": "30", "Cash": "-30"}))
    posted = batch(desk, [wrong, reversing(wrong[1], "2026-02-01")])
    assert [one["document"]["postingDate"] for one in posted] == ["2026-01-31", "2026-02-01"]
    other = desk.post(journal("2026-01-31", {"Customs Duty": "9", "Cash": "-9"}))
    draft = save(desk, reversing(other, "2026-02-02"))
    query = "query($company: CompanyRef!) { drafts(company: $company) { nodes { postingDate } } }"
    assert desk.ask(query)["drafts"]["nodes"] == [{"postingDate": "2026-02-02"}]
    made = submit(desk, draft)["document"]
    assert desk.status(other) == "CANCELLED"
    shown = given(desk, made, "postingDate")
    assert shown["given"]["cancellation"]["reverseOn"] == shown["postingDate"] == "2026-02-02"
    assert amend(desk, other)["errors"] == []
    assert desk.balances() == {}
    assert is_clean(desk)


def test_what_moves_goods_is_taken_back_by_a_return(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("5", "10")))
    sent = desk.post(delivery("2026-01-12", goods("1", "20")))
    (error,) = desk.refused(reversing(sent, "2026-02-01"))
    assert (error["code"], error["path"]) == ("NOT_REVERSIBLE", ["reverseOn"])
    assert error["message"] == (
        f"{sent['number']} cannot be reversed on a later day."
        " Take it back by a document of that day instead: sales return."
    )
    assert refusals(desk, reversing(sent, "2026-01-11")) == [("INVALID_VALUE", "reverseOn")]
