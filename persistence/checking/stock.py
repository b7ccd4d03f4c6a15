"""What must hold of stock: bins add up to their movements, and are worth their accounts."""

from persistence.checking.scope import BY_HAND, BY_LEVEL, CARRIED
from persistence.reports.posted_stock import POSTED_STOCK, WAITS_FOR_BATCH
from persistence.reports.trees import STOCK_ACCOUNTS

BIN_SUMS = """
with moved as (
    select item_id, warehouse_id, sum(quantity) as quantity from movement
     where company_id = %(company)s group by 1, 2
), cost as (
    select item_id, warehouse_id, sum(actual + expected) as value from cost_entry
     where company_id = %(company)s group by 1, 2
), compared as (
    select item_id, warehouse_id, bin.quantity, bin.value,
           coalesce(moved.quantity, 0) as moved, coalesce(cost.value, 0) as cost
      from (select item_id, warehouse_id, sum(quantity) as quantity, sum(value) as value
              from bin where company_id = %(company)s group by 1, 2) bin
      full join moved using (item_id, warehouse_id)
      full join cost using (item_id, warehouse_id)
), named as (
    select item.sku || ' in ' || warehouse.code as subject, compared.*
      from compared
      join item on item.company_id = %(company)s and item.id = item_id
      join warehouse on warehouse.company_id = %(company)s and warehouse.id = warehouse_id
)
select subject, 'quantity of the bin', moved::text, quantity::text, false
  from named where quantity is distinct from moved
union all
select subject, 'value of the bin', cost::text, value::text, false
  from named where value is distinct from cost
"""

MOVEMENT_COSTS = """
with cost as (
    select movement_id, sum(actual + expected) as value,
           count(*) filter (where actual <> round(actual, %(digits)s)
                               or expected <> round(expected, %(digits)s)) as fractions
      from cost_entry where company_id = %(company)s group by 1
), valued as (
    select movement.*, coalesce(cost.value, 0) as cost, coalesce(fractions, 0) as fractions,
           document.number, voiding.document_id is not null as is_void
      from movement
      join document on document.company_id = %(company)s and document.id = movement.document_id
      left join cost on cost.movement_id = movement.id
      left join voiding
        on voiding.company_id = %(company)s and voiding.document_id = movement.document_id
     where movement.company_id = %(company)s
), running as (
    select item_id, warehouse_id, posting_date, sum(sum(quantity)) over by_date as balance,
           sum(sum(cost)) over by_date as value
      from valued group by item_id, warehouse_id, lot_id, posting_date
    window by_date as (partition by item_id, warehouse_id, lot_id order by posting_date)
), mirrored as (
    select origin.number, origin.quantity, origin.cost, mirror.id as mirror_id,
           -mirror.quantity as mirror_quantity, -mirror.cost as mirror_cost,
           (origin.item_id, origin.warehouse_id, origin.posting_date, origin.posting_time)
           = (mirror.item_id, mirror.warehouse_id, mirror.posting_date, mirror.posting_time)
           as same_place
      from valued origin left join valued mirror on mirror.voids_id = origin.id
     where origin.is_void
)
select number, 'cost of a movement without quantity', '0', cost::text, false
  from valued where quantity = 0 and cost <> 0 and nature not in ('COUNT', 'COST')
union all
select number, 'costs in fractions of the smallest coin', '0', fractions::text, false
  from valued where fractions <> 0
union all
select item.sku || ' in ' || warehouse.code || ' on ' || posting_date,
       'value left where no quantity is', '0', value::text, /*carried*/
  from running
  join item on item.company_id = %(company)s and item.id = item_id
  join warehouse on warehouse.company_id = %(company)s and warehouse.id = warehouse_id
 where balance = 0 and value <> 0
   and (select flow from company where id = %(company)s) = 'REPLAY'
   and posting_date >= (select coalesce(scheme_from, '-infinity'::date) from company
                         where id = %(company)s)
union all
select number, 'its movement, taken back by the cancellation', quantity || ' for ' || cost,
       coalesce(mirror_quantity || ' for ' || mirror_cost, 'not at all'), false
  from mirrored
 where mirror_id is null or mirror_quantity <> quantity or mirror_cost <> cost
    or not same_place
union all
select valued.number, 'cost entry of another bin or document', 'that of its movement', entry.kind,
       false
  from cost_entry entry join valued on valued.id = entry.movement_id
 where entry.company_id = %(company)s
   and (entry.item_id, entry.warehouse_id, entry.document_id)
       is distinct from (valued.item_id, valued.warehouse_id, valued.document_id)
""".replace("/*carried*/", CARRIED)
"""What is recorded late counts at a cost that came in force later (flow CARRIED)."""

