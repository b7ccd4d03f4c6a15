"""The results of earlier fiscal years, as a year-end closing would carry them to equity.

Nothing is posted for it: whatever is posted late, the figures are those of a closing made now.
"""

from datetime import date
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.accounts import Role
from domain.errors import DefaultAccountMissing, Refused
from domain.periods import fiscal_year_of
from persistence.arrays import array_of
from persistence.reports.figures import figures_of
from persistence.reports.query import compose
from persistence.reports.scope import Scope

_RETAINED = """
select account_id from account_role where company_id = %(company)s and role = %(role)s
"""
_RESULTS = """
select figure.account_id, sum(figure.opening)
  from (/*figures*/) figure
  join account on account.company_id = %(company)s and account.id = figure.account_id
 where account.root in ('INCOME', 'EXPENSE')
 group by 1 having sum(figure.opening) <> 0
"""

CARRIED = """
select account_id, -amount, null::numeric, null::numeric
  from unnest(%(carried_from)s::uuid[], %(carried)s::numeric[]) as carried (account_id, amount)
union all
select %(retained)s::uuid, sum(amount), null, null from unnest(%(carried)s::numeric[]) as amount
"""
"""Figures (account_id, opening, debit, credit) that bring each result to retained earnings."""


async def carried_before(
    connection: AsyncConnection, scope: Scope, from_date: date, cost_center_id: UUID | None
) -> dict[str, Any]:
    """The results of the fiscal years before that of `from_date`, as the parameters of `CARRIED`.

    Raises:
        Refused: DEFAULT_ACCOUNT_MISSING, the company names no account of retained earnings.
    """
    role = Role.RETAINED_EARNINGS.value
    cursor = await connection.execute(_RETAINED, {"company": scope.company_id, "role": role})
    retained = await cursor.fetchone()
    if retained is None:
        raise Refused(DefaultAccountMissing(path=("carryResults",), role=role))
    year = fiscal_year_of(from_date, scope.fiscal_year_start_month)
    figures = figures_of(scope, year.start_date, cost_center_id)
    sql = compose(_RESULTS, figures=figures.sql)
    cursor = await connection.execute(sql.encode(), figures.values)
    rows = await cursor.fetchall()
    return {
        "carried_from": array_of("uuid", [row[0] for row in rows]),
        "carried": array_of("numeric", [row[1] for row in rows]),
        "retained": retained[0],
    }
