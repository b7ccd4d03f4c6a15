"""A charge of a landed cost may be spread by another basis than its document's others.

Charges that were recorded before have none of their own.
"""

from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table document_charge add column basis varchar")


def downgrade() -> None:
    """Forget it: what such charges made dearer stays."""
    op.get_bind().exec_driver_sql("alter table document_charge drop column basis")
