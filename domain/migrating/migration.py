"""From one accounting scheme to another: the plan.

On the migration date the accounts are carried from what the old scheme says to what the new one
does. Stock accounts come to the value of their stock, or to nothing where the new scheme is
PERIODIC; expected cost leaves the interim accounts; what is received and not billed comes to stand
on its accrual, or leaves it. The other side of it all is one expense account, so that the result is
what it would have been under the new scheme. From the next day on the company posts by that scheme
(rule of PERIODIC to PERPETUAL: the ERPNext section of the scenario vectors; of the other pairs:
docs/migration.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.account_search import Asked, account_for
from domain.accounts import AccountType, Role, resolve_stock_account
from domain.company import FLOW_OF_SCHEME, Flow, Scheme
from domain.costing.carried.bins import at
from domain.facts import CompanyFacts, ItemFacts
from domain.migrating.checks import problems_of
from domain.migrating.facts import BinValue, MigrationFacts, PendingLine
from domain.migrating.journals import AccountStock, Accrued, PlannedJournal, journals_of
from domain.migrating.plan import MigrationPlan, Opening, WarehouseStock
from domain.money import ZERO
from domain.movements import UnitCost


def plan(
    company: CompanyFacts,
    facts: MigrationFacts,
    as_of: date,
    expense: UUID | None,
    *,
    accrue_billed_not_received: bool,
    make_journals: bool,
    scheme: Scheme = Scheme.PERPETUAL,
    items: Mapping[UUID, ItemFacts] | None = None,
) -> MigrationPlan:
    """Work out the migration: pure, so that the preview and the migration cannot differ.

    Without `make_journals` the journals were made by hand, and the books must agree. `items` are
    those of the bins: rules and groups may say where their stock stands.
    """
    after = migrated(company, scheme, as_of)
    cards = _cards(facts.bins) if after.flow is not company.flow else {}
    one_cost = cards if after.flow is Flow.CARRIED else {}
    openings = tuple(_openings(after, facts.bins, items or {}, one_cost))
    warehouses = tuple(_warehouses(after, openings))
    accounts = tuple(_accounts(after, warehouses, openings, facts.ledger))
    received = tuple(_accrued(after, facts.received_not_billed))
    ahead = accrue_billed_not_received
    billed = tuple(
        one
        for one in _accrued(after, facts.billed_not_received)
        if ahead or one.line.account is not None
    )
    journals: tuple[PlannedJournal, ...] = ()
    if make_journals and expense is not None:
        journals = tuple(journals_of(after, expense, accounts, received, billed, facts))
    account_of = {one.warehouse: one.account for one in warehouses if one.account is not None}
    planned = MigrationPlan(
        company=company.id,
        digits=company.digits,
        as_of=as_of,
        before=company.scheme,
        scheme=scheme,
        expense=expense,
        problems=(),
        warehouses=warehouses,
        accounts=accounts,
        open_receipts=facts.received_not_billed,
        billed_not_received=facts.billed_not_received,
        received=received,
        billed=billed,
        journals=journals,
        bins=tuple(
            (one.bin, account)
            for one in openings
            if (account := one.account or account_of.get(one.bin.pool.warehouse)) is not None
            and one.bin.value
        ),
        openings=openings,
        cards=cards,
    )
    problems = problems_of(company, after, facts, planned, make_journals=make_journals)
    ordered = tuple(sorted(problems, key=lambda problem: not problem.blocking))
    return replace(planned, problems=ordered)


def migrated(company: CompanyFacts, scheme: Scheme, as_of: date) -> CompanyFacts:
    """The company as it is from the day after the migration on."""
    first = posts_from(as_of)
    return replace(
        company,
        scheme=scheme,
        flow=FLOW_OF_SCHEME[scheme],
        posts_stock_from=None if scheme is Scheme.PERIODIC else first,
        scheme_from=first,
    )


def posts_from(as_of: date) -> date:
    """The first day of the new scheme."""
    return date.fromordinal(as_of.toordinal() + 1)


# -- what there is ----------------------------------------------------------------------------


def _cards(bins: Iterable[BinValue]) -> dict[UUID, UnitCost]:
    """What a unit of each item costs over all bins: with that a new flow begins."""
    cards: dict[UUID, UnitCost] = {}
    for one in bins:
        if one.quantity > 0:
            known = cards.get(one.pool.item, UnitCost(ZERO, ZERO))
            worth, held = known.value + one.value, known.quantity + one.quantity
            cards[one.pool.item] = UnitCost(worth, held)
    return cards


def _openings(
    after: CompanyFacts,
    bins: Iterable[BinValue],
    items: Mapping[UUID, ItemFacts],
    cards: Mapping[UUID, UnitCost],
) -> Iterable[Opening]:
    """Each bin at exactly its value; where one cost is in force for all bins of an item, at that.

    Cents that rounding leaves then, bin by bin, are the expense account's.
    """
    for one in bins:
        account = None
        if after.posts_stock:
            asked = Asked(items.get(one.pool.item), one.pool.warehouse)
            account = account_for(after, Role.STOCK_IN_HAND, asked).account
        card = cards.get(one.pool.item)
        value = at(card, one.quantity, after.digits) if card is not None else one.value
        yield Opening(one, account, value)


def _warehouses(after: CompanyFacts, openings: Iterable[Opening]) -> Iterable[WarehouseStock]:
    """Every warehouse that can hold stock, and any other that does."""
    values: dict[UUID, Decimal] = {}
    for one in openings:
        warehouse_id = one.bin.pool.warehouse
        values[warehouse_id] = values.get(warehouse_id, ZERO) + one.value
    default = after.roles.get(Role.STOCK_IN_HAND)
    for warehouse in sorted(after.warehouses.values(), key=lambda one: one.code):
        value = values.get(warehouse.id, ZERO)
        if warehouse.is_group and not value:
            continue
        resolved = resolve_stock_account(warehouse.id, after.warehouses, default)
        if resolved is None:
            yield WarehouseStock(warehouse.id, None, None, value)
        else:
            yield WarehouseStock(warehouse.id, resolved.account, resolved.source, value)


def _accounts(
    after: CompanyFacts,
    warehouses: Iterable[WarehouseStock],
    openings: Iterable[Opening],
    ledger: Mapping[UUID, Decimal],
) -> Iterable[AccountStock]:
    """The accounts that stock stands on, and other stock accounts that have a balance.

    With each document stock is posted on stock accounts and nothing else is: a balance without
    stock behind it could never be explained again. Under PERIODIC none of it stays.
    """
    values: dict[UUID, Decimal] = {}
    for warehouse in warehouses:
        if warehouse.account is not None and after.posts_stock:
            values.setdefault(warehouse.account, ZERO)
    for one in openings:
        if one.account is not None:
            values[one.account] = values.get(one.account, ZERO) + one.value
    for account in after.accounts.values():
        if account.type is AccountType.STOCK and ledger.get(account.id, ZERO):
            values.setdefault(account.id, ZERO)
    for id_ in sorted(values, key=lambda id_: after.accounts[id_].code):
        yield AccountStock(id_, values[id_], ledger.get(id_, ZERO))


def _accrued(after: CompanyFacts, lines: Iterable[PendingLine]) -> Iterable[Accrued]:
    """The lines that change their account.

    What is accrued stays so, for its bill to clear; what is not yet comes on the accrual account.
    Under PERIODIC nothing is accrued.
    """
    accrual = after.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    for one in lines:
        target = (one.account or accrual) if after.posts_stock else None
        if target != one.account:
            yield Accrued(one, target)
