"""What must hold in any set of books, each rule as one SQL that finds where it does not.

Every statement gives rows of (subject, problem, expected, found, is_explained): what a person can
look up, what is wrong with it, and the two figures. An explained row is no fault: a difference
that has a name. Parameters: `company`, `digits` (of its currency), `posts_from` (the first day on
which its stock reaches the ledger at once, null under PERIODIC).
"""

from dataclasses import dataclass

from persistence.reports.posted_stock import POSTED_STOCK, WAITS_FOR_BATCH
from persistence.reports.trees import STOCK_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the books: `examined` counts what it looks at, `findings` is where it is broken."""

    name: str
    examined: str
    findings: str


_BY_LEVEL = "(select scheme from company where id = %(company)s) = 'BY_LEVEL'"
_WAS_BY_LEVEL = (
    "(select scheme = 'BY_LEVEL' or scheme_since > 0 from company where id = %(company)s)"
)
"""What a link kept from the ledger before a migration stays so."""
_BY_HAND = """exists (
           select from journal_entry entry
             join document d on d.company_id = entry.company_id and d.id = entry.because_id
             left join document c on c.company_id = d.company_id and c.id = d.cancels_id
            where entry.company_id = %(company)s and entry.id = line.journal_entry_id
              and d.seq > (select scheme_since from company where id = %(company)s)
              and 'JOURNAL_ENTRY' in (d.kind, c.kind))"""
_CARRIED = "(select flow from company where id = %(company)s) = 'CARRIED'"

_JOURNAL = """
with entry as (
    select journal_entry.id, journal_entry.posting_date, document.number
      from journal_entry
      join document on document.company_id = %(company)s and document.id = because_id
     where journal_entry.company_id = %(company)s
), total as (
    select journal_entry_id as id, sum(amount) as off, count(*) as lines,
           count(*) filter (where amount <> round(amount, %(digits)s)) as fractions,
           min(posting_date) as first_date, max(posting_date) as last_date
      from journal_line where company_id = %(company)s group by 1
)
select number, 'debits less credits', '0', off::text, false from entry join total using (id)
 where off <> 0
union all
select number, 'lines of its entry', 'at least 2', coalesce(lines, 0)::text, false
  from entry left join total using (id) where coalesce(lines, 0) < 2
union all
select number, 'lines in fractions of the smallest coin', '0', fractions::text, false
  from entry join total using (id) where fractions <> 0
union all
select number, 'date of its lines', posting_date::text,
       case when first_date <> posting_date then first_date else last_date end::text, false
  from entry join total using (id) where posting_date <> first_date or posting_date <> last_date
"""

_NUMBERS = """
with numbered as (
    select number, posting_date, substring(number from '^(.*)-[0-9]+$') as series,
           substring(number from '([0-9]+)$')::bigint as running
      from document where company_id = %(company)s
), placed as (
    select *, row_number() over (partition by series order by running) as place from numbered
), last_given as (
    select number_series.series || '-' || fiscal_year as series, fiscal_year, last_number
      from number_series where company_id = %(company)s
), used as (
    select series, count(*) as documents from numbered group by 1
)
(select distinct on (series) number, 'number in its series', place::text, running::text, false
   from placed where place <> running order by series, placed.place)
union all
select series, 'documents of the series', coalesce(last_number, 0)::text,
       coalesce(documents, 0)::text, false
  from used full join last_given using (series)
 where coalesce(last_number, 0) <> coalesce(documents, 0)
union all
select number, 'fiscal year in its number', year.code, last_given.fiscal_year, false
  from numbered join last_given using (series)
  left join fiscal_year year on year.company_id = %(company)s
   and numbered.posting_date between year.start_date and year.end_date
 where year.code is distinct from last_given.fiscal_year
"""

_SEQUENCE = """
with placed as (
    select seq, kind, document_id, recorded_at, row_number() over (order by seq) as place,
           lag(recorded_at) over (order by seq) as recorded_before
      from change where company_id = %(company)s
)
(select 'recording ' || seq, 'place in the sequence', place::text, seq::text, false
   from placed where place <> seq order by placed.seq limit 1)
union all
select 'the counter', 'last recording', counter.seq::text, coalesce(last.seq, 0)::text, false
  from company_counter counter
  cross join (select max(seq) as seq from change where company_id = %(company)s) last
 where counter.company_id = %(company)s and counter.seq <> coalesce(last.seq, 0)
