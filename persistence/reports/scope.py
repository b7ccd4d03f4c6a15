"""What a report covers: a company's books as of a day, as they were known at a moment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.currencies import currency_digits
from persistence.reports.query import fetch_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One company, one day, one moment.

    `as_of` null = everything posted, whatever its date. `seq` is the last recording sequence
    that the report knows of, `known_at` the moment that this stands for (the last recording's
    when none was given; null when nothing was recorded yet). `digits` are the decimal places of
    the company's currency. `is_now` says that nothing limits the report: caches may be read.
    `folded` is how far the sums of the ledger had come (persistence/ledger_sums.py).
    `within` are the warehouses that whoever reads is limited to (with all below); null = all.
    """

    company_id: UUID
    currency: str
    digits: int
    fiscal_year_start_month: int
    as_of: date | None
    known_at: datetime | None
    seq: int
    is_now: bool
    folded: int
    within: tuple[UUID, ...] | None = None

    def values(self, **more: Any) -> dict[str, Any]:
        """The scope as parameters of a statement, with others."""
        return {
            "company": self.company_id,
            "digits": self.digits,
            "as_of": self.as_of,
            "seq": self.seq,
            "within": None if self.within is None else list(self.within),
            **more,
        }


@dataclass(frozen=True, slots=True)
class _CompanyRow:
    currency: str
    fiscal_year_start_month: int
    seq: int
    recorded_at: datetime | None
    folded: int


# recorded_at never goes back, so that the moment finds the last recording by its index.
_SCOPE = """
select company.currency, company.fiscal_year_start_month,
       coalesce(last_known.seq, 0) as seq, last_known.recorded_at,
       coalesce(ledger_fold.seq, 0) as folded
  from company
  left join ledger_fold on ledger_fold.company_id = company.id
  left join lateral (
       select seq, recorded_at from document
        where company_id = company.id
          and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)
        order by recorded_at desc, seq desc limit 1
       ) last_known on true
 where company.id = %(company)s
"""


async def scope_of(
    connection: AsyncConnection,
    company_id: UUID,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    within: tuple[UUID, ...] | None = None,
) -> Scope:
    """Resolve what a report shall cover; `within` are the only warehouses to be seen.

    Raises:
        LookupError: there is no such company.
    """
    values = {"company": company_id, "known_at": known_at}
    found = await fetch_all(connection, _CompanyRow, _SCOPE, values)
    if not found:
        raise LookupError(f"no company {company_id}")
    company = found[0]
    return Scope(
        company_id=company_id,
        currency=company.currency,
        digits=currency_digits(company.currency),
        fiscal_year_start_month=company.fiscal_year_start_month,
        as_of=as_of,
        known_at=known_at or company.recorded_at,
        seq=company.seq,
        is_now=as_of is None and known_at is None,
        folded=company.folded,
        within=within,
    )
