"""Who changed which master, when, and from what to what: appended, never changed.

Masters that are there already have no history. The table refers to no company: what was done in
one stays on record when it is deleted.
"""

from alembic import op

from migrations.single_node import single_node

revision = "0045"
down_revision = "0044"

_STATEMENTS = (
    """
create table master_change (
    company_id uuid not null,
    id uuid not null,
    kind varchar not null,
    record_id uuid not null,
    action varchar not null,
    code varchar,
    version integer,
    fields jsonb not null,
    document_id uuid,
    recorded_at timestamptz not null default clock_timestamp(),
    recorded_by varchar,
    constraint master_change_pkey primary key (company_id, id)
)
""",
    "create index master_change_recorded on master_change (company_id, recorded_at, id)",
    """
create index master_change_record on master_change (company_id, record_id, recorded_at, id)
""",
    "alter table master_change enable row level security",
    "alter table master_change force row level security",
    """
create policy own_company on master_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on master_change to perpetuo_app, perpetuo_reader",
    "grant insert on master_change to perpetuo_app",
)
_GUARD = """
create trigger master_change_append_only
before update or delete or truncate on master_change
for each statement execute function refuse_change_of_ledger()
"""


def upgrade() -> None:
    """Create the table with its guard and its policy."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    single_node((_GUARD,))


def downgrade() -> None:
    """Refuse: what an auditor may ask for is not removed."""
    raise RuntimeError("the log of changes of masters is not removed")
