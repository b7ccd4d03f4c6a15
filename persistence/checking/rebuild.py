"""Bins, layers and snapshots are caches: folded again from the first movement, they come out alike.

What was recorded as the cost of a movement is compared on the way, so that a figure is found twice:
once by the posting that wrote it, and once from zero. Each pool is folded on its own: a transfer
takes over what its source is recorded to cost, and that source's own pool says whether it is right.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.method import Layer, PoolState
from domain.costing.replay import Missing, PoolFacts, Settlement, settle
from domain.facts import ItemFacts
from domain.movements import Movement, Pool, PostingKey
from persistence.in_step import InStep
from persistence.posting.reading.pool_past import from_before
from persistence.posting.reading.pools import STATE_COLUMNS, STATE_WIDTH
from persistence.posting.reading.references import METHOD_CHANGES, method_changes

Found = tuple[str, str, str, str, bool]
"""(subject, problem, expected, found, is explained), as the rules of check_statements.py give."""

_NOISE = Context(prec=24, rounding=ROUND_HALF_UP)
_BEFORE_ALL = PostingKey(date.min, time.min, -1, 0)
_POOLS_AT_ONCE, _MOVEMENTS = 100, 5_000
"""Bins that are read together, and movements after which no more are: memory holds these."""

_POOL_COLUMNS = ", ".join(f"bin.{name}_id" for name in Pool._fields)
_POOLS = f"""
select {_POOL_COLUMNS}, i.sku, warehouse.code,
       coalesce(i.costing_method, company.costing_method), {METHOD_CHANGES},
       last_date, last_time, last_seq, last_ordinal, {STATE_COLUMNS}
  from bin
  join item i on i.company_id = %(company)s and i.id = bin.item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = bin.warehouse_id
  join company on company.id = %(company)s
 where bin.company_id = %(company)s
 order by {_POOL_COLUMNS}
"""  # noqa: S608 - constant column names
_OF_POOL = " and ".join(f"{name}_id = %({name})s" for name in Pool._fields)
_SNAPSHOTS = f"""
select posting_date, posting_time, seq, ordinal, {STATE_COLUMNS}
  from bin_snapshot where company_id = %(company)s and {_OF_POOL}
"""  # noqa: S608 - constant column names
_LAYERS = f"""
select no, movement_id, quantity, value, quantity_before, value_before, below, below_left
  from layer where company_id = %(company)s and {_OF_POOL}
"""  # noqa: S608 - constant column names


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many movements were folded again, and where the books say otherwise."""

    examined: int
    findings: list[Found]


async def rebuild(
    connection: AsyncConnection,
    company_id: UUID,
    digits: int,
    on_progress: Callable[[int, int], None],
) -> Rebuilt:
    """Fold every pool of the company from its first movement and compare.

    Args:
        connection: in a transaction that names the company.
        company_id: whose books.
        digits: decimal places of its currency.
        on_progress: is told how many pools of how many are done.
    """
    cursor = await connection.execute(_POOLS.encode(), {"company": company_id})
    stored = [_stored(row) for row in await cursor.fetchall()]
    done, examined, findings = 0, 0, list[Found]()
    for some in _parts(stored):
        before_all = dict.fromkeys((one.pool for one in some), _BEFORE_ALL)
        items = {one.pool.item: one.item for one in some}
        past = await from_before(connection, company_id, before_all, items)
        caches = await _caches(connection, company_id, before_all)
        for one in some:
            history = past[one.pool].history
            examined += len(history)
            settled = _fold(past[one.pool], digits) if history else None
            differences = (
                *_costs(settled),
                *_states(settled, one.last, one.state),
                *_cached(settled, caches[one.pool], history),
            )
            findings += [(one.subject, *each, False) for each in differences]
            done += 1
            on_progress(done, len(stored))
    return Rebuilt(examined, findings)


class _Stored(NamedTuple):
    """A bin as it is kept."""

    pool: Pool
    subject: str
    item: ItemFacts
    last: PostingKey | None
    state: PoolState


def _stored(row: Sequence[Any]) -> _Stored:
    pool, rest = Pool(*row[: len(Pool._fields)]), row[len(Pool._fields) :]
    sku, warehouse, method, changes, day, *key = rest[: len(rest) - STATE_WIDTH]
    return _Stored(
        pool,
        f"{sku} in {warehouse}",
        ItemFacts(
            pool.item, sku, sku, method, allow_negative=True, method_changes=method_changes(changes)
        ),
        PostingKey(day, *key) if day is not None else None,
        PoolState(*rest[-STATE_WIDTH:]),
    )


