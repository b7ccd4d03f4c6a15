"""What must hold of the amounts of documents: of their lines, charges, taxes and totals."""

_PLACES = "coalesce((%(coins)s::jsonb ->> document.currency)::int, 2)"
"""Decimal places of a document's currency."""

_AT_A_RATE = (
    "'PURCHASE_RECEIPT', 'PURCHASE_INVOICE', 'DELIVERY_NOTE', 'SALES_INVOICE', 'STOCK_ENTRY'"
)
"""Kinds whose lines are a quantity at a rate. What goes back is worth no more than is left of what
it was worth, and a count's rate is that of all that is there."""

_RETURNS = "'PURCHASE_RETURN', 'SALES_RETURN'"
_OF_LINES = f"{_AT_A_RATE}, {_RETURNS}, 'CREDIT_NOTE', 'ACCRUAL_CLEARING'"
"""Kinds whose net total is that of their lines. That of a landed cost only in company currency: its
lines have what each receipt line took of it there, converted back."""

_BILLS = "'PURCHASE_INVOICE', 'SALES_INVOICE', 'CREDIT_NOTE'"

LINES = """
with line as (
    select line.*, document.number || ', line ' || line_no as subject, document.kind,
           document.exchange_rate, /*places*/ as places
      from document_line line
      join document on document.company_id = %(company)s and document.id = line.document_id
     where line.company_id = %(company)s
), rejected as (
    select line_id, sum(quantity) as quantity from movement
     where company_id = %(company)s and leg = 'REJECTED' and voids_id is null group by 1
), given as (
    select movement.line_id, sum(actual + expected) as value,
           bool_or(coalesce(item.costing_method, company.costing_method) = 'STANDARD')
           or bool_or(movement.seq <= company.scheme_since) as may_be_standard,
           sum(expected) <> 0 as is_expected
      from cost_entry entry
      join movement on movement.company_id = %(company)s and movement.id = entry.movement_id
      join item on item.company_id = %(company)s and item.id = movement.item_id
      join company on company.id = %(company)s
     where entry.company_id = %(company)s and entry.because_id = movement.document_id
       and movement.voids_id is null and kind in ('DIRECT', 'CHARGE', 'PRICE')
     group by 1
), item_settled as (
    select document_id, against_id, abs(sum(currency_amount)) as amount from party_entry
     where company_id = %(company)s group by document_id, against_id, party_id, account_id
), settled as (
    select document_id, against_id, sum(amount) as amount from item_settled group by 1, 2
), settling as (
    select document_id, against_id, min(subject) as subject,
           sum(coalesce(currency_amount, amount)) as amount
      from line where kind in ('PAYMENT', 'ALLOCATION') group by 1, 2
), cleared as (
    select document_id, line_id, abs(sum(amount)) as amount from billing_entry
     where company_id = %(company)s and kind = 'CLEARED' group by 1, 2
)
select subject, 'amount: quantity x rate', at_rate.amount::text, line.amount::text, false
  from line left join rejected on rejected.line_id = line.id
 cross join lateral (
       select round(round(line.quantity * rate, 26), places) as amount,
              round(round((line.quantity + rejected.quantity) * rate, 26), places) as with_rejected
       ) at_rate
 where kind in (/*at_a_rate*/) and rate is not null
   and line.amount <> at_rate.amount and line.amount is distinct from at_rate.with_rejected
union all
select subject, 'rate: the price less its discount',
       (list_rate * (1 - discount_percent / 100))::text, rate::text, false
  from line
 where round(rate * coalesce(uom_factor, 1), 26)
       <> round(list_rate * coalesce(uom_factor, 1) * (1 - discount_percent / 100), 26)
union all
select subject, 'valuation: what its goods came in at', value::text, valuation_amount::text, false
  from line join given on given.line_id = line.id
 where valuation_amount <> value and not may_be_standard
   and not (is_expected and value > valuation_amount)
union all
select subject, 'amount: what it settles', settled.amount::text, settling.amount::text, false
  from settling join settled using (document_id, against_id)
 where settled.amount <> settling.amount
union all
select subject, 'amount: what it clears', cleared.amount::text, abs(line.amount)::text, false
  from line
  join cleared on cleared.document_id = line.document_id and cleared.line_id = against_line_id
 where kind = 'ACCRUAL_CLEARING' and cleared.amount <> abs(line.amount)
""".replace("/*places*/", _PLACES).replace("/*at_a_rate*/", _AT_A_RATE)
"""Goods that were rejected and are paid for have a part in the amount, and not in the quantity.
Of a line that was entered in another unit the rate is a quotient of 48 digits: its product is cut.
Goods of before a migration may have been at a standard cost, which nothing says any more.
What goods are expected to cost has the item's overhead in it."""

