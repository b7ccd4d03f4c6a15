"""`partyBalances`: what customers owe and suppliers are owed."""

from decimal import Decimal
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.documents.reading.related import related
from api.masters.common import CompanyArgument
from api.masters.parties import Party
from api.reports.common import SAME_AS_ROWS, AsOf, Covered, KnownAt, id_of, reading, scope_for
from api.types.refs import PartyRef
from persistence.reports.party_balances import party_balances


@strawberry.type(description="A party's balances, in company currency.")
class PartyBalance:
    """Reads from `PartyBalanceRow`."""

    receivable: Decimal | None = strawberry.field(
        description="What it owes, as a customer; null: it never had an entry as one."
    )
    payable: Decimal | None = strawberry.field(
        description="What it is owed, as a supplier; null: it never had an entry as one."
    )
    party: Any = related("party", "party_id", Party, "The party.")


@strawberry.type(description="Balances of parties, whatever the general ledger hears of them.")
class PartyBalances(Covered):
    """Rows by party code."""

    rows: list[PartyBalance] = strawberry.field(description="Parties in order of their codes.")

    @strawberry.field(description=SAME_AS_ROWS)
    def nodes(self) -> list[PartyBalance]:
        """See `rows`."""
        return self.rows


@strawberry.type
class PartyBalanceQuery:
    """Part of the query root."""

    @strawberry.field(
        description="What customers owe and suppliers are owed, from their own sub-ledger."
    )
    async def party_balances(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        party: Annotated[
            PartyRef | None, strawberry.argument(description="Only this party.")
        ] = None,
    ) -> PartyBalances:
        """All parties in one statement."""
        scope = await scope_for(info, company, as_of, known_at)
        only = await id_of(info, scope.company_id, "party", party)
        async with reading(info.context, scope) as connection:
            rows: Any = await party_balances(connection, scope, only)
        return PartyBalances(scope=scope, rows=rows)
