"""Documents under BY_LEVEL said in a few words, and rows of what each leaves with any links.

Entries are told by the link that the ledger hears of them by; each row holds for every choice of
links, which hears of those that are on and of nothing else.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, NamedTuple

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
from domain.documents.stock_revaluation import RevaluationLine, StockRevaluation
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
    standard 85 | revalue 85 | revalue-to 900 | group SPARE | cancel 2
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

    def _revalue(self, cost: str) -> Document:
        line = RevaluationLine(item=ITEM, warehouse=place("yard"), unit_cost=Decimal(cost))
        return StockRevaluation(**self._head(), lines=(line,))

    def _revalue_to(self, value: str) -> Document:
        line = RevaluationLine(item=ITEM, warehouse=place("yard"), value=Decimal(value))
        return StockRevaluation(**self._head(), lines=(line,))

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


def told(method: str, cost: str, row: Row) -> None:
    """Tell the row's story with any links off: the ledger hears what they let through."""
    for off in OFF:
        story = Story(CarriedBooks(method, cost, off))
        decision = [story.tell(words) for words in row.story][-1]
        assert posted(decision) == heard(row.entries, off), f"off: {sorted(off)}"
        assert story.books.stock() == row.after
        assert story.books.unit_cost() == row.unit_cost