TOTALS = (
    """
with line as (
    select document_id, sum(amount) as amount, sum(greatest(amount, 0)) as debit,
           bool_or(account_id is not null) as has_accounts, count(*) as lines,
           bool_or(currency_amount is not null) as has_currencies
      from document_line where company_id = %(company)s group by 1
), charge as (
    select document_id, sum(amount) filter (where category <> 'VALUATION') as amount
      from document_charge where company_id = %(company)s group by 1
), taxed as (
    select document_id, sum(amount) as amount
      from document_tax where company_id = %(company)s group by 1
), line_tax as (
    select document_id, tax_id, sum(amount) as amount, sum(base) as base
      from document_line_tax where company_id = %(company)s group by 1, 2
), owed as (
    select document_id, abs(sum(currency_amount)) as amount,
           greatest(sum(amount) filter (where amount > 0),
                    -sum(amount) filter (where amount < 0)) as in_company
      from party_entry where company_id = %(company)s group by 1
), paid as (
    select id as document_id, sum((part ->> 1)::numeric)
           + coalesce(min((content ->> 'written_off')::numeric), 0) as amount
      from document cross join jsonb_array_elements(content -> 'paid') as part
     where company_id = %(company)s and content -> 'paid' is not null group by 1
), entered as (
    select document_id, account_id, sum(amount) as amount
      from document_line where company_id = %(company)s group by 1, 2
), posted as (
    select entry.document_id, line.account_id, sum(line.amount) as amount
      from journal_line line
      join journal_entry entry
        on entry.company_id = %(company)s and entry.id = line.journal_entry_id
      join document on document.company_id = %(company)s and document.id = entry.document_id
     where line.company_id = %(company)s and entry.because_id = entry.document_id
       and line.posting_date = document.posting_date
     group by 1, 2
), lowered as (
    select paid.document_id, charged.account_id, sum(-sign(owed.amount) * kept.amount) as amount
      from document_line_tax kept
      join document on document.company_id = %(company)s and document.id = kept.document_id
      join document_line paid on paid.company_id = %(company)s and paid.id = kept.line_id
      join document bill on bill.company_id = %(company)s and bill.id = paid.against_id
      join document_tax charged
        on charged.company_id = %(company)s and charged.document_id = bill.id
       and charged.tax_id = kept.tax_id
     cross join lateral (
           select sum(amount) as amount from party_entry entry
            where entry.company_id = %(company)s and entry.document_id = paid.document_id
              and entry.against_id = bill.id) owed
     where kept.company_id = %(company)s and document.kind in ('PAYMENT', 'ALLOCATION')
     group by 1, 2 having bool_and(bill.exchange_rate = 1)
), compared as (
    select document.number, document.kind, figure.*
      from document
      left join line on line.document_id = document.id
      left join charge on charge.document_id = document.id
      left join taxed on taxed.document_id = document.id
      left join owed on owed.document_id = document.id
      left join paid on paid.document_id = document.id
      cross join lateral (select case when grand_total < 0 then -1 else 1 end as sign) way
      cross join lateral (values
        ('net total: its lines', net_total,
         case when document.kind in (/*of_lines*/)
                   or document.kind = 'LANDED_COST' and exchange_rate = 1
              then coalesce(line.amount, 0)
              when document.kind = 'JOURNAL_ENTRY' then coalesce(line.debit, 0)
              else net_total end),
        ('charges: theirs in all', charges_total, coalesce(charge.amount, 0)),
        ('taxes: theirs in all', taxes_total, coalesce(taxed.amount, 0)),
        ('grand total: net total, charges, taxes and freight', grand_total,
         case when document.kind = 'SHIPMENT_CLOSING' then 0
              when abs(grand_total - net_total - charges_total - taxes_total - freight)
                   < case when document.kind in (/*bills*/) then 1
                          when document.kind in (/*returns*/) then line.lines end
              then grand_total else net_total + charges_total + taxes_total + freight end),
        ('grand total: what the party owes of it', grand_total,
         case when document.kind in (/*bills*/)
                   or document.kind = 'PAYMENT' and line.has_accounts is not true
                      and line.has_currencies is not true
              then coalesce(way.sign * owed.amount + coalesce(paid.amount, 0), grand_total)
              else grand_total end),
        ('exchange rate: the party owes in company currency', way.sign * owed.in_company,
         case when document.kind in ('PURCHASE_INVOICE', 'SALES_INVOICE')
              then round(grand_total * exchange_rate, %(digits)s)
              else way.sign * owed.in_company end)
      ) as figure (problem, found, expected)
     where document.company_id = %(company)s
)
select number, problem, expected::text, found::text, false
  from compared where found <> expected
union all
select number || ', charge ' || charge_no, 'amount: percent of the net total',
       round(net_total * rate / 100, /*places*/)::text, amount::text, false
  from document_charge
  join document on document.company_id = %(company)s and document.id = document_id
 where document_charge.company_id = %(company)s
   and amount <> round(net_total * rate / 100, /*places*/)
union all
select document.number || ', tax ' || tax.code, figure.*, false
  from document_tax
  join document on document.company_id = %(company)s and document.id = document_tax.document_id
  join tax on tax.company_id = %(company)s and tax.id = document_tax.tax_id
  left join line_tax using (document_id, tax_id)
  cross join lateral (values
    ('amount: that of its lines', line_tax.amount::text, document_tax.amount::text),
    ('base: that of its lines', line_tax.base::text, document_tax.base::text)
  ) as figure (problem, expected, found)
 where document_tax.company_id = %(company)s and freight = 0 and expected <> found
union all
select document.number || ', ' || account.code, 'amounts: what is posted', posted.amount::text,
       entered.amount::text, false
  from entered
  join document on document.company_id = %(company)s and document.id = entered.document_id
  join account on account.company_id = %(company)s and account.id = entered.account_id
  join posted on posted.document_id = entered.document_id
             and posted.account_id = entered.account_id
 where document.kind = 'JOURNAL_ENTRY' and document.exchange_rate = 1
   and posted.amount <> entered.amount
union all
select document.number || ', ' || account.code, 'taxes: what is posted of its discounts',
       posted.amount::text, lowered.amount::text, false
  from lowered
  join document on document.company_id = %(company)s and document.id = lowered.document_id
  join account on account.company_id = %(company)s and account.id = lowered.account_id
  join posted on posted.document_id = lowered.document_id
             and posted.account_id = lowered.account_id
 where posted.amount <> lowered.amount
   and not exists (select from entered where entered.document_id = lowered.document_id
                                         and entered.account_id = lowered.account_id)
""".replace("/*places*/", _PLACES)
    .replace("/*of_lines*/", _OF_LINES)
    .replace("/*bills*/", _BILLS)
    .replace("/*returns*/", _RETURNS)
)
"""A bill may be rounded to whole units: then what the party owes says what it comes to; a return
gives back some of each bill's rounding. Of a bill that is credited in parts the last takes the
cents that converting the others has left, so that only bills are their total at their rate. A
payment that has lines of accounts settles by discounts and write-offs too. What is paid at once is
owed too, and taken off by an entry of the other direction. A journal that takes itself back has the
same again on another day. What discounts take off taxes is what is posted to their accounts, but
for cents of conversion."""
