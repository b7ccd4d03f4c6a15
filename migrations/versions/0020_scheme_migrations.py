"""A company knows since when it has its scheme, and its flow of costs."""

from alembic import op

revision = "0020"
down_revision = "0019"

_STATEMENTS = (
    """
alter table company
    add column scheme_from date,
    add column scheme_since bigint not null default 0,
    add column flow_since bigint not null default 0
""",
)


def upgrade() -> None:
    """Add the columns: a company that was migrated before keeps what it says so far."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: without them nobody could tell which flow a movement belongs to."""
    raise RuntimeError("the record of migrations is not removed")
