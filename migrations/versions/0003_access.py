"""Roles, grants and row-level security: who may do what, and in whose books.

`perpetuo_app` appends to ledgers and changes masters and caches; `perpetuo_reader` reads. Neither
can log in: a connection becomes one of them by SET ROLE. Both see the company that the
transaction names in `app.company_id`, and nothing when it names none; so does the owner.

Roles belong to the cluster, and several databases of it may be migrated at the same moment.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

_APP = "perpetuo_app"
_READER = "perpetuo_reader"

# As of this migration; the ledger's tables are append-only for the application.
_LEDGER_TABLES = (
    "document", "document_line", "document_charge", "voiding", "movement", "movement_source",
    "application", "cost_entry", "cost_posting", "journal_entry", "journal_line",
    "billing_entry", "party_entry", "change",
)  # fmt: skip
_MUTABLE_TABLES = (
    "account", "account_role", "cost_center", "fiscal_year", "item", "item_barcode", "lot", "party",
    "warehouse", "company_counter", "number_series", "bin", "bin_snapshot", "layer",
    "billing_state", "open_item",
)  # fmt: skip

# Somebody else may create the role, or grant it to us, between our look and our statement: then
# it is there, which is all we want. Superusers may set any role and need no grant. From
# PostgreSQL 16 on a creator is a member, but may not yet set the role.
_ROLE = """
do $$
declare
    may_set text := case when current_setting('server_version_num')::int >= 160000
                         then 'SET' else 'MEMBER' end;
begin
    if not exists (select from pg_roles where rolname = '{role}') then
        begin
            create role {role} nologin;
        exception when duplicate_object or unique_violation then null;
        end;
    end if;
    if not pg_has_role(current_user, '{role}', may_set) then
        begin
            execute 'grant {role} to current_user';
        exception when duplicate_object or unique_violation then null;
        end;
    end if;
end $$;
"""

_POLICY = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid));
"""

# An id alone does not say whose it is, and all keys are led by the company: so ask company by
# company, each under its own name, for even the owner sees only the company that is named.
_LOCATE_NODE = """
create function locate_node(wanted uuid, out company_id uuid, out kind text)
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

comment on function locate_node(uuid) is
    'The company that an id belongs to, and the table it is in; no row of data leaves it.';
revoke all on function locate_node(uuid) from public;
"""


def _grants() -> list[str]:
    ledger, mutable = ", ".join(_LEDGER_TABLES), ", ".join(_MUTABLE_TABLES)
    everything = f"{ledger}, {mutable}, company, {op.get_context().version_table}"
    return [
        f"grant usage on schema public to {_APP}, {_READER}",
        f"grant select on {everything} to {_APP}, {_READER}",
        f"grant insert on {ledger} to {_APP}",
        f"grant insert, update, delete on {mutable}, company to {_APP}",
        f"grant execute on function locate_node(uuid) to {_APP}, {_READER}",
        "revoke all on function grow_masters_version(uuid[]) from public",
        f"grant execute on function grow_masters_version(uuid[]) to {_APP}",
    ]


def upgrade() -> None:
    """Create the roles, give them their rights, and put every company table under its policy."""
    statements = [_ROLE.format(role=role) for role in (_APP, _READER)]
    statements.append(_LOCATE_NODE)
    statements += [_POLICY.format(table=table) for table in (*_LEDGER_TABLES, *_MUTABLE_TABLES)]
    statements += _grants()
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: nobody opens the books of one company to another."""
    raise RuntimeError("row-level security and roles are not removed")
