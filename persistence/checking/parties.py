"""What must hold of what is owed: billed quantities, open items, parties and their accounts."""

from persistence.checking.scope import WAS_BY_LEVEL

BILLING = """
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

OPEN_ITEMS = """
with rebuilt as (
    select about.id as document_id, entry.party_id, entry.account_id,
           sum(currency_amount) filter (where entry.document_id = about.id) as amount,
           coalesce(-sum(currency_amount) filter (where entry.document_id <> about.id
                and voiding.by_id is distinct from entry.document_id), 0) as settled,
           bool_or(voiding.by_id is not null) as is_void
      from party_entry entry
      join document own on own.company_id = %(company)s and own.id = entry.document_id
      cross join lateral (
          select coalesce(entry.against_id, own.cancels_id, own.id) as id
      ) as about
      left join voiding on voiding.company_id = %(company)s and voiding.document_id = about.id
     where entry.company_id = %(company)s
     group by 1, 2, 3
), compared as (
    select document_id, figure.problem, figure.rebuilt, figure.stored
      from (select * from open_item where company_id = %(company)s) s
      full join rebuilt r using (document_id, party_id, account_id)
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

PARTIES = """
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
    select entry.document_id, line.account_id, sum(line.amount) as amount,
           array_agg(distinct entry.because_id) || entry.document_id as naming
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
       or exists (select from document_line line where line.company_id = %(company)s
                     and line.document_id = any(naming)
                     and line.account_id = by_hand.account_id)
       or exists (select from document_charge charge where charge.company_id = %(company)s
                     and charge.document_id = any(naming)
                     and charge.account_id = by_hand.account_id)
  from by_hand
  join account on account.company_id = %(company)s and account.id = account_id
  join document on document.company_id = %(company)s and document.id = document_id
 where amount <> 0
""".replace("/*by_level*/", WAS_BY_LEVEL)
