"""The parties of movements whose cost is posted now, where posting rules ask for their groups."""

from dataclasses import replace
from uuid import UUID

from psycopg import AsyncConnection

from domain.facts import Facts
from domain.posting_rules import RuleKey, RuleTable
from persistence.posting import references


async def with_parties(connection: AsyncConnection, facts: Facts, wanted: set[UUID]) -> Facts:
    """The facts with these parties; nothing is read where no rule asks for a group of parties."""
    rules = facts.company.posting_rules.get(RuleTable.GENERAL_POSTING, ())
    missing = wanted - facts.parties_by_id.keys()
    if not missing or not any(RuleKey.PARTY_GROUP in rule.keys for rule in rules):
        return facts
    refs = references.refs_of_ids("party", missing)
    found = await references.parties(connection, facts.company.id, refs)
    known = {**facts.parties_by_id, **{party.id: party for party in found.values()}}
    return replace(facts, parties_by_id=known)