union all
select 'recording ' || seq, 'moment, not before', recorded_before::text, recorded_at::text, false
  from placed where recorded_at < recorded_before
union all
select document.number, 'recording in the feed', document.seq::text, placed.seq::text, false
  from document
  left join placed on placed.document_id = document.id and placed.kind = document.kind
 where document.company_id = %(company)s and placed.seq is distinct from document.seq
"""

_RECORDINGS = """
with recorded as (
    select 'movement' as what, seq, document_id from movement
     where company_id = %(company)s and nature <> 'COUNT'
    union all select 'billing entry', seq, document_id from billing_entry
     where company_id = %(company)s
    union all select 'party entry', seq, document_id from party_entry
     where company_id = %(company)s
    union all select 'journal entry', seq, because_id from journal_entry
     where company_id = %(company)s
    union all select 'cost entry', seq, because_id from cost_entry where company_id = %(company)s
    union all select 'voiding', seq, by_id from voiding where company_id = %(company)s
    union all
    select 'journal line', line.seq, entry.because_id from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s
)
select document.number, 'recording of its ' || what, document.seq::text, recorded.seq::text, false
  from recorded
  join document on document.company_id = %(company)s and document.id = recorded.document_id
 where document.seq <> recorded.seq
"""

_BIN_SUMS = """
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

_MOVEMENT_COSTS = """
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
""".replace("/*carried*/", _CARRIED)
"""What is recorded late counts at a cost that came in force later (flow CARRIED)."""

_BILLING = """
with rebuilt as (
    select line_id, min(account_id::text)::uuid as account_id,
           coalesce(sum(quantity) filter (where kind in ('RECEIVED', 'DELIVERED')), 0) as quantity,
           coalesce(sum(amount) filter (where kind in ('RECEIVED', 'DELIVERED')), 0) as amount,
           coalesce(sum(quantity) filter (where kind = 'BILLED'), 0) as billed_quantity,
           coalesce(sum(amount) filter (where kind = 'BILLED'), 0) as billed_amount,
           coalesce(sum(quantity) filter (where kind = 'RETURNED'), 0) as returned_quantity,
           coalesce(sum(amount) filter (where kind = 'RETURNED'), 0) as returned_amount,
           coalesce(sum(quantity) filter (where kind = 'CLEARED'), 0) as cleared_quantity,
           coalesce(sum(amount) filter (where kind = 'CLEARED'), 0) as cleared_amount,
           exists (select from document_line line
                     join voiding on voiding.company_id = %(company)s
                                 and voiding.document_id = line.document_id
                    where line.company_id = %(company)s and line.id = line_id) as is_void
      from billing_entry where company_id = %(company)s group by 1
), compared as (
    select line_id, figure.problem, figure.rebuilt, figure.stored
      from (select * from billing_state where company_id = %(company)s) s
      full join rebuilt r using (line_id)
      cross join lateral (values
        ('quantity to bill', r.quantity::text, s.quantity::text, r.quantity = s.quantity),
        ('amount to bill', r.amount::text, s.amount::text, r.amount = s.amount),
        ('quantity billed', r.billed_quantity::text, s.billed_quantity::text,
         r.billed_quantity = s.billed_quantity),
        ('amount billed', r.billed_amount::text, s.billed_amount::text,
         r.billed_amount = s.billed_amount),
        ('quantity returned', r.returned_quantity::text, s.returned_quantity::text,
         r.returned_quantity = s.returned_quantity),
        ('amount returned', r.returned_amount::text, s.returned_amount::text,
         r.returned_amount = s.returned_amount),
        ('quantity cleared', r.cleared_quantity::text, s.cleared_quantity::text,
         r.cleared_quantity = s.cleared_quantity),
        ('amount cleared', r.cleared_amount::text, s.cleared_amount::text,
         r.cleared_amount = s.cleared_amount),
        ('is cancelled', r.is_void::text, s.is_void::text, r.is_void = s.is_void)
      ) as figure (problem, rebuilt, stored, is_same)
     where figure.is_same is not true
)
select coalesce(document.number || ', line ' || line.line_no, line_id::text), problem,
       coalesce(rebuilt, 'nothing'), coalesce(stored, 'nothing'), false
  from compared
  left join document_line line on line.company_id = %(company)s and line.id = line_id
  left join document on document.company_id = %(company)s and document.id = line.document_id
"""

