"""What must hold of accounts that are kept in another currency than the company's."""

CURRENCIES = """
with line as (
    select document.id as document_id, document.number, document.kind,
           account.id as account_id, account.code, account.currency as kept_in, line.currency,
           line.currency_amount, entry.because_id,
           line.posting_date = document.posting_date as is_on_its_day
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
      join document on document.company_id = %(company)s and document.id = entry.document_id
      join account on account.company_id = %(company)s and account.id = line.account_id
     where line.company_id = %(company)s
       and (line.currency is not null or line.currency_amount is not null)
), entered as (
    select document_id, account_id, sum(currency_amount) as amount
      from document_line
     where company_id = %(company)s and currency_amount is not null
       and exists (select from document where company_id = %(company)s and id = document_id
                                          and kind = 'JOURNAL_ENTRY')
     group by 1, 2
), posted as (
    select document_id, account_id, number, code, sum(currency_amount) as amount
      from line
     where kind = 'JOURNAL_ENTRY' and because_id = document_id and is_on_its_day
     group by 1, 2, 3, 4
)
select number || ', ' || code, 'currency: that of its account', coalesce(kept_in, 'none'),
       coalesce(currency, 'none'), false
  from line where currency is distinct from kept_in
union all
select number || ', ' || code, 'amount in its currency', 'there', 'missing', false
  from line where currency_amount is null
union all
select coalesce(posted.number, document_id::text) || ', ' || coalesce(posted.code, ''),
       'amounts in its currency: what is posted', coalesce(posted.amount, 0)::text,
       coalesce(entered.amount, 0)::text, false
  from posted full join entered using (document_id, account_id)
 where coalesce(posted.amount, 0) <> coalesce(entered.amount, 0)
"""
"""Accounts may have lines of before they were kept so: nothing is asked of these."""
