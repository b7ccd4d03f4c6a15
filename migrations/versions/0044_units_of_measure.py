"""An item may have units beside its stock unit, and a line keeps the one that it was entered in.

What was recorded before named none: its quantities are in the stock unit, as all quantities are.
"""

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Add the columns, empty."""
    run = op.get_bind().exec_driver_sql
    run("alter table item add column units jsonb")
    run("alter table document_line add column uom varchar, add column uom_factor numeric")


def downgrade() -> None:
    """Forget units and what lines were entered in; stock units stay, and so does what they cost."""
    run = op.get_bind().exec_driver_sql
    run("alter table document_line drop column uom, drop column uom_factor")
    run("alter table item drop column units")