def _parts(stored: Iterable[_Stored]) -> Iterator[list[_Stored]]:
    """Bins that are read together: not many, nor with many movements, unless one alone has them."""
    part, movements = list[_Stored](), 0
    for one in stored:
        if part and (len(part) == _POOLS_AT_ONCE or movements + one.state.movements > _MOVEMENTS):
            yield part
            part, movements = [], 0
        part.append(one)
        movements += one.state.movements
    if part:
        yield part


def _fold(facts: PoolFacts, digits: int) -> Settlement:
    """Fold all of a pool's history, as if something before all of it had been taken back."""
    history = tuple(
        replace(movement, dependants=()) if movement.dependants else movement
        for movement in facts.history
    )
    nothing = replace(history[0], id=UUID(int=0), key=_BEFORE_ALL)
    pools = {facts.pool: replace(facts, history=history)}
    settled = settle(pools, (), (nothing,), digits)
    assert not isinstance(settled, Missing), "a pool folded on its own names no other"
    return settled


Difference = tuple[str, str, str]
"""(problem, expected, found)"""
Row = tuple[str, dict[str, str]]
"""Where a cache row belongs, and its figures as they are compared."""


def _costs(settled: Settlement | None) -> Iterable[Difference]:
    """Costs that folding gives and the books do not have."""
    for delta in settled.deltas if settled else ():
        place = f"{delta.kind} of the movement at {_place(delta.movement.key)}"
        yield place, f"{delta.amount} more", "as recorded"


def _states(
    settled: Settlement | None, key: PostingKey | None, stored: PoolState
) -> Iterable[Difference]:
    state, last = PoolState(), None
    if settled is not None:
        state, last = settled.pools[0].state, settled.pools[0].last_key
    found = {"last movement": _place(key), **_figures(stored)}
    expected = {"last movement": _place(last), **_figures(state)}
    yield from _differences("the bin", [("", expected)], [("", found)])


_Caches = tuple[list[Row], list[Row]]
"""Snapshots and layers of a pool."""


async def _caches(
    connection: AsyncConnection, company_id: UUID, pools: Iterable[Pool]
) -> dict[Pool, _Caches]:
    """What is kept of pools besides their bins."""
    books = InStep(connection, company_id)

    async def kept(pool: Pool) -> _Caches:
        snapshots = await books.rows(_SNAPSHOTS, **pool._asdict())
        layers = await books.rows(_LAYERS, **pool._asdict())
        return (
            [(_place(PostingKey(*row[:4])), _figures(PoolState(*row[4:]))) for row in snapshots],
            [(str(row[0]), _figures(Layer(*row))) for row in layers],
        )

    wanted = list(pools)
    found = await books.together(kept(pool) for pool in wanted)
    return {pool: one for pool, one in zip(wanted, found, strict=True) if one is not None}


def _cached(
    settled: Settlement | None, stored: _Caches, history: Iterable[Movement]
) -> Iterable[Difference]:
    """What is kept beside the bin. Layers that goods given back left are named after that.

    An earlier release named them otherwise, which only explanations tell.
    """
    giving_back = {str(one.id) for one in history if one.returns is not None}
    result = settled.pools[0] if settled else None
    snapshots = [
        (_place(at), _figures(state)) for at, state in (result.snapshots if result else ())
    ]
    layers = [(str(layer.no), _figures(layer)) for layer in (result.new_layers if result else ())]
    yield from _differences("the snapshot", snapshots, stored[0])
    kept = dict(stored[1])
    for no, layer in layers:
        if no in kept and layer["movement"] in giving_back:
            kept[no] = {**kept[no], "movement": layer["movement"]}
    yield from _differences("layer", layers, kept.items())


def _differences(what: str, rebuilt: Iterable[Row], stored: Iterable[Row]) -> Iterable[Difference]:
    expected, found = dict(rebuilt), dict(stored)
    for at in sorted(expected.keys() | found.keys()):
        if at not in found:
            yield f"{what} {at}", "there", "not there"
        elif at not in expected:
            yield f"{what} {at}", "not there", "there"
        elif expected[at] != found[at]:
            for name, figure in expected[at].items():
                if found[at][name] != figure:
                    yield f"{name} of {what} {at}".rstrip(), figure, found[at][name]


def _place(key: PostingKey | None) -> str:
    if key is None:
        return "none"
    return f"{key.posting_date} {key.posting_time}, recording {key.seq}.{key.ordinal}"


def _figures(cache: PoolState | Layer) -> dict[str, str]:
    return {field.name: _plain(getattr(cache, field.name)) for field in fields(cache)}


def _plain(value: object) -> str:
    """A figure as it is compared: division noise is cut to 24 digits."""
    if isinstance(value, Decimal):
        return f"{_NOISE.plus(value).normalize(_NOISE):f}" if value else "0"
    return str(value)
