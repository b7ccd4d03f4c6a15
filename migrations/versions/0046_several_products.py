"""Goods may become several products, each of which takes its part of what they cost.

What was recorded before became one product, or came back in parts: nobody took of it before.
"""

from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table movement_source add column before numeric")


def downgrade() -> None:
    """Forget who took of a cost before: what several products cost stays, and is not explained."""
    op.get_bind().exec_driver_sql("alter table movement_source drop column before")
