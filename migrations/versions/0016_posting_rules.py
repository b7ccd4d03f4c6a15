"""Posting rules; and roles that were the same as others under another name are gone."""

from alembic import op

revision = "0016"
down_revision = "0015"

_TABLES = """
create table posting_rule (
    company_id uuid not null,
    id uuid not null,
    kind varchar not null,
    position integer not null,
    stock_group varchar,
    warehouse_id uuid,
    party_group varchar,
    item_group_id uuid,
    area varchar,
    sales_type varchar,
    constraint posting_rule_pkey primary key (company_id, id),
    constraint posting_rule_position unique (company_id, kind, position),
    constraint fk_company foreign key (company_id) references company (id),
    constraint fk_warehouse_id foreign key (company_id, warehouse_id)
        references warehouse (company_id, id),
    constraint fk_item_group_id foreign key (company_id, item_group_id)
        references item_group (company_id, id)
);
create table posting_rule_account (
    company_id uuid not null,
    rule_id uuid not null,
    role varchar not null,
    account_id uuid not null,
    constraint posting_rule_account_pkey primary key (company_id, rule_id, role),
    constraint fk_rule_id foreign key (company_id, rule_id)
        references posting_rule (company_id, id),
    constraint fk_account_id foreign key (company_id, account_id)
        references account (company_id, id)
);
"""

# Posting caches them, as it does the masters of 0002.
_TABLE = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid));
grant select on {table} to perpetuo_app, perpetuo_reader;
grant insert, update, delete on {table} to perpetuo_app;

create function {table}_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform grow_masters_version(array(select distinct company_id from changed order by 1));
    return null;
end $$;
create trigger {table}_inserted after insert on {table} referencing new table as changed
for each statement execute function {table}_changed();
create trigger {table}_updated after update on {table} referencing new table as changed
for each statement execute function {table}_changed();
create trigger {table}_deleted after delete on {table} referencing old table as changed
for each statement execute function {table}_changed();
"""

# Row-level security is forced for the owner too: each company's roles under its own name. What
# still waits for an account of its code stands in the company's settings.
_ROLES = """
do $$
declare
    one uuid;
    other record;
begin
    for one in select id from company order by id loop
        perform set_config('app.company_id', one::text, true);
        for other in select * from (values ('sales', 'income'),
                                           ('inventoryAdjustment', 'stockAdjustment'),
                                           ('grnSuspense', 'stockReceivedNotBilled'))
                                    as roles (gone, kept) loop
            insert into account_role (company_id, role, account_id)
            select r.company_id, other.kept, r.account_id
              from account_role r join account a on a.company_id = r.company_id
                                                and a.id = r.account_id
             where r.company_id = one and r.role = other.gone
               and (other.kept <> 'stockReceivedNotBilled' or a.type = 'STOCK_RECEIVED_NOT_BILLED')
            on conflict do nothing;
            delete from account_role where company_id = one and role = other.gone;
            update company
               set settings = settings #- array['pending_defaults', other.gone]
             where id = one and settings #> array['pending_defaults', other.gone] is not null;
        end loop;
    end loop;
    perform set_config('app.company_id', '', true);
end $$;
"""


def upgrade() -> None:
    """Create the tables with their policies and triggers, and keep one role of each meaning."""
    statements = [_TABLES]
    statements += [_TABLE.format(table=table) for table in ("posting_rule", "posting_rule_account")]
    statements.append(_ROLES)
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: postings have gone by these rules."""
    raise RuntimeError("posting rules are not removed")