_OPEN_ITEMS = """
with rebuilt as (
    select entry.against_id as document_id,
           sum(currency_amount) filter (where entry.document_id = entry.against_id) as amount,
           coalesce(-sum(currency_amount) filter (where entry.document_id <> entry.against_id
                and voiding.by_id is distinct from entry.document_id), 0) as settled,
           bool_or(voiding.by_id is not null) as is_void
      from party_entry entry
      left join voiding
        on voiding.company_id = %(company)s and voiding.document_id = entry.against_id
     where entry.company_id = %(company)s and entry.against_id is not null
     group by 1
), compared as (
    select document_id, figure.problem, figure.rebuilt, figure.stored
      from (select * from open_item where company_id = %(company)s) s
      full join rebuilt r using (document_id)
      cross join lateral (values
        ('amount of the invoice', r.amount::text, s.amount::text, r.amount = s.amount),
        ('settled of the invoice', r.settled::text, s.settled::text, r.settled = s.settled),
        ('is cancelled', r.is_void::text, s.is_void::text, r.is_void = s.is_void)
      ) as figure (problem, rebuilt, stored, is_same)
     where figure.is_same is not true
)
select coalesce(document.number, document_id::text), problem, coalesce(rebuilt, 'nothing'),
       coalesce(stored, 'nothing'), false
  from compared
  left join document on document.company_id = %(company)s and document.id = document_id
"""

_STOCK_VERSUS_LEDGER = (
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
 where cost.company_id = %(company)s and /*waits*/
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
    .replace("/*by_level*/", _BY_LEVEL)
    .replace("/*by_hand*/", _BY_HAND)
)

_PARTIES = """
with control as (
    select id from account
     where company_id = %(company)s and type in ('RECEIVABLE', 'PAYABLE') and not is_group
    union select account_id from party_entry where company_id = %(company)s
), unheard as (
    select account_id, sum(amount) as amount, array_agg(id) as ids from party_entry entry
     where company_id = %(company)s and /*by_level*/
       and not exists (
           select from journal_entry posted
             join journal_line line
               on line.company_id = posted.company_id and line.journal_entry_id = posted.id
            where posted.company_id = entry.company_id and posted.because_id = entry.document_id
              and line.account_id = entry.account_id and line.party_id = entry.party_id)
     group by 1
), sub_ledger as (
    select account_id, party_id, posting_date, sum(amount) as amount from party_entry entry
     where company_id = %(company)s
       and not exists (select from unheard where entry.id = any(unheard.ids))
     group by 1, 2, 3
), ledger as (
    select account_id, party_id, posting_date, sum(amount) as amount from journal_line
     where company_id = %(company)s and account_id in (select id from control)
       and party_id is not null
     group by 1, 2, 3
), by_hand as (
    select entry.document_id, line.account_id, sum(line.amount) as amount
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s and line.party_id is null
       and line.account_id in (select id from control)
     group by 1, 2
)
select account.code || ', ' || party.code || ' on ' || posting_date,
       'posted to the account, as the party''s entries', coalesce(sub_ledger.amount, 0)::text,
       coalesce(ledger.amount, 0)::text, false
  from sub_ledger full join ledger using (account_id, party_id, posting_date)
  join account on account.company_id = %(company)s and account.id = account_id
  join party on party.company_id = %(company)s and party.id = party_id
 where coalesce(sub_ledger.amount, 0) <> coalesce(ledger.amount, 0)
union all
select account.code, 'posted to the account, as parties'' entries: links were off', amount::text,
       '0', true
  from unheard join account on account.company_id = %(company)s and account.id = account_id
 where amount <> 0
union all
select account.code || ', ' || document.number, 'posted by hand, of no party', '0', amount::text,
       document.kind in ('JOURNAL_ENTRY', 'CANCELLATION')
  from by_hand
  join account on account.company_id = %(company)s and account.id = account_id
  join document on document.company_id = %(company)s and document.id = document_id
 where amount <> 0
""".replace("/*by_level*/", _WAS_BY_LEVEL)

