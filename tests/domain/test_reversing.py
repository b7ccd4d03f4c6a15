"""Taking back on a later day: the document before, its reversal, and what that posts when."""

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.company import CompanySettings, Scheme
from domain.decide import Decision, decide, prepare
from domain.documents.cancellation import Cancellation
from domain.documents.document import Document, DocumentKind
from domain.documents.journal_entry import JournalVoucher, JournalVoucherLine
from domain.errors import NotReversible, Refused
from domain.facts import CompanyFacts, Facts, PartyFacts
from domain.recorded import Dependent, DocumentFacts, PostedLine, PostedParty
from domain.references import Ref
from tests.domain.periodic import ACCOUNTS, company, uid

DAY, MARCH, APRIL = date(2026, 1, 20), date(2026, 3, 10), date(2026, 4, 1)
ACME = Ref("company", "code", "ACME")
UTAH = Ref("party", "code", "UTAH")
NAMES = {uid(name): name for name in (*ACCOUNTS, "UTAH", "SI-1", "PAY-1", "JE-1")}


def books(**more: Any) -> CompanyFacts:
    return company(**{"scheme": Scheme.PERPETUAL, **more})


def decided(document: Document, who: CompanyFacts | None = None, **known: Any) -> Decision:
    numbers = count(1)
    facts = Facts(company=who or books(), new_id=lambda: UUID(int=next(numbers)), **known)
    decision = decide(prepare(document, facts), {})
    assert isinstance(decision, Decision)
    return decision


def paid(**more: Any) -> DocumentFacts:
    """150 EUR at 1.2: 100 of them settled SI-1, which is at 1.1, and 50 stayed on account."""
    utah, debtors = uid("UTAH"), uid("Debtors")
    known: dict[str, Any] = {
        "journal": (
            PostedLine(DAY, uid("Equity"), Decimal(180), None, None, Decimal(150)),
            PostedLine(DAY, debtors, Decimal(-170), None, utah),
            PostedLine(DAY, uid("Adjustment"), Decimal(-10), uid("North"), None),
        ),
        "parties": (
            PostedParty(utah, debtors, Decimal(-110), "EUR", Decimal(-100), uid("SI-1"), DAY),
            PostedParty(utah, debtors, Decimal(-60), "EUR", Decimal(-50), uid("PAY-1"), DAY),
        ),
        **more,
    }
    return DocumentFacts(
        id=uid("PAY-1"), number="PAY-1", posting_date=DAY, posting_time=time.min, party=utah,
        currency="EUR", is_void=False, **{"kind": "PAYMENT", **known},
    )  # fmt: skip


def undone(of: DocumentFacts, day: date | None, who: CompanyFacts | None = None) -> Decision:
    cancellation = Cancellation(
        id=uid("CAN-1"), company=ACME, posting_date=date.max, reverse_on=day,
        document=Ref("document", "id", str(of.id)),
    )  # fmt: skip
    return decided(cancellation, who, documents={of.id: of})


def posted(decision: Decision) -> dict[date, list[str]]:
    """Its entries by day: account, party, amount, and the amount in the account's currency."""
    return {
        entry.posting_date: [
            " ".join(
                [NAMES[one.account], *([NAMES[one.party]] if one.party else []), f"{one.amount:f}"]
                + ([] if one.in_currency is None else [f"({one.in_currency:f})"])
                + (["North"] if one.cost_center == uid("North") else [])
            )
            for one in entry.lines
        ]
        for entry in decision.journal
    }


def stood(decision: Decision) -> list[str]:
    """The sub-ledger: day, item, amount in company currency and in its own."""
    return [
        f"{one.posting_date} {NAMES[one.against_id or UUID(int=0)]} {one.amount:f}"
        f" {one.currency_amount:f} {one.currency}"
        for one in decision.causes.parties
    ]


@pytest.mark.parametrize(("asked", "day"), [(None, DAY), (DAY, DAY), (MARCH, MARCH)])
def test_the_mirror_image_is_dated_on_the_day(asked: date | None, day: date) -> None:
    """Both currencies, the exchange difference on its cost center, and what was settled."""
    decision = undone(paid(), asked)
    assert posted(decision) == {
        day: ["Debtors UTAH 170", "Adjustment 10 North", "Equity -180 (-150)"],
    }  # fmt: skip
    assert stood(decision) == [f"{day} SI-1 110 100 EUR", f"{day} PAY-1 60 50 EUR"]
    changed = [
        (NAMES[one.document_id], one.settled, one.is_void) for one in decision.causes.open_items
    ]
    assert changed == [("SI-1", -100, False), ("PAY-1", 0, True)]
    assert decision.causes.posting_date == day


OF_STOCK = (
    PostedLine(DAY, uid("Stores"), Decimal(5), None, None),
    PostedLine(DAY, uid("Equity"), Decimal(-5), None, None),
)
CLOSED = books(frozen_through=DAY)


