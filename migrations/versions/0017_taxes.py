"""Taxes on lines of bills, discounts of lines, and freight."""

from alembic import op

revision = "0017"
down_revision = "0016"

_TABLES = """
create table tax (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    rate numeric not null,
    position integer not null,
    on_tax boolean not null,
    sales_account_id uuid,
    purchase_account_id uuid,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    constraint tax_pkey primary key (company_id, id),
    constraint tax_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_sales_account_id foreign key (company_id, sales_account_id)
        references account (company_id, id),
    constraint fk_purchase_account_id foreign key (company_id, purchase_account_id)
        references account (company_id, id)
);
create table document_tax (
    company_id uuid not null,
    document_id uuid not null,
    tax_id uuid not null,
    account_id uuid not null,
    base numeric not null,
    amount numeric not null,
    constraint document_tax_pkey primary key (company_id, document_id, tax_id),
    constraint fk_document_id foreign key (company_id, document_id)
        references document (company_id, id),
    constraint fk_tax_id foreign key (company_id, tax_id) references tax (company_id, id),
    constraint fk_account_id foreign key (company_id, account_id)
        references account (company_id, id)
);
create index document_tax_by_tax on document_tax (company_id, tax_id);
alter table document
    add column taxes_total numeric not null default 0,
    add column freight numeric not null default 0;
alter table document_line
    add column list_rate numeric,
    add column discount_percent numeric;
create trigger document_tax_append_only
before update or delete or truncate on document_tax
for each statement execute function refuse_change_of_ledger();
"""

_POLICY = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid));
grant select on {table} to perpetuo_app, perpetuo_reader;
"""

# Posting caches taxes, as it does the masters of 0002.
_CACHED = """
grant insert on document_tax to perpetuo_app;
grant insert, update, delete on tax to perpetuo_app;
create function tax_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform grow_masters_version(array(select distinct company_id from changed order by 1));
    return null;
end $$;
create trigger tax_inserted after insert on tax referencing new table as changed
for each statement execute function tax_changed();
create trigger tax_updated after update on tax referencing new table as changed
for each statement execute function tax_changed();
create trigger tax_deleted after delete on tax referencing old table as changed
for each statement execute function tax_changed();
"""

# The function as it is now, with one place more to look in.
_LOCATE_NODE = """
do $$
begin
    execute replace(
        pg_get_functiondef('locate_node(uuid)'::regprocedure),
        $places$union all select 'lot' from lot t$places$,
        $places$union all select 'tax' from tax t
                where t.company_id = candidate and t.id = wanted
            union all select 'lot' from lot t$places$);
end $$;
"""


def upgrade() -> None:
    """Create the tables with their guards and policies, and the columns."""
    policies = [_POLICY.format(table=table) for table in ("tax", "document_tax")]
    for statement in (_TABLES, *policies, _CACHED, _LOCATE_NODE):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: taxes that were charged are books."""
    raise RuntimeError("taxes are not removed")