_CANCELLATIONS = """
with pair as (
    select voiding.document_id, voiding.by_id, document.number, by.cancels_id, by.seq as by_seq
      from voiding
      join document on document.company_id = %(company)s and document.id = voiding.document_id
      join document by on by.company_id = %(company)s and by.id = voiding.by_id
     where voiding.company_id = %(company)s
), part as (
    select document_id as part_id, document_id, number from pair
    union all select by_id, document_id, number from pair
), left_over as (
    select number, 'on an account' as problem, sum(line.amount) as amount
      from part
      join journal_entry entry
        on entry.company_id = %(company)s and entry.document_id = part.part_id
      join journal_line line
        on line.company_id = %(company)s and line.journal_entry_id = entry.id
     group by part.document_id, number, line.account_id, line.cost_center_id, line.party_id
    union all
    select number, 'of a billed line', sum(billing_entry.quantity)
      from part join billing_entry
        on billing_entry.company_id = %(company)s and billing_entry.document_id = part.part_id
     group by part.document_id, number, billing_entry.line_id, billing_entry.kind
    union all
    select number, 'of a party', sum(party_entry.amount)
      from part join party_entry
        on party_entry.company_id = %(company)s and party_entry.document_id = part.part_id
     group by part.document_id, number, party_entry.party_id, party_entry.against_id
)
select number, 'left over ' || problem || ' with its cancellation', '0', amount::text,
       problem = 'on an account' and /*carried*/
  from left_over where amount <> 0
union all
select number, 'cancelled by a document that says so', document_id::text, cancels_id::text, false
  from pair where cancels_id is distinct from document_id
""".replace("/*carried*/", _CARRIED)
"""Goods at a carried cost come back at the cost in force now: the difference stays."""

_LEDGER_SUMS = """
with by_day as (
    select posting_date as day, account_id, cost_center_id,
           sum(greatest(amount, 0)) as debit, sum(greatest(-amount, 0)) as credit
      from journal_line
     where company_id = %(company)s
       and seq <= (select seq from ledger_fold where company_id = %(company)s)
     group by 1, 2, 3
), entered as (
    select 'day' as what, day, account_id, cost_center_id, debit, credit from by_day
    union all
    select 'month', date_trunc('month', day)::date, account_id, cost_center_id,
           sum(debit), sum(credit)
      from by_day group by 2, 3, 4
), folded as (
    select 'day' as what, day, account_id,
           nullif(cost_center_id, '00000000-0000-0000-0000-000000000000') as cost_center_id,
           debit, credit
      from ledger_day where company_id = %(company)s
    union all
    select 'month', month, account_id,
           nullif(cost_center_id, '00000000-0000-0000-0000-000000000000'), debit, credit
      from ledger_month where company_id = %(company)s
), found as (
    select what, day, account_id, cost_center_id,
           sum(debit) filter (where is_entered) as debit,
           sum(credit) filter (where is_entered) as credit,
           sum(debit) filter (where not is_entered) as folded_debit,
           sum(credit) filter (where not is_entered) as folded_credit
      from (select *, true as is_entered from entered
            union all select *, false from folded) both_of_them
     group by 1, 2, 3, 4
)
select account.code || ' on ' || day, 'debit / credit of the ' || what,
       debit || ' / ' || credit, folded_debit || ' / ' || folded_credit, false
  from found
  join account on account.company_id = %(company)s and account.id = account_id
 where (debit, credit) is distinct from (folded_debit, folded_credit)
"""


def _count(table: str) -> str:
    return f"select count(*) from {table} where company_id = %(company)s"  # noqa: S608 - constants


RULES = (
    Rule("JOURNAL_BALANCES", _count("journal_entry"), _JOURNAL),
    Rule("NUMBERS_GAPLESS", _count("document"), _NUMBERS),
    Rule("SEQUENCE_GAPLESS", _count("change"), _SEQUENCE),
    Rule("RECORDINGS_AGREE", _count("document"), _RECORDINGS),
    Rule("CANCELLATIONS_MIRROR", _count("voiding"), _CANCELLATIONS),
    Rule("BINS_ADD_UP", _count("bin"), _BIN_SUMS),
    Rule("MOVEMENTS_COST", _count("movement"), _MOVEMENT_COSTS),
    Rule("BILLING_REBUILT", _count("billing_state"), _BILLING),
    Rule("OPEN_ITEMS_REBUILT", _count("open_item"), _OPEN_ITEMS),
    Rule("STOCK_EQUALS_LEDGER", _count("cost_entry"), _STOCK_VERSUS_LEDGER),
    Rule("PARTIES_EQUAL_LEDGER", _count("party_entry"), _PARTIES),
    Rule("LEDGER_SUMS_REBUILT", _count("ledger_day"), _LEDGER_SUMS),
)
"""In the order in which they are reported; those that need more than SQL are in check.py."""
