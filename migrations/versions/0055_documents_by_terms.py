"""Documents are found by their payment terms, where they have such; others cost no more."""

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Add the index."""
    run = op.get_bind().exec_driver_sql
    run(
        "create index document_by_terms on document (company_id,"
        " ((content ->> 'payment_term')::uuid)) where content ->> 'payment_term' is not null"
    )


def downgrade() -> None:
    """Drop it: nothing is lost."""
    op.execute("drop index document_by_terms")
