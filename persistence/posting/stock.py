"""The stock that a decision needs, locked and read as its company's flow of costs has it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from psycopg import AsyncConnection

from domain.company import Flow
from domain.costing.carried.facts import CarriedFacts
from domain.costing.carried.flow import carried_items
from domain.costing.fold import PoolFacts
from domain.costing.linked.facts import LinkedFacts, MissingLinked
from domain.costing.linked.flow import linked_items
from domain.costing.replay import Missing
from domain.decide import StockFacts
from domain.documents.causes import Causes
from domain.movements import Pool
from domain.stock import pools_of
from persistence.posting.attempt import Attempt
from persistence.posting.book import Books
from persistence.posting.reading import pools as pool_reading
from persistence.posting.reading.carried import read_carried, with_parties
from persistence.posting.reading.facts import items_by_id
from persistence.posting.reading.linked import LinkedReader
from persistence.posting.reading.pool_past import from_before


async def read_stock(
    connection: AsyncConnection, books: Books, causes: Causes, attempt: Attempt
) -> StockFacts:
    """Lock and read what the document moves or values, and what it was found to need too.

    It is empty where there is none.
    """
    if causes.undoes_migration:
        return {}
    if causes.facts.company.flow is Flow.LINKED:
        return await _linked(connection, books, causes, attempt)
    if causes.facts.company.flow is Flow.CARRIED:
        return await _carried(connection, books, causes, attempt)
    requested = pools_of(causes)
    for pool in attempt.also:
        requested.setdefault(pool, Decimal(0))
    return await _pools(connection, books, causes, requested, attempt) if requested else {}


def note_missing(causes: Causes, attempt: Attempt, missing: Missing | MissingLinked) -> bool:
    """Keep what a decision needs too; True when some of it is not locked yet."""
    if isinstance(missing, MissingLinked):
        is_locked = missing.items <= attempt.linked.items
        wanted = attempt.linked.with_(missing)
        if wanted == attempt.linked:  # it is in another flow by now: asking again would never end
            raise LookupError(missing)
        attempt.linked = wanted
        return not is_locked
    locked = pools_of(causes).keys() | attempt.also.keys()
    for pool, key in missing.pools.items():
        known = attempt.also.get(pool)
        if known is None or key < known:
            attempt.also[pool] = key
    return not missing.pools.keys() <= locked


async def _linked(
    connection: AsyncConnection, books: Books, causes: Causes, attempt: Attempt
) -> LinkedFacts:
    own = MissingLinked(items=frozenset(linked_items(causes)))
    wants, facts = attempt.linked.with_(own), causes.facts
    attempt.linked = wants
    book = books.newest(facts.company.id)
    items = await items_by_id(connection, book, set(wants.items), facts.items_by_id)
    causes.facts = replace(facts, items_by_id=items)
    reader = LinkedReader(connection, causes, items, keep=attempt.keep)
    return await reader.read(wants)


async def _carried(
    connection: AsyncConnection, books: Books, causes: Causes, attempt: Attempt
) -> CarriedFacts:
    book, facts = books.newest(causes.facts.company.id), causes.facts
    items = await items_by_id(connection, book, carried_items(causes), facts.items_by_id)
    causes.facts = replace(facts, items_by_id=items)
    found = await read_carried(connection, causes, keep=attempt.keep)
    causes.facts = await with_parties(connection, causes, found)
    return found


async def _pools(
    connection: AsyncConnection,
    books: Books,
    causes: Causes,
    requested: Mapping[Pool, Decimal],
    attempt: Attempt,
) -> Mapping[Pool, PoolFacts]:
    facts = causes.facts
    company = facts.company.id
    book = books.newest(company)
    items = await items_by_id(
        connection, book, {pool.item for pool in requested}, facts.items_by_id
    )
    pools = await pool_reading.lock(connection, company, requested, items, keep=attempt.keep)
    late = {
        pool: key
        for pool, key in attempt.also.items()
        if (last := pools[pool].folded_to) is not None and last >= key
    }
    if late:
        pools |= await from_before(connection, company, late, items, attempt.known_costs)
    return pools
