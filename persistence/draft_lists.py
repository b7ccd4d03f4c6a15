"""Lists of drafts: filtered, in an order that the reader chooses, with what their content says.

A draft's content is the input as it was given: who it is with and on which day is read out of it,
and a party looked up by whichever name it has there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import args_row

from persistence.database import Database
from persistence.drafts import DRAFTS, PARTY_ID, POSTING_DATE, DraftRow
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import conditions

_BY_CHANGE = Ordering("drafts", ("changed_at", "id"), ("changed_at", "id"), (datetime, UUID))

ORDERS = both_ways(
    "drafts",
    CHANGED=_BY_CHANGE,
    CREATED=Ordering("drafts", ("created_at", "id"), ("created_at", "id"), (datetime, UUID)),
    KIND=_BY_CHANGE.led_by("kind", "kind", str),
    AUTHOR=_BY_CHANGE.led_by("created_by", "created_by", str),
    POSTING_DATE=_BY_CHANGE.led_by(f"coalesce({POSTING_DATE}, '9999-12-31')", "posting_date", date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFilter:
    """Which drafts; null = any. Dates are posting dates, both inclusive.

    `author` is who began it; `own` leaves only what one person began, whoever is asked for.
    """

    statuses: Sequence[str]
    kinds: Sequence[str] | None = None
    author: str | None = None
    party_id: UUID | None = None
    from_date: date | None = None
    to_date: date | None = None
    own: str | None = None


_FILTERS = {
    "kinds": "kind = any(%(kinds)s)",
    "author": "created_by = %(author)s",
    "party": f"{PARTY_ID} = %(party)s",
    "from_date": f"{POSTING_DATE} >= %(from_date)s",
    "to_date": f"{POSTING_DATE} <= %(to_date)s",
    "own": "created_by = %(own)s",
}


async def page_of_drafts(
    database: Database, company: UUID, page: Page, which: DraftFilter
) -> list[DraftRow]:
    """One row more than the page."""
    params = {
        **page.params, "company": company, "statuses": list(which.statuses), "fetch": page.fetch,
        "kinds": None if which.kinds is None else list(which.kinds), "author": which.author,
        "party": which.party_id, "from_date": which.from_date, "to_date": which.to_date,
        "own": which.own,
    }  # fmt: skip
    query = (
        f"{DRAFTS} and status = any(%(statuses)s) and {page.where} {conditions(params, _FILTERS)}"
        f" order by {page.order_by} limit %(fetch)s"
    )
    async with (
        database.transaction(company) as connection,
        connection.cursor(row_factory=args_row(DraftRow)) as cursor,
    ):
        await cursor.execute(query.encode(), params)
        return await cursor.fetchall()
