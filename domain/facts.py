"""What a decision may know: the facts that the books give it, and nothing else.

Documents name things by reference (a SKU, a code, an id); `Facts` says what each reference means.
Everything is immutable, and a decision reads no clock and draws no random number: fresh
identifiers come with the facts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.accounts import PROFIT_AND_LOSS, AccountType, Role, Root, WarehouseFacts
from domain.company import CompanySettings, Flow, Scheme
from domain.costing.timeline import MethodChange
from domain.discounts import DiscountedBill
from domain.invoiced import CreditFacts
from domain.migrating.facts import MigrationFacts
from domain.money import ZERO
from domain.movements import Pool, PostingKey
from domain.open_lines import (
    ForeignBalance,
    ForeignItem,
    LineFacts,
    OpenItemFacts,
    ResidueFacts,
    SerialCount,
    SerialFacts,
    ShipmentFacts,
    StockAccountBalance,
    UnpostedEntry,
)
from domain.payment_terms import PaymentTermFacts
from domain.posting_rules import PostingRule, RuleTable
from domain.recorded import DocumentFacts
from domain.records import LotKind
from domain.references import Ref
from domain.taxes import TaxFacts
from domain.values import quickly_made


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account of the company's chart; `currency`: another than the company's, if kept in it."""

    id: UUID
    code: str
    name: str
    type: AccountType
    root: Root
    is_group: bool = False
    is_active: bool = True
    currency: str | None = None

    @property
    def is_profit_and_loss(self) -> bool:
        """Whether the account makes up the result, and so may need a cost center."""
        return self.root in PROFIT_AND_LOSS


