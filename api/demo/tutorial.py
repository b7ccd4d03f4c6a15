"""The second demo company, in Spanish: stock and its variation as Dynamics NAV keeps them.

The same goods are bought twice, once costed first in, first out and once by the average of a day,
and sold. Costs are adjusted and posted to the ledger by batches, so that each can be looked at.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.charts import Chart
from domain.company import (
    AutomaticCostAdjustment,
    CompanySettings,
    CostingMethod,
    Scheme,
)
from domain.documents.cost_adjustment import CostAdjustment
from domain.documents.document import Document
from domain.documents.inventory_posting import InventoryPosting
from domain.documents.purchase_invoice import PurchaseInvoice, PurchaseInvoiceLine
from domain.documents.sales_invoice import SalesInvoice, SalesInvoiceLine
from domain.masters import NewCompany, NewItem, NewParty, NewWarehouse, PartyRole
from domain.ports import Books
from domain.references import Ref, RefKind
from persistence.database import Database
from persistence.masters import companies, items, parties, warehouses

CODE = "TUTORIAL"


def _id(number: int) -> UUID:
    """A fixed UUIDv7, apart from those of the first demo company."""
    return UUID(f"01900000-0000-7000-8001-{number:012}")


COMPANY_ID = _id(1)
LAST = _id(109)
_COMPANY = Ref("company", "id", str(COMPANY_ID))
_IDS = {"FIFO": _id(21), "MEDIO": _id(22), "PROV": _id(31), "CLI": _id(32), "ALM": _id(11)}


async def open_tutorial(
    database: Database, books: Books, recorded_by: str, report: Callable[[str], None]
) -> None:
    """Open the company and post the tutorial, as far as it is not there yet."""
    async with database.transaction(COMPANY_ID) as connection:
        found = await connection.execute(
            "select from document where company_id = %s and id = %s", (COMPANY_ID, LAST)
        )
        if await found.fetchone() is not None:
            return
    report(f"Posting the tutorial in company {CODE}")
    await _open_masters(database.acting_for(recorded_by))
    for document in _documents():
        await books.submit(document, recorded_by)


async def _open_masters(database: Database) -> None:
    await companies.create(
        database,
        NewCompany(
            id=COMPANY_ID,
            code=CODE,
            name="Empresa de ejemplo",
            currency="EUR",
            chart=Chart.PGC_ES,
            scheme=Scheme.CONTINENTAL,
            costing_method=CostingMethod.FIFO,
            fiscal_year_start_month=1,
            settings=CompanySettings(
                allow_negative_stock=True,
                automatic_cost_posting=False,
                automatic_cost_adjustment=AutomaticCostAdjustment.NEVER,
            ),
        ),
    )
    await warehouses.create(
        database,
        NewWarehouse(
            company=_COMPANY,
            id=_IDS["ALM"],
            code="ALM",
            name="Almacén principal",
            parent=None,
            account=None,
            is_group=False,
        ),
    )
    await items.create(database, _item("FIFO", "Artículo FIFO", CostingMethod.FIFO))
    await items.create(database, _item("MEDIO", "Artículo medio", CostingMethod.AVERAGE_PERIOD))
    await parties.create(database, _party("PROV", "Proveedor", PartyRole.SUPPLIER))
    await parties.create(database, _party("CLI", "Cliente", PartyRole.CUSTOMER))


def _item(sku: str, name: str, method: CostingMethod) -> NewItem:
    return NewItem(
        company=_COMPANY,
        id=_IDS[sku],
        sku=sku,
        name=name,
        description=None,
        uom="Unidad",
        costing_method=method,
        is_stock_item=True,
        group=None,
        stock_group=None,
        standard_cost=None,
        unit_cost=None,
        overhead_rate=None,
        indirect_cost_percent=None,
        weight=None,
        volume=None,
        barcodes=(),
        expense_account=None,
        income_account=None,
        allow_negative_stock=None,
    )


def _party(code: str, name: str, role: PartyRole) -> NewParty:
    return NewParty(
        company=_COMPANY,
        id=_IDS[code],
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


def _named(kind: RefKind, code: str) -> Ref:
    return Ref(kind, "id", str(_IDS[code]))


def _bought(sku: str, quantity: str, rate: str) -> PurchaseInvoiceLine:
    return PurchaseInvoiceLine(
        item=_named("item", sku),
        warehouse=_named("warehouse", "ALM"),
        quantity=Decimal(quantity),
        rate=Decimal(rate),
    )


def _sale(number: int, day: int, sku: str) -> SalesInvoice:
    goods = SalesInvoiceLine(
        item=_named("item", sku),
        warehouse=_named("warehouse", "ALM"),
        quantity=Decimal(4),
        rate=Decimal(30),
    )
    return SalesInvoice(
        id=_id(number),
        company=_COMPANY,
        posting_date=date(2016, 7, day),
        customer=_named("party", "CLI"),
        lines=(goods,),
    )


def _adjust(number: int, day: int) -> CostAdjustment:
    return CostAdjustment(id=_id(number), company=_COMPANY, posting_date=date(2016, 7, day))


def _post(number: int, day: int) -> InventoryPosting:
    return InventoryPosting(id=_id(number), company=_COMPANY, posting_date=date(2016, 7, day))


def _documents() -> tuple[Document, ...]:
    goods = [_bought(sku, *one) for sku in ("FIFO", "MEDIO") for one in (("3", "10"), ("5", "15"))]
    purchase = PurchaseInvoice(
        id=_id(101),
        company=_COMPANY,
        posting_date=date(2016, 7, 1),
        supplier=_named("party", "PROV"),
        lines=tuple(goods),
    )
    return (
        purchase,
        _adjust(102, 1),
        _post(103, 1),
        _sale(104, 5, "MEDIO"),
        _adjust(105, 5),
        _post(106, 5),
        _sale(107, 6, "FIFO"),
        _adjust(108, 6),
        _post(109, 6),
    )
