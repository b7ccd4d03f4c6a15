"""The statements that distribute the tables, in the order in which Citus accepts them.

All of them are one transaction on empty books. Triggers go first, since no table that has one is
distributed; foreign keys go and come back at the end, so that no table waits for another; policies
are written anew before, since their text goes to the nodes with the table.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from persistence.citus.catalog import Catalog, Policy
from persistence.citus.decisions import (
    DISTRIBUTION_COLUMN,
    DROPPED_FUNCTIONS,
    FIRST,
    LOCAL,
    REFERENCE,
    SHARDS,
)
from persistence.citus.functions import REPLACED
from persistence.tables import metadata
from persistence.tables.columns import BELONGING

_APPLICATION, _READER = "perpetuo_app", "perpetuo_reader"

_COMPANY = "company_id = nullif(current_setting('app.company_id', true), '')::uuid"
_PRINCIPAL = "principal_id = nullif(current_setting('app.principal_id', true), '')::uuid"
POLICIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own_company": (_COMPANY, _COMPANY),
        "own_company or own principal": (f"{_COMPANY} or {_PRINCIPAL}", _COMPANY),
    }
)
"""The policies' expressions (using, with check), without the subqueries that Citus refuses."""


def policy_of(policy: Policy) -> tuple[str, str] | None:
    """The expressions for Citus that say what a policy says; None if none does."""
    if policy.name != "own_company" or "app.company_id" not in policy.using:
        return None
    both = "app.principal_id" in policy.using
    return POLICIES["own_company or own principal" if both else "own_company"]


def statements(catalog: Catalog) -> list[str]:
    """What is still to be done, without semicolons; nothing on a database that is all distributed.

    Tables that are distributed already keep their foreign keys, so that only those of new tables
    are made again.
    """
    new = {one.name for one in catalog.tables if not one.is_distributed and one.name not in LOCAL}
    if not new:
        return []
    return [
        # Reference and distributed tables are made in one transaction: one connection a node.
        "set local citus.multi_shard_modify_mode to 'sequential'",
        *_without_triggers(catalog, new),
        *(
            f"alter table {key.table} drop constraint {key.name}"
            for key in catalog.foreign_keys
            if key.table in new
        ),
        *_policies(catalog, new),
        # Nodes are asked as the role that asks the coordinator.
        *(f"alter role {role} login" for role in (_APPLICATION, _READER)),
        *(f"select create_reference_table('{table}')" for table in REFERENCE if table in new),
        *_distributing(new),
        *(
            f"alter table {key.table} add constraint {key.name} {key.definition}"
            for key in catalog.foreign_keys
            if key.table in new
        ),
        *_belonging(new),
        *REPLACED.values(),
    ]


def _without_triggers(catalog: Catalog, new: set[str]) -> Iterator[str]:
    for trigger in catalog.triggers:
        if trigger.table in new:
            yield f"drop trigger {trigger.name} on {trigger.table}"
    for function in catalog.functions:
        if function.name in DROPPED_FUNCTIONS:
            yield f"drop function {function.name}({function.arguments})"


def _policies(catalog: Catalog, new: set[str]) -> Iterator[str]:
    for policy in catalog.policies:
        if policy.table not in new:
            continue
        yield f"drop policy {policy.name} on {policy.table}"
        expressions = policy_of(policy)
        if expressions is None:
            continue
        using, check = expressions
        yield (
            f"create policy {policy.name} on {policy.table}\n"
            f"    using ({using})\n    with check ({check})"
        )
        yield f"alter table {policy.table} no force row level security"


def _belonging(new: set[str]) -> Iterator[str]:
    """The foreign keys that stand in for the triggers of migrations 0032 and 0033."""
    for table in sorted(new & metadata.tables.keys()):
        for column, target in metadata.tables[table].info.get(BELONGING, {}).items():
            if target == "company":
                name, key, there = "fk_company", column, "id"
            else:
                name, key, there = f"fk_{column}", f"company_id, {column}", "company_id, id"
            yield (
                f"alter table {table} add constraint {name} FOREIGN KEY ({key})"
                f" REFERENCES {target}({there})"
            )


def _distributing(new: set[str]) -> Iterator[str]:
    if FIRST in new:
        yield (
            f"select create_distributed_table('{FIRST}', '{DISTRIBUTION_COLUMN}', "
            f"colocate_with => 'none', shard_count => {SHARDS})"
        )
    for table in sorted(new - REFERENCE.keys() - {FIRST}):
        yield (
            f"select create_distributed_table('{table}', '{DISTRIBUTION_COLUMN}', "
            f"colocate_with => '{FIRST}')"
        )
