"""Lines in other units than the item's stock unit, in tables: what moves, and what it is for."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from domain.decide import Decision
from domain.documents.credit_note import CreditNote
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.documents.document import Document
from domain.documents.parts.credit_line import CreditKind, CreditNoteLine, CreditSide
from domain.documents.parts.returns import ReturnLine
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.documents.purchase_return import PurchaseReturn
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.documents.stock_reconciliation import ReconciliationLine, StockReconciliation
from domain.errors import Refused
from domain.facts import ItemFacts
from domain.masters import Checks, ItemUnit
from domain.records import LineRecord
from domain.references import Ref
from tests.model.handing_in import FIRST_DAY
from tests.model.handing_in_accounts import CUSTOMER, SUPPLIER
from tests.model.memory import MemoryBooks
from tests.model.naming import account, item, warehouse
from tests.model.operations import Switches

D = Decimal
FIFO, MAIN = item("fifo-"), Ref("warehouse", "code", "main")


class Books(MemoryBooks):
    """A company whose items have units that may change."""

    units: Mapping[str, Decimal] = MappingProxyType(
        {"Dozen": D(12), "Gram": D("0.001"), "Pound": D("0.45359237")}
    )

    def _item(self, name: str) -> ItemFacts:
        return replace(super()._item(name), uom="Unit", units=tuple(self.units.items()))

    def post(self, kind: type[Document], *lines: Any, **more: Any) -> Decision:
        """A document of the first day."""
        head = {"id": self.new_id(), "company": Ref("company", "code", "MODEL")}
        given: dict[str, Any] = head | more | {"posting_date": FIRST_DAY, "lines": lines}
        return self.submit(kind(**given))

    def received(self, quantity: str, uom: str | None, rate: str, **more: Any) -> LineRecord:
        """A receipt of one line."""
        line = ReceiptLine(
            item=FIFO, warehouse=MAIN, quantity=D(quantity), uom=uom, rate=D(rate), **more
        )
        return self.post(PurchaseReceipt, line, supplier=SUPPLIER).causes.lines[0]


def line_ref(line: LineRecord) -> Ref:
    return Ref("line", "id", str(line.id))


def refused(books: Books, kind: type[Document], line: Any, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as found:
        books.post(kind, line, **more)
    return [(one.code, ".".join(one.path)) for one in found.value.refusals]


@pytest.mark.parametrize(
    ("quantity", "uom", "rate", "off", "moved", "amount"),
    [
        ("2", None, "2.5", "0", "2", "5.00"),
        ("2", "Unit", "2.5", "0", "2", "5.00"),
        ("2", "Dozen", "120", "0", "24", "240.00"),
        ("1", "Dozen", "100", "0", "12", "100.00"),
        ("7", "Dozen", "33.33", "7.5", "84", "215.81"),
        ("0.25", "Dozen", "0.02", "0", "3", "0.01"),  # half a cent, not 0.00499...
        ("3", "Gram", "0.01", "0", "0.003", "0.03"),
        ("100", "Pound", "9.99", "0", "45.359237", "999.00"),
    ],
)
def test_an_amount_is_of_the_unit_and_what_moves_of_the_stock_unit(
    quantity: str, uom: str | None, rate: str, off: str, moved: str, amount: str
) -> None:
    books = Books(Switches())
    line = ReceiptLine(
        item=FIFO, warehouse=MAIN, quantity=D(quantity), uom=uom, rate=D(rate),
        discount_percent=D(off),
    )  # fmt: skip
    decision = books.post(PurchaseReceipt, line, supplier=SUPPLIER)

    (record,), (movement,) = decision.causes.lines, decision.movements
    assert (record.quantity, record.amount, record.uom) == (D(moved), D(amount), uom)
    assert (movement.quantity, decision.costs[0].actual) == (D(moved), D(amount))


def test_a_dozen_at_100_is_billed_and_returned_in_parts_to_the_last_cent() -> None:
    """8.333... each: nothing is left on the accrual, and no price is another."""
    books = Books(Switches())
    came = books.received("1", "Dozen", "100")
    for quantity in ("0.25", "0.5"):
        line = PurchaseInvoiceLine(
            item=None, receipt_line=line_ref(came), quantity=D(quantity), uom="Dozen", rate=D(100)
        )
        books.post(PurchaseInvoice, line, supplier=SUPPLIER)
    back = ReturnLine(line=line_ref(came), quantity=D(3))
    (returned,) = books.post(PurchaseReturn, back).causes.lines

    left = books.lines[came.id]
    assert (left.open_quantity, left.open_amount) == (0, 0)
    assert (returned.quantity, returned.amount, returned.uom) == (D(3), D(25), None)


def test_a_unit_counts_for_a_line_what_it_counted_when_that_was_posted() -> None:
    books = Books(Switches(policy="KEEP_DIFFERENCE"))
    came = books.received("2", "Dozen", "120")
    sale = DeliveryLine(item=FIFO, warehouse=MAIN, quantity=D(1), uom="Dozen", rate=D(200))
    (went,) = books.post(DeliveryNote, sale, customer=CUSTOMER).causes.lines
    books.units = {"Dozen": D(10)}

    bill = PurchaseInvoiceLine(
        item=FIFO, receipt_line=line_ref(came), quantity=D(2), uom="Dozen", rate=D(120)
    )
    (billed,) = books.post(PurchaseInvoice, bill, supplier=SUPPLIER).causes.lines
    invoice = SalesInvoiceLine(
        item=None, delivery_line=line_ref(went), quantity=D(1), uom="Dozen", rate=D(200)
    )
    (sold,) = books.post(SalesInvoice, invoice, customer=CUSTOMER).causes.lines
    credit = CreditNoteLine(invoice_line=line_ref(billed), quantity=D(1), uom="Dozen", rate=D(12))
    overcharge = {"side": CreditSide.PURCHASE, "credit_kind": CreditKind.OVERCHARGE}
    (credited,) = books.post(CreditNote, credit, party=SUPPLIER, **overcharge).causes.lines
    back = ReturnLine(line=line_ref(came), quantity=D("0.5"), uom="Dozen")
    (returned,) = books.post(PurchaseReturn, back).causes.lines

    found = [(one.quantity, one.amount) for one in (billed, sold, credited, returned)]
    assert found == [(D(24), D(240)), (D(12), D(200)), (D(12), D(12)), (D(6), D(60))]
    assert books.received("1", "Dozen", "120").quantity == D(10)


def test_rejected_goods_and_counts_are_in_the_unit_of_their_line() -> None:
    books = Books(Switches(value_rejected=True))
    came = books.received(
        "2", "Dozen", "120", rejected_quantity=D("0.5"), rejected_warehouse=warehouse("shop"),
        received_quantity=D("2.5"),
    )  # fmt: skip
    assert (came.quantity, came.amount, books.lines[came.id].quantity) == (D(24), D(300), D(30))

    line = ReconciliationLine(item=FIFO, warehouse=MAIN, quantity=D(3), uom="Dozen", rate=D(60))
    counted = books.post(StockReconciliation, line)
    assert sum(one.quantity for one in counted.movements) == D(12)
    assert sum(one.actual for one in counted.costs) == D(180) - D(240)


def test_a_credit_of_no_line_is_one_of_the_unit() -> None:
    line = CreditNoteLine(item=FIFO, uom="Dozen", rate=D(100), discount_percent=D(50))
    more = {"side": CreditSide.SALES, "credit_kind": CreditKind.WRITE_OFF, "party": CUSTOMER}
    (credited,) = Books(Switches()).post(CreditNote, line, **more).causes.lines
    assert (credited.quantity, credited.amount) == (D(12), D(50))


def test_what_cannot_be_in_a_unit_is_refused_where_it_stands() -> None:
    books = Books(Switches())

    def receipt(quantity: str, uom: str) -> list[tuple[str, str]]:
        line = ReceiptLine(item=FIFO, warehouse=MAIN, quantity=D(quantity), uom=uom, rate=D(1))
        return refused(books, PurchaseReceipt, line, supplier=SUPPLIER)

    assert receipt("1", "Crate") == [("UNIT_NOT_OF_ITEM", "lines.0.uom")]
    assert receipt("1", "Pound") == [("INVALID_VALUE", "lines.0.quantity")]
    assert receipt("0.0001", "Gram") == [("INVALID_VALUE", "lines.0.quantity")]
    assert receipt("0.0000001", "Dozen") == [("INVALID_VALUE", "lines.0.quantity")]
    assert receipt("999999999999999", "Dozen") == [("INVALID_VALUE", "lines.0.quantity")]
    dear = ReceiptLine(item=FIFO, warehouse=MAIN, quantity=D(1), uom="Gram", rate=D("1e13"))
    found = refused(books, PurchaseReceipt, dear, supplier=SUPPLIER)
    assert found == [("INVALID_VALUE", "lines.0.rate")]
    service = PurchaseInvoiceLine(
        item=None, account=account("Services"), quantity=D(1), uom="Dozen", rate=D(1)
    )
    found = refused(books, PurchaseInvoice, service, supplier=SUPPLIER)
    assert found == [("INVALID_VALUE", "lines.0.uom")]


def test_a_rate_that_has_to_match_is_told_in_the_unit_of_the_bill() -> None:
    books = Books(Switches(policy="MUST_MATCH"))
    came = books.received("1", "Dozen", "100")
    line = PurchaseInvoiceLine(
        item=FIFO, receipt_line=line_ref(came), quantity=D(1), uom="Dozen", rate=D(101)
    )
    with pytest.raises(Refused) as found:
        books.post(PurchaseInvoice, line, supplier=SUPPLIER)
    (mismatch,) = found.value.refusals
    assert mismatch.params() | {"expected": D(100), "given": D(101)} == mismatch.params()


@pytest.mark.parametrize(
    ("came", "billed"),
    [
        (("1", "Dozen", "100"), ("12", None, "8.333333333333")),
        (("12", None, "8.333333333333"), ("1", "Dozen", "100")),
        (("100", "Pound", "9.99"), ("45.359237", None, "22.024179992269")),
    ],
)
def test_a_rate_matches_that_is_as_near_as_it_can_be_given(
    came: tuple[str, str | None, str], billed: tuple[str, str | None, str]
) -> None:
    books = Books(Switches(policy="MUST_MATCH"))
    known = line_ref(books.received(*came))

    def bill(rate: str) -> PurchaseInvoiceLine:
        quantity, uom = D(billed[0]), billed[1]
        return PurchaseInvoiceLine(
            item=FIFO, receipt_line=known, quantity=quantity, uom=uom, rate=D(rate)
        )

    dearer = str(D(billed[2]) + D("0.00000000001"))
    found = refused(books, PurchaseInvoice, bill(dearer), supplier=SUPPLIER)
    assert found == [("RATE_MISMATCH", "lines.0.rate")]
    books.post(PurchaseInvoice, bill(billed[2]), supplier=SUPPLIER)


@pytest.mark.parametrize(
    ("given", "kept", "path"),
    [
        ([], None, None),
        ([("Dozen", "12.0"), ("Unit", "1")], {"Dozen": "12"}, None),
        ([("Unit", "2")], None, "units.0.factor"),
        ([("Dozen", "0")], None, "units.0.factor"),
        ([("Dozen", "-1")], None, "units.0.factor"),
        ([("Dozen", "0.0000000000001")], None, "units.0.factor"),
        ([("Dozen", "12"), ("Dozen", "12")], None, "units.1.uom"),
        ([(" ", "12")], None, "units.0.uom"),
    ],
)
def test_units_of_an_item(
    given: list[tuple[str, str]], kept: dict[str, str] | None, path: str | None
) -> None:
    checks = Checks()
    units = checks.units([ItemUnit(uom, D(factor)) for uom, factor in given], "Unit")
    assert [".".join(one.path) for one in checks.refusals] == ([path] if path else [])
    assert path or units == kept
