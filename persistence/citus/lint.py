"""What of the schema could not be distributed, as sentences for whoever writes a migration."""

from collections.abc import Iterator

from persistence.citus.catalog import Catalog, ForeignKey, Key, Table
from persistence.citus.decisions import (
    DISTRIBUTION_COLUMN,
    DROPPED_FUNCTIONS,
    DROPPED_POLICIES,
    LOCAL,
    REFERENCE,
)
from persistence.citus.functions import REPLACED
from persistence.citus.plan import POLICIES, policy_of

_SETS = {"n": "SET NULL", "d": "SET DEFAULT", "c": "CASCADE"}


def faults(catalog: Catalog) -> list[str]:
    """Everything that Citus would refuse or that would silently not work there; empty is well."""
    return [
        *_tables(catalog),
        *(fault for key in catalog.keys if (fault := _key(key))),
        *(fault for key in catalog.foreign_keys for fault in _foreign_key(key)),
        *_policies(catalog),
        *_code(catalog),
    ]


def is_distributed(table: str) -> bool:
    """Whether a table belongs on the nodes of its companies."""
    return table not in REFERENCE and table not in LOCAL


def _tables(catalog: Catalog) -> Iterator[str]:
    for table in catalog.tables:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    name = table.name
    if not is_distributed(name):
        if table.company_type is not None:
            yield f"{name}: it has {DISTRIBUTION_COLUMN}, and is listed as a table of no company."
        return
    if table.company_type is None:
        yield (
            f"{name}: it has no {DISTRIBUTION_COLUMN}; give it one, or list it in "
            "persistence/citus/decisions.py with a reason."
        )
    elif table.company_type != "uuid":
        yield f"{name}: {DISTRIBUTION_COLUMN} is {table.company_type}, and uuid elsewhere."
    elif not table.has_policies:
        yield f"{name}: no policy keeps companies apart."
    if table.own_sequences:
        yield f"{name}: a sequence gives its values; ids are made by the server."


def _key(key: Key) -> str | None:
    if not is_distributed(key.table) or key.columns[0] == DISTRIBUTION_COLUMN:
        return None
    kind = "unique key" if key.is_unique else "index"
    led = ", ".join(key.columns)
    return f"{key.table}: the {kind} {key.name} ({led}) is not led by {DISTRIBUTION_COLUMN}."


def _foreign_key(key: ForeignKey) -> Iterator[str]:
    place = f"{key.table}: the foreign key {key.name} to {key.target}"
    if not is_distributed(key.table):
        if is_distributed(key.target):
            yield f"{place} leads from every node to the node of one company."
        return
    if key.target in LOCAL:
        yield f"{place} leads to a table that is on the coordinator only."
    if not is_distributed(key.target):
        return
    if key.columns[0] != DISTRIBUTION_COLUMN or key.target_columns[0] != DISTRIBUTION_COLUMN:
        yield f"{place} is not led by {DISTRIBUTION_COLUMN} on both sides."
    if key.on_delete in {"n", "d"}:
        yield f"{place} has ON DELETE {_SETS[key.on_delete]}, which would change whose it is."
    if key.on_update in _SETS:
        yield f"{place} has ON UPDATE {_SETS[key.on_update]}, which would change whose it is."


def _policies(catalog: Catalog) -> Iterator[str]:
    for policy in catalog.policies:
        if policy.name not in DROPPED_POLICIES and policy_of(policy) is None:
            known = " or ".join(POLICIES)
            yield f"{policy.table}: the policy {policy.name} is neither of {known}."


def _code(catalog: Catalog) -> Iterator[str]:
    for trigger in catalog.triggers:
        if trigger.function not in DROPPED_FUNCTIONS:
            yield (
                f"{trigger.table}: the trigger {trigger.name} runs {trigger.function}, of which "
                "nothing says who does it on Citus (persistence/citus/decisions.py)."
            )
    called = {trigger.function for trigger in catalog.triggers}
    for function in catalog.functions:
        if function.name not in DROPPED_FUNCTIONS and function.name not in {*REPLACED, *called}:
            yield (
                f"the function {function.name} has no form for Citus "
                "(persistence/citus/functions.py)."
            )
