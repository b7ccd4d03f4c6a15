"""`stockLedger` and `stockVersusLedger`: movements, and stock against its accounts."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.caused import StockMovement
from api.documents.reading.queries import find_document
from api.documents.reading.related import look_up_for, related
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.reports.common import (
    SAME_AS_ROWS,
    AsOf,
    Covered,
    From,
    ItemArgument,
    KnownAt,
    WarehouseArgument,
    check_period,
    id_of,
    reading,
    scope_for,
)
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.refs import DocumentRef
from api.types.sorting import StockLedgerSort, sorted_by
from persistence.reports import stock_ledger as report
from persistence.reports.stock_versus_ledger import stock_versus_ledger


@strawberry.type(description="A page of the stock ledger.")
class StockLedgerConnection(Connection[StockMovement], Covered):
    """Movements in the order in which they count."""


@strawberry.type(description="A stock account: the value of its stock against its balance.")
class StockVersusLedgerRow:
    """In company currency."""

    account: Any = related("account", "account_id", Account, "The stock account.")
    stock_value: Decimal = strawberry.field(description="What the stock is worth.")
    ledger_balance: Decimal = strawberry.field(description="The account's balance, debit positive.")
    difference: Decimal = strawberry.field(description="Stock value less ledger balance.")


@strawberry.type(description="Stock against the ledger, per stock account.")
class StockVersusLedger(Covered):
    """Every difference is zero from the day on which the company posts stock at once."""

    rows: list[StockVersusLedgerRow] = strawberry.field(description="In chart order.")

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[StockVersusLedgerRow]:
        """See `rows`."""
        return self.rows


DocumentArgument = Annotated[
    DocumentRef | None, strawberry.argument(description="Only what this document moved.")
]
IncludeCancelled = Annotated[
    bool,
    strawberry.argument(
        description="Also movements of cancelled documents, and those that undid them."
    ),
]


@strawberry.type
class StockLedgerQuery:
    """The stock ledger."""

    @strawberry.field(
        description="Stock movements in the order in which they count, with the balance of item "
        "and warehouse after each."
    )
    async def stock_ledger(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: From = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        item: ItemArgument = None,
        warehouse: WarehouseArgument = None,
        document: DocumentArgument = None,
        include_cancelled: IncludeCancelled = False,
        sort: Annotated[Any, sorted_by(StockLedgerSort)] = StockLedgerSort.POSTING_ASC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> StockLedgerConnection:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        company_id = scope.company_id
        document_id = None
        if document is not None:
            document_id = (await find_document(info.context, company_id, document.to_ref())).id
        which = report.StockLedgerFilter(
            item_id=await id_of(info, company_id, "item", item),
            warehouse_id=await id_of(info, company_id, "warehouse", warehouse),
            from_date=from_,
            document_id=document_id,
            include_cancelled=include_cancelled,
        )
        async with reading(info.context, scope) as connection:
            rows = await report.stock_ledger(connection, scope, page, which, info.context.balances)
        await look_up_for(info, rows, StockMovement)
        return connect(page, rows, StockLedgerConnection, scope=scope)

    @strawberry.field(description="Per stock account: value of the stock, balance, difference.")
    async def stock_versus_ledger(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
    ) -> StockVersusLedger:
        """All stock accounts."""
        scope = await scope_for(info, company, as_of, known_at)
        async with reading(info.context, scope) as connection:
            rows: Any = await stock_versus_ledger(connection, scope)
        return StockVersusLedger(scope=scope, rows=rows)
