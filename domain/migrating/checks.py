"""What stands in the way of a migration, or should be looked at: everything is found at once."""

from collections.abc import Iterable
from decimal import Decimal

from domain.account_search import TABLES
from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.errors import (
    AccountHasBalance,
    BilledNotReceived,
    BooksDisagree,
    CostCenterRequired,
    CostsNotAdjusted,
    DefaultAccountMissing,
    InventoryCostNotPosted,
    LaterDocuments,
    LotsNotKept,
    NegativeBin,
    OpenDrafts,
    OpenShipment,
    WarehouseAccountMissing,
)
from domain.facts import CompanyFacts
from domain.migrating.facts import MigrationFacts
from domain.migrating.plan import MigrationPlan, Problem
from domain.money import ZERO
from domain.movements import NO_LOT
from domain.switches import INTERIM_ROLES

NEEDED_ROLES = {
    Scheme.PERPETUAL: (
        Role.STOCK_RECEIVED_NOT_BILLED,
        Role.STOCK_ADJUSTMENT,
        Role.EXPENSES_INCLUDED_IN_VALUATION,
    ),
    Scheme.CONTINENTAL: (
        Role.PURCHASES,
        Role.DIRECT_COST_APPLIED,
        Role.COST_OF_GOODS_SOLD,
        Role.STOCK_ADJUSTMENT,
    ),
    Scheme.BY_LEVEL: (
        Role.STOCK_RECEIVED_NOT_BILLED,
        Role.STOCK_ADJUSTMENT,
        Role.PURCHASE_VARIANCE,
    ),
    Scheme.PERIODIC: (),
}
"""The defaults that a scheme cannot do without, unless its posting rules name the accounts."""

LISTED_DOCUMENTS = 5
"""How many of the documents dated after the migration are named."""

_BY_WAREHOUSE_ALONE = (Scheme.PERPETUAL,)


def problems_of(
    company: CompanyFacts,
    after: CompanyFacts,
    facts: MigrationFacts,
    planned: MigrationPlan,
    *,
    make_journals: bool,
) -> Iterable[Problem]:
    """Everything found. `after` is the company as the migration would leave it."""
    yield from _setup_problems(after, facts, planned)
    yield from _book_problems(company, facts)
    yield from _flow_problems(after, facts, planned)
    yield from _billed_ahead(after, facts, planned)
    if make_journals:
        yield from _journal_problems(company, facts, planned)
        yield from _missing_cost_center(company, planned)
    else:
        yield from _disagreements(company, facts, planned)


def _setup_problems(
    after: CompanyFacts, facts: MigrationFacts, planned: MigrationPlan
) -> Iterable[Problem]:
    for role in _needed(after, facts):
        if role not in after.roles and not _in_rules(after, role):
            yield Problem(DefaultAccountMissing(role=role.value), blocking=True)
    if not after.posts_stock:
        return
    by_warehouse = after.scheme in _BY_WAREHOUSE_ALONE
    homeless = {one.bin.pool.warehouse for one in planned.openings if one.account is None}
    for one in planned.warehouses:
        warehouse = after.warehouses[one.warehouse]
        missing = one.account is None and (warehouse.is_active or one.value)
        if one.warehouse in homeless if not by_warehouse else missing:
            yield Problem(WarehouseAccountMissing(warehouse=warehouse.code), blocking=True)


def _needed(after: CompanyFacts, facts: MigrationFacts) -> Iterable[Role]:
    needed = NEEDED_ROLES[after.scheme]
    yield from needed
    if after.scheme is Scheme.CONTINENTAL and after.settings.expected_cost_posting:
        yield from INTERIM_ROLES
    accrual = Role.STOCK_RECEIVED_NOT_BILLED
    waits = any(one.account is None for one in facts.received_not_billed)
    if waits and accrual not in needed and after.posts_stock:
        yield accrual


def _in_rules(after: CompanyFacts, role: Role) -> bool:
    """Whether a rule of the scheme names the account of a role."""
    table = TABLES[after.scheme].get(role)
    rules = after.posting_rules.get(table, ()) if table is not None else ()
    return any(role in rule.accounts for rule in rules)


