"""Sums of the ledger by day and by month, folded after the fact, for reports that do not slow.

They are caches: what is not folded yet is read from the ledger, and all of them can be made anew.
"""

from alembic import op

revision = "0025"
down_revision = "0024"

_POLICY = """
create policy own_company on {table}
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
"""
_SUMS = """
create table {table} (
    company_id uuid not null,
    {first_day} date not null,
    account_id uuid not null,
    cost_center_id uuid not null,
    debit numeric not null,
    credit numeric not null,
    constraint {table}_pkey primary key (company_id, {first_day}, account_id, cost_center_id),
    constraint fk_company foreign key (company_id) references company (id)
)
"""
_STATEMENTS = (
    _SUMS.format(table="ledger_day", first_day="day"),
    _SUMS.format(table="ledger_month", first_day="month"),
    """
create table ledger_fold (
    company_id uuid not null,
    seq bigint not null,
    constraint ledger_fold_pkey primary key (company_id),
    constraint fk_company foreign key (company_id) references company (id)
) with (fillfactor=50)
""",
    *(
        statement.format(table=table)
        for table in ("ledger_day", "ledger_month", "ledger_fold")
        for statement in (
            "alter table {table} enable row level security",
            "alter table {table} force row level security",
            _POLICY,
            "grant select, insert, update, delete on {table} to perpetuo_app",
            "grant select on {table} to perpetuo_reader",
        )
    ),
    """
create function ledgers_behind(after uuid, most integer)
returns table (company_id uuid, recorded bigint, folded bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
begin
    for one in select c.id from company c where c.id > after order by c.id limit most loop
        perform set_config('app.company_id', one::text, true);
        return query
            select one, n.seq, coalesce(f.seq, 0) from company_counter n
              left join ledger_fold f on f.company_id = one
             where n.company_id = one;
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
""",
    """
comment on function ledgers_behind(uuid, integer) is
    'The next companies by id, how far each has recorded and folded; nothing else leaves it.'
""",
    "revoke all on function ledgers_behind(uuid, integer) from public",
    "grant execute on function ledgers_behind(uuid, integer) to perpetuo_app",
)


def upgrade() -> None:
    """Create the tables with their policies, and the function that finds work."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Drop them: everything in them is in the ledger."""
    op.execute("drop function ledgers_behind(uuid, integer)")
    for table in ("ledger_fold", "ledger_month", "ledger_day"):
        op.execute(f"drop table {table}")