@pytest.mark.parametrize(
    ("of", "day", "who", "errors"),
    [
        ({}, MARCH, CLOSED, []),
        ({}, None, CLOSED, ["PERIOD_CLOSED document"]),
        ({}, DAY, CLOSED, ["PERIOD_CLOSED reverseOn"]),
        ({}, MARCH, books(frozen_through=MARCH), ["PERIOD_CLOSED reverseOn"]),
        ({}, MARCH, books(settings=CompanySettings(allow_posting_from=APRIL)),
         ["POSTING_DATE_NOT_ALLOWED reverseOn"]),
        ({}, date(2026, 1, 19), None, ["INVALID_VALUE reverseOn"]),
        ({"kind": "SALES_INVOICE"}, DAY, None, []),
        ({"kind": "SALES_INVOICE"}, MARCH, None, ["NOT_REVERSIBLE reverseOn"]),
        # One that takes itself back has nothing left.
        ({"kind": "JOURNAL_ENTRY", "journal": (
            PostedLine(DAY, uid("Equity"), Decimal(1), None, None),
            PostedLine(APRIL, uid("Equity"), Decimal(-1), None, None),
        )}, MARCH, None, ["INVALID_VALUE reverseOn"]),
        # What stands on stock by now is what the stock is worth.
        ({"kind": "JOURNAL_ENTRY", "journal": OF_STOCK}, MARCH, None, []),
        ({"kind": "JOURNAL_ENTRY", "journal": OF_STOCK}, MARCH, books(posts_stock_from=MARCH),
         ["STOCK_ACCOUNT_NOT_ALLOWED reverseOn"]),
        # What others built on it: for ever, or until a day.
        ({"dependents": (Dependent("ALL-1"),)}, MARCH, None, ["HAS_DEPENDENTS document"]),
        ({"dependents": (Dependent("ALL-1", MARCH),)}, MARCH, None, []),
        ({"dependents": (Dependent("ALL-1", APRIL),)}, MARCH, None, ["HAS_DEPENDENTS document"]),
        ({"dependents": (Dependent("ALL-1", MARCH),)}, None, None, ["HAS_DEPENDENTS document"]),
    ],
)  # fmt: skip
def test_when_it_may_be(
    of: dict[str, Any], day: date | None, who: CompanyFacts | None, errors: list[str]
) -> None:
    found: list[str] = []
    try:
        undone(paid(**of), day, who)
    except Refused as refused:
        found = [f"{one.code} {'.'.join(one.path)}" for one in refused.refusals]
    assert found == errors


def test_each_other_kind_says_what_takes_it_back_instead() -> None:
    reversed_later = {"JOURNAL_ENTRY", "PAYMENT", "ALLOCATION"}
    named: dict[str, tuple[str, ...]] = {}
    for kind in {one.value for one in DocumentKind} - reversed_later - {"CANCELLATION"}:
        with pytest.raises(Refused) as refused:
            undone(paid(kind=kind), MARCH)
        (why,) = (one for one in refused.value.refusals if isinstance(one, NotReversible))
        named[kind] = why.taken_back_by
    assert named["SALES_INVOICE"] == ("CREDIT_NOTE", "SALES_RETURN")
    assert named["DELIVERY_NOTE"] == ("SALES_RETURN",)
    assert named["STOCK_ENTRY"] == ("STOCK_ENTRY",)
    assert all(named.values())


def accrued(**more: Any) -> Decision:
    """10 EUR of sales not billed yet, of UTAH, at 1.1."""
    debtors, equity = (Ref("account", "code", name) for name in ("Debtors", "Equity"))
    lines = (
        JournalVoucherLine(account=debtors, debit=Decimal(10), party=UTAH),
        JournalVoucherLine(account=equity, credit=Decimal(10)),
    )
    euros: dict[str, Any] = {"currency": "EUR", "exchange_rate": Decimal("1.1")}
    voucher = JournalVoucher(
        id=uid("JE-1"), company=ACME, posting_date=DAY, lines=lines, **euros, **more
    )
    customer = PartyFacts(uid("UTAH"), "UTAH", frozenset({"CUSTOMER"}))
    return decided(voucher, parties={UTAH: customer})


def test_a_journal_takes_itself_back_on_its_day() -> None:
    decision = accrued(reverse_on=MARCH)
    assert posted(decision) == {
        DAY: ["Debtors UTAH 11.00", "Equity -11.00"],
        MARCH: ["Equity 11.00", "Debtors UTAH -11.00"],
    }
    assert stood(decision) == [f"{DAY} JE-1 11.00 10 EUR", f"{MARCH} JE-1 -11.00 -10 EUR"]
    assert sum(one.amount for one in decision.causes.open_items) == 0
    assert posted(accrued()) == {DAY: ["Debtors UTAH 11.00", "Equity -11.00"]}
    with pytest.raises(Refused) as refused:
        accrued(reverse_on=DAY)
    (why,) = refused.value.refusals
    assert (why.code, why.path) == ("INVALID_VALUE", ("reverseOn",))
