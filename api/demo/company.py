"""The demo company: a chart, warehouses, items, parties, and the worked example posted.

Everything goes the way that requests go: masters through their functions, documents through the
books. The ids are fixed, so that opening it again repeats what there is and appends what an
interruption left out. Once all of it is there, whatever people do with the company is theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from api.demo.tutorial import open_tutorial
from api.messages import LANGUAGES, message
from domain.charts import Chart
from domain.company import CompanySettings, CostingMethod, Scheme
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.documents.document import Document
from domain.documents.parts.charges import Charge, ChargeCategory
from domain.documents.payment import Allocation, Payment, PaymentType
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.documents.stock_entry import StockEntry, StockEntryLine, StockEntryPurpose
from domain.errors import Refused
from domain.masters import NewCompany, NewItem, NewParty, NewWarehouse, PartyRole
from domain.ports import Books
from domain.references import Ref, RefKind
from persistence.database import Database
from persistence.documents.reading import lines_of_documents
from persistence.masters import companies, items, parties, warehouses
from persistence.operator_error import OperatorError
from persistence.posting.post import Poster

CODE = "DEMO"
WAREHOUSES = ("Stores", "Work In Progress", "Finished Goods")
RECORDED_BY = "perpetuo demo"


def _id(number: int) -> UUID:
    """A fixed UUIDv7."""
    return UUID(f"01900000-0000-7000-8000-{number:012}")


COMPANY_ID = _id(1)
_COMPANY = Ref("company", "id", str(COMPANY_ID))
_ITEM_IDS = {"RM0001": _id(21), "RM0002": _id(22), "FG0001": _id(23), "SV0001": _id(24)}
_PARTY_IDS = {"ARCU": _id(31), "UTAH": _id(32)}
_WAREHOUSE_IDS = {code: _id(11 + index) for index, code in enumerate(WAREHOUSES)}


class DemoError(OperatorError):
    """The demo company cannot be opened."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A document, made from the line ids of the document that it bills, if it bills one."""

    make: Callable[[Sequence[Ref]], Document]
    bills: UUID | None = None


async def open_demo(database: Database, report: Callable[[str], None]) -> None:
    """Open the demo companies and post their examples, as far as they are not there yet.

    Raises:
        DemoError: another company has its code, or somebody changed it before it was complete.
    """
    async with database.transaction(COMPANY_ID) as alone:
        # Held until the end: whoever else opens it at the same time waits, and finds it there.
        await alone.execute("select pg_advisory_xact_lock(%s)", (COMPANY_ID.int & 0x7FFFFFFF,))
        books = Poster(database)
        found = await alone.execute(
            "select from document where company_id = %s and id = %s", (COMPANY_ID, _LAST)
        )
        is_there = await found.fetchone() is not None
        try:
            if not is_there:
                report(f"Posting the worked example in company {CODE}")
                await _open_masters(database.acting_for(RECORDED_BY))
                await _post_documents(database, books)
            await open_tutorial(database, books, RECORDED_BY, report)
        except Refused as refused:
            raise DemoError(
                "The demo company cannot be opened: "
                + " ".join(message(one, LANGUAGES[0]) for one in refused.refusals)
                + " Serve without it with --no-demo."
            ) from refused


# -- masters ----------------------------------------------------------------------------------


async def _open_masters(database: Database) -> None:
    await companies.create(
        database,
        NewCompany(
            id=COMPANY_ID,
            code=CODE,
            name="Demo Company",
            currency="USD",
            chart=Chart.PERPETUAL_EN,
            scheme=Scheme.PERPETUAL,
            costing_method=CostingMethod.FIFO,
            fiscal_year_start_month=1,
            settings=CompanySettings(),
        ),
    )
    for code in WAREHOUSES:
        await warehouses.create(database, _warehouse(code))
    for item in _ITEMS:
        await items.create(database, item)
    for party in _PARTIES:
        await parties.create(database, party)


