"""Taxes on lines of bills, discounts of lines, and freight."""

from alembic import op

revision = "0012"
down_revision = "0011"

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

# As in 0009, with taxes.
_LOCATE_NODE = """
create or replace function locate_node(wanted uuid, out company_id uuid, out kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    candidate uuid;
begin
    for candidate in select c.id from company c order by (c.id = wanted) desc, c.id loop
        perform set_config('app.company_id', candidate::text, true);
        select candidate, found_in into company_id, kind from (
            select 'company' as found_in where candidate = wanted
            union all select 'document' from document t
                where t.company_id = candidate and t.id = wanted
            union all select 'document_line' from document_line t
                where t.company_id = candidate and t.id = wanted
            union all select 'item' from item t
                where t.company_id = candidate and t.id = wanted
            union all select 'item_group' from item_group t
                where t.company_id = candidate and t.id = wanted
            union all select 'tax' from tax t
                where t.company_id = candidate and t.id = wanted
            union all select 'lot' from lot t
                where t.company_id = candidate and t.id = wanted
            union all select 'party' from party t
                where t.company_id = candidate and t.id = wanted
            union all select 'account' from account t
                where t.company_id = candidate and t.id = wanted
            union all select 'warehouse' from warehouse t
                where t.company_id = candidate and t.id = wanted
            union all select 'cost_center' from cost_center t
                where t.company_id = candidate and t.id = wanted
            union all select 'fiscal_year' from fiscal_year t
                where t.company_id = candidate and t.id = wanted
            union all select 'journal_entry' from journal_entry t
                where t.company_id = candidate and t.id = wanted
            union all select 'movement' from movement t
                where t.company_id = candidate and t.id = wanted
        ) as places limit 1;
        exit when company_id is not null;
    end loop;
    perform set_config('app.company_id', callers_company, true);
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
