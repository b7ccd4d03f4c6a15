"""`profitAndLoss` and `balanceSheet`: the two statements, by the tree of accounts."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.accounts import Account
from api.masters.common import CompanyArgument
from api.messages import catalogue
from api.reports.common import (
    SAME_AS_ROWS,
    AsOf,
    Covered,
    IncludeZero,
    KnownAt,
    check_period,
    id_of,
    reading,
    scope_for,
)
from api.reports.trial_balance import CostCenterArgument, PeriodStart
from api.types.enums import Root
from persistence.reports import statements
from persistence.reports.statements import Statement


@strawberry.type(description="An account of a statement, or a group with all below it.")
class StatementRow:
    """In company currency."""

    account: Any = related("account", "account_id", Account, "The account or group.")
    root: Root = strawberry.field(description="The section that it is in.")
    level: int = strawberry.field(description="How deep it stands in the tree; 0 at the top.")
    is_group: bool = strawberry.field(
        description="Whether it is a group: its amount is that of the accounts below it."
    )
    amount: Decimal = strawberry.field(
        description="With the statement's sign: income positive and cost negative; assets, "
        "liabilities and equity with their natural sign."
    )


@strawberry.type(description="A part of a statement: the accounts of one root.")
class StatementSection:
    """In company currency."""

    root: Root = strawberry.field(description="The root of its accounts.")
    label: str = strawberry.field(description="Its heading, in the language of Accept-Language.")
    rows: list[StatementRow] = strawberry.field(description="Groups and accounts in chart order.")
    total: Decimal = strawberry.field(
        description="The sum of its accounts; of equity, with the result so far."
    )

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[StatementRow]:
        """See `rows`."""
        return self.rows


@strawberry.type
class _Statement(Covered):
    sections: list[StatementSection] = strawberry.field(description="Its parts, in order.")
    result: Decimal = strawberry.field(
        description="Income less cost: of the period; in the balance sheet of all time, as the "
        "part of equity that no account holds yet."
    )

    @strawberry.field(
        description="The rows of all sections, one after the other: whatever lists rows has them"
        " under `nodes`."
    )
    def nodes(self) -> list[StatementRow]:
        """For exports, and whoever needs no headings."""
        return [row for section in self.sections for row in section.rows]

    result_label: str = strawberry.field(
        description="What the result is called, in the language of Accept-Language."
    )


@strawberry.type(description="Income and cost of a period, and the result.")
class ProfitAndLoss(_Statement):
    """Income is positive, cost negative."""

    from_: date | None = strawberry.field(description="The first day of the period.")
    income: Decimal = strawberry.field(description="All income.")
    expenses: Decimal = strawberry.field(description="All cost, negative.")


@strawberry.type(description="Assets, liabilities and equity of a day.")
class BalanceSheet(_Statement):
    """Assets are liabilities and equity together."""

    assets: Decimal = strawberry.field(description="All assets.")
    liabilities: Decimal = strawberry.field(description="All liabilities.")
    equity: Decimal = strawberry.field(description="Equity, with the result so far.")
    result_of_year: Decimal = strawberry.field(
        description="Of the result what the fiscal year of `asOf` has come to."
    )
    result_brought_forward: Decimal = strawberry.field(
        description="Of the result what the fiscal years before came to: retained, without a "
        "journal that closes them."
    )


def _sections(info: Info, found: Statement) -> list[StatementSection]:
    texts = catalogue(info.context.language)
    return [
        StatementSection(
            root=root,
            label=texts[f"section {root}"],
            rows=cast("list[StatementRow]", [row for row in found.rows if row.root == root]),
            total=total,
        )
        for root, total in found.totals.items()
    ]


@strawberry.type
class StatementQuery:
    """The statements."""

    @strawberry.field(description="Income and cost of a period, by the tree of accounts.")
    async def profit_and_loss(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: PeriodStart = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        cost_center: CostCenterArgument = None,
        include_zero: IncludeZero = False,
    ) -> ProfitAndLoss:
        """One statement for all rows."""
        check_period(from_, as_of)
        scope = await scope_for(info, company, as_of, known_at)
        center = await id_of(info, scope.company_id, "costCenter", cost_center)
        async with reading(info.context, scope) as connection:
            found = await statements.profit_and_loss(
                connection,
                scope,
                from_date=from_,
                cost_center_id=center,
                include_zero=include_zero,
            )
        return ProfitAndLoss(
            scope=scope,
            sections=_sections(info, found),
            result=found.result,
            result_label=catalogue(info.context.language)["section RESULT"],
            from_=found.from_date,
            income=found.totals[Root.INCOME],
            expenses=found.totals[Root.EXPENSE],
        )

    @strawberry.field(
        description="Assets, liabilities and equity of a day, by the tree of accounts; the result "
        "so far is part of equity."
    )
    async def balance_sheet(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        include_zero: IncludeZero = False,
    ) -> BalanceSheet:
        """One statement for all rows."""
        scope = await scope_for(info, company, as_of, known_at)
        async with reading(info.context, scope) as connection:
            found = await statements.balance_sheet(connection, scope, include_zero=include_zero)
        return BalanceSheet(
            scope=scope,
            sections=_sections(info, found),
            result=found.result,
            result_label=catalogue(info.context.language)["section RESULT_SO_FAR"],
            assets=found.totals[Root.ASSET],
            liabilities=found.totals[Root.LIABILITY],
            equity=found.totals[Root.EQUITY],
            result_of_year=found.result - found.brought_forward,
            result_brought_forward=found.brought_forward,
        )