@dataclass(frozen=True, slots=True)
class CostCenterFacts:
    """A cost center."""

    id: UUID
    code: str
    is_group: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ItemGroupFacts:
    """A group of items; an account that it does not name is its nearest parent's."""

    id: UUID
    code: str
    parent: UUID | None = None
    stock_account: UUID | None = None
    adjustment_account: UUID | None = None
    purchase_price_variance_account: UUID | None = None
    cost_of_goods_sold_account: UUID | None = None
    income_account: UUID | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item; `costing_method` and the tolerances (percent) are its own or the company's.

    `method_changes` say what method it had before; `version` counts the changes of its master.
    `units` are those beside its stock unit, `uom`, each with how many of that it is; `scanned_uom`
    is the one that the barcode stands for by which it is named.
    """

    id: UUID
    sku: str
    name: str
    costing_method: str
    is_stock_item: bool = True
    is_active: bool = True
    allow_negative: bool = False
    group: UUID | None = None
    stock_group: str | None = None
    standard_cost: Decimal | None = None
    unit_cost: Decimal | None = None
    overhead_rate: Decimal = ZERO
    indirect_cost_percent: Decimal = ZERO
    expense_account: UUID | None = None
    income_account: UUID | None = None
    cost_of_goods_sold_account: UUID | None = None
    method_changes: tuple[MethodChange, ...] = ()
    require_expiry: bool = False
    over_receipt_tolerance: Decimal = ZERO
    over_delivery_tolerance: Decimal = ZERO
    over_billing_tolerance: Decimal = ZERO
    version: int = 0
    uom: str = ""
    units: tuple[tuple[str, Decimal], ...] = ()
    scanned_uom: str | None = None


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A batch or serial number: `expiry_date` is the last day on which it is good.

    `hold` says why nobody may use it (QUARANTINED, BLOCKED); None = they may.
    """

    id: UUID
    code: str
    kind: LotKind = LotKind.BATCH
    expiry_date: date | None = None
    manufactured_on: date | None = None
    hold: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A customer or supplier, without anything personal; `version` counts its changes."""

    id: UUID
    code: str
    roles: frozenset[str]
    is_active: bool = True
    receivable_account: UUID | None = None
    payable_account: UUID | None = None
    group: str | None = None
    area: str | None = None
    sales_type: str | None = None
    version: int = 0
    payment_term: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """A company with what all of its postings look up; masters that change rarely.

    The `*_named` maps find a record by what a person types: its code, or "code name".
    `no_rule_account` is among the accounts without being there yet: a posting that needs it makes
    it (scheme BY_LEVEL). `scheme_from` is the first day of the scheme, where a migration
    brought it, `scheme_since` the recording of that migration; `flow_since` of the one that opened
    the flow of costs: what was recorded before belongs to another, and keeps the cost it had.
    """

    id: UUID
    code: str
    currency: str
    digits: int
    scheme: Scheme
    settings: CompanySettings
    flow: Flow = Flow.REPLAY
    fiscal_year_start_month: int = 1
    posts_stock_from: date | None = None
    scheme_from: date | None = None
    scheme_since: int = 0
    flow_since: int = 0
    frozen_through: date | None = None
    inventory_closed_through: date | None = None
    is_active: bool = True
    roles: Mapping[Role, UUID] = field(default_factory=dict[Role, UUID])
    accounts: Mapping[UUID, AccountFacts] = field(default_factory=dict[UUID, AccountFacts])
    accounts_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    warehouses: Mapping[UUID, WarehouseFacts] = field(default_factory=dict[UUID, WarehouseFacts])
    warehouses_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    item_groups: Mapping[UUID, ItemGroupFacts] = field(default_factory=dict[UUID, ItemGroupFacts])
    taxes: Mapping[UUID, TaxFacts] = field(default_factory=dict[UUID, TaxFacts])
    taxes_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    payment_terms: Mapping[UUID, PaymentTermFacts] = field(
        default_factory=dict[UUID, PaymentTermFacts]
    )
    payment_terms_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    posting_rules: Mapping[RuleTable, tuple[PostingRule, ...]] = field(
        default_factory=dict[RuleTable, tuple[PostingRule, ...]]
    )
    cost_centers: Mapping[UUID, CostCenterFacts] = field(
        default_factory=dict[UUID, CostCenterFacts]
    )
    cost_centers_named: Mapping[str, UUID] = field(default_factory=dict[str, UUID])
    default_cost_center: UUID | None = None
    no_rule_account: UUID | None = None

    migrated_through: date | None = field(init=False)
    """The last day before the company came to its scheme: what its documents cost stays."""
    closed_through: date | None = field(init=False)
    """The last day that nothing may be dated on: frozen, or before the migration."""

    def __post_init__(self) -> None:
        """Know once which days are closed: every document asks, for each of its lines."""
        migrated = [
            first - timedelta(days=1)
            for first in (self.posts_stock_from, self.scheme_from)
            if first is not None and first > date.min
        ]
        closed = [*migrated, *([self.frozen_through] if self.frozen_through is not None else [])]
        object.__setattr__(self, "migrated_through", max(migrated, default=None))
        object.__setattr__(self, "closed_through", max(closed, default=None))

    @property
    def first_open_day(self) -> date | None:
        """The first day that an adjustment may be dated on; None where no day is closed."""
        closed = self.closed_through
        days = [closed + timedelta(days=1)] if closed is not None and closed < date.max else []
        if self.settings.allow_posting_from is not None:
            days.append(self.settings.allow_posting_from)
        if self.inventory_closed_through is not None:
            days.append(self.inventory_closed_through + timedelta(days=1))
        return max(days, default=None)

    @property
    def posts_stock(self) -> bool:
        """Whether stock movements reach the ledger with their document."""
        return self.posts_stock_from is not None

    def is_of_earlier_flow(self, key: PostingKey) -> bool:
        """Whether a movement was recorded before the company's flow of costs was opened."""
        return key.seq < self.flow_since


