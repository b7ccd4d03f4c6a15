"""Lines know their purchase order and shipment; an item's change of group is a fact."""

from alembic import op

revision = "0019"
down_revision = "0018"

_STATEMENTS = (
    """
alter table document_line
    add column order_code varchar,
    add column order_line integer,
    add column shipment varchar
""",
    """
create index document_line_order on document_line (company_id, order_code, order_line)
 where order_code is not null
""",
    """
create index document_line_shipment on document_line (company_id, shipment)
 where shipment is not null
""",
    """
create table item_group_change (
    company_id uuid not null,
    document_id uuid not null,
    item_id uuid not null,
    seq bigint not null,
    group_before uuid,
    group_after uuid,
    constraint item_group_change_pkey primary key (company_id, document_id, item_id),
    constraint fk_document_id foreign key (company_id, document_id)
        references document (company_id, id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id)
)
""",
    "create index item_group_change_item on item_group_change (company_id, item_id, seq)",
    """
create trigger item_group_change_append_only
before update or delete or truncate on item_group_change
for each statement execute function refuse_change_of_ledger()
""",
    "alter table item_group_change enable row level security",
    "alter table item_group_change force row level security",
    """
create policy own_company on item_group_change
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on item_group_change to perpetuo_app, perpetuo_reader",
    "grant insert on item_group_change to perpetuo_app",
)


def upgrade() -> None:
    """Add the columns, and the table with its guard and its policy."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: the groups that goods stood in are not forgotten."""
    raise RuntimeError("the record of item groups is not removed")
