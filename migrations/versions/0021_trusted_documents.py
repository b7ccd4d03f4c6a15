"""Trusted documents: texts of operations, found by their SHA-256, which the database proves.

They belong to the installation: no company, no row-level security. Nothing of the books is in them.
"""

from alembic import op

revision = "0021"
down_revision = "0020"

_STATEMENTS = (
    """
create table trusted_document (
    sha256 bytea not null,
    body varchar not null,
    operations text[] not null,
    added_at timestamptz not null default clock_timestamp(),
    added_by varchar not null,
    constraint trusted_document_pkey primary key (sha256),
    constraint trusted_document_sha256 check (sha256 = sha256(convert_to(body, 'UTF8')))
)
""",
    "grant select, insert, delete on trusted_document to perpetuo_app",
    "grant select on trusted_document to perpetuo_reader",
)


def upgrade() -> None:
    """Create the table with its grants."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop it: the texts are also where they were added from."""
    op.get_bind().exec_driver_sql("drop table trusted_document")