def _book_problems(company: CompanyFacts, facts: MigrationFacts) -> Iterable[Problem]:
    for one in facts.bins:
        if one.quantity < 0:
            code = company.warehouses[one.pool.warehouse].code
            refusal = NegativeBin(item=one.sku, warehouse=code, quantity=one.quantity)
            yield Problem(refusal, blocking=True)
    if facts.later_count:
        later = LaterDocuments(path=("asOf",), documents=facts.later, count=facts.later_count)
        yield Problem(later, blocking=True)
    if facts.unadjusted:
        yield Problem(CostsNotAdjusted(items=facts.unadjusted), blocking=True)
    if facts.unposted:
        yield Problem(InventoryCostNotPosted(entries=facts.unposted), blocking=True)
    for code in facts.open_shipments:
        yield Problem(OpenShipment(shipment=code), blocking=True)
    if facts.drafts:
        yield Problem(OpenDrafts(drafts=facts.drafts), blocking=False)


def _flow_problems(
    after: CompanyFacts, facts: MigrationFacts, planned: MigrationPlan
) -> Iterable[Problem]:
    """Batches and serial numbers have costs of their own, which a carried cost cannot keep."""
    if not planned.changes_flow or after.flow is not Flow.CARRIED:
        return
    by_lot = {one.sku for one in facts.bins if one.pool.lot != NO_LOT}
    for sku in sorted(by_lot):
        yield Problem(LotsNotKept(item=sku), blocking=True)


def _billed_ahead(
    after: CompanyFacts, facts: MigrationFacts, planned: MigrationPlan
) -> Iterable[Problem]:
    """Invoices, each with all that they billed ahead of its receipt and that nothing accrues."""
    if not after.posts_stock:
        return
    accrued = {one.line.line for one in planned.billed}
    amounts: dict[str, Decimal] = {}
    for line in facts.billed_not_received:
        if line.account is None and line.line not in accrued:
            amounts[line.number] = amounts.get(line.number, ZERO) + line.amount
    for number, amount in amounts.items():
        refusal = BilledNotReceived(
            path=("accrueBilledNotReceived",), document=number, amount=amount
        )
        yield Problem(refusal, blocking=False)


def _journal_problems(
    company: CompanyFacts, facts: MigrationFacts, planned: MigrationPlan
) -> Iterable[Problem]:
    """What stands in the way of making the journals, or would make them look wrong."""
    if planned.expense is None:
        role = Role.COST_OF_GOODS_SOLD.value
        yield Problem(DefaultAccountMissing(path=("expenseAccount",), role=role), blocking=True)
    accrual = company.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    if accrual is None or company.posts_stock:
        return
    balance = facts.ledger.get(accrual, ZERO)
    if balance:
        code = company.accounts[accrual].code
        yield Problem(AccountHasBalance(account=code, balance=balance), blocking=False)


def _missing_cost_center(company: CompanyFacts, planned: MigrationPlan) -> Iterable[Problem]:
    """The journals name no cost center: the company's default has to be there if one is needed."""
    if not company.settings.require_cost_center or company.default_cost_center is not None:
        return
    used = {line.account for one in planned.journals for line in one.lines}
    result = sorted(
        company.accounts[id_].code for id_ in used if company.accounts[id_].is_profit_and_loss
    )
    if result:
        refusal = CostCenterRequired(path=("expenseAccount",), account=result[0])
        yield Problem(refusal, blocking=True)


def _disagreements(
    company: CompanyFacts, facts: MigrationFacts, planned: MigrationPlan
) -> Iterable[Problem]:
    """Where journals made by hand do not come to what the migration would have made."""
    differences = {one.account: one.difference for one in planned.accounts}
    accrual = company.roles.get(Role.STOCK_RECEIVED_NOT_BILLED)
    if accrual is not None:
        moved = [-one.line.amount for one in planned.received]
        moved += [one.line.amount for one in planned.billed]
        differences[accrual] = sum(moved, ZERO) - facts.ledger.get(accrual, ZERO)
    for account, difference in differences.items():
        if difference:
            code = company.accounts[account].code
            yield Problem(BooksDisagree(account=code, difference=difference), blocking=True)
