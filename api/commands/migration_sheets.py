"""The plan of a migration as tables, with names instead of ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from api.commands.sheets import Cell, Sheet
from api.messages import message
from domain.migrating.facts import PendingLine
from domain.migrating.journals import JournalPurpose
from domain.migrating.migration import posts_from
from domain.migrating.plan import MigrationPlan
from domain.money import ZERO, plain, quantum
from persistence.database import Database
from persistence.documents import reading
from persistence.documents.rows import DocumentRow, LineRow
from persistence.masters import lookups
from persistence.masters.rows import AccountRow, CompanyRow, ItemRow, PartyRow, WarehouseRow

_LEVELS = {
    "WAREHOUSE": "the warehouse",
    "PARENT": "a warehouse above it",
    "COMPANY_DEFAULT": "the company default",
}
_PURPOSES = {
    JournalPurpose.STOCK_IN_HAND: "Stock in hand",
    JournalPurpose.RECEIVED_NOT_BILLED: "Received, not billed",
    JournalPurpose.EXPECTED_COST: "Expected cost",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The masters and documents that a plan names, by id."""

    company: CompanyRow
    accounts: Mapping[UUID, AccountRow]
    warehouses: Mapping[UUID, WarehouseRow]
    items: Mapping[UUID, ItemRow]
    parties: Mapping[UUID, PartyRow]
    documents: Mapping[UUID, DocumentRow]
    lines: Mapping[UUID, LineRow]

    @classmethod
    async def of(cls, database: Database, plan: MigrationPlan) -> Self:
        """Read them, one statement a kind."""
        company = plan.company
        pending = [*plan.open_receipts, *plan.billed_not_received]
        async with database.transaction(company) as connection:
            documents = await reading.documents(
                connection, company, list({one.document for one in pending})
            )
            lines = await reading.lines(connection, company, [one.line for one in pending])
        items = {line.item_id for line in lines if line.item_id}
        items |= {one.pool.item for one, _ in plan.bins}
        parties = {one.party_id for one in documents if one.party_id}
        accounts = {one.account for one in plan.accounts}
        accounts |= {line.account for journal in plan.journals for line in journal.lines}
        accounts |= {plan.expense} if plan.expense else set()
        warehouses = [one.warehouse for one in plan.warehouses]
        return cls(
            company=(await lookups.companies_by_id(database, [company]))[company],
            accounts=await lookups.accounts_by_id(database, company, list(accounts)),
            warehouses=await lookups.warehouses_by_id(database, company, warehouses),
            items=await lookups.items_by_id(database, company, list(items)),
            parties=await lookups.parties_by_id(database, company, list(parties)),
            documents={one.id: one for one in documents},
            lines={one.id: one for one in lines},
        )

    def account(self, one: UUID | None) -> str:
        """What a person calls an account: its code, and its name where that is another."""
        if one is None:
            return "-"
        row = self.accounts[one]
        return row.code if row.code == row.name else f"{row.code} {row.name}"


def sheets_of(plan: MigrationPlan, names: Names, state: str) -> list[Sheet]:
    """The plan, problems first; `state` says what has become of it."""
    ahead = _pending_sheet("Billed, not received", "Invoice", plan, names, plan.billed_not_received)
    return [
        _problems(plan),
        _summary(plan, names, state),
        _warehouses(plan, names),
        _accounts(plan, names),
        _pending_sheet("Received, not billed", "Receipt", plan, names, plan.open_receipts),
        *([ahead] if plan.billed_not_received else []),
        _journals(plan, names),
        _stock(plan, names),
    ]


def _amount(plan: MigrationPlan, amount: Decimal) -> Decimal:
    return amount.quantize(quantum(plan.digits))


def _total(plan: MigrationPlan, amounts: Sequence[Decimal]) -> Decimal:
    return _amount(plan, sum(amounts, ZERO))


def _problems(plan: MigrationPlan) -> Sheet:
    rows = [
        (
            "BLOCKING" if one.blocking else "warning",
            one.refusal.code,
            message(one.refusal, "en"),
            one.refusal.fix,
        )
        for one in plan.problems
    ]
    columns = ("", "Check", "What was found", "What to do about it")
    return Sheet("Problems", columns, rows, note="None: every check has passed.")


