"""A barcode may stand for another unit of its item: the one on the box.

Those that are there stand for the stock unit, as they did.
"""

from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Add the column, empty."""
    op.get_bind().exec_driver_sql("alter table item_barcode add column uom varchar")


def downgrade() -> None:
    """Refuse: without it a box would be scanned as a piece."""
    raise RuntimeError("the units of barcodes are not removed")
