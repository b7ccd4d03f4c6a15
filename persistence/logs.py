"""Logs read as lists: filtered, by moment of recording, in keyset pages of one statement each."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from persistence.database import Database
from persistence.masters.lookups import rows
from persistence.paging import Ordering, Page, both_ways
from persistence.reports.query import compose, conditions

Row = TypeVar("Row", bound=NamedTuple)

_FILTERS = {
    "by": "t.recorded_by = %(by)s",
    "recorded_from": "t.recorded_at >= %(recorded_from)s",
    "recorded_to": "t.recorded_at <= %(recorded_to)s",
}
"""What every log, as `t`, is filtered by: who, the first moment and the last."""


def orders_of(name: str) -> dict[str, Ordering]:
    """The orders of a log: by moment, either way."""
    by_moment = Ordering(name, ("t.recorded_at", "t.id"), ("recorded_at", "id"), (datetime, UUID))
    return both_ways(name, RECORDED=by_moment)


async def page_of_log(
    database: Database,
    company_id: UUID | None,
    kind: type[Row],
    query: str,
    filters: Mapping[str, str],
    page: Page,
    wanted: Mapping[str, object],
) -> list[Row]:
    """One row more than the page, in its order.

    Args:
        database: the open database.
        company_id: whose log it is; None = of no one company.
        kind: the rows, whose columns are those of the query.
        query: the log as `t`, up to a condition.
        filters: the log's own, beside those of every log, each with its condition.
        page: which part, and in which order.
        wanted: the values of all filters; None does not filter.
    """
    values = {
        # The one sign that the database cannot hold is in no name.
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in wanted.items()
    }
    paged = compose(
        query + " /*filters*/ and /*after*/ order by /*order*/ limit /*most*/",
        filters=conditions(values, {**filters, **_FILTERS}),
        after=page.where,
        order=page.order_by,
        most=str(page.fetch),
    )
    return await rows(database, company_id, kind, paged, {**page.params, **values})
