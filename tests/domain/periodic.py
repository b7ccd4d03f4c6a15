"""A periodic company and the state of its books, in a line each, and a plan in lines to compare."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.accounts import AccountType, Role, Root, WarehouseFacts
from domain.company import CompanySettings, Scheme
from domain.facts import AccountFacts, CompanyFacts
from domain.migrating.facts import BinValue, MigrationFacts, PendingLine
from domain.migrating.migration import plan
from domain.migrating.plan import MigrationPlan
from domain.movements import Pool

AS_OF = date(2026, 12, 31)
ACCOUNTS = {
    "Stores": (AccountType.STOCK, Root.ASSET),
    "Shelves": (AccountType.STOCK, Root.ASSET),
    "Stock In Hand": (AccountType.STOCK, Root.ASSET),
    "In Transit": (AccountType.STOCK, Root.ASSET),
    "Accrual": (AccountType.STOCK_RECEIVED_NOT_BILLED, Root.LIABILITY),
    "Adjustment": (AccountType.STOCK_ADJUSTMENT, Root.EXPENSE),
    "Valuation": (AccountType.EXPENSES_INCLUDED_IN_VALUATION, Root.EXPENSE),
    "COGS": (AccountType.COGS, Root.EXPENSE),
    "Purchases": (AccountType.PURCHASES, Root.EXPENSE),
    "Debtors": (AccountType.RECEIVABLE, Root.ASSET),
    "Creditors": (AccountType.PAYABLE, Root.LIABILITY),
    "Equity": (AccountType.EQUITY, Root.EQUITY),
}
ROLES = {
    Role.STOCK_IN_HAND: "Stock In Hand",
    Role.STOCK_RECEIVED_NOT_BILLED: "Accrual",
    Role.STOCK_ADJUSTMENT: "Adjustment",
    Role.EXPENSES_INCLUDED_IN_VALUATION: "Valuation",
    Role.COST_OF_GOODS_SOLD: "COGS",
}


def uid(name: str) -> UUID:
    return UUID(int=int.from_bytes(name.encode(), "big") % (1 << 128))


def warehouse(
    code: str, account: str | None = None, parent: str | None = None, **more: Any
) -> WarehouseFacts:
    return WarehouseFacts(
        uid(code),
        code,
        code,
        uid(parent) if parent else None,
        uid(account) if account else None,
        **more,
    )


def company(
    *warehouses: WarehouseFacts, without: tuple[Role, ...] = (), **more: Any
) -> CompanyFacts:
    chosen = warehouses or (warehouse("Main", "Stores"),)
    return CompanyFacts(
        id=uid("company"),
        code="ACME",
        currency="USD",
        digits=2,
        roles={role: uid(name) for role, name in ROLES.items() if role not in without},
        accounts={
            uid(name): AccountFacts(uid(name), name, name, type_, root)
            for name, (type_, root) in ACCOUNTS.items()
        },
        accounts_named={name: uid(name) for name in ACCOUNTS},
        warehouses={one.id: one for one in chosen},
        **{"scheme": Scheme.PERIODIC, "settings": CompanySettings(), **more},
    )


def stock(where: str, value: str, quantity: str = "10", item: str = "ITEM") -> BinValue:
    return BinValue(
        Pool(uid(item), uid(where)),
        item,
        Decimal(quantity),
        Decimal(value),
        uid(f"last {item} {where}"),
        uid("PR"),
    )


def open_line(number: str, amount: str, line: int = 1) -> PendingLine:
    return PendingLine(uid(f"{number} {line}"), uid(number), number, Decimal(amount))


def state(*bins: BinValue, **more: Any) -> MigrationFacts:
    ledger = {uid(name): Decimal(amount) for name, amount in more.pop("ledger", {}).items()}
    return MigrationFacts(
        bins=bins,
        ledger=ledger,
        received_not_billed=more.pop("received", ()),
        billed_not_received=more.pop("billed", ()),
        **more,
    )


def planned(who: CompanyFacts, facts: MigrationFacts, **options: Any) -> MigrationPlan:
    chosen = {"accrue_billed_not_received": False, "make_journals": True, **options}
    expense = chosen.pop("expense", "COGS")
    return plan(who, facts, AS_OF, uid(expense) if expense else None, **chosen)


def found(result: MigrationPlan) -> list[str]:
    """Each problem in a line: blocking or warning, its code, its data."""
    return [
        " ".join(
            [
                "blocking" if one.blocking else "warning",
                one.refusal.code,
                *(str(value) for value in one.refusal.params().values()),
            ]
        )
        for one in result.problems
    ]


def lines(result: MigrationPlan) -> list[str]:
    names = {uid(name): name for name in ACCOUNTS}
    return [
        f"{journal.purpose} {names[line.account]} {line.amount}"
        for journal in result.journals
        for line in journal.lines
    ]
