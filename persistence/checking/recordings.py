"""What must hold of the recordings themselves: documents, numbers, the journal and its sums."""

from domain.documents.cancellation import REVERSED_LATER
from domain.documents.journal_entry import REVERSE_ON
from persistence.checking.scope import CARRIED
from persistence.ledger_sums import PERIODS
from persistence.reports.posted_stock import WAITS_FOR_BATCH

JOURNAL = """
with entry as (
    select journal_entry.id, journal_entry.posting_date, document.number
      from journal_entry
      join document on document.company_id = %(company)s and document.id = because_id
     where journal_entry.company_id = %(company)s
), total as (
    select journal_entry_id as id, sum(amount) as off,
           count(*) + count(*) filter (where amount = 0 and currency_amount <> 0) as lines,
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

NUMBERS = """
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

SEQUENCE = """
with placed as (
    select seq, recorded_at, row_number() over (order by seq) as place,
           lag(recorded_at) over (order by seq) as recorded_before
      from document where company_id = %(company)s
)
(select 'recording ' || seq, 'place in the sequence', place::text, seq::text, false
   from placed where place <> seq order by placed.seq limit 1)
union all
select 'the counter', 'last recording', counter.seq::text, coalesce(last.seq, 0)::text, false
  from (select max(seq) as seq from document where company_id = %(company)s) last
  left join company_counter counter on counter.company_id = %(company)s
 where counter.seq is distinct from coalesce(last.seq, 0)
union all
select 'recording ' || seq, 'moment, not before', recorded_before::text, recorded_at::text, false
  from placed where recorded_at < recorded_before
"""

RECORDINGS = """
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
      left join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
     where line.company_id = %(company)s
)
select coalesce(document.number, 'no document'), 'recording of its ' || what,
       coalesce(document.seq::text, 'none'), recorded.seq::text, false
  from recorded
  left join document on document.company_id = %(company)s and document.id = recorded.document_id
 where document.seq is distinct from recorded.seq
union all
select 'no document', 'document of a ' || what, document_id::text, 'none', false
  from (select 'line' as what, document_id from document_line where company_id = %(company)s
        union all
        select 'journal entry', document_id from journal_entry where company_id = %(company)s) own
 where not exists (select from document
                    where document.company_id = %(company)s and document.id = own.document_id)
union all
select coalesce(document.number, 'no document'), what || ' of a ' || row_of, named::text, 'none',
       false
  from (select 'party' as what, 'document' as row_of, id as document_id, party_id as named
          from document where company_id = %(company)s and not exists (
              select from party where company_id = %(company)s and id = document.party_id)
        union all
        select 'item', 'line', document_id, item_id
          from document_line where company_id = %(company)s and not exists (
              select from item where company_id = %(company)s and id = document_line.item_id)
        union all
        select 'warehouse', 'line', document_id, warehouse_id
          from document_line where company_id = %(company)s and not exists (
              select from warehouse
               where company_id = %(company)s and id = document_line.warehouse_id)
        union all
        select 'item', 'movement', document_id, item_id
          from movement where company_id = %(company)s and not exists (
              select from item where company_id = %(company)s and id = movement.item_id)
        union all
        select 'warehouse', 'movement', document_id, warehouse_id
          from movement where company_id = %(company)s and not exists (
              select from warehouse where company_id = %(company)s and id = movement.warehouse_id)
        union all
        select 'account', 'journal line', entry.because_id, account_id
          from journal_line line
          left join journal_entry entry
            on entry.company_id = %(company)s and entry.id = line.journal_entry_id
         where line.company_id = %(company)s and not exists (
              select from account where company_id = %(company)s and id = line.account_id)) lost
  left join document on document.company_id = %(company)s and document.id = lost.document_id
 where named is not null
"""

DOCUMENTS = """
with moved as (
    select movement.document_id, movement.line_id, movement.leg, abs(sum(quantity)) as quantity,
           bool_or(nature = 'COUNT') as is_count, min(posting_date + posting_time) as first,
           max(posting_date + posting_time) as last
      from movement where company_id = %(company)s group by 1, 2, 3
)
select document.number, 'moment of its movements',
       (posting_date + posting_time)::text,
       case when first <> posting_date + posting_time then first else last end::text, false
  from moved join document on document.company_id = %(company)s and document.id = moved.document_id
 where posting_date + posting_time <> first or posting_date + posting_time <> last
union all
select document.number, 'line of a movement', moved.line_id::text, 'none', false
  from moved join document on document.company_id = %(company)s and document.id = moved.document_id
  left join document_line line on line.company_id = %(company)s and line.id = moved.line_id
 where moved.line_id is not null and line.id is null
union all
select document.number, 'moved of line ' || line.line_no, line.quantity::text,
       moved.quantity::text, false
  from moved join document on document.company_id = %(company)s and document.id = moved.document_id
  join document_line line on line.company_id = %(company)s and line.id = moved.line_id
   and line.document_id = moved.document_id
 where not is_count and moved.leg <> 'REJECTED'
   and (moved.quantity > line.quantity
        or moved.quantity < line.quantity and document.kind in (
            'DELIVERY_NOTE', 'SALES_RETURN', 'PURCHASE_RETURN', 'STOCK_ENTRY'))
"""
"""That movements are of their document's lines and moment, and move what the lines say. A line's
quantity is that accepted: what was rejected of it besides moves by a leg of its own, or not at all.
Nor do goods of a bill that only revalues them."""

