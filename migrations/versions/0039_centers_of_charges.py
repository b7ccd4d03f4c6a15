"""A cost entry keeps the cost center of its other side, where that is not its movement's.

A charge that makes goods dearer may name one of its own.
"""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add the column: what is recorded so far stands on its movements' cost centers."""
    op.get_bind().exec_driver_sql("alter table cost_entry add column contra_cost_center_id uuid")


def downgrade() -> None:
    """Forget which cost centers charges named."""
    op.get_bind().exec_driver_sql("alter table cost_entry drop column contra_cost_center_id")
