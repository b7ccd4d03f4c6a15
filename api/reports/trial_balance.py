"""`trialBalance`: every posting account in chart order."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.masters.accounts import Account
from api.masters.common import CompanyArgument, company_id_of
from api.reports.common import (
    SAME_AS_ROWS,
    AsOf,
    Covered,
    IncludeZero,
    KnownAt,
    check_period,
    covering,
    id_of,
)
from api.types.refs import CostCenterRef
from persistence.reports import trial_balance as report


@strawberry.type
class _Amounts:
    opening_debit: Decimal = strawberry.field(description="Net debit before the period, or zero.")
    opening_credit: Decimal = strawberry.field(description="Net credit before the period, or zero.")
    debit: Decimal = strawberry.field(description="Sum of the period's debit lines.")
    credit: Decimal = strawberry.field(description="Sum of the period's credit lines.")
    closing_debit: Decimal = strawberry.field(description="Net debit at the end, or zero.")
    closing_credit: Decimal = strawberry.field(description="Net credit at the end, or zero.")


@strawberry.type(description="A posting account of the trial balance, in company currency.")
class TrialBalanceRow(_Amounts):
    """Opening and closing are net and stand on one side."""

    account: Any = strawberry.field(graphql_type=Account, description="The account.")


@strawberry.type(description="The sums of all rows of the filter, in company currency.")
class TrialBalanceTotals(_Amounts):
    """Debits equal credits, unless a cost center is filtered."""


@strawberry.type(description="The trial balance.")
class TrialBalance(Covered):
    """Openings are cumulative for all accounts, unless results are carried."""

    from_: date | None = strawberry.field(description="The first day of the period.")
    totals: TrialBalanceTotals = strawberry.field(description="The sums of all rows.")
    found: strawberry.Private[report.TrialBalance]

    @strawberry.field(description="Posting accounts in chart order.")
    def rows(self) -> list[TrialBalanceRow]:
        """All of them: there are no pages."""
        shown: Any = self.found.rows
        return shown

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[TrialBalanceRow]:
        """See `rows`."""
        return self.rows()


CostCenterArgument = Annotated[
    CostCenterRef | None,
    strawberry.argument(description="Only lines of this cost center and those below it."),
]
PeriodStart = Annotated[
    date | None,
    strawberry.argument(
        name="from",
        description="First day of the period; null = the start of the fiscal year of `asOf`, "
        "or of the last day posted.",
    ),
]


CarryResults = Annotated[
    bool,
    strawberry.argument(
        description="Whether income and expense begin the fiscal year of `from` at zero, and what "
        "the years before came to opens the account of retained earnings, as after a closing."
    ),
]


@strawberry.type
class TrialBalanceQuery:
    """The trial balance."""

    @strawberry.field(
        description="Opening, turnover and closing of every posting account, in chart order."
    )
    async def trial_balance(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        from_: PeriodStart = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        cost_center: CostCenterArgument = None,
        include_zero: IncludeZero = False,
        carry_results: CarryResults = False,
    ) -> TrialBalance:
        """One statement for all rows."""
        check_period(from_, as_of)
        company_id = await company_id_of(info, company)
        center = await id_of(info, company_id, "costCenter", cost_center)
        async with covering(info, company_id, as_of, known_at) as (connection, scope):
            found = await report.trial_balance(
                connection,
                scope,
                from_date=from_,
                cost_center_id=center,
                include_zero=include_zero,
                carry_results=carry_results,
            )
        totals: Any = found.totals
        return TrialBalance(scope=scope, from_=found.from_date, totals=totals, found=found)