class OriginalMovement(NamedTuple):
    """A movement of an earlier line: signed quantity and the cost of its goods as they stand now.

    What it trued up of goods that had left before it is no part of that cost.
    `returned` is how much of it later documents gave back, without a sign, `expected` the cost that
    no bill has confirmed yet. `takes_over`: it costs what others cost that it comes of (goods that
    moved, came back, or were made of others). `open` is what no link covers yet (flow LINKED).
    `contra` is the account that its document named for the other side.
    """

    id: UUID
    pool: Pool
    key: PostingKey
    leg: str
    quantity: Decimal
    cost: Decimal
    returned: Decimal
    expected: Decimal = ZERO
    takes_over: bool = False
    open: Decimal = ZERO
    contra: UUID | None = None

    @property
    def returnable(self) -> Decimal:
        """How much of it can still be given back."""
        return abs(self.quantity) - self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalLine:
    """A line whose goods are given back, or get further cost, with its movements.

    `rate` in the document's currency, `amount` (without charges) in the company's. `billing` is
    the quantity that may be billed; it is more than `quantity` where rejected goods are.
    `account` is the accrual account it stands on, `booked_to` the income or expense account of an
    invoice's line. `control` is the account on which its party owes or is owed for the invoice;
    not `is_owed`: it was paid at once. `net_amount` and `returned_net` (what live returns took
    back) are in the document's currency. `uom` and `uom_factor` are the unit that it was entered in
    and what that was then, null where it named none; quantities are in the stock unit. `purpose` is
    what its document was for.
    """

    id: UUID
    document: UUID
    kind: str
    number: str
    line_no: int
    posting_date: date
    party: UUID | None
    party_code: str
    item: ItemFacts
    quantity: Decimal
    rate: Decimal
    amount: Decimal
    currency: str
    exchange_rate: Decimal
    account: UUID | None
    billing: Decimal
    weight: Decimal | None
    volume: Decimal | None
    is_void: bool
    movements: tuple[OriginalMovement, ...]
    booked_to: UUID | None = None
    control: UUID | None = None
    is_owed: bool = True
    net_amount: Decimal = ZERO
    returned_net: Decimal = ZERO
    cost_center: UUID | None = None
    purpose: str | None = None
    uom: str | None = None
    uom_factor: Decimal | None = None

    @property
    def paid_for(self) -> tuple[OriginalMovement, ...]:
        """What came in at its price: rejected goods only where they are paid for."""
        rejected_too = self.billing > self.quantity
        return tuple(
            one
            for one in self.movements
            if one.quantity > 0 and (one.leg != "REJECTED" or rejected_too)
        )


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one document's decision may know about masters and other documents.

    `lots` finds a batch or serial number by item and code, `lot_facts` say what it is, `present`
    the lots that an item has in a warehouse, or had after the document, `bins` every pool of an
    item that ever held any. `serial_counts` are those on the document's day or later, in order.
    `foreign_items` come by party, account and currency, `foreign_balances` in chart order.
    `numbered_alike` is another bill with the same number of its supplier, where that may not be.
    """

    company: CompanyFacts
    new_id: Callable[[], UUID]
    items: Mapping[Ref, ItemFacts] = field(default_factory=dict[Ref, ItemFacts])
    items_by_id: Mapping[UUID, ItemFacts] = field(default_factory=dict[UUID, ItemFacts])
    parties: Mapping[Ref, PartyFacts] = field(default_factory=dict[Ref, PartyFacts])
    lines: Mapping[UUID, LineFacts] = field(default_factory=dict[UUID, LineFacts])
    documents: Mapping[UUID, DocumentFacts] = field(default_factory=dict[UUID, DocumentFacts])
    originals: Mapping[UUID, OriginalLine] = field(default_factory=dict[UUID, OriginalLine])
    present: Mapping[tuple[UUID, UUID], tuple[UUID, ...]] = field(
        default_factory=dict[tuple[UUID, UUID], tuple[UUID, ...]]
    )
    open_items: Sequence[OpenItemFacts] = ()
    foreign_items: tuple[ForeignItem, ...] = ()
    foreign_balances: tuple[ForeignBalance, ...] = ()
    residues: Mapping[UUID, ResidueFacts] = field(default_factory=dict[UUID, ResidueFacts])
    migration: MigrationFacts | None = None
    waiting_items: tuple[UUID, ...] = ()
    waiting_in_all: int = 0
    unposted: tuple[UnpostedEntry, ...] = ()
    credited: CreditFacts = field(default_factory=CreditFacts)
    bins: Mapping[UUID, tuple[Pool, ...]] = field(default_factory=dict[UUID, tuple[Pool, ...]])
    order_lines: Mapping[tuple[str, int], tuple[LineFacts, ...]] = field(
        default_factory=dict[tuple[str, int], tuple[LineFacts, ...]]
    )
    shipments: Mapping[str, ShipmentFacts] = field(default_factory=dict[str, ShipmentFacts])
    lots: Mapping[tuple[UUID, str], UUID] = field(default_factory=dict[tuple[UUID, str], UUID])
    lot_facts: Mapping[UUID, LotFacts] = field(default_factory=dict[UUID, LotFacts])
    lot_codes: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    serials: Mapping[UUID, SerialFacts] = field(default_factory=dict[UUID, SerialFacts])
    serial_counts: tuple[SerialCount, ...] = ()
    stock_balances: Mapping[UUID, StockAccountBalance] = field(
        default_factory=dict[UUID, StockAccountBalance]
    )
    discounted: Mapping[UUID, DiscountedBill] = field(default_factory=dict[UUID, DiscountedBill])
    numbered_alike: str | None = None
    parties_by_id: Mapping[UUID, PartyFacts] = field(init=False)

    def __post_init__(self) -> None:
        """Know the parties by id too: movements name them so."""
        by_id = {party.id: party for party in self.parties.values()}
        object.__setattr__(self, "parties_by_id", by_id)

    def open_item_of(self, document: UUID) -> OpenItemFacts | None:
        """The item that a document opened, if any: that of an invoice, which has but one."""
        return next((one for one in self.open_items if one.document == document), None)
