"""Which table goes where on Citus, and what stays behind on a single node, each with its reason.

A table whose key is led by `company_id` is distributed by it: all facts of one company are on one
node. What belongs to no company is listed here; a table that is neither is a fault of the lint.
"""

from collections.abc import Mapping
from types import MappingProxyType

DISTRIBUTION_COLUMN = "company_id"
FIRST = "company_counter"
"""The table that all others are placed with: every transaction that posts locks its row."""

SHARDS = 32
"""Pieces that the companies are spread over: they move between nodes whole, and are not split."""

REFERENCE: Mapping[str, str] = MappingProxyType(
    {
        "company": "every table refers to it, its code is unique over all, and it is small: on "
        "every node, so that foreign keys and joins stay on one",
        "principal": "roles in companies refer to it; people belong to the installation",
        "api_key": "signing in joins it to its principal; found by a prefix that is unique over "
        "all",
        "access_change": "refers to the principal; belongs to no company",
        "trusted_document": "found by its hash, for whatever company it is asked",
    }
)
"""Copied to every node."""

LOCAL: Mapping[str, str] = MappingProxyType(
    {"alembic_version": "only `perpetuo migrate` reads and writes it, on the coordinator"}
)
"""Stay on the coordinator."""

DROPPED_POLICIES: Mapping[str, str] = MappingProxyType(
    {"owner_finds_work": "the owner is not bound by policies on Citus (plan.py)"}
)
"""Policies that Citus does not need."""

DROPPED_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "refuse_unbalanced_entry": "a journal entry that does not balance cannot be built "
        "(domain); `perpetuo check` proves it of all that is stored",
        "refuse_change_of_ledger": "perpetuo_app has no right to change or remove rows of ledgers",
        "refuse_service_approval": "approving refuses the same",
        **{
            f"{table}_refers": "foreign keys stand in for it (plan.py)"
            for table in (
                "billing_entry",
                "cost_entry",
                "document_line",
                "journal_entry",
                "movement",
            )
        },
        "document_refers": "foreign keys stand in for it (plan.py); the posting script asks for "
        "approvals",
        **{
            f"{master}_stays": "as document_refers"
            for master in ("account", "company", "item", "party", "warehouse")
        },
        "refuse_losing_masters": "as document_refers",
        "grow_masters_version": "whoever changes masters holds postings first (`hold_postings`), "
        "which grows it; postings that do, tell it (`persistence.citus.nodes`)",
        **{
            f"{table}_changed": "as grow_masters_version"
            for table in (
                "account",
                "account_role",
                "company",
                "cost_center",
                "item_group",
                "payment_term",
                "posting_rule",
                "posting_rule_account",
                "tax",
                "warehouse",
            )
        },
    }
)
"""Functions of triggers, which Citus does not run on distributed tables, and who does it there."""
