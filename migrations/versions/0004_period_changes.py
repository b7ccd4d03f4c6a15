"""Who closed and reopened which days, and when: appended, never changed."""

from alembic import op

revision = "0004"
down_revision = "0003"

_STATEMENTS = (
    """
create table period_change (
    company_id uuid not null,
    id uuid not null,
    closed_through_before date,
    closed_through date,
    reason varchar,
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by varchar,
    constraint period_change_pkey primary key (company_id, id),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    "create index period_change_recorded on period_change (company_id, recorded_at, id)",
    """
create trigger period_change_append_only
before update or delete or truncate on period_change
for each statement execute function refuse_change_of_ledger()
""",
    "alter table period_change enable row level security",
    "alter table period_change force row level security",
    """
create policy own_company on period_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on period_change to perpetuo_app, perpetuo_reader",
    "grant insert on period_change to perpetuo_app",
)


def upgrade() -> None:
    """Create the table with its guard and its policy."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what an auditor may ask for is not removed."""
    raise RuntimeError("the record of closed periods is not removed")
