"""Which account each amount of stock cost counts for: what was posted where, by whom."""


def is_of_scheme(cost: str) -> str:
    """A condition on a cost entry: of the company's scheme, so that its batch may post it.

    Entries of an earlier scheme are that scheme's; those by which a migration moved cost, and those
    that took it back when it was cancelled, are nobody's.
    """
    return f"""
    {cost}.seq > (select scheme_since from company where id = %(company)s)
    and not exists (select from document b
                      left join document o on o.company_id = b.company_id and o.id = b.cancels_id
                     where b.company_id = {cost}.company_id and b.id = {cost}.because_id
                       and 'MIGRATION' in (b.kind, o.kind))
"""  # noqa: S608 - constant pieces


def is_unposted(cost: str) -> str:
    """A condition on a cost entry: the ledger has heard of it neither with its document nor since.

    What a document posted itself names its accounts, also where it came to nothing on them.
    """
    return f"""
    {cost}.journal_entry_id is null
    and {cost}.stock_account_id is null and {cost}.interim_account_id is null
    and ({cost}.actual <> 0 or {cost}.interim <> 0)
    and {is_of_scheme(cost)}
    and not exists (select from cost_posting batch
                     where batch.company_id = {cost}.company_id and batch.cost_entry_id = {cost}.id)
"""


# Cost that a batch will post, if the scheme leaves it to one, counts for no account before that.
WAITS_FOR_BATCH = f"""
    (select scheme from company where id = %(company)s) = 'CONTINENTAL' and {is_unposted("cost")}
"""  # noqa: S608 - constant pieces
"""A condition on `cost`, a cost entry."""

# Actual cost that nobody posts (PERIODIC) counts for the account that its warehouse resolves to.
POSTED_STOCK = """
    select coalesce(cost.stock_account_id, resolved.account_id) as account_id, cost.posting_date,
           cost.seq, cost.actual as value
      from cost_entry cost join resolved using (warehouse_id)
     where cost.company_id = %(company)s
       and (cost.stock_account_id is not null
            or (select scheme from company where id = %(company)s)
               not in ('CONTINENTAL', 'BY_LEVEL'))
       and not exists (select from cost_posting batch
                        where batch.company_id = cost.company_id and batch.cost_entry_id = cost.id)
    union all
    select batch.stock_account_id, batch.posting_date, batch.seq, batch.actual
      from cost_posting batch
     where batch.company_id = %(company)s and batch.stock_account_id is not null
    union all
    select cost.interim_account_id, cost.posting_date, cost.seq, cost.interim
      from cost_entry cost
     where cost.company_id = %(company)s and cost.interim_account_id is not null
    union all
    select batch.interim_account_id, batch.posting_date, batch.seq, batch.interim
      from cost_posting batch
     where batch.company_id = %(company)s and batch.interim_account_id is not null
"""
"""Rows of (account_id, posting_date, seq, value); needs `resolved`, the accounts of warehouses."""
