"""Warehouses that stand for the road between two others."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the mark; no warehouse has it yet."""
    op.get_bind().exec_driver_sql(
        "alter table warehouse add column is_transit boolean not null default false"
    )


def downgrade() -> None:
    """Refuse: goods may be on their way."""
    raise RuntimeError("the mark of transit warehouses is not removed")
