"""One statement finds what is to be folded and sent, whatever the number of companies.

Until now a function went company by company, each under its own name. The owner's policy lets the
functions of this file, and nobody else, see the tables they ask in all companies at once: those
hold numbers and addresses, and only ids and sequences leave the functions. Besides an index for
lists of documents of all kinds in the order of their dates.
"""

from alembic import op

revision = "0030"
down_revision = "0027"

_TABLES = ("company_counter", "ledger_fold", "webhook", "webhook_delivery")
# For the owner alone, and only while a function says so: else not even the owner sees rows of a
# company that the transaction does not name.
_POLICY = """
create policy owner_finds_work on {table} for select to current_user
    using (current_setting('app.finds_work', true) = 'on')
"""
_STATEMENTS = (
    *(_POLICY.format(table=table) for table in _TABLES),
    """
create function ledgers_to_fold(enough bigint)
returns table (company_id uuid, recorded bigint, folded bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('app.finds_work', 'on', true);
    return query
        select n.company_id, n.seq, coalesce(f.seq, 0) from company_counter n
          left join ledger_fold f on f.company_id = n.company_id
         where n.seq - coalesce(f.seq, 0) >= enough;
    perform set_config('app.finds_work', 'off', true);
end $$
""",
    """
comment on function ledgers_to_fold(bigint) is
    'The companies with so many recordings that are not folded; nothing else leaves it.'
""",
    "drop function ledgers_behind(uuid, integer)",
    """
create or replace function webhooks_due() returns table (company_id uuid, webhook_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('app.finds_work', 'on', true);
    return query
        select w.company_id, w.id from webhook w
          join company_counter n on n.company_id = w.company_id
         where w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp() and w.position < n.seq
            or exists (select from webhook_delivery d
                        where d.company_id = w.company_id and d.webhook_id = w.id
                          and d.state = 'PENDING');
    perform set_config('app.finds_work', 'off', true);
end $$
""",
    "revoke all on function ledgers_to_fold(bigint) from public",
    "grant execute on function ledgers_to_fold(bigint) to perpetuo_app",
    "create index document_in_order on document (company_id, posting_date, seq)",
)


def upgrade() -> None:
    """Replace the functions, and create the index."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what runs goes by these functions."""
    raise RuntimeError("the functions that find work are not put back")
