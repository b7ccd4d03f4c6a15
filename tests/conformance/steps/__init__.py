"""The kinds of steps that the product has: one module a family, one table each."""

from collections.abc import Mapping

from tests.conformance.steps import company, corrections, ledger, migration, purchases, sales, stock
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
"""`do` -> how it is done."""