UNREADABLE = """
select document.number, 'nature of a movement', 'one that there is', nature, false
  from movement
  join document on document.company_id = %(company)s and document.id = movement.document_id
 where movement.company_id = %(company)s and nature <> all(%(natures)s)
union all
select document.number, 'leg of a movement', 'one that there is', leg, false
  from movement
  join document on document.company_id = %(company)s and document.id = movement.document_id
 where movement.company_id = %(company)s and leg <> all(%(legs)s)
union all
select document.number, 'kind of a cost entry', 'one that there is', entry.kind, false
  from cost_entry entry
  join document on document.company_id = %(company)s and document.id = entry.document_id
 where entry.company_id = %(company)s and entry.kind <> all(%(kinds)s)
"""
"""What nothing can be valued again by: it names no case that there is."""

STOCK_VERSUS_LEDGER = (
    """
with resolved as (/*accounts*/), posted as (/*posted*/), stock as (
    select account_id, posting_date, sum(value) as value from posted group by 1, 2
), stock_account as (
    select id as account_id from account
     where company_id = %(company)s and type = 'STOCK' and not is_group
    union select account_id from stock where account_id is not null
), ledger as (
    select account_id, posting_date, sum(amount) as balance from journal_line line
     where company_id = %(company)s and account_id in (select account_id from stock_account)
       and not (/*by_level*/ and /*by_hand*/)
     group by 1, 2
), running as (
    select account_id, posting_date, sum(coalesce(value, 0)) over by_date as value,
           sum(coalesce(balance, 0)) over by_date as balance,
           lead(posting_date) over by_date as next_date
      from stock full join ledger using (account_id, posting_date)
    window by_date as (partition by account_id order by posting_date)
)
select account.code || ' on ' || posting_date, 'ledger balance, as the stock is worth',
       value::text, balance::text, false
  from running
  join account on account.company_id = %(company)s and account.id = account_id
 where value <> balance
   and (posting_date >= %(posts_from)s or coalesce(next_date > %(posts_from)s, true))
   and %(posts_from)s::date is not null
union all
select 'Stock cost of ' || min(cost.posting_date) || ' to ' || max(cost.posting_date),
       'not posted yet: it waits for a batch', '0', sum(cost.actual)::text, true
  from cost_entry cost
 where cost.company_id = %(company)s and cost.actual <> 0 and /*waits*/
having count(*) > 0
union all
select 'All stock', 'ledger balance, as the stock is worth: a link was off, or made by hand',
       worth.value::text, heard.balance::text, true
  from (select coalesce(sum(actual), 0) as value from cost_entry where company_id = %(company)s)
       worth
  cross join (select coalesce(sum(amount), 0) as balance from journal_line
               where company_id = %(company)s
                 and account_id in (select account_id from stock_account)) heard
 where worth.value <> heard.balance and /*by_level*/
""".replace("/*accounts*/", STOCK_ACCOUNTS)
    .replace("/*posted*/", POSTED_STOCK)
    .replace("/*waits*/", WAITS_FOR_BATCH)
    .replace("/*by_level*/", BY_LEVEL)
    .replace("/*by_hand*/", BY_HAND)
)
