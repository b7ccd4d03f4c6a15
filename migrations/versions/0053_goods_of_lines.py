"""Lines that move goods out may name the line whose goods they take; none did so far."""

from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table document_line add column takes_line_id uuid")


def downgrade() -> None:
    """Forget what lines said: what they took is recorded with their movements."""
    op.get_bind().exec_driver_sql("alter table document_line drop column takes_line_id")
