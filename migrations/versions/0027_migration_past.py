"""A migration keeps what it finds, so that it can be cancelled while nothing was posted since."""

from alembic import op

revision = "0027"
down_revision = "0025"

_STATEMENTS = (
    """
create table migration_past (
    company_id uuid not null,
    migration_id uuid not null,
    kind varchar not null,
    no bigint not null,
    content jsonb not null,
    constraint migration_past_pkey primary key (company_id, migration_id, kind, no),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    """
create trigger migration_past_append_only
before update or delete or truncate on migration_past
for each statement execute function refuse_change_of_ledger()
""",
    "alter table migration_past enable row level security",
    "alter table migration_past force row level security",
    """
create policy own_company on migration_past
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on migration_past to perpetuo_app, perpetuo_reader",
    "grant insert on migration_past to perpetuo_app",
)


def upgrade() -> None:
    """Create the table, guarded as the rest of the books."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what a migration has kept is needed to cancel it."""
    raise RuntimeError("what migrations have kept is not removed")
