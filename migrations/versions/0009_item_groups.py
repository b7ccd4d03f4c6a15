"""Groups of items become masters; what items had as a text becomes a group of that code."""

from alembic import op

revision = "0009"
down_revision = "0008"

# As in 0003, with groups of items.
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

_STATEMENTS = (
    """
create table item_group (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    parent_id uuid,
    costing_method varchar,
    stock_account_id uuid,
    adjustment_account_id uuid,
    purchase_price_variance_account_id uuid,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    constraint item_group_pkey primary key (company_id, id),
    constraint item_group_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_parent_id foreign key (company_id, parent_id)
        references item_group (company_id, id),
    constraint fk_stock_account_id foreign key (company_id, stock_account_id)
        references account (company_id, id),
    constraint fk_adjustment_account_id foreign key (company_id, adjustment_account_id)
        references account (company_id, id),
    constraint fk_purchase_price_variance_account_id
        foreign key (company_id, purchase_price_variance_account_id)
        references account (company_id, id)
)
""",
    "alter table item_group enable row level security",
    "alter table item_group force row level security",
    """
create policy own_company on item_group
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on item_group to perpetuo_app, perpetuo_reader",
    "grant insert, update, delete on item_group to perpetuo_app",
    # Posting caches them, as it does the masters of 0002.
    """
create function item_group_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform grow_masters_version(array(select distinct company_id from changed order by 1));
    return null;
end $$
""",
    """
create trigger item_group_inserted after insert on item_group referencing new table as changed
for each statement execute function item_group_changed()
""",
    """
create trigger item_group_updated after update on item_group referencing new table as changed
for each statement execute function item_group_changed()
""",
    """
create trigger item_group_deleted after delete on item_group referencing old table as changed
for each statement execute function item_group_changed()
""",
    """
alter table item
    add column group_id uuid,
    add constraint fk_group_id foreign key (company_id, group_id)
        references item_group (company_id, id)
""",
    "create index item_in_group on item (company_id, group_id)",
    # Company by company, each under its own name: row-level security binds the owner too.
    """
do $$
declare
    one uuid;
begin
    for one in select id from company order by id loop
        perform set_config('app.company_id', one::text, true);
        insert into item_group (company_id, id, code, name)
        select one, gen_random_uuid(), named.code, named.code
          from (select distinct item_group as code from item
                 where company_id = one and item_group is not null) as named;
        update item i set group_id = g.id from item_group g
         where i.company_id = one and g.company_id = one and g.code = i.item_group;
    end loop;
    perform set_config('app.company_id', '', true);
end $$
""",
    "alter table item drop column item_group",
    _LOCATE_NODE,
)


def upgrade() -> None:
    """Create the table with its policy and its triggers, and put the items into their groups."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: groups have accounts that a text has not."""
    raise RuntimeError("groups of items are not removed")
