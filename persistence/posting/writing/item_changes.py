"""What a decision changes of items themselves: methods, standard costs, groups."""

from typing import Any

from psycopg import AsyncConnection

from domain.decide import Decision
from persistence.posting.book import StaleMastersError
from persistence.posting.reading.references import BINS

_CHANGE_METHOD = """
update item set costing_method = %s, version = version + 1 where company_id = %s and id = %s
"""
_CHANGE_STANDARD = """
update item set standard_cost = %s, version = version + 1 where company_id = %s and id = %s
"""
_CHANGE_GROUP = """
update item set group_id = %s, version = version + 1 where company_id = %s and id = %s
"""
_MASTERS_CHANGED = """
update company_counter set masters_version = masters_version + 1 where company_id = %s
"""
_COUNT_BINS = f"select count(*) from ({BINS}) known"  # noqa: S608 - constant pieces


async def change_items(connection: AsyncConnection, decision: Decision) -> None:
    """What the document changes of items themselves."""
    causes = decision.causes
    if causes.methods:
        await _change_methods(connection, decision)
    if causes.standards:
        await _change_standards(connection, decision)
    if causes.groups:
        await _change_groups(connection, decision)


async def _change_standards(connection: AsyncConnection, decision: Decision) -> None:
    """Give the items their new standard costs; who has decided by the old ones decides again."""
    company = decision.causes.facts.company.id
    for one in decision.causes.standards:
        await connection.execute(_CHANGE_STANDARD, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))


async def _change_groups(connection: AsyncConnection, decision: Decision) -> None:
    """Put the items into their new groups; who has decided by the old ones decides again."""
    company = decision.causes.facts.company.id
    for one in decision.causes.groups:
        await connection.execute(_CHANGE_GROUP, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))


async def _change_methods(connection: AsyncConnection, decision: Decision) -> None:
    """Give the items their new methods; whoever has decided by the old ones decides again.

    The company's counter is locked by now, so that nobody can make a bin any more that the decision
    has not seen.

    Raises:
        StaleMastersError: a bin was made since the bins were read.
    """
    causes = decision.causes
    company = causes.facts.company.id
    for one in causes.methods:
        await connection.execute(_CHANGE_METHOD, (one.after, company, one.item))
    await connection.execute(_MASTERS_CHANGED, (company,))
    if causes.cancels is not None:
        return
    items = [one.item for one in causes.methods]
    cursor = await connection.execute(_COUNT_BINS, {"company": company, "items": items})
    found: Any = await cursor.fetchone()
    if found[0] != sum(len(causes.facts.bins.get(item, ())) for item in items):
        raise StaleMastersError
