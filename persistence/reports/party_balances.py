"""What customers owe and suppliers are owed, party by party, from the parties' own sub-ledger.

It moves whatever the general ledger hears of it (scheme BY_LEVEL).
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg import AsyncConnection

from persistence.reports.query import compose, conditions, fetch_all
from persistence.reports.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBalanceRow:
    """A party's balances in company currency; None: it never had an entry of that side.

    `receivable` is what it owes, `payable` what it is owed.
    """

    company_id: UUID
    party_id: UUID
    receivable: Decimal | None
    payable: Decimal | None


_BALANCES = """
select entry.company_id, entry.party_id,
       round(sum(entry.amount) filter (where account.type = 'RECEIVABLE'), %(digits)s)
           as receivable,
       round(-sum(entry.amount) filter (where account.type <> 'RECEIVABLE'), %(digits)s) as payable
  from party_entry entry
  join account on account.company_id = entry.company_id and account.id = entry.account_id
  join party on party.company_id = entry.company_id and party.id = entry.party_id
 where entry.company_id = %(company)s and entry.seq <= %(seq)s /*dated*/ /*filters*/
 group by entry.company_id, entry.party_id, party.code
 order by party.code
"""


async def party_balances(
    connection: AsyncConnection, scope: Scope, party_id: UUID | None = None
) -> list[PartyBalanceRow]:
    """The balances of all parties that ever had one, or of the one given, by code."""
    values = scope.values(party=party_id)
    sql = compose(
        _BALANCES,
        dated=conditions(values, {"as_of": "entry.posting_date <= %(as_of)s"}),
        filters=conditions(values, {"party": "entry.party_id = %(party)s"}),
    )
    return await fetch_all(connection, PartyBalanceRow, sql, values)
