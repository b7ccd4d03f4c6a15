"""The flow LINKED: links with their caches, expected cost, postings by batch, inventory periods.

Also groups of items and parties, by which posting rules find accounts, and what an item costs on
its card.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_APP, _READER = "perpetuo_app", "perpetuo_reader"
_CACHES = ("linked_movement", "item_cost", "cost_dirty")

_LEDGERS = """
alter table company add column inventory_closed_through date;
alter table period_change add column kind varchar not null default 'LEDGER';

alter table item
    add column stock_group varchar,
    add column unit_cost numeric,
    add column overhead_rate numeric,
    add column indirect_cost_percent numeric;
alter table party
    add column party_group varchar,
    add column area varchar,
    add column sales_type varchar;

alter table movement add column card_value numeric, add column card_quantity numeric;

alter table cost_entry
    add column interim numeric not null default 0,
    add column invoiced_quantity numeric not null default 0,
    add column covered_quantity numeric,
    add column interim_account_id uuid,
    add column interim_contra_account_id uuid;

alter table cost_posting
    add column posting_date date not null,
    add column actual numeric not null,
    add column interim numeric not null default 0,
    add column stock_account_id uuid,
    add column contra_account_id uuid,
    add column interim_account_id uuid,
    add column interim_contra_account_id uuid;
create index cost_posting_stock on cost_posting (company_id, stock_account_id, posting_date);
create index cost_entry_unposted on cost_entry (company_id, posting_date, seq, id)
    where journal_entry_id is null and (actual <> 0 or interim <> 0);
"""

# Caches: what is open of a movement and when it is valued from; an item's cost in force; which
# costs are to be worked out again. Each can be rebuilt from the ledgers.
_TABLES = """
create table linked_movement (
    company_id uuid not null,
    movement_id uuid not null,
    item_id uuid not null,
    warehouse_id uuid not null,
    lot_id uuid not null,
    posting_date date not null,
    posting_time time not null,
    seq bigint not null,
    ordinal integer not null,
    open_quantity numeric not null,
    valuation_date date not null,
    primary key (company_id, movement_id),
    constraint fk_movement_id foreign key (company_id, movement_id)
        references movement (company_id, id)
) with (fillfactor = 70);
create index linked_movement_open on linked_movement
    (company_id, item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal)
    where open_quantity <> 0;
create index linked_movement_valued on linked_movement (company_id, item_id, valuation_date);

create table item_cost (
    company_id uuid not null,
    item_id uuid not null,
    card_value numeric,
    card_quantity numeric,
    is_invoiced boolean not null default false,
    primary key (company_id, item_id),
    constraint fk_item_id foreign key (company_id, item_id) references item (company_id, id)
) with (fillfactor = 50);

create table cost_dirty (
    company_id uuid not null,
    item_id uuid not null,
    movement_id uuid not null,
    primary key (company_id, item_id, movement_id),
    constraint fk_movement_id foreign key (company_id, movement_id)
        references movement (company_id, id)
);
"""

_POLICY = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid));
grant select on {table} to {app}, {reader};
grant insert, update, delete on {table} to {app};
"""


def upgrade() -> None:
    """Add the columns and tables, with their policies."""
    statements = [_LEDGERS, _TABLES]
    statements += [_POLICY.format(table=table, app=_APP, reader=_READER) for table in _CACHES]
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: links and postings are books."""
    raise RuntimeError("the links and postings of the books are not removed")
