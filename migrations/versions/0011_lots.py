"""Batches and serial numbers are made on a day, and may be on hold; who changed them, and when."""

from alembic import op

revision = "0011"
down_revision = "0010"

_STATEMENTS = (
    "alter table lot add column manufactured_on date",
    "alter table lot add column hold varchar",
    """
create table lot_change (
    company_id uuid not null,
    id uuid not null,
    lot_id uuid not null,
    expiry_date date,
    manufactured_on date,
    hold varchar,
    reason varchar,
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by varchar,
    constraint lot_change_pkey primary key (company_id, id),
    constraint fk_lot_id foreign key (company_id, lot_id) references lot (company_id, id)
)
""",
    "create index lot_change_lot on lot_change (company_id, lot_id, recorded_at)",
    """
create trigger lot_change_append_only
before update or delete or truncate on lot_change
for each statement execute function refuse_change_of_ledger()
""",
    "alter table lot_change enable row level security",
    "alter table lot_change force row level security",
    """
create policy own_company on lot_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on lot_change to perpetuo_app, perpetuo_reader",
    "grant insert on lot_change to perpetuo_app",
)


def upgrade() -> None:
    """Add the columns, and the table with its guard and its policy."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what was on hold would be sold."""
    raise RuntimeError("holds of lots are not removed")
