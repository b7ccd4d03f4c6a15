"""Indexes for lists that are long, and may be had in another order than that of their key."""

from alembic import op

revision = "0022"
down_revision = "0021"

_STATEMENTS = (
    "create index item_by_name on item (company_id, name, id)",
    "create index party_by_name on party (company_id, name, id)",
    "create index lot_by_code on lot (company_id, code, id)",
)


def upgrade() -> None:
    """Create them."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop them."""
    for name in ("item_by_name", "party_by_name", "lot_by_code"):
        op.get_bind().exec_driver_sql(f"drop index {name}")