def _warehouse(code: str) -> NewWarehouse:
    return NewWarehouse(
        company=_COMPANY,
        id=_WAREHOUSE_IDS[code],
        code=code,
        name=code,
        parent=None,
        account=Ref("account", "code", code),
        is_group=False,
    )


def _item(
    sku: str,
    name: str,
    method: CostingMethod | None,
    barcodes: tuple[str, ...] = (),
    *,
    is_stock_item: bool = True,
) -> NewItem:
    return NewItem(
        company=_COMPANY,
        id=_ITEM_IDS[sku],
        sku=sku,
        name=name,
        description=None,
        uom="Unit",
        costing_method=method,
        is_stock_item=is_stock_item,
        group=None,
        stock_group=None,
        standard_cost=None,
        unit_cost=None,
        overhead_rate=None,
        indirect_cost_percent=None,
        weight=None,
        volume=None,
        barcodes=barcodes,
        expense_account=None,
        income_account=None,
        allow_negative_stock=None,
    )


def _party(code: str, name: str, role: PartyRole) -> NewParty:
    return NewParty(
        company=_COMPANY,
        id=_PARTY_IDS[code],
        code=code,
        name=name,
        roles=(role,),
        tax_id=None,
        email=None,
        group=None,
        area=None,
        sales_type=None,
        receivable_account=None,
        payable_account=None,
    )


_ITEMS = (
    _item("RM0001", "Turbine blade", CostingMethod.FIFO, ("4006381333931",)),
    _item("RM0002", "Hexagon bolt", CostingMethod.MOVING_AVERAGE),
    _item("FG0001", "Wind turbine", None),
    _item("SV0001", "Installation", None, is_stock_item=False),
)
_PARTIES = (
    _party("ARCU", "Arcu Vel Quam Fabricators", PartyRole.SUPPLIER),
    _party("UTAH", "Utah Automation Services", PartyRole.CUSTOMER),
)


# -- documents --------------------------------------------------------------------------------


async def _post_documents(database: Database, books: Books) -> None:
    for step in _DOCUMENTS:
        lines = await _lines(database, step.bills) if step.bills else ()
        await books.submit(step.make(lines), RECORDED_BY)


async def _lines(database: Database, document: UUID) -> Sequence[Ref]:
    async with database.transaction(COMPANY_ID) as connection:
        lines = await lines_of_documents(connection, COMPANY_ID, [document])
    return [Ref("line", "id", str(line.id)) for line in sorted(lines, key=lambda one: one.line_no)]


def _by_id(kind: RefKind, id_: UUID) -> Ref:
    return Ref(kind, "id", str(id_))


_ARCU = _by_id("party", _PARTY_IDS["ARCU"])
_UTAH = _by_id("party", _PARTY_IDS["UTAH"])
_BLADE = _by_id("item", _ITEM_IDS["RM0001"])
_BOLT = _by_id("item", _ITEM_IDS["RM0002"])
_STORES = _by_id("warehouse", _WAREHOUSE_IDS["Stores"])
_IN_PROGRESS = _by_id("warehouse", _WAREHOUSE_IDS["Work In Progress"])
_RECEIPT, _INVOICE, _SALE, _BOLTS, _LAST = _id(101), _id(102), _id(104), _id(109), _id(113)


def _charge(
    account: str,
    amount: int | None = None,
    category: ChargeCategory = ChargeCategory.TOTAL,
    *,
    rate: int | None = None,
) -> Charge:
    return Charge(
        account=Ref("account", "code", account),
        amount=Decimal(amount) if amount else None,
        rate=Decimal(rate) if rate else None,
        category=category,
    )


_SHIPPING = _charge("Shipping Charges", 100, ChargeCategory.VALUATION_AND_TOTAL)
_VAT = _charge("VAT", rate=10)
_DUTY = _charge("Customs Duty", 150, ChargeCategory.VALUATION)


def _receipt(
    id_: UUID, day: int, item: Ref, quantity: str, rate: str, *charges: Charge
) -> PurchaseReceipt:
    goods = ReceiptLine(
        item=item, quantity=Decimal(quantity), rate=Decimal(rate), warehouse=_STORES
    )
    return PurchaseReceipt(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        supplier=_ARCU,
        lines=(goods,),
        charges=charges,
    )