CANCELLATIONS = (
    """
with pair as (
    select voiding.document_id, voiding.by_id, document.number, by.cancels_id, by.seq as by_seq,
           document.posting_date, by.posting_date as by_date,
           document.kind in (/*later*/) as may_be_later
      from voiding
      join document on document.company_id = %(company)s and document.id = voiding.document_id
      join document by on by.company_id = %(company)s and by.id = voiding.by_id
     where voiding.company_id = %(company)s
), part as (
    select document_id as part_id, document_id, number from pair
    union all select by_id, document_id, number from pair
    union
    select id, id, number from document
     where company_id = %(company)s and kind = 'JOURNAL_ENTRY' and content ? '/*itself*/'
), waits as (
    select part.document_id
      from part join cost_entry cost
        on cost.company_id = %(company)s and cost.document_id = part.part_id
     where /*waits*/
     group by part.document_id, cost.item_id, cost.warehouse_id
    having sum(cost.actual) <> 0 or sum(cost.interim) <> 0
), left_over as (
    select part.document_id, number, 'on an account' as problem, sum(line.amount) as amount
      from part
      join journal_entry entry
        on entry.company_id = %(company)s and entry.document_id = part.part_id
      join journal_line line
        on line.company_id = %(company)s and line.journal_entry_id = entry.id
     group by part.document_id, number, line.account_id, line.cost_center_id, line.party_id
    union all
    select part.document_id, number, 'in its currency on an account', sum(line.currency_amount)
      from part
      join journal_entry entry
        on entry.company_id = %(company)s and entry.document_id = part.part_id
      join journal_line line
        on line.company_id = %(company)s and line.journal_entry_id = entry.id
       and line.currency_amount is not null
     group by part.document_id, number, line.account_id
    union all
    select part.document_id, number, 'of a billed line', sum(billing_entry.quantity)
      from part join billing_entry
        on billing_entry.company_id = %(company)s and billing_entry.document_id = part.part_id
     group by part.document_id, number, billing_entry.line_id, billing_entry.kind
    union all
    select part.document_id, number, 'of a party', sum(party_entry.amount)
      from part join party_entry
        on party_entry.company_id = %(company)s and party_entry.document_id = part.part_id
     group by part.document_id, number, party_entry.party_id, party_entry.against_id
)
select number, 'left over ' || problem || ' with what takes it back'
               || case when waits then ': a part waits for a batch' else '' end,
       '0', amount::text, waits or problem = 'on an account' and /*carried*/
  from (select *, problem = 'on an account'
                  and document_id in (select document_id from waits) as waits
          from left_over where amount <> 0) found
union all
select number, 'cancelled by a document that says so', document_id::text, cancels_id::text, false
  from pair where cancels_id is distinct from document_id
union all
select number, 'cancelled on its day' || case when may_be_later then ' or later' else '' end,
       posting_date::text, by_date::text, false
  from pair where by_date < posting_date or by_date > posting_date and not may_be_later
union all
select number, 'day of what its reversal takes back', by_date::text, taken.posting_date::text, false
  from pair
 cross join lateral (
       select posting_date from journal_entry
        where company_id = %(company)s and document_id = by_id
        union
       select posting_date from party_entry
        where company_id = %(company)s and document_id = by_id) taken
 where pair.by_date > pair.posting_date and taken.posting_date <> by_date
""".replace("/*carried*/", CARRIED)
    .replace("/*waits*/", WAITS_FOR_BATCH)
    .replace("/*itself*/", REVERSE_ON)
    .replace("/*later*/", ", ".join(f"'{kind.value}'" for kind in sorted(REVERSED_LATER)))
)
"""Goods at a carried cost come back at the cost in force now: the difference stays. And a batch may
have posted a document's cost and not yet what takes it back, or the other way round."""

_ENTERED = """
    select '{period}' as what, date_trunc('{period}', day)::date as day, account_id, cost_center_id,
           sum(debit) as debit, sum(credit) as credit
      from by_day group by 2, 3, 4"""
_FOLDED = """
    select '{period}' as what, {period} as day, account_id,
           nullif(cost_center_id, '00000000-0000-0000-0000-000000000000') as cost_center_id,
           debit, credit
      from ledger_{period} where company_id = %(company)s"""


def _of_all_periods(template: str) -> str:
    return " union all ".join(template.format(period=period) for period in PERIODS)


LEDGER_SUMS = """
with by_day as (
    select posting_date as day, account_id, cost_center_id,
           sum(greatest(amount, 0)) as debit, sum(greatest(-amount, 0)) as credit
      from journal_line
     where company_id = %(company)s
       and seq <= (select seq from ledger_fold where company_id = %(company)s)
     group by 1, 2, 3
), entered as (/*entered*/
), folded as (/*folded*/
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
""".replace("/*entered*/", _of_all_periods(_ENTERED)).replace(
    "/*folded*/", _of_all_periods(_FOLDED)
)
