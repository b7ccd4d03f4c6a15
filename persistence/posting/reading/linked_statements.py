# ruff: noqa: S608 - only constant names and conditions of this module are put together
"""The statements by which the LINKED flow reads its facts. Parameters are arrays, never lines."""

from domain.movements import GIVEN_KINDS, UNRECORDED

_GIVEN = ", ".join(f"'{kind.value}'" for kind in GIVEN_KINDS)

MAKE_ITEMS = """
insert into item_cost (company_id, item_id)
select %(company)s, i from unnest(%(items)s::uuid[]) as u (i) order by i
on conflict do nothing
"""
LOCK_ITEMS = """
select item_id from item_cost where company_id = %(company)s and item_id = any(%(items)s)
 order by item_id for update
"""
ITEMS = """
select c.item_id, c.card_value, c.card_quantity, c.is_invoiced, coalesce(b.quantity, 0),
       coalesce(b.value, 0)
  from item_cost c
  cross join lateral (
    select sum(b.quantity) as quantity, sum(b.value) as value from bin b
     where b.company_id = c.company_id and b.item_id = c.item_id) b
 where c.company_id = %(company)s and c.item_id = any(%(items)s)
"""
MAKE_BINS = """
insert into bin (company_id, item_id, warehouse_id, lot_id, movements, first_layer, next_layer,
                 last_seq, last_ordinal)
select %(company)s, i, w, l, 0, 0, 0, 0, 0
  from unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[]) as u (i, w, l)
 order by i, w, l
on conflict do nothing
"""
_POOLS = "unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[])"
BINS = f"""
select b.item_id, b.warehouse_id, b.lot_id, b.quantity, b.value, b.movements, b.last_date,
       b.last_time, b.last_seq, b.last_ordinal
  from bin b
 where b.company_id = %(company)s
   and (b.item_id, b.warehouse_id, b.lot_id) in (select * from {_POOLS})
"""
# Enough open increases, the oldest or the newest first, to cover what is wanted; every open
# decrease: the index of what is open is read and nothing else.
OPEN = """
select item_id, warehouse_id, lot_id, movement_id
  from (
    select l.*, u.wanted,
           sum(greatest(l.open_quantity, 0)) over (
             partition by l.item_id, l.warehouse_id, l.lot_id
             order by case when u.newest then -l.rank else l.rank end)
           - greatest(l.open_quantity, 0) as before
      from unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(lots)s::uuid[],
                  %(wanted)s::numeric[], %(newest)s::boolean[])
           as u (item_id, warehouse_id, lot_id, wanted, newest)
      cross join lateral (
        select l.*, row_number() over (order by l.posting_date, l.posting_time, l.seq, l.ordinal)
               as rank
          from linked_movement l
         where l.company_id = %(company)s and l.item_id = u.item_id
           and l.warehouse_id = u.warehouse_id and l.lot_id = u.lot_id
           and l.open_quantity <> 0) l) l
 where open_quantity < 0 or before < wanted
 order by item_id, warehouse_id, lot_id, posting_date, posting_time, seq, ordinal
"""
LEFT = f"""
select l.item_id, l.warehouse_id, l.lot_id, l.movement_id
  from linked_movement l
  join movement m on m.company_id = l.company_id and m.id = l.movement_id
 where l.company_id = %(company)s
   and (l.item_id, l.warehouse_id, l.lot_id) in (select * from {_POOLS})
   and m.quantity > 0 and m.posting_date <= %(day)s
   and (l.open_quantity > 0 or exists (
        select from application a
          join movement d on d.company_id = a.company_id and d.id = a.decrease_id
         where a.company_id = l.company_id and a.increase_id = l.movement_id
           and d.posting_date > %(day)s))
 order by m.posting_date, m.posting_time, m.seq, m.ordinal
"""
LATER = f"""
select item_id, warehouse_id, coalesce(lot_id, '00000000-0000-0000-0000-000000000000'),
       sum(quantity)
  from movement
 where company_id = %(company)s and posting_date > %(day)s
   and (item_id, warehouse_id, coalesce(lot_id, '00000000-0000-0000-0000-000000000000'))
       in (select * from {_POOLS})
 group by 1, 2, 3
"""
# All averages that are wanted in one statement each: what one pool needs is found by its index.
_WANTED = """unnest(%(items)s::uuid[], %(warehouses)s::uuid[], %(since)s::date[])
               as u (item_id, warehouse_id, since)"""
