"""What a migration does to a company's own row, its items, and the caches of its flows."""

from typing import Any

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from domain.decide import Decision
from persistence.citus.nodes import grow_masters_version
from persistence.posting.writing.migration_past import METHOD_AFTER, put_back

_CHANGE_COMPANY = """
update company
   set scheme = %(scheme)s, flow = %(flow)s, posts_stock_from = %(posts_from)s,
       scheme_from = %(scheme_from)s, scheme_since = %(seq)s,
       flow_since = case when %(opens_flow)s then %(seq)s else flow_since end,
       costing_method = coalesce(%(methods)s::jsonb ->> costing_method, costing_method),
       version = version + 1
 where id = %(company)s
"""
_CHANGE_METHODS = f"""
update item set costing_method = {METHOD_AFTER}, version = version + 1
 where company_id = %(company)s and {METHOD_AFTER} is distinct from costing_method
"""  # noqa: S608 - constant pieces
_MOVE_LINES = """
update billing_state s set account_id = u.account_id
  from unnest(%(lines)s::uuid[], %(accounts)s::uuid[]) as u (line_id, account_id)
 where s.company_id = %(company)s and s.line_id = u.line_id
"""
# Caches of a flow that was in use once: what they say was over when that flow was left.
_CACHES = ("layer", "bin_snapshot", "linked_movement", "cost_dirty")
_EMPTY_BINS = """
update bin
   set quantity = 0, value = 0, movements = 0, received = 0, received_value = 0, issued = 0,
       first_layer = 0, next_layer = 0, top_layer = null, top_left = default,
       last_quantity = default, last_value = default,
       last_date = null, last_time = null, last_seq = 0, last_ordinal = 0
 where company_id = %s
"""


async def empty_caches(connection: AsyncConnection, decision: Decision) -> None:
    """Forget what the old flow knew, before the new one writes what it opens with."""
    if decision.causes.opening is None:
        return
    company = decision.causes.facts.company.id
    for table in _CACHES:
        await connection.execute(
            f"delete from {table} where company_id = %s".encode(),  # noqa: S608 - constants
            (company,),
        )
    await connection.execute(_EMPTY_BINS, (company,))


async def change_company(connection: AsyncConnection, decision: Decision, seq: int) -> None:
    """Give the company its new scheme, its items their methods, open lines their account."""
    causes = decision.causes
    change = causes.company_change
    if change is None:
        return
    params: dict[str, Any] = {
        "company": causes.facts.company.id,
        "scheme": change.scheme.value,
        "flow": change.flow.value,
        "posts_from": change.posts_stock_from,
        "scheme_from": change.scheme_from,
        "opens_flow": change.opens_flow,
        "methods": Jsonb(dict(change.methods)),
        "of_items": Jsonb({str(id_): method for id_, method in change.of_items.items()}),
        "seq": seq,
    }
    if change.undoes is not None:
        await put_back(connection, causes.facts.company.id, change)
    else:
        await connection.execute(_CHANGE_COMPANY, params)
        if change.opens_flow:
            await connection.execute(_CHANGE_METHODS.encode(), params)
    await grow_masters_version(connection, params["company"])
    moved = {one.line_id: one.account_id for one in causes.billing}
    lines = {"lines": list(moved), "accounts": list(moved.values())}
    await connection.execute(_MOVE_LINES, {**params, **lines})
