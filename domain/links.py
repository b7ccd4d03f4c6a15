"""The three links of scheme BY_LEVEL: what of receivables, payables and stock the ledger hears.

Each is on or off at any time, for documents dated from a day on. While one is off its sub-ledger
goes on moving and the ledger hears nothing of it; `check` lists what they differ by.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, cast


class Link(StrEnum):
    """What ties a sub-ledger to the general ledger."""

    SALES = "SALES"
    PURCHASES = "PURCHASES"
    STOCK = "STOCK"


class LinkChange(NamedTuple):
    """A link turned on or off for documents dated `from_date` or later (None: of any date).

    It is for what is recorded from then on: what has been recorded stays as it is.
    """

    link: Link
    is_on: bool
    from_date: date | None


def is_linked(changes: Iterable[LinkChange], link: Link, day: date) -> bool:
    """Whether the ledger hears of documents dated so: the change made last decides.

    Links are on until they are turned off.
    """
    on = True
    for one in changes:
        if one.link is link and (one.from_date is None or one.from_date <= day):
            on = one.is_on
    return on


SWITCHES: Mapping[str, Link] = {
    "integrate_sales": Link.SALES,
    "integrate_purchases": Link.PURCHASES,
    "integrate_stock": Link.STOCK,
}
"""The switch that turns a link."""

FROM_DATE = "links_from"
"""The day from which the switches that come with it turn their links."""


def turned(stored: Mapping[str, object], switches: Mapping[str, object]) -> dict[str, object]:
    """A company's settings with the switches given; those of links are added to what was before."""
    others = {k: v for k, v in switches.items() if k not in SWITCHES and k != FROM_DATE}
    day = cast("date | None", switches.get(FROM_DATE))
    changes = [
        [link.value, is_on is not False, day.isoformat() if day else None]
        for name, link in SWITCHES.items()
        if name in switches
        for is_on in (switches[name],)
    ]
    before = cast("list[object]", stored.get("links") or [])
    return {**stored, **others, "links": [*before, *changes]}


def read_links(value: object) -> tuple[LinkChange, ...]:
    """The changes as `company.settings` keeps them."""
    rows = cast("Iterable[tuple[str, bool, str | None]]", value)
    return tuple(
        LinkChange(Link(link), is_on, date.fromisoformat(str(day)) if day else None)
        for link, is_on, day in rows
    )
