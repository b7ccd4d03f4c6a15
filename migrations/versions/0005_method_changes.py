"""Costing methods change as facts with a place in posting order; a count may set a value."""

from alembic import op

revision = "0005"
down_revision = "0004"

_STATEMENTS = (
    """
create table method_change (
    company_id uuid not null,
    document_id uuid not null,
    item_id uuid not null,
    seq bigint not null,
    posting_date date not null,
    posting_time time not null,
    method_before varchar not null,
    method_after varchar not null,
    constraint method_change_pkey primary key (company_id, document_id, item_id),
    constraint fk_document_id foreign key (company_id, document_id)
        references document (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id)
)
""",
    "create index method_change_item on method_change (company_id, item_id)",
    """
create trigger method_change_append_only
before update or delete or truncate on method_change
for each statement execute function refuse_change_of_ledger()
""",
    "alter table method_change enable row level security",
    "alter table method_change force row level security",
    """
create policy own_company on method_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on method_change to perpetuo_app, perpetuo_reader",
    "grant insert on method_change to perpetuo_app",
    "alter table movement add column counted_value numeric",
)


def upgrade() -> None:
    """Create the table with its guard and its policy, and the column."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what replaying the past goes by is not removed."""
    raise RuntimeError("changes of costing methods are not removed")
