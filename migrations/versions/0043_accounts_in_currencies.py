"""Lines of journals keep the amount in the currency that their account is kept in.

The ledger's lines have had the columns since the beginning, and nothing in them.
"""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table document_line add column currency_amount numeric")


def downgrade() -> None:
    """Forget what the lines were given; the ledger's lines keep it."""
    op.get_bind().exec_driver_sql("alter table document_line drop column currency_amount")