_IN_POOL = """x.company_id = %(company)s and x.item_id = u.item_id
       and (u.warehouse_id is null or x.warehouse_id = u.warehouse_id)"""
AVERAGE_TOTALS = f"""
select u.item_id, u.warehouse_id, x.quantity, x.value
  from {_WANTED}
  cross join lateral (
    select coalesce(sum(quantity), 0) as quantity, coalesce(sum(value), 0) as value
      from bin x where {_IN_POOL}) x
"""
AVERAGE_MEMBERS = f"""
select u.item_id, u.warehouse_id, x.movement_id
  from {_WANTED}
  cross join lateral (
    select movement_id from linked_movement x
     where {_IN_POOL} and x.valuation_date >= u.since) x
"""
_LIVE = """not exists (select from voiding v where v.company_id = e.company_id
                        and e.because_id in (v.document_id, v.by_id))"""
AVERAGE_REVALUATIONS = f"""
select u.item_id, u.warehouse_id, e.*
  from {_WANTED}
  cross join lateral (
    select e.movement_id, e.actual + e.expected, e.posting_date, e.seq, e.covered_quantity,
           e.because_id
      from cost_entry e
      join linked_movement l on l.company_id = e.company_id and l.movement_id = e.movement_id
     where {_IN_POOL.replace("x.", "e.")} and e.kind = 'REVALUATION'
       and e.posting_date >= u.since and e.covered_quantity is not null and {_LIVE}) e
"""
ALL = "select movement_id from linked_movement where company_id = %(company)s"
# All that is billed of the line of each: other batches and serial numbers, rejected goods that are
# paid for.
BESIDE = """
select o.id, array_agg(m.id)
  from movement o
  join document_line l on l.company_id = o.company_id and l.id = o.line_id
  left join billing_state b on b.company_id = l.company_id and b.line_id = l.id
  join movement m on m.company_id = o.company_id and m.document_id = o.document_id
                 and m.line_id = o.line_id and (m.leg = o.leg or b.quantity > l.quantity)
  join linked_movement k on k.company_id = m.company_id and k.movement_id = m.id
 where o.company_id = %(company)s and o.id = any(%(movements)s)
 group by o.id
"""
DIRTY = """
select movement_id from cost_dirty where company_id = %(company)s and item_id = any(%(items)s)
"""
# For each, itself and all that its cost comes from: increases lead to their sources, decreases to
# the increases they took.
UPSTREAM = """
with recursive up (start, id) as (
  select u, u from unnest(%(movements)s::uuid[]) u
  union
  select up.start, x.id
    from up
    cross join lateral (
      select a.increase_id as id from application a
       where a.company_id = %(company)s and a.decrease_id = up.id
      union all
      select s.source_id from movement_source s
       where s.company_id = %(company)s and s.movement_id = up.id) x)
select start, array_agg(id) from up group by start
"""
# All that a changed cost may reach, and the receipts that those decreases take their cost from too.
DOWNSTREAM = """
with recursive down (id) as (
  select unnest(%(movements)s::uuid[])
  union
  select x.id
    from down
    cross join lateral (
      select a.decrease_id as id from application a
       where a.company_id = %(company)s and a.increase_id = down.id
      union all
      select s.movement_id from movement_source s
       where s.company_id = %(company)s and s.source_id = down.id) x)
select id from down
union
select a.increase_id from down
  join application a on a.company_id = %(company)s and a.decrease_id = down.id
union
select s.source_id from down
  join movement_source s on s.company_id = %(company)s and s.movement_id = down.id
"""


