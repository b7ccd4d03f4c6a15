"""Pieces of SQL for trees: a record with all below it, and the stock account of each warehouse."""

from domain.accounts import Role

BELOW_COST_CENTER = """(
    with recursive below(id) as (
        select %(cost_center)s::uuid
        union
        select child.id from cost_center child join below on child.parent_id = below.id
         where child.company_id = %(company)s
    ) select id from below)"""
"""The cost center of the filter and all below it."""

BELOW_WAREHOUSE = """(
    with recursive below(id) as (
        select %(warehouse)s::uuid
        union
        select child.id from warehouse child join below on child.parent_id = below.id
         where child.company_id = %(company)s
    ) select id from below)"""
"""The warehouse of the filter and all below it."""

WITHIN_WAREHOUSES = """(
    with recursive within(id) as (
        select unnest(%(within)s::uuid[])
        union
        select child.id from warehouse child join within on child.parent_id = within.id
         where child.company_id = %(company)s
    ) select id from within)"""
"""The warehouses that a limited role extends to: those named, and all below them."""

BELOW_ACCOUNT = """(
    with recursive below(id) as (
        select %(account)s::uuid
        union
        select child.id from account child join below on child.parent_id = below.id
         where child.company_id = %(company)s
    ) select id from below)"""
"""The account of the filter and all below it."""

STOCK_ACCOUNTS = """(
    with recursive search(warehouse_id, account_id, parent_id) as (
        select id, account_id, parent_id from warehouse where company_id = %(company)s
        union all
        select search.warehouse_id, ancestor.account_id, ancestor.parent_id
          from search join warehouse ancestor
            on ancestor.company_id = %(company)s and ancestor.id = search.parent_id
         where search.account_id is null
    )
    select warehouse_id, coalesce(min(account_id::text)::uuid, (
               select account_id from account_role
                where company_id = %(company)s and role = '/*role*/')) as account_id
      from search group by warehouse_id)""".replace("/*role*/", Role.STOCK_IN_HAND)
"""Each warehouse with the account its stock is on now: its own, its nearest ancestor's, or the
company default (the rule of `domain.accounts.resolve_stock_account`, for all at once)."""
