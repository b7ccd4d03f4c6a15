"""Mutable state: counters, and caches that can be rebuilt from the ledgers (`check` does)."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DateTime, Index, text
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    exact,
    exact_or_null,
    exact_or_zero,
    key,
    lot_key,
    reference,
    required_reference,
    sequence,
    to,
    to_company,
)


class CompanyCounter(SQLModel, table=True):
    """The last recording sequence of a company; locked last, by the writing statement.

    `masters_version` grows with every change of what posting caches (company, accounts, roles,
    warehouses, cost centers, fiscal years), so that a posting decided on old masters is repeated.
    """

    __tablename__ = "company_counter"
    __table_args__ = (to_company(), {"postgresql_with": {"fillfactor": 50}})
    company_id: UUID = key()
    seq: int = sequence()
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    masters_version: int = 1


class NumberSeries(SQLModel, table=True):
    """The last number given in a series and fiscal year."""

    __tablename__ = "number_series"
    __table_args__ = (to_company(), {"postgresql_with": {"fillfactor": 50}})
    company_id: UUID = key()
    series: str = Field(primary_key=True)
    fiscal_year: str = Field(primary_key=True)
    last_number: int


class _PoolState(SQLModel):
    """What a costing method knows of one item in one warehouse after a movement (domain/costing).

    `quantity` and `value` (rounded) are the balance, `movements` how many made it. The open
    receipts are a curve of cumulative quantity and exact value: `received`, `received_value` since
    it began, of which `issued` has left; `first_layer` is the first layer not used up,
    `next_layer` the number of the next. `top_layer` and `top_left` are the stack's pointer under
    LIFO. `last_quantity` and `last_value` are the last known cost (the average) as a pair.
    """

    quantity: Decimal = exact_or_zero()
    value: Decimal = exact_or_zero()
    movements: int = 0
    received: Decimal = exact_or_zero()
    received_value: Decimal = exact_or_zero()
    issued: Decimal = exact_or_zero()
    first_layer: int = 0
    next_layer: int = 0
    top_layer: int | None = None
    top_left: Decimal = exact_or_zero()
    last_quantity: Decimal = exact_or_zero()
    last_value: Decimal = exact_or_zero()


class Bin(_PoolState, table=True):
    """The state of an item in a warehouse (and of each lot there) after its last movement.

    `lot_id` is the nil UUID for items that are not kept by batch or serial number.
    """

    __tablename__ = "bin"
    __table_args__ = (
        to("item_id", "item"),
        to("warehouse_id", "warehouse"),
        {"postgresql_with": {"fillfactor": 50}},
    )
    company_id: UUID = key()
    item_id: UUID = key()
    warehouse_id: UUID = key()
    lot_id: UUID = lot_key()
    last_date: date | None = None
    last_time: time | None = None
    last_seq: int = sequence()
    last_ordinal: int = 0


class BinSnapshot(_PoolState, table=True):
    """The state after some earlier movement: where a replay may begin."""

    __tablename__ = "bin_snapshot"
    company_id: UUID = key()
    item_id: UUID = key()
    warehouse_id: UUID = key()
    lot_id: UUID = lot_key()
    posting_date: date = Field(primary_key=True)
    posting_time: time = Field(primary_key=True)
    seq: int = sequence(primary_key=True)
    ordinal: int = Field(primary_key=True)


class Layer(SQLModel, table=True):
    """A receipt as a point of the curve (FIFO) or of the stack (LIFO); consuming never changes it.

    `quantity_before` and `value_before` are cumulative since the curve began (FIFO), or what lay
    below when it was put on top (LIFO: `below` is that layer, `below_left` what was left of it).
    """

    __tablename__ = "layer"
    company_id: UUID = key()
    item_id: UUID = key()
    warehouse_id: UUID = key()
    lot_id: UUID = lot_key()
    no: int = Field(primary_key=True)
    movement_id: UUID = required_reference()
    quantity: Decimal = exact_or_zero()
    value: Decimal = exact_or_zero()
    quantity_before: Decimal = exact_or_zero()
    value_before: Decimal = exact_or_zero()
    below: int | None = None
    below_left: Decimal = exact_or_zero()


class LinkedMovement(SQLModel, table=True):
    """What no link covers yet of a movement, signed, and the date that it is valued from.

    Flow LINKED. Movements of cancelled documents have no row.
    """

    __tablename__ = "linked_movement"
    __table_args__ = (
        to("movement_id", "movement"),
        Index(
            "linked_movement_open", "company_id", "item_id", "warehouse_id", "lot_id",
            "posting_date", "posting_time", "seq", "ordinal",
            postgresql_where=text("open_quantity <> 0"),
        ),
        Index("linked_movement_valued", "company_id", "item_id", "valuation_date"),
        {"postgresql_with": {"fillfactor": 70}},
    )  # fmt: skip
    company_id: UUID = key()
    movement_id: UUID = key()
    item_id: UUID = required_reference()
    warehouse_id: UUID = required_reference()
    lot_id: UUID = required_reference()
    posting_date: date
    posting_time: time
    seq: int = sequence()
    ordinal: int
    open_quantity: Decimal = exact()
    valuation_date: date


class ItemCost(SQLModel, table=True):
    """An item's cost in force, as a pair (flows LINKED and CARRIED).

    Locked by whoever moves the item.
    """

    __tablename__ = "item_cost"
    __table_args__ = (to("item_id", "item"), {"postgresql_with": {"fillfactor": 50}})
    company_id: UUID = key()
    item_id: UUID = key()
    card_value: Decimal | None = exact_or_null()
    card_quantity: Decimal | None = exact_or_null()
    is_invoiced: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class CostDirty(SQLModel, table=True):
    """A movement whose cost is to be worked out again by the next adjustment (flow LINKED)."""

    __tablename__ = "cost_dirty"
    __table_args__ = (to("movement_id", "movement"),)
    company_id: UUID = key()
    item_id: UUID = key()
    movement_id: UUID = key()


class BillingState(SQLModel, table=True):
    """What is received or delivered, billed, returned and cleared on one line.

    Whoever bills or receives it locks it. `is_void` when the line's own document is cancelled.
    """

    __tablename__ = "billing_state"
    __table_args__ = ({"postgresql_with": {"fillfactor": 70}},)
    company_id: UUID = key()
    line_id: UUID = key()
    document_id: UUID = required_reference()
    account_id: UUID | None = reference()
    quantity: Decimal = exact_or_zero()
    amount: Decimal = exact_or_zero()
    billed_quantity: Decimal = exact_or_zero()
    billed_amount: Decimal = exact_or_zero()
    returned_quantity: Decimal = exact_or_zero()
    returned_amount: Decimal = exact_or_zero()
    cleared_quantity: Decimal = exact_or_zero()
    cleared_amount: Decimal = exact_or_zero()
    is_void: bool = False


class OpenItem(SQLModel, table=True):
    """What is outstanding on an invoice, in its currency; locked by whoever settles it.

    A journal entry has one for each party and account that it names.
    """

    __tablename__ = "open_item"
    __table_args__ = (to("document_id", "document"), {"postgresql_with": {"fillfactor": 70}})
    company_id: UUID = key()
    document_id: UUID = key()
    party_id: UUID = key()
    account_id: UUID = key()
    currency: str
    exchange_rate: Decimal = exact_or_zero()
    amount: Decimal = exact_or_zero()
    settled: Decimal = exact_or_zero()
    is_void: bool = False


class LedgerDay(SQLModel, table=True):
    """The debit and the credit lines of a day, folded so far, by account and cost center.

    `cost_center_id` is the nil UUID for lines without one.
    """

    __tablename__ = "ledger_day"
    __table_args__ = (to_company(),)
    company_id: UUID = key()
    day: date = Field(primary_key=True)
    account_id: UUID = key()
    cost_center_id: UUID = key()
    debit: Decimal = exact()
    credit: Decimal = exact()


class LedgerMonth(SQLModel, table=True):
    """The same of a whole month, under its first day."""

    __tablename__ = "ledger_month"
    __table_args__ = (to_company(),)
    company_id: UUID = key()
    month: date = Field(primary_key=True)
    account_id: UUID = key()
    cost_center_id: UUID = key()
    debit: Decimal = exact()
    credit: Decimal = exact()


class LedgerYear(SQLModel, table=True):
    """The same of a whole calendar year, under its first day."""

    __tablename__ = "ledger_year"
    __table_args__ = (to_company(),)
    company_id: UUID = key()
    year: date = Field(primary_key=True)
    account_id: UUID = key()
    cost_center_id: UUID = key()
    debit: Decimal = exact()
    credit: Decimal = exact()


class LedgerFold(SQLModel, table=True):
    """Up to which recording a company's ledger is in its sums of days, months and years."""

    __tablename__ = "ledger_fold"
    __table_args__ = (to_company(), {"postgresql_with": {"fillfactor": 50}})
    company_id: UUID = key()
    seq: int = sequence()
