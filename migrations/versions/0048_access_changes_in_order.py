"""The record of who may do what is read newest first."""

from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Add the index."""
    run = op.get_bind().exec_driver_sql
    run("create index access_change_recorded on access_change (recorded_at, id)")


def downgrade() -> None:
    """Drop it: nothing is lost."""
    op.execute("drop index access_change_recorded")
