"""Bills are found by the number that their supplier gave them; other documents cost no more."""

from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Add the index."""
    run = op.get_bind().exec_driver_sql
    run(
        "create index document_by_bill_number on document (company_id, party_id,"
        " (lower(btrim(reference))))"
        " where reference is not null and kind in ('PURCHASE_INVOICE', 'LANDED_COST')"
    )


def downgrade() -> None:
    """Drop it: nothing is lost."""
    op.execute("drop index document_by_bill_number")
