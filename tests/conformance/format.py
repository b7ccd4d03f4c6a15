"""The scenario files' format, as vectors/README.md describes it: one dataclass an object.

Every field of a step may come with every kind, so there is one `Step` and one `Line` for all;
which kind takes which is for `steps/` to say. None = not given.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from tests.conformance.decode import MalformedError, decode
from tests.conformance.expectations import NOTHING, Expectation, Posting


class Dialect(StrEnum):
    """The three systems that scenarios come from."""

    ERPNEXT = "erpnext"
    NAV = "nav"
    WEBERP = "weberp"


_OF_NAV = {
    "stock", "stockInterim", "accrualInterim", "cogs", "cogsInterim", "directCostApplied",
    "overheadApplied", "purchaseVariance", "inventoryAdjustment", "purchases", "sales",
}  # fmt: skip
"""Roles that only companies of NAV's scenarios have."""

# -- the head ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """`settings` has only the switches that differ from the default."""

    currency: str
    mode: str
    settings: Mapping[str, object]
    defaults: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account; ERPNext files leave the root to the type."""

    name: str
    type: str
    root: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCenter:
    """A cost center besides Main, which is always there."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """A warehouse, or with `group` one that only structures the tree."""

    name: str
    account: str | None = None
    parent: str | None = None
    group: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item. `opening` is quantity per warehouse before the first step."""

    sku: str
    valuation: str
    is_stock: bool | None = None
    standard_cost: Decimal | None = None
    overhead_rate: Decimal | None = None
    indirect_cost_pct: Decimal | None = None
    weight: Decimal | None = None
    unit_cost: Decimal | None = None
    stock_group: str | None = None
    item_group: str | None = None
    category: str | None = None
    opening: Mapping[str, Decimal] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A customer or supplier with what the look-up of accounts needs."""

    name: str
    party_group: str | None = None
    area: str | None = None
    sales_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A tax or tax authority; `rate` in percent, `on_tax` = on net plus the taxes before it."""

    code: str
    rate: Decimal
    sales_account: str | None = None
    purchase_account: str | None = None
    order: int | None = None
    on_tax: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A stock category and its accounts."""

    code: str
    stock: str
    adjustment: str
    purchase_price_variance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRule:
    """A row of an account look-up table: keys, then the accounts it names."""

    table: str
    stock_group: str | None = None
    warehouse: str | None = None
    party_group: str | None = None
    item_group: str | None = None
    area: str | None = None
    category: str | None = None
    sales_type: str | None = None
    account: str | None = None
    discount_account: str | None = None
    stock: str | None = None
    stock_interim: str | None = None
    accrual_interim: str | None = None
    cogs: str | None = None
    cogs_interim: str | None = None
    direct_cost_applied: str | None = None
    overhead_applied: str | None = None
    purchase_variance: str | None = None
    inventory_adjustment: str | None = None
    purchases: str | None = None
    sales: str | None = None


# -- steps ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LineName:
    """A line of an earlier step; `amount` for a distribution by hand."""

    ref: str
    line: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """How much of a payment settles an invoice, in document currency."""

    ref: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge on a document."""

    account: str | None = None
    amount: Decimal | None = None
    rate: Decimal | None = None
    category: str | None = None
    cost_center: str | None = None
    currency: str | None = None
    exchange_rate: Decimal | None = None
    description: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of any step."""

    item: str | None = None
    warehouse: str | None = None
    qty: Decimal | None = None
    rate: Decimal | None = None
    account: str | None = None
    amount: Decimal | None = None
    debit: Decimal | None = None
    credit: Decimal | None = None
    cost_center: str | None = None
    description: str | None = None
    difference_account: str | None = None
    allow_zero_valuation: bool | None = None
    batch: str | None = None
    serials: tuple[str, ...] | None = None
    serial: str | None = None
    received_qty: Decimal | None = None
    rejected_qty: Decimal | None = None
    rejected_warehouse: str | None = None
    from_rejected: bool | None = None
    from_warehouse: str | None = None
    to_warehouse: str | None = None
    scrap: bool | None = None
    counted_qty: Decimal | None = None
    discount_pct: Decimal | None = None
    taxes: tuple[str, ...] | None = None
    against: LineName | None = None
    ref: str | None = None
    line: int | None = None
    of_line: int | None = None
    receipt: str | None = None
    receipt_line: int | None = None
    delivery: str | None = None
    delivery_line: int | None = None
    order_line: int | None = None
    shipment_charge: str | None = None
    applies_to: LineName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something done in the company, and what is true afterwards."""

    ref: str
    do: str
    date: dt.date | None = None
    expect: Expectation = NOTHING
    party: str | None = None
    currency: str | None = None
    exchange_rate: Decimal | None = None
    lines: tuple[Line, ...] | None = None
    charges: tuple[Charge, ...] | None = None
    purpose: str | None = None
    side: str | None = None
    kind: str | None = None
    type: str | None = None
    of: str | None = None
    order: str | None = None
    shipment: str | None = None
    update_stock: bool | None = None
    paid_from: str | None = None
    rounded_total: bool | None = None
    difference_account: str | None = None
    expense_account: str | None = None
    write_off_account: str | None = None
    account: str | None = None
    bank_account: str | None = None
    amount: Decimal | None = None
    discount: Decimal | None = None
    pays: tuple[Paid, ...] | None = None
    freight: Decimal | None = None
    freight_taxes: tuple[str, ...] | None = None
    receipts: tuple[str, ...] | None = None
    distribute_by: str | None = None
    applies_to: tuple[LineName, ...] | str | None = None
    consume: tuple[Line, ...] | None = None
    produce: Line | None = None
    item: str | None = None
    items: tuple[str, ...] | None = None
    category: str | None = None
    unit_cost: Decimal | None = None
    standard_cost: Decimal | None = None
    revalue_on_hand: bool | None = None
    update_standard_cost: bool | None = None
    up_to: dt.date | None = None
    reverse_on: dt.date | None = None
    end_date: dt.date | None = None
    settings: Mapping[str, object] | None = None
    table: str | None = None
    rules: tuple[PostingRule, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One file: a company and what happens in it. `notes`, `category` etc. are for the reader."""

    id: str
    source: str
    title: str
    company: Company
    accounts: tuple[Account, ...]
    warehouses: tuple[Warehouse, ...]
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    category: str | None = None
    notes: str | None = None
    cost_centers: tuple[CostCenter, ...] = ()
    parties: tuple[Party, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tax_authorities: tuple[Tax, ...] = ()
    categories: tuple[Category, ...] = ()
    posting_rules: tuple[PostingRule, ...] = ()
    opening_balances: tuple[Posting, ...] = ()
    final: Expectation = NOTHING

    @property
    def dialect(self) -> Dialect:
        """Which system it comes from, by what only that system's companies have."""
        if self.company.mode == "BY_LEVEL":
            return Dialect.WEBERP
        if self.company.mode == "DEFERRED" or _OF_NAV & self.company.defaults.keys():
            return Dialect.NAV
        return Dialect.ERPNEXT

    @property
    def first_line(self) -> int:
        """The number of a document's first line."""
        return 1 if self.dialect is Dialect.ERPNEXT else 0


def read(path: Path) -> Scenario:
    """A scenario from its file.

    Raises:
        NotSupportedError: something that the format does not know.
        MalformedError: not a scenario.
    """
    try:
        whole = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    except ValueError as error:
        raise MalformedError(f"not JSON: {error}") from None
    if not isinstance(whole, dict):
        raise MalformedError("not an object")
    steps = whole.pop("steps", [])
    if not isinstance(steps, list):
        raise MalformedError("steps is no list")
    scenario = decode(Scenario, {**whole, "steps": []}, "scenario")
    return replace(scenario, steps=tuple(decode(Step, step, _kind_of(step)) for step in steps))


def _kind_of(step: object) -> str:
    """What messages about a step call it: its kind."""
    return str(step.get("do", "step")) if isinstance(step, dict) else "step"
