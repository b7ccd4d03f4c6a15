"""The functions that look into several companies, for tables that are spread over nodes.

On one node row-level security binds their owner too: they go company by company, each under its
own name, or set what a policy of the owner wants. On Citus it does not bind the owner (plan.py),
and what a function sets is not told to the nodes: there each asks all nodes at once. Each gives
the same rows as its original.
"""

from collections.abc import Mapping
from types import MappingProxyType

from persistence.ids import PLACES

_LOOK = """
    if kind is null then
        select t.company_id, '{table}' into company_id, kind from {table} t where t.id = wanted;
    end if;"""

LOCATE_NODE = f"""
create or replace function locate_node(wanted uuid, out company_id uuid, out kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    select t.id, 'company' into company_id, kind from company t where t.id = wanted;{
    "".join(_LOOK.format(table=table) for table in PLACES)
}
end $$
"""  # noqa: S608 - our own names

FEED_HEADS = """
create or replace function feed_heads(companies uuid[])
returns table (company_id uuid, seq bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select n.company_id, n.seq from company_counter n where n.company_id = any (companies);
end $$
"""

# Two statements: a subquery behind OR could not be sent to the nodes.
WEBHOOKS_DUE = """
create or replace function webhooks_due() returns table (company_id uuid, webhook_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select w.company_id, w.id from webhook w
          join company_counter n on n.company_id = w.company_id
         where w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp()
           and w.position < n.seq;
    return query
        select distinct w.company_id, w.id from webhook w
          join company_counter n on n.company_id = w.company_id
          join webhook_delivery d on d.company_id = w.company_id and d.webhook_id = w.id
         where d.state = 'PENDING'
           and not (w.state = 'ACTIVE' and w.next_attempt_at <= clock_timestamp()
                    and w.position < n.seq);
end $$
"""

LEDGERS_TO_FOLD = """
create or replace function ledgers_to_fold(enough bigint)
returns table (company_id uuid, recorded bigint, folded bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    return query
        select n.company_id, n.seq, coalesce(f.seq, 0) from company_counter n
          left join ledger_fold f on f.company_id = n.company_id
         where n.seq - coalesce(f.seq, 0) >= enough;
end $$
"""

REPLACED: Mapping[str, str] = MappingProxyType(
    {
        "feed_heads": FEED_HEADS.strip(),
        "ledgers_to_fold": LEDGERS_TO_FOLD.strip(),
        "locate_node": LOCATE_NODE.strip(),
        "webhooks_due": WEBHOOKS_DUE.strip(),
    }
)
"""By name; `create or replace` keeps who may call them."""
