"""Folding: what was recorded since the last time is added to the ledger's sums of days to years.

A posting does nothing for it. Recordings of a company commit in their order, for its counter's row
is held until the commit: whoever sees the counter at N sees every line up to N. So how far the sums
have come is one number, `ledger_fold.seq`, moved in the transaction that adds the lines; its row
is also what several server processes take turns by. docs/adr/0051 has the reasons.
"""

from typing import Any, NamedTuple
from uuid import UUID

from persistence.database import Database

STEP = 2_000
"""Recordings that one transaction folds at most."""


class Progress(NamedTuple):
    """How far a company has recorded, and how far its sums have come."""

    recorded: int
    folded: int


class Behind(NamedTuple):
    """The same, of one of many companies."""

    company_id: UUID
    recorded: int
    folded: int


_BEHIND = "select company_id, recorded, folded from ledgers_to_fold(%s)"
_BEGIN = """
insert into ledger_fold (company_id, seq) select %(company)s, 0
 where not exists (select from ledger_fold where company_id = %(company)s)
on conflict do nothing
"""
_TAKE = "select seq from ledger_fold where company_id = %(company)s for update skip locked"
_WAIT = "select seq from ledger_fold where company_id = %(company)s for update"

PERIODS = ("day", "month", "year")
"""What the ledger is summed up by: each in a table `ledger_<period>`, under its first day."""


_ADDED = """by_{period} as (
    insert into ledger_{period} as s
           (company_id, {period}, account_id, cost_center_id, debit, credit)
    select %(company)s, date_trunc('{period}', day)::date, account_id, center,
           sum(debit), sum(credit)
      from line group by 2, account_id, center
    on conflict (company_id, {period}, account_id, cost_center_id) do update
       set debit = s.debit + excluded.debit, credit = s.credit + excluded.credit
)"""

# Counter and lines are read by one statement, in one snapshot.
_FOLD = """
with upto as (
    select least(seq, %(above)s::bigint + %(step)s) as seq, seq as recorded
      from company_counter where company_id = %(company)s
), line as (
    select entered.*, coalesce(cost_center_id, '00000000-0000-0000-0000-000000000000') as center
      from upto
     cross join lateral (
           select seq, id as document_id from document
            where company_id = %(company)s and seq > %(above)s and seq <= upto.seq offset 0
           ) recorded
     cross join lateral (
           select line.account_id, line.cost_center_id, line.posting_date as day,
                  greatest(line.amount, 0) as debit, greatest(-line.amount, 0) as credit
             from journal_entry entry
             join journal_line line
               on line.company_id = entry.company_id and line.journal_entry_id = entry.id
            where entry.company_id = %(company)s and entry.because_id = recorded.document_id
              and entry.seq = recorded.seq offset 0
           ) entered
), /*added*/
update ledger_fold set seq = upto.seq from upto where company_id = %(company)s
returning upto.recorded, ledger_fold.seq
""".replace("/*added*/", ", ".join(_ADDED.format(period=period) for period in PERIODS))
_FORGET = "delete from ledger_{table} where company_id = %(company)s"


async def behind(database: Database, enough: int) -> list[Behind]:
    """The companies with at least so many recordings that are not folded: one statement."""
    async with database.transaction(None) as connection:
        cursor = await connection.execute(_BEHIND, (enough,))
        return [Behind(*row) for row in await cursor.fetchall()]


async def fold(database: Database, company_id: UUID, step: int = STEP) -> Progress | None:
    """Fold the next recordings, at most `step`; None when another process is folding now."""
    values: dict[str, Any] = {"company": company_id, "step": step}
    async with database.transaction(company_id) as connection:
        await connection.execute(_BEGIN, values)
        row = await (await connection.execute(_TAKE, values)).fetchone()
        if row is None:
            return None
        done = await connection.execute(_FOLD.encode(), {**values, "above": row[0]})
        found: Any = await done.fetchone()
        return Progress(*found)


async def forget(database: Database, company_id: UUID) -> None:
    """Remove the sums of a company, to be folded from the first recording again.

    Reports go by the ledger until then. Whoever is folding is waited for.
    """
    values = {"company": company_id}
    async with database.transaction(company_id) as connection:
        await connection.execute(_WAIT, values)
        for table in (*PERIODS, "fold"):
            await connection.execute(_FORGET.format(table=table).encode(), values)
