"""The kinds of steps that the product has: one module a family, one table each."""

from collections.abc import Mapping

from tests.conformance.format import Dialect
from tests.conformance.steps import (
    company,
    corrections,
    ledger,
    migration,
    nav,
    nav_costs,
    purchases,
    rules,
    sales,
    stock,
    weberp,
)
from tests.conformance.steps.kind import Kind

KINDS: Mapping[str, Kind] = {
    **purchases.KINDS,
    **sales.KINDS,
    **stock.KINDS,
    **corrections.KINDS,
    **ledger.KINDS,
    **company.KINDS,
    **migration.KINDS,
}
"""`do` -> how it is done, in ERPNext's words."""

_EVERYWHERE: Mapping[str, Kind] = {
    **rules.KINDS,
    "cancel": ledger.KINDS["cancel"],
    "journalEntry": ledger.KINDS["journalEntry"],
    "freezeLedger": company.KINDS["freezeLedger"],
}
OF_DIALECT: Mapping[Dialect, Mapping[str, Kind]] = {
    Dialect.ERPNEXT: KINDS,
    Dialect.NAV: {
        **nav.KINDS,
        **nav_costs.KINDS,
        **_EVERYWHERE,
        "payment": weberp.KINDS["payment"],
        "creditNote": weberp.KINDS["creditNote"],
    },
    Dialect.WEBERP: {**weberp.KINDS, **_EVERYWHERE},
}
"""The kinds of steps by dialect: the same word may mean another thing."""


def kinds_of(dialect: Dialect) -> Mapping[str, Kind]:
    """How the steps of a dialect are done; nothing where it has no steps yet."""
    return OF_DIALECT.get(dialect, {})
