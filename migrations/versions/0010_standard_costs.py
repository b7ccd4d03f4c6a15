"""Standard costs as facts; a cost entry may be posted whose lines come to nothing."""

from alembic import op

revision = "0010"
down_revision = "0009"

_STATEMENTS = (
    """
create index cost_entry_expected on cost_entry (company_id, item_id, warehouse_id)
    where expected <> 0
""",
    "alter table cost_posting alter column journal_entry_id drop not null",
    """
create table standard_cost_change (
    company_id uuid not null,
    document_id uuid not null,
    item_id uuid not null,
    seq bigint not null,
    cost_before numeric,
    cost_after numeric,
    primary key (company_id, document_id, item_id),
    constraint fk_document_id foreign key (company_id, document_id)
        references document (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id)
)
""",
    "create index standard_cost_change_item on standard_cost_change (company_id, item_id, seq)",
    """
create trigger standard_cost_change_append_only
before update or delete or truncate on standard_cost_change
for each statement execute function refuse_change_of_ledger()
""",
    "alter table standard_cost_change enable row level security",
    "alter table standard_cost_change force row level security",
    """
create policy own_company on standard_cost_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on standard_cost_change to perpetuo_app, perpetuo_reader",
    "grant insert on standard_cost_change to perpetuo_app",
)


def upgrade() -> None:
    """Create the table with its guard and its policy."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: the costs that goods came in at are not forgotten."""
    raise RuntimeError("the record of standard costs is not removed")
