"""`currencyBalances`: what accounts have that are kept in another currency."""

from decimal import Decimal
from typing import Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.accounts import Account
from api.masters.common import CompanyArgument, company_id_of
from api.reports.common import SAME_AS_ROWS, AsOf, Covered, IncludeZero, KnownAt, covering
from persistence.reports import currency_balances as report


@strawberry.type(description="An account that is kept in another currency than the company's.")
class CurrencyBalanceRow:
    """Debit positive."""

    account: Any = related("account", "account_id", Account, "The account.")
    kept_in: str = strawberry.field(
        name="currency", description="The currency that it is kept in (ISO 4217)."
    )
    balance: Decimal = strawberry.field(
        description="What it has, in that currency, debit positive: as the bank's statement says."
    )
    booked: Decimal = strawberry.field(
        name="bookedAmount",
        description="What the ledger has for it, in company currency, debit positive: as the trial "
        "balance says.",
    )


@strawberry.type(description="Accounts that are kept in another currency.")
class CurrencyBalances(Covered):
    """All of them: there are no pages."""

    rows: list[CurrencyBalanceRow] = strawberry.field(description="Accounts in chart order.")

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[CurrencyBalanceRow]:
        """See `rows`."""
        return self.rows


@strawberry.type
class CurrencyBalanceQuery:
    """Balances in other currencies."""

    @strawberry.field(
        description="What accounts have that are kept in another currency, in it and in company's."
    )
    async def currency_balances(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        include_zero: IncludeZero = False,
    ) -> CurrencyBalances:
        """One statement for all rows."""
        company_id = await company_id_of(info, company)
        async with covering(info, company_id, as_of, known_at) as (connection, scope):
            rows: Any = await report.currency_balances(connection, scope, include_zero=include_zero)
        return CurrencyBalances(scope=scope, rows=rows)