def _movements(rows: str, state: str, valued: str, known: str, live: str) -> str:
    """Movements with their links and what is recorded on them, up to a sequence."""
    return f"""
select m.id, m.posting_date, m.posting_time, m.seq, m.ordinal, m.item_id, m.warehouse_id, m.lot_id,
       m.quantity, m.nature, m.leg, m.document_id, m.line_id, m.party_id, p.party_group,
       m.cost_center_id, m.contra_account_id, m.returns_id, m.card_value, m.card_quantity,
       c.given_actual, c.given_expected, c.derived_actual, c.derived_expected, c.rounding,
       c.has_cost, c.interim, c.invoiced, c.invoiced_on, r.revaluations, k.links, f.feeds,
       {state}, i.costing_method, s.sources, {valued}, c.matched
  from {rows}
  join item i on i.company_id = m.company_id and i.id = m.item_id
  left join party p on p.company_id = m.company_id and p.id = m.party_id
  cross join lateral (
    select coalesce(sum(actual) filter (where kind in ({_GIVEN})), 0) as given_actual,
           coalesce(sum(expected) filter (where kind in ({_GIVEN})), 0) as given_expected,
           coalesce(sum(actual) filter (where kind in ('ISSUE', 'ADJUSTMENT')), 0)
             as derived_actual,
           coalesce(sum(expected) filter (where kind in ('ISSUE', 'ADJUSTMENT')), 0)
             as derived_expected,
           coalesce(sum(actual) filter (where kind = 'ROUNDING'), 0) as rounding,
           count(*) filter (where kind = 'ISSUE') > 0 as has_cost,
           coalesce(sum(interim), 0) as interim,
           coalesce(sum(invoiced_quantity), 0) as invoiced,
           coalesce(sum(invoiced_quantity) filter (where kind = 'ADJUSTMENT'), 0) as matched,
           max(posting_date) filter (where invoiced_quantity > 0) as invoiced_on
      from cost_entry
     where company_id = m.company_id and movement_id = m.id and seq <= {known}) c
  cross join lateral (
    select jsonb_agg(jsonb_build_array((e.actual + e.expected)::text, e.posting_date, e.seq,
                                       e.covered_quantity::text, e.because_id, e.id))
           as revaluations
      from cost_entry e
     where e.company_id = m.company_id and e.movement_id = m.id and e.kind = 'REVALUATION'
       and e.covered_quantity is not null and e.seq <= {known} and {live}) r
  cross join lateral (
    select jsonb_agg(jsonb_build_array(a.id, a.decrease_id, a.increase_id, a.quantity::text,
                                       d.posting_date, d.seq,
                                       d.returns_id is not null and d.quantity < 0,
                                       d.returns_id is not null and d.quantity < 0
                                       and d.nature = 'PURCHASE')) as links
      from (select * from application where company_id = m.company_id and decrease_id = m.id
            union all
            select * from application where company_id = m.company_id and increase_id = m.id) a
      join movement d on d.company_id = a.company_id and d.id = a.decrease_id
     where a.seq <= {known}) k
  cross join lateral (
    select array_agg(t.movement_id) as feeds
      from movement_source t
      join linked_movement live
        on live.company_id = t.company_id and live.movement_id = t.movement_id
     where t.company_id = m.company_id and t.source_id = m.id) f
  cross join lateral (
    select array_agg(array[s.source_id::text, s.fraction::text, s.before::text]) as sources
      from movement_source s
     where s.company_id = m.company_id and s.movement_id = m.id) s
 where m.company_id = %(company)s and m.seq <= {known} and m.id = any(%(movements)s)
"""


# As the books are now, with what is open and the dates from which movements count: caches of today.
MOVEMENTS = _movements(
    "linked_movement l join movement m on m.company_id = l.company_id and m.id = l.movement_id",
    "l.open_quantity",
    "l.valuation_date",
    str(UNRECORDED),
    _LIVE,
)
# As they were known at a sequence, movements that were cancelled later too: there are no caches of
# then, what is open and when it counts follows from the links.
MOVEMENTS_KNOWN = _movements(
    "movement m",
    "0",
    "m.posting_date",
    "%(known)s",
    _LIVE[:-1] + " and v.seq <= %(known)s)",
)
