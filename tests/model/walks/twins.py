"""Twins of a company whose costs come by replay: the same documents another way, the same books.

- What was cancelled may as well never have been: without it everything is as it is.
- What came late may as well have come in time: by the days that documents count on, stock is worth
  the same. Bills may not: each takes its part off what is open when it comes.
- Whether the ledger hears of stock or not, goods cost the same: under PERIODIC as under PERPETUAL.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.api.desk import Contents
from tests.model.walks.walk import Step, Walk

BY_REPLAY = ("PERPETUAL", "PERIODIC")
_OF_ALL_THAT_IS_LEFT = frozenset({"AccrualClearing", "CreditNote"})
"""They may say no quantity: what they are of depends on what was open then."""

_POLICY = "ADJUST_RECEIPT_COST"
"""By it bills change what goods cost, each by what it takes off when it comes."""


def differences(base: str, walk: Walk) -> list[str]:
    """How the twins' books differ from those of a walk."""
    own, never = walk.house.books(), _books_of(base, walk, _without_cancelled(walk.posted))
    all_left = any(step.kind in _OF_ALL_THAT_IS_LEFT for step in walk.posted)
    what = ("stock",) if all_left else ("balances", "stock")
    found = [] if never is None else _differing("as if never cancelled", own, never, what)
    if walk.house.scheme == "PERPETUAL":
        unheard = _books_of(base, walk, walk.posted, "PERIODIC")
        found += [] if unheard is None else _differing("PERIODIC", own, unheard, ("stock",))
    changed = any(step.is_change for step in walk.posted[walk.beginning :])
    if _POLICY in str(walk.posted) or changed or any(map(_revalues_all, walk.posted)):
        return found
    on_time = _books_of(base, walk, _by_day(_without_cancelled(walk.posted)))
    return found if on_time is None else found + _differing("in time", own, on_time, ("stock",))


def _revalues_all(step: Step) -> bool:
    """Whether it is of all bins that an item has as it is entered: goods of others come late."""
    if step.kind != "StockRevaluation":
        return False
    return any("warehouse" not in line for line in step.given["lines"])


def _differing(twin: str, own: Contents, other: Contents, what: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in what:
        ours, theirs = (_something(getattr(one, name)) for one in (own, other))
        found += [
            f"{twin}: {place} has {theirs.get(place)}, not {ours.get(place)}"
            for place in sorted(ours.keys() | theirs.keys())
            if ours.get(place) != theirs.get(place)
        ]
    return found


def _something(figures: Any) -> dict[str, Any]:
    return {place: one for place, one in figures.items() if set(one) - {"0", "0.00"}}


def _books_of(base: str, walk: Walk, steps: Iterable[Step], scheme: str = "") -> Contents | None:
    """The books of another company that takes the steps; None where it may not take one.

    It is of the walk's scheme, unless another is given.
    """
    twin = Walk(base, scheme or walk.house.scheme, walk.house.currency)
    for step in steps:
        if twin.take(step) is None and not step.is_change:
            return None
    return twin.house.books()


def _without_cancelled(posted: Iterable[Step]) -> list[Step]:
    posted = list(posted)
    gone = {one.given["document"]["id"] for one in posted if one.kind == "Cancellation"}
    return [
        one
        for one in posted
        if one.is_change or (one.kind != "Cancellation" and one.given["id"] not in gone)
    ]


def _by_day(steps: Iterable[Step]) -> Iterator[Step]:
    """In the order of their days, each after all that it names."""
    steps = list(steps)
    yield from (one for one in steps if one.is_change)
    waiting = sorted(
        (one for one in steps if not one.is_change), key=lambda one: one.given["postingDate"]
    )
    ids, known = {one.given["id"] for one in waiting}, set[str]()
    while waiting:
        step = next(one for one in waiting if _named(one.given) & ids <= known | {one.given["id"]})
        waiting.remove(step)
        known.add(step.given["id"])
        yield step


def _named(given: Any) -> set[str]:
    """All text of an input that may be the id of a document, also as the name of a line."""
    if isinstance(given, dict):
        return {id_ for one in given.values() for id_ in _named(one)}
    if isinstance(given, list):
        return {id_ for one in given for id_ in _named(one)}
    return {given.partition("/")[0]} if isinstance(given, str) else set()