def _bill(
    id_: UUID, day: int, item: Ref, quantity: str, rate: str, line: Sequence[Ref], *charges: Charge
) -> PurchaseInvoice:
    billed = PurchaseInvoiceLine(
        item=item, quantity=Decimal(quantity), rate=Decimal(rate), receipt_line=line[0]
    )
    return PurchaseInvoice(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        supplier=_ARCU,
        lines=(billed,),
        charges=charges,
    )


def _delivery(id_: UUID, day: int) -> DeliveryNote:
    goods = DeliveryLine(item=_BLADE, quantity=Decimal(5), rate=Decimal(300), warehouse=_STORES)
    return DeliveryNote(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        customer=_UTAH,
        lines=(goods,),
    )


def _sale(id_: UUID, day: int) -> SalesInvoice:
    goods = SalesInvoiceLine(item=_BLADE, quantity=Decimal(5), rate=Decimal(300), warehouse=_STORES)
    return SalesInvoice(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        customer=_UTAH,
        update_stock=True,
        lines=(goods,),
        charges=(_charge("Service Tax", 150), _charge("VAT", 100)),
    )


def _stock_entry(
    id_: UUID,
    day: int,
    purpose: StockEntryPurpose,
    item: Ref,
    quantity: str,
    rate: str | None = None,
    to: Ref | None = None,
) -> StockEntry:
    goods = StockEntryLine(
        item=item,
        quantity=Decimal(quantity),
        warehouse=_STORES,
        to_warehouse=to,
        rate=Decimal(rate) if rate else None,
    )
    return StockEntry(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        purpose=purpose,
        lines=(goods,),
    )


def _payment(
    id_: UUID, day: int, type_: PaymentType, party: Ref, amount: str, invoice: UUID
) -> Payment:
    return Payment(
        id=id_,
        company=_COMPANY,
        posting_date=date(2026, 1, day),
        type=type_,
        party=party,
        amount=Decimal(amount),
        allocations=(Allocation(invoice=_by_id("document", invoice), amount=Decimal(amount)),),
    )


_IN = StockEntryPurpose.MATERIAL_RECEIPT
_OUT = StockEntryPurpose.MATERIAL_ISSUE
_TRANSFER = StockEntryPurpose.MATERIAL_TRANSFER
_DOCUMENTS = (
    _Step(lambda _: _receipt(_RECEIPT, 10, _BLADE, "10", "200", _SHIPPING, _VAT, _DUTY)),
    _Step(lambda one: _bill(_INVOICE, 11, _BLADE, "10", "200", one, _SHIPPING, _VAT), _RECEIPT),
    _Step(lambda _: _delivery(_id(103), 12)),
    _Step(lambda _: _sale(_SALE, 13)),
    _Step(lambda _: _stock_entry(_id(105), 14, _IN, _BLADE, "50", "220")),
    _Step(lambda _: _stock_entry(_id(106), 15, _OUT, _BLADE, "10")),
    _Step(lambda _: _stock_entry(_id(107), 16, _TRANSFER, _BLADE, "10", to=_IN_PROGRESS)),
    _Step(lambda _: _payment(_id(108), 20, PaymentType.RECEIVE, _UTAH, "1750", _SALE)),
    # Beyond the example: a moving average, a receipt billed in part, a bill paid in part.
    _Step(lambda _: _receipt(_BOLTS, 21, _BOLT, "100", "1.20")),
    _Step(lambda _: _receipt(_id(110), 22, _BOLT, "50", "1.50")),
    _Step(lambda _: _stock_entry(_id(111), 23, _OUT, _BOLT, "30")),
    _Step(lambda one: _bill(_id(112), 24, _BOLT, "40", "1.20", one), _BOLTS),
    _Step(lambda _: _payment(_LAST, 30, PaymentType.PAY, _ARCU, "1000", _INVOICE)),
)
"""The worked example in the order of its days, and what shows what it does not."""
