"""Which return's goods a line of a credit note credits."""

from alembic import op

revision = "0012"
down_revision = "0011"

_STATEMENTS = """
alter table document_line add column returned_line_id uuid;
create index document_line_returned on document_line (company_id, returned_line_id)
    where returned_line_id is not null;
"""


def upgrade() -> None:
    """Add the column and its index."""
    op.get_bind().exec_driver_sql(_STATEMENTS)


def downgrade() -> None:
    """Refuse: credited goods could be credited again."""
    raise RuntimeError("what was credited cannot be forgotten")
