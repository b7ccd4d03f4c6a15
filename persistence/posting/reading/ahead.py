"""Items and parties that nobody has named yet, read beside those that are read anyway.

A document posted with others costs a round trip more where it names a master that the process does
not know. So whoever has to make it brings the next ones along, those made last first, until all are
known or enough of them. Whether they are still so is asked where they are used
(`persistence.posting.known`).
"""

from collections.abc import Collection, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from psycopg import AsyncConnection

from domain.company import CostingMethod
from domain.facts import CompanyFacts, ItemFacts, PartyFacts
from domain.references import Ref
from persistence.posting.known import Known
from persistence.posting.reading.references import (
    ITEM_COLUMNS,
    PARTY_COLUMNS,
    item_facts,
    party_facts,
)

_Facts = TypeVar("_Facts", ItemFacts, PartyFacts)

AHEAD = 256
"""How many are read at a time: some two milliseconds' work."""

_ITEMS = f"""
select {ITEM_COLUMNS} from item i
 where i.company_id = %(company)s and i.id < %(before)s
 order by i.id desc limit %(limit)s
"""  # noqa: S608 - constant column names
_PARTIES = f"""
select {PARTY_COLUMNS} from party
 where company_id = %(company)s and id < %(before)s
 order by id desc limit %(limit)s
"""  # noqa: S608 - constant column names


class Ahead(NamedTuple, Generic[_Facts]):
    """What was read ahead, and down to which id that is now; None: there is no more."""

    found: dict[Ref, _Facts]
    read_to: UUID | None


async def items(
    connection: AsyncConnection,
    company: CompanyFacts,
    method: CostingMethod,
    known: Known[ItemFacts],
    missing: Collection[Ref],
) -> Ahead[ItemFacts]:
    """The next items, named as those are that are missing; none where none is missing."""
    rows = await _rows(connection, _ITEMS, company.id, known.read_to if missing else None)
    if rows is None:
        return Ahead({}, known.read_to)
    found = [item_facts(row, company, method) for row in rows]
    by = {ref.by for ref in missing}
    named = {Ref("item", "sku", one.sku): one for one in found if "sku" in by}
    named |= {Ref("item", "id", str(one.id)): one for one in found if "id" in by}
    return Ahead(named, found[-1].id if len(found) == AHEAD else None)


async def parties(
    connection: AsyncConnection,
    company: UUID,
    known: Known[PartyFacts],
    missing: Collection[Ref],
) -> Ahead[PartyFacts]:
    """The same of parties."""
    rows = await _rows(connection, _PARTIES, company, known.read_to if missing else None)
    if rows is None:
        return Ahead({}, known.read_to)
    found = [party_facts(row) for row in rows]
    by = {ref.by for ref in missing}
    named = {Ref("party", "code", one.code): one for one in found if "code" in by}
    named |= {Ref("party", "id", str(one.id)): one for one in found if "id" in by}
    return Ahead(named, found[-1].id if len(found) == AHEAD else None)


async def _rows(
    connection: AsyncConnection, query: str, company: UUID, before: UUID | None
) -> Sequence[Any] | None:
    if before is None:
        return None
    cursor = await connection.execute(
        query.encode(), {"company": company, "before": before, "limit": AHEAD}
    )
    return await cursor.fetchall()
