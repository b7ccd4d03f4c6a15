"""How far the feeds of several companies have come, in one statement."""

from alembic import op

revision = "0014"
down_revision = "0013"

# Each company's counter is seen only under its own name, by the owner too.
_FEED_HEADS = """
create function feed_heads(companies uuid[])
returns table (company_id uuid, seq bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
begin
    foreach one in array companies loop
        perform set_config('app.company_id', one::text, true);
        return query select n.company_id, n.seq from company_counter n where n.company_id = one;
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
"""
_STATEMENTS = (
    _FEED_HEADS,
    """
comment on function feed_heads(uuid[]) is
    'The last sequence that each company has recorded; nothing else leaves it.'
""",
    "revoke all on function feed_heads(uuid[]) from public",
    "grant execute on function feed_heads(uuid[]) to perpetuo_app",
    "create index cost_entry_by_seq on cost_entry (company_id, seq)",
)


def upgrade() -> None:
    """Create the function, and the index by which stock levels find what has changed."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: readers of the feed go by it."""
    raise RuntimeError("the feed is not removed")
