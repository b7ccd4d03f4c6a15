"""Carried costs under BY_LEVEL, in tables: what was before, a document, its entries, and after.

Entries are told by the link that the ledger hears of them by; each table holds for every choice of
links, which hears of those that are on and of nothing else.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

import pytest

from domain.decide import Decision
from domain.documents.cancellation import Cancellation
from domain.documents.credit_note import CreditKind, CreditNote, CreditSide
from domain.documents.document import Document
from domain.documents.item_group_change import ItemGroupChange, ItemGroupChangeLine
from domain.documents.parts.credit_line import CreditNoteLine
from domain.documents.parts.returns import ReturnLine
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.documents.purchase_return import PurchaseReturn
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.documents.sales_return import SalesReturn
from domain.documents.standard_cost_change import StandardCostChange, StandardCostLine
from domain.documents.stock_entry import StockEntry, StockEntryLine, StockEntryPurpose
from domain.documents.stock_reconciliation import ReconciliationLine, StockReconciliation
from domain.links import Link
from domain.references import Ref
from tests.domain.carried import GOODS, CarriedBooks, head, posted

ITEM = Ref("item", "sku", GOODS)
SUPPLIER, CUSTOMER = Ref("party", "code", "supplier"), Ref("party", "code", "customer")


def place(code: str) -> Ref:
    return Ref("warehouse", "code", code)


class Story:
    """Documents said in a few words, one after the other; each may name an earlier one by number.

    receive 10 84 | bill 1 10 84 | give-back 1 4 | send-back 2 84 | credit 4 |
    sell 4 150 | take-back 3 2 | write-off 2 150 | find 2 | lose 2 | move 4 | count 7 |
    standard 85 | group SPARE | cancel 2
    """

    def __init__(self, books: CarriedBooks) -> None:
        self.books = books
        self.decisions: list[Decision] = []

    def tell(self, words: str) -> Decision:
        verb, *rest = words.split()
        made: Document = getattr(self, f"_{verb.replace('-', '_')}")(*rest)
        self.decisions.append(self.books.submit(made))
        return self.decisions[-1]

    def _head(self) -> dict[str, Any]:
        no = len(self.decisions) + 1
        return head(no, f"02-{no:02}")

    def _line(self, no: str) -> Ref:
        return Ref("line", "id", str(self.decisions[int(no) - 1].causes.lines[0].id))

    def _receive(self, quantity: str, rate: str) -> Document:
        line = ReceiptLine(
            item=ITEM, quantity=Decimal(quantity), rate=Decimal(rate), warehouse=place("yard")
        )
        return PurchaseReceipt(**self._head(), supplier=SUPPLIER, lines=(line,))

    def _bill(self, no: str, quantity: str, rate: str) -> Document:
        line = PurchaseInvoiceLine(
            item=ITEM, quantity=Decimal(quantity), rate=Decimal(rate), receipt_line=self._line(no)
        )
        return PurchaseInvoice(**self._head(), supplier=SUPPLIER, lines=(line,))

    def _give_back(self, no: str, quantity: str) -> Document:
        line = ReturnLine(quantity=Decimal(quantity), line=self._line(no))
        return PurchaseReturn(**self._head(), lines=(line,))

    def _send_back(self, quantity: str, rate: str) -> Document:
        line = ReturnLine(
            item=ITEM, quantity=Decimal(quantity), rate=Decimal(rate), warehouse=place("yard")
        )
        return PurchaseReturn(**self._head(), supplier=SUPPLIER, lines=(line,))

    def _credit(self, no: str) -> Document:
        return CreditNote(
            **self._head(), side=CreditSide.PURCHASE, credit_kind=CreditKind.RETURN,
            party=SUPPLIER, lines=(CreditNoteLine(return_line=self._line(no)),),
        )  # fmt: skip

    def _sell(self, quantity: str, rate: str) -> Document:
        line = SalesInvoiceLine(
            item=ITEM, quantity=Decimal(quantity), rate=Decimal(rate), warehouse=place("yard")
        )
        return SalesInvoice(**self._head(), customer=CUSTOMER, lines=(line,), update_stock=True)

    def _take_back(self, no: str, quantity: str) -> Document:
        line = ReturnLine(quantity=Decimal(quantity), line=self._line(no))
        return SalesReturn(**self._head(), lines=(line,))

    def _write_off(self, quantity: str, rate: str) -> Document:
        line = CreditNoteLine(
            item=ITEM, quantity=Decimal(quantity), rate=Decimal(rate), warehouse=place("yard")
        )
        return CreditNote(
            **self._head(), side=CreditSide.SALES, credit_kind=CreditKind.WRITE_OFF,
            party=CUSTOMER, lines=(line,),
        )  # fmt: skip

    def _entry(self, purpose: StockEntryPurpose, quantity: str, to: str | None = None) -> Document:
        comes = purpose is StockEntryPurpose.MATERIAL_RECEIPT
        line = StockEntryLine(
            item=ITEM, quantity=Decimal(quantity), warehouse=place("yard"),
            to_warehouse=place(to) if to else None, rate=Decimal(1) if comes else None,
        )  # fmt: skip
        return StockEntry(**self._head(), purpose=purpose, lines=(line,))

    def _find(self, quantity: str) -> Document:
        return self._entry(StockEntryPurpose.MATERIAL_RECEIPT, quantity)

    def _lose(self, quantity: str) -> Document:
        return self._entry(StockEntryPurpose.MATERIAL_ISSUE, quantity)

    def _move(self, quantity: str) -> Document:
        return self._entry(StockEntryPurpose.MATERIAL_TRANSFER, quantity, "shop")

    def _count(self, quantity: str) -> Document:
        line = ReconciliationLine(item=ITEM, warehouse=place("yard"), quantity=Decimal(quantity))
        return StockReconciliation(**self._head(), lines=(line,))

    def _standard(self, cost: str) -> Document:
        line = StandardCostLine(item=ITEM, standard_cost=Decimal(cost))
        return StandardCostChange(**self._head(), lines=(line,))

    def _group(self, code: str) -> Document:
        line = ItemGroupChangeLine(item=ITEM, group=Ref("item_group", "code", code))
        return ItemGroupChange(**self._head(), lines=(line,))

    def _cancel(self, no: str) -> Document:
        of = self.decisions[int(no) - 1].causes.document
        own: dict[str, Any] = self._head() | {"posting_date": of.posting_date}
        return Cancellation(**own, document=Ref("document", "id", str(of.id)))


Parts = Mapping[str, Mapping[str, str]]


class Row(NamedTuple):
    """`entries` are those of the last document, `after` quantity and value by warehouse.

    They are told by the links: "stock" is heard where that one is on, "purchases & stock" where
    both are, "purchases - stock" where only the first is.
    """

    story: Sequence[str]
    entries: Parts
    after: Mapping[str, tuple[str, str]]
    unit_cost: str


RECEIVED = ["receive 10 84"]
SUSPENSE = {"Stock A": "800.00", "Accrual": "-800.00"}
STANDARD: dict[str, Row] = {
    "a receipt comes in at standard cost": Row(
        RECEIVED, {"stock": SUSPENSE}, {"yard": ("10", "800.00")}, "80.0000"
    ),
    "an invoice leaves the price variance": Row(
        [*RECEIVED, "bill 1 10 84"],
        {
            "purchases": {"Creditors": "-840.00", "Variance": "40.00"},
            "purchases & stock": {"Accrual": "800.00"},
            "purchases - stock": {"Variance": "800.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "a part of the goods, a part of suspense": Row(
        [*RECEIVED, "bill 1 4 84"],
        {
            "purchases": {"Creditors": "-336.00", "Variance": "16.00"},
            "purchases & stock": {"Accrual": "320.00"},
            "purchases - stock": {"Variance": "320.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "suspense is debited only for what was credited to it": Row(
        [*RECEIVED, "standard 85", "bill 1 10 84"],
        {
            "purchases": {"Creditors": "-840.00", "Variance": "40.00"},
            "purchases & stock": {"Accrual": "800.00"},
            "purchases - stock": {"Variance": "800.00"},
        },
        {"yard": ("10", "850.00")},
        "85.0000",
    ),
    "goods of no known receipt are a variance where suspense has not heard of them": Row(
        [*RECEIVED, "send-back 2 84", "credit 2"],
        {
            "purchases": {"Creditors": "168.00"},
            "purchases & stock": {"Accrual": "-168.00"},
            "purchases - stock": {"Variance": "-168.00"},
        },
        {"yard": ("8", "640.00")},
        "80.0000",
    ),
    "goods given back leave stock at one cost and suspense at the other": Row(
        [*RECEIVED, "standard 85", "give-back 1 4"],
        {"stock": {"Stock A": "-340.00", "Accrual": "320.00", "Variance": "20.00"}},
        {"yard": ("6", "510.00")},
        "85.0000",
    ),
    "a sale": Row(
        [*RECEIVED, "sell 4 150"],
        {
            "sales": {"Debtors": "600.00", "Sales": "-600.00"},
            "stock": {"COGS": "320.00", "Stock A": "-320.00"},
        },
        {"yard": ("6", "480.00")},
        "80.0000",
    ),
    "a linked return comes back at the cost of its sale": Row(
        [*RECEIVED, "sell 4 150", "standard 85", "take-back 2 2"],
        {
            "sales": {"Debtors": "-300.00", "Sales": "300.00"},
            "stock": {"Stock A": "170.00", "COGS": "-160.00", "Adjustment": "-10.00"},
        },
        {"yard": ("8", "680.00")},
        "85.0000",
    ),
    "goods written off come back to nowhere": Row(
        [*RECEIVED, "write-off 2 150"],
        {
            "sales": {"Debtors": "-300.00", "Sales": "300.00"},
            "stock": {"COGS": "-160.00", "Write-offs": "160.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "goods found come in at standard cost, whatever was said": Row(
        [*RECEIVED, "find 2"],
        {"stock": {"Stock A": "160.00", "Adjustment": "-160.00"}},
        {"yard": ("12", "960.00")},
        "80.0000",
    ),
    "goods lost": Row(
        [*RECEIVED, "lose 3"],
        {"stock": {"Stock A": "-240.00", "Adjustment": "240.00"}},
        {"yard": ("7", "560.00")},
        "80.0000",
    ),
    "a count": Row(
        [*RECEIVED, "count 7"],
        {"stock": {"Stock A": "-240.00", "Adjustment": "240.00"}},
        {"yard": ("7", "560.00")},
        "80.0000",
    ),
    "a transfer": Row(
        [*RECEIVED, "move 4"],
        {"stock": {"Stock A": "-320.00", "Stock B": "320.00"}},
        {"yard": ("6", "480.00"), "shop": ("4", "320.00")},
        "80.0000",
    ),
    "a new standard cost, in each warehouse": Row(
        [*RECEIVED, "move 4", "standard 85"],
        {"stock": {"Stock A": "30.00", "Stock B": "20.00", "Adjustment": "-50.00"}},
        {"yard": ("6", "510.00"), "shop": ("4", "340.00")},
        "85.0000",
    ),
    "another category takes its goods along, but those on an account of their warehouse": Row(
        [*RECEIVED, "move 4", "group SPARE"],
        {"stock": {"Stock A": "-480.00", "Spare": "480.00"}},
        {"yard": ("6", "480.00"), "shop": ("4", "320.00")},
        "80.0000",
    ),
    "a cancelled receipt leaves no value": Row(
        [*RECEIVED, "standard 85", "cancel 1"],
        {"stock": {"Stock A": "-850.00", "Accrual": "800.00", "Adjustment": "50.00"}},
        {"yard": ("0", "0.00")},
        "85.0000",
    ),
    "a cancelled standard cost brings the one before into force": Row(
        [*RECEIVED, "standard 85", "sell 4 150", "cancel 2"],
        {"stock": {"Stock A": "-30.00", "Adjustment": "30.00"}},
        {"yard": ("6", "480.00")},
        "80.0000",
    ),
}
CAME = ["receive 10 1", "bill 1 10 1.6"]
AVERAGE: dict[str, Row] = {
    "a receipt comes in at the average in force, not at its price": Row(
        ["receive 100 1", "receive 10 1.5"],
        {"stock": {"Stock A": "10.00", "Accrual": "-10.00"}},
        {"yard": ("110", "110.00")},
        "1.0000",
    ),
    "an invoice changes the average of what is on hand": Row(
        ["receive 100 1", "receive 10 1.5", "bill 2 10 1.5"],
        {
            "purchases": {"Creditors": "-15.00"},
            "purchases & stock": {"Accrual": "10.00", "Stock A": "5.00"},
            "purchases - stock": {"Variance": "15.00"},
        },
        {"yard": ("110", "115.00")},
        "1.0455",
    ),
    "what is no longer on hand is a price variance: 8 of 10": Row(
        ["receive 10 1", "sell 8 3", "bill 1 10 1.5"],
        {
            "purchases": {"Creditors": "-15.00", "Variance": "4.00"},
            "purchases & stock": {"Accrual": "10.00", "Stock A": "1.00"},
            "purchases - stock": {"Variance": "11.00"},
        },
        {"yard": ("2", "3.00")},
        "1.5000",
    ),
    "a linked return is averaged in at the cost of its sale: 9.60 and 2.00 of 8": Row(
        ["receive 10 1", "sell 4 3", "bill 1 10 1.6", "take-back 2 2"],
        {
            "sales": {"Debtors": "-6.00", "Sales": "6.00"},
            "stock": {"Stock A": "2.00", "COGS": "-2.00"},
        },
        {"yard": ("8", "11.60")},
        "1.4500",
    ),
    "a sale": Row(
        [*CAME, "sell 4 3"],
        {
            "sales": {"Debtors": "12.00", "Sales": "-12.00"},
            "stock": {"COGS": "6.40", "Stock A": "-6.40"},
        },
        {"yard": ("6", "9.60")},
        "1.6000",
    ),
    "goods given back leave at the average, suspense at what it was credited": Row(
        [*CAME, "give-back 1 4"],
        {"stock": {"Stock A": "-6.40", "Accrual": "4.00", "Variance": "2.40"}},
        {"yard": ("6", "9.60")},
        "1.6000",
    ),
    "a transfer": Row(
        [*CAME, "move 4"],
        {"stock": {"Stock A": "-6.40", "Stock B": "6.40"}},
        {"yard": ("6", "9.60"), "shop": ("4", "6.40")},
        "1.6000",
    ),
    "goods lost": Row(
        [*CAME, "lose 3"],
        {"stock": {"Stock A": "-4.80", "Adjustment": "4.80"}},
        {"yard": ("7", "11.20")},
        "1.6000",
    ),
    "goods written off cost what they cost now": Row(
        [*CAME, "write-off 2 3"],
        {
            "sales": {"Debtors": "-6.00", "Sales": "6.00"},
            "stock": {"COGS": "-3.20", "Write-offs": "3.20"},
        },
        {"yard": ("10", "16.00")},
        "1.6000",
    ),
    "a cost that is set": Row(
        [*CAME, "move 4", "standard 2"],
        {"stock": {"Stock A": "2.40", "Stock B": "1.60", "Adjustment": "-4.00"}},
        {"yard": ("6", "12.00"), "shop": ("4", "8.00")},
        "2.0000",
    ),
    "another category": Row(
        [*CAME, "group SPARE"],
        {"stock": {"Stock A": "-16.00", "Spare": "16.00"}},
        {"yard": ("10", "16.00")},
        "1.6000",
    ),
}
OFF = [frozenset(some) for count in range(4) for some in combinations(Link, count)]


def heard(entries: Parts, off: frozenset[Link]) -> dict[str, str]:
    """What the ledger hears of entries where some links are off."""
    sums: dict[str, Decimal] = {}
    for condition, lines in entries.items():
        wanted, _, unwanted = condition.partition(" - ")
        links = {Link[one.upper()] for one in wanted.split(" & ")}
        if links & off or (unwanted and Link[unwanted.upper()] not in off):
            continue
        for account, amount in lines.items():
            sums[account] = sums.get(account, Decimal(0)) + Decimal(amount)
    return {account: f"{amount:.2f}" for account, amount in sums.items() if amount}


def told(method: str, cost: str, row: Row, off: frozenset[Link]) -> None:
    story = Story(CarriedBooks(method, cost, off))
    decision = [story.tell(words) for words in row.story][-1]
    assert posted(decision) == heard(row.entries, off), f"off: {sorted(off)}"
    assert story.books.stock() == row.after
    assert story.books.unit_cost() == row.unit_cost


@pytest.mark.parametrize("row", STANDARD.values(), ids=STANDARD)
def test_at_standard_cost_each_link_hears_of_its_own(row: Row) -> None:
    for off in OFF:
        told("STANDARD", "80", row, off)


@pytest.mark.parametrize("row", AVERAGE.values(), ids=AVERAGE)
def test_at_weighted_average_each_link_hears_of_its_own(row: Row) -> None:
    for off in OFF:
        told("WEIGHTED_AVERAGE", "1", row, off)


def test_the_last_goods_given_back_leave_no_cent_in_suspense() -> None:
    """Three at 3.3333 come in for 10.00, and go back one by one: 3.33, 3.33 and 3.34."""
    story = Story(CarriedBooks("STANDARD", "3.3333", frozenset()))
    told = [story.tell(words) for words in ("receive 3 4", *("give-back 1 1",) * 3)]
    assert [posted(one)["Accrual"] for one in told] == ["-10.00", "3.33", "3.33", "3.34"]
