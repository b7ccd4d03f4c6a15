"""A document keeps what it was given, so that it can be shown and handed in again.

It is the text that `body_hash` is of, as it is: type json leaves it so. Nothing is known of what
was recorded before.
"""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table document add column given json")


def downgrade() -> None:
    """Forget what documents were given; what they caused stays."""
    op.get_bind().exec_driver_sql("alter table document drop column given")