def _summary(plan: MigrationPlan, names: Names, state: str) -> Sheet:
    company = names.company
    rows: list[tuple[Cell, ...]] = [
        ("Company", f"{company.code} {company.name}"),
        ("Currency", company.currency),
        (f"Last day under {plan.before.value}", plan.as_of.isoformat()),
        (f"First day under {plan.scheme.value}", posts_from(plan.as_of).isoformat()),
        ("Expense account", names.account(plan.expense)),
        ("State", state),
    ]
    return Sheet("Migration", ("", ""), rows)


def _warehouses(plan: MigrationPlan, names: Names) -> Sheet:
    rows = [
        (
            names.warehouses[one.warehouse].code,
            names.account(one.account),
            _LEVELS[one.source] if one.source else "none of the three levels",
            _amount(plan, one.value),
        )
        for one in plan.warehouses
    ]
    total = _total(plan, [one.value for one in plan.warehouses])
    columns = ("Warehouse", "Stock account", "Named by", "Stock value")
    return Sheet(
        "Warehouses", columns, rows, totals=("Total", "", "", total), note="There are none."
    )


def _accounts(plan: MigrationPlan, names: Names) -> Sheet:
    rows = [
        (
            names.account(one.account),
            _amount(plan, one.stock_value),
            _amount(plan, one.ledger_balance),
            _amount(plan, one.difference),
        )
        for one in plan.accounts
    ]
    totals = (
        "Total",
        _total(plan, [one.stock_value for one in plan.accounts]),
        _total(plan, [one.ledger_balance for one in plan.accounts]),
        _total(plan, [one.difference for one in plan.accounts]),
    )
    columns = ("Stock account", "Stock value", "Ledger balance", "Difference")
    return Sheet("Stock accounts", columns, rows, totals=totals, note="There are none.")


def _pending_sheet(
    title: str, kind: str, plan: MigrationPlan, names: Names, lines: Sequence[PendingLine]
) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for one in lines:
        document, line = names.documents[one.document], names.lines[one.line]
        supplier = names.parties[document.party_id].code if document.party_id else ""
        item = names.items[line.item_id].sku if line.item_id else ""
        day = document.posting_date.isoformat()
        amount = _amount(plan, one.amount)
        rows.append((document.number, day, supplier, line.line_no, item, amount))
    total = _total(plan, [one.amount for one in lines])
    return Sheet(
        title,
        (kind, "Date", "Supplier", "Line", "Item", "Amount"),
        rows,
        totals=("Total", "", "", "", "", total),
        note="Nothing.",
    )


def _journals(plan: MigrationPlan, names: Names) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (
            place,
            _PURPOSES[journal.purpose],
            names.account(line.account),
            _amount(plan, max(line.amount, ZERO)),
            _amount(plan, max(-line.amount, ZERO)),
        )
        for place, journal in enumerate(plan.journals, start=1)
        for line in journal.lines
    ]
    lines = [line.amount for journal in plan.journals for line in journal.lines]
    totals = (
        "Total",
        "",
        "",
        _total(plan, [max(amount, ZERO) for amount in lines]),
        _total(plan, [max(-amount, ZERO) for amount in lines]),
    )
    columns = ("Journal", "For", "Account", "Debit", "Credit")
    return Sheet("Journals", columns, rows, totals=totals, note="None are needed.")


def _stock(plan: MigrationPlan, names: Names) -> Sheet:
    """The stock list behind the account balances; too long for a terminal."""
    rows = [
        (
            names.items[one.pool.item].sku,
            names.warehouses[one.pool.warehouse].code,
            names.account(account),
            plain(one.quantity),
            _amount(plan, one.value),
        )
        for one, account in plan.bins
    ]
    total = _total(plan, [one.value for one, _ in plan.bins])
    return Sheet(
        "Stock",
        ("Item", "Warehouse", "Stock account", "Quantity", "Value"),
        rows,
        totals=("Total", "", "", "", total),
        note="There is none.",
        on_terminal=False,
    )
