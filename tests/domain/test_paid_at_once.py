"""Bills paid at once and credits given back at once: what each entry posts, and what stays open."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import AccountType, Role, Root
from domain.company import CompanySettings, Scheme
from domain.decide import Decision, decide, prepare
from domain.documents.credit_note import CreditNote
from domain.documents.document import Document
from domain.documents.parts.credit_line import CreditKind, CreditNoteLine, CreditSide
from domain.documents.parts.paid_at_once import PaidAtOnce
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.errors import Refused
from domain.facts import AccountFacts, CompanyFacts, Facts, PartyFacts
from domain.links import Link, LinkChange
from domain.money import plain
from domain.references import Ref
from tests.domain.histories import done, goods
from tests.domain.histories import posted as recorded
from tests.domain.periodic import company, uid
from tests.model.memory import MemoryBooks
from tests.model.operations import Kind, Line, LineOf, Switches

DAY = date(2026, 3, 31)
MORE = {
    "Bank": (AccountType.BANK, Root.ASSET),
    "Cash": (AccountType.CASH, Root.ASSET),
    "Euros": (AccountType.BANK, Root.ASSET),
    "Sales": (AccountType.INCOME, Root.INCOME),
    "Rent": (AccountType.EXPENSE, Root.EXPENSE),
    "Lost": (AccountType.EXPENSE, Root.EXPENSE),
    "Exchange": (AccountType.EXCHANGE_GAIN_LOSS, Root.EXPENSE),
}
ROLES = {
    Role.RECEIVABLE: "Debtors",
    Role.PAYABLE: "Creditors",
    Role.WRITE_OFF: "Lost",
    Role.EXCHANGE_GAIN_LOSS: "Exchange",
}
NAMES = {uid(name): name for name in ("Debtors", "Creditors", *MORE)}
UTAH = Ref("party", "code", "UTAH")
EUROS = {"currency": "EUR", "exchange_rate": Decimal("1.1")}


def who(**more: Any) -> CompanyFacts:
    """A company that has a bank, a cash box and what bills are posted to."""
    plain = company(**{"scheme": Scheme.PERPETUAL, **more})
    made = {
        uid(name): AccountFacts(
            uid(name), name, name, *of, currency="EUR" if name == "Euros" else None
        )
        for name, of in MORE.items()
    }
    return replace(
        plain,
        accounts={**plain.accounts, **made},
        accounts_named={**plain.accounts_named, **{name: uid(name) for name in MORE}},
        roles={**plain.roles, **{role: uid(name) for role, name in ROLES.items()}},
    )


def account(code: str) -> Ref:
    return Ref("account", "code", code)


def part(code: str, amount: str, bank_amount: str | None = None, **more: Any) -> PaidAtOnce:
    moved = Decimal(bank_amount) if bank_amount else None
    return PaidAtOnce(account=account(code), amount=Decimal(amount), bank_amount=moved, **more)


def paper(kind: str, amount: str, **more: Any) -> Document:
    """A bill or a credit of a line on Sales or Rent."""
    of: dict[str, Any] = {"quantity": Decimal(1), "rate": Decimal(amount)}
    head: dict[str, Any] = {
        "id": uid("DOC"),
        "company": Ref("company", "code", "ACME"),
        "posting_date": DAY,
        "rate_given": True,
        **more,
    }
    if kind == "sale":
        line = SalesInvoiceLine(item=None, account=account("Sales"), **of)
        return SalesInvoice(customer=UTAH, lines=(line,), **head)
    if kind == "bill":
        bought = PurchaseInvoiceLine(item=None, account=account("Rent"), **of)
        return PurchaseInvoice(supplier=UTAH, lines=(bought,), **head)
    side = CreditSide.SALES if kind == "credit" else CreditSide.PURCHASE
    credited = CreditNoteLine(account=account("Sales" if kind == "credit" else "Rent"), **of)
    kinds: dict[str, Any] = {"side": side, "credit_kind": CreditKind.RETURN}
    return CreditNote(party=UTAH, lines=(credited,), **kinds, **head)


def decided(document: Document, books: CompanyFacts | None = None) -> Decision:
    numbers = count(1)
    party = PartyFacts(uid("UTAH"), "UTAH", frozenset({"CUSTOMER", "SUPPLIER"}))
    facts = Facts(
        company=books or who(), new_id=lambda: UUID(int=next(numbers)), parties={UTAH: party}
    )
    decision = decide(prepare(document, facts), {})
    assert isinstance(decision, Decision)
    return decision


def posted(decision: Decision) -> list[str]:
    """Each entry in a line: its accounts with their amounts, debit positive."""
    return [
        ", ".join(
            f"{NAMES[line.account]} {plain(line.amount):f}"
            + (f" ({plain(line.in_currency):f} EUR)" if line.in_currency is not None else "")
            for line in entry.lines
        )
        for entry in decision.journal
    ]


def left(decision: Decision) -> tuple[Decimal, Decimal]:
    """What stays open, in the document's currency, and on the party's account."""
    causes = decision.causes
    assert all(not one.settled for one in causes.open_items)
    assert sum(one.currency_amount for one in causes.parties) == sum(
        one.amount for one in causes.open_items
    )
    return (
        sum((one.amount for one in causes.open_items), Decimal(0)),
        sum((one.amount for one in causes.parties), Decimal(0)),
    )


ALL, SOME = {"paid_into": account("Cash")}, (part("Bank", "30"),)
OFF = {"write_off": Decimal("0.03")}
FIVE = (*(part("Bank", "0.01") for _ in range(4)), part("Cash", "0.01"))
BANKED = (part("Bank", "60", "70"), part("Cash", "40"))


@pytest.mark.parametrize(
    ("kind", "amount", "given", "entry", "stays"),
    [
        ("sale", "100", ALL, "Cash 100, Debtors -100", (0, 0)),
        ("sale", "100", {"payments": SOME}, "Bank 30, Debtors -30", (70, 70)),
        ("sale", "100", {"payments": SOME, **ALL}, "Bank 30, Cash 70, Debtors -100", (0, 0)),
        ("sale", "47.33", {**ALL, **OFF}, "Lost 0.03, Cash 47.3, Debtors -47.33", (0, 0)),
        (
            "sale",
            "47.33",
            {"payments": (part("Cash", "47.35"),), "write_off": Decimal("-0.02")},
            "Cash 47.35, Debtors -47.33, Lost -0.02",
            (0, 0),
        ),
        ("sale", "30", {"payments": SOME, **ALL}, "Bank 30, Debtors -30", (0, 0)),
        # 0.05 at 1.1 is 0.06 and 0.10 is 0.11: the last part takes the cent.
        (
            "sale",
            "0.10",
            {"payments": (part("Bank", "0.05"), part("Cash", "0.05")), **EUROS},
            "Bank 0.06, Cash 0.05, Debtors -0.11",
            (0, 0),
        ),
        # Five times 0.006, of 0.03 in all: the last part is nothing, and no cash goes out.
        (
            "sale",
            "0.05",
            {"payments": FIVE, "currency": "EUR", "exchange_rate": Decimal("0.6")},
            "Bank 0.03, Debtors -0.03",
            (0, 0),
        ),
        (
            "sale",
            "100",
            {"payments": BANKED, **EUROS},
            "Bank 70, Cash 44, Debtors -110, Exchange -4",
            (0, 0),
        ),
        (
            "sale",
            "100",
            {"payments": (part("Euros", "60", "70"),), "paid_into": account("Euros"), **EUROS},
            "Euros 114 (100 EUR), Debtors -110, Exchange -4",
            (0, 0),
        ),
        (
            "bill",
            "100",
            {"payments": (part("Euros", "60", account_amount=Decimal(55)),)},
            "Creditors 60, Euros -60 (-55 EUR)",
            (-40, -40),
        ),
        ("bill", "100", {"paid_from": account("Bank")}, "Creditors 100, Bank -100", (0, 0)),
        ("bill", "100", {"payments": SOME}, "Creditors 30, Bank -30", (-70, -70)),
        (
            "bill",
            "100",
            {"payments": BANKED, **EUROS},
            "Creditors 110, Exchange 4, Bank -70, Cash -44",
            (0, 0),
        ),
        ("credit", "100", {"refund_account": account("Cash")}, "Debtors 100, Cash -100", (0, 0)),
        ("credit", "100", {"refunds": SOME}, "Debtors 30, Bank -30", (-70, -70)),
        ("back", "100", {"refunds": SOME, "refund_account": account("Cash")},
         "Bank 30, Cash 70, Creditors -100", (0, 0)),
    ],
)  # fmt: skip
def test_the_document_is_settled_by_an_entry_of_its_own(
    kind: str, amount: str, given: dict[str, Any], entry: str, stays: tuple[int, int]
) -> None:
    decision = decided(paper(kind, amount, **given))
    money = {"currency", "exchange_rate"}
    without = decided(paper(kind, amount, **{key: given[key] for key in money & given.keys()}))
    assert posted(decision) == [*posted(without), entry]
    assert left(decision) == stays


@pytest.mark.parametrize(
    ("kind", "given", "refusal"),
    [
        ("sale", {"payments": (part("Bank", "100.01"),)}, "OVER_ALLOCATED payments"),
        ("sale", {"payments": (part("Bank", "0"),)}, "INVALID_VALUE payments.0.amount"),
        ("sale", {"payments": (part("Bank", "1.001"),)}, "INVALID_VALUE payments.0.amount"),
        ("sale", {"payments": (part("Sales", "1"),)}, "WRONG_ACCOUNT_TYPE payments.0.account"),
        ("sale", {"payments": (part("None", "1"),)}, "NOT_FOUND payments.0.account"),
        ("sale", {"payments": (part("Bank", "1", "1"),)}, "INVALID_VALUE payments.0.bankAmount"),
        ("sale", {"paid_into": account("Sales")}, "WRONG_ACCOUNT_TYPE paidInto"),
        ("sale", {"paid_into": account("Euros")}, "ACCOUNT_IN_CURRENCY paidInto"),
        ("sale", {"payments": (part("Euros", "1"),)}, "REQUIRED payments.0.accountAmount"),
        ("sale", {"write_off": Decimal(1)}, "REQUIRED paidInto"),
        ("sale", {"write_off": Decimal(101), **ALL}, "OVER_ALLOCATED writeOff"),
        ("sale", {"write_off": Decimal(-40), "payments": SOME}, "INVALID_VALUE writeOff"),
        ("bill", {"paid_from": account("Rent")}, "WRONG_ACCOUNT_TYPE paidFrom"),
        ("bill", {"payments": (part("Bank", "101"),)}, "OVER_ALLOCATED payments"),
        ("credit", {"refunds": (part("Bank", "101"),)}, "OVER_ALLOCATED refunds"),
        ("back", {"refund_account": account("Rent")}, "WRONG_ACCOUNT_TYPE refundAccount"),
    ],
)
def test_what_cannot_be_paid_is_refused(kind: str, given: dict[str, Any], refusal: str) -> None:
    with pytest.raises(Refused) as refused:
        decided(paper(kind, "100", **given))
    found = [f"{one.code} {'.'.join(one.path)}" for one in refused.value.refusals]
    assert found == [refusal]


def test_a_bill_of_nothing_is_paid_with_nothing() -> None:
    decision = decided(paper("sale", "0", **ALL))
    assert posted(decision) == []
    assert left(decision) == (0, 0)


def test_what_the_ledger_does_not_hear_of_is_paid_in_the_sub_ledger() -> None:
    """BY_LEVEL without the link of sales."""
    off = LinkChange(Link.SALES, is_on=False, from_date=None)
    books = who(scheme=Scheme.BY_LEVEL, settings=CompanySettings(links=(off,)))
    decision = decided(paper("sale", "100", payments=SOME), books)
    assert posted(decision) == []
    assert left(decision) == (70, 70)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_money_given_back_of_several_bills_settles_them_as_they_are_named(
    order: tuple[int, int],
) -> None:
    """Two bills of 100 that were paid: of 130 given back 100 are of the one that is named first."""
    sold = done(Kind.SALE, 1, goods("1", "100"), update_stock=True)
    paid = [
        done(Kind.COLLECT, 2, (Line(of=LineOf(no, -1), amount=Decimal(100), party="customer"),),
             amount=Decimal(100))
        for no in (1, 2)
    ]  # fmt: skip
    back = tuple(Line(of=LineOf(no, 0), quantity=Decimal(1)) for no in order)
    books = MemoryBooks(Switches())
    returned = done(Kind.SALES_RETURN, 3, back, paid=(Decimal(130),))
    recorded([sold, sold, *paid, returned], books)
    ids = list(books.documents)
    assert [books.open_items[ids[no - 1]].open_amount for no in order] == [0, -70]
