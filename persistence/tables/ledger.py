"""The ledgers: append-only. Every row carries `seq`, the company's recording sequence."""

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from persistence.tables.columns import (
    belonging,
    dimensions,
    exact,
    exact_or_null,
    exact_or_zero,
    key,
    reference,
    required_reference,
    sequence,
    to,
    to_company,
)


class Movement(SQLModel, table=True):
    """A stock movement: an immutable fact. `quantity` is signed; it counts in posting order.

    `voids_id` is the movement that this one mirrors because its document was cancelled: a replay
    skips both. `contra_account_id` is the difference account of its derived entries. A count says
    what there is: `counted_quantity`, `counted_rate` or `counted_value` (null: as it was);
    `corrects_id` is the count whose quantity this movement sets right after something was posted
    before it. `card_value` for `card_quantity` is the item's cost in force when it was posted (flow
    LINKED).
    """

    __tablename__ = "movement"
    __table_args__ = (
        to("lot_id", "lot"),
        Index(
            "movement_posting_order",
            "company_id", "item_id", "warehouse_id", "posting_date",
            "posting_time", "seq", "ordinal",
        ),
        Index("movement_document", "company_id", "document_id"),
        Index(
            "movement_returns", "company_id", "returns_id",
            postgresql_where=text("returns_id is not null"),
        ),
        Index(
            "movement_corrects", "company_id", "corrects_id",
            postgresql_where=text("corrects_id is not null"),
        ),
        Index("movement_by_date", "company_id", "posting_date", "posting_time", "seq", "ordinal"),
        belonging(document_id="document", item_id="item", warehouse_id="warehouse"),
    )  # fmt: skip
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    ordinal: int
    document_id: UUID = required_reference()
    line_id: UUID | None = reference()
    leg: str
    nature: str
    posting_date: date
    posting_time: time
    item_id: UUID = required_reference()
    warehouse_id: UUID = required_reference()
    lot_id: UUID | None = reference()
    quantity: Decimal = exact()
    party_id: UUID | None = reference()
    contra_account_id: UUID | None = reference()
    cost_center_id: UUID | None = reference()
    returns_id: UUID | None = reference()
    voids_id: UUID | None = reference()
    corrects_id: UUID | None = reference()
    counted_quantity: Decimal | None = exact_or_null()
    counted_rate: Decimal | None = exact_or_null()
    counted_value: Decimal | None = exact_or_null()
    card_value: Decimal | None = exact_or_null()
    card_quantity: Decimal | None = exact_or_null()


class MovementSource(SQLModel, table=True):
    """What a movement takes its cost from: a share of another one's cost (transfers, products)."""

    __tablename__ = "movement_source"
    __table_args__ = (
        to("movement_id", "movement"),
        to("source_id", "movement"),
        Index("movement_source_source", "company_id", "source_id"),
    )
    company_id: UUID = key()
    movement_id: UUID = key()
    source_id: UUID = key()
    seq: int = sequence()
    fraction: Decimal = exact()
    before: Decimal | None = exact_or_null()


class Application(SQLModel, table=True):
    """A link between a decrease and the increase that it consumes (flow LINKED)."""

    __tablename__ = "application"
    __table_args__ = (
        to("decrease_id", "movement"),
        to("increase_id", "movement"),
        Index("application_decrease", "company_id", "decrease_id"),
        Index("application_increase", "company_id", "increase_id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    decrease_id: UUID | None = reference()
    increase_id: UUID | None = reference()
    quantity: Decimal = exact()


class CostEntry(SQLModel, table=True):
    """An amount that belongs to a movement, in company currency. Its cost is the sum of them.

    `document_id` is the movement's document, `because_id` the one that made us write. The two
    accounts are null where the scheme posts nothing, `contra_cost_center_id` is the other side's
    unless that is the movement's; `journal_entry_id` is null while it waits
    for a batch (then `cost_posting` names the entry). `expected` is cost that is not invoiced yet,
    `interim` how much of it this entry puts on the two interim accounts; `invoiced_quantity` is
    what it invoices of its movement, `covered_quantity` what a revaluation was for.
    """

    __tablename__ = "cost_entry"
    __table_args__ = (
        Index("cost_entry_movement", "company_id", "movement_id"),
        Index(
            "cost_entry_because", "company_id", "because_id",
            postgresql_where=text("document_id <> because_id"),
        ),
        Index(
            "cost_entry_revaluation", "company_id", "item_id", "warehouse_id", "posting_date",
            postgresql_where=text("kind = 'REVALUATION'"),
        ),
        Index(
            "cost_entry_expected", "company_id", "item_id", "warehouse_id",
            postgresql_where=text("expected <> 0"),
        ),
        Index(
            "cost_entry_unposted", "company_id", "posting_date", "seq", "id",
            postgresql_where=text("journal_entry_id is null and (actual <> 0 or interim <> 0)"),
        ),
        belonging(movement_id="movement"),
    )  # fmt: skip
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    movement_id: UUID = required_reference()
    document_id: UUID = required_reference()
    because_id: UUID = required_reference()
    item_id: UUID = required_reference()
    warehouse_id: UUID = required_reference()
    kind: str
    posting_date: date
    actual: Decimal = exact()
    expected: Decimal = exact_or_zero()
    interim: Decimal = exact_or_zero()
    invoiced_quantity: Decimal = exact_or_zero()
    covered_quantity: Decimal | None = exact_or_null()
    stock_account_id: UUID | None = reference()
    contra_account_id: UUID | None = reference()
    interim_account_id: UUID | None = reference()
    interim_contra_account_id: UUID | None = reference()
    journal_entry_id: UUID | None = reference()
    contra_cost_center_id: UUID | None = reference()


class CostPosting(SQLModel, table=True):
    """A cost entry that a later batch posted to the ledger: the journal entry, and its accounts."""

    __tablename__ = "cost_posting"
    __table_args__ = (
        to("cost_entry_id", "cost_entry"),
        to("journal_entry_id", "journal_entry"),
        Index("cost_posting_stock", "company_id", "stock_account_id", "posting_date"),
    )
    company_id: UUID = key()
    cost_entry_id: UUID = key()
    journal_entry_id: UUID | None = reference()
    seq: int = sequence()
    posting_date: date
    actual: Decimal = exact()
    interim: Decimal = exact_or_zero()
    stock_account_id: UUID | None = reference()
    contra_account_id: UUID | None = reference()
    interim_account_id: UUID | None = reference()
    interim_contra_account_id: UUID | None = reference()


class JournalEntry(SQLModel, table=True):
    """A balanced entry. `document_id` is what it is about, `because_id` what made us write it."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("journal_entry_document", "company_id", "document_id"),
        Index("journal_entry_because", "company_id", "because_id"),
        Index("journal_entry_by_date", "company_id", "posting_date", "seq", "ordinal"),
        belonging(document_id="document", because_id="document"),
    )
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    ordinal: int
    posting_date: date
    document_id: UUID = required_reference()
    because_id: UUID = required_reference()
    source: str


class JournalLine(SQLModel, table=True):
    """A line of a journal entry: `amount` in company currency, debit positive, credit negative.

    `currency` and `currency_amount` are those of an account that is kept in another currency.
    """

    __tablename__ = "journal_line"
    __table_args__ = (
        Index("journal_line_account", "company_id", "account_id", "posting_date", "seq"),
        belonging(journal_entry_id="journal_entry", account_id="account"),
    )
    company_id: UUID = key()
    journal_entry_id: UUID = key()
    line_no: int = Field(primary_key=True)
    seq: int = sequence()
    posting_date: date
    account_id: UUID = required_reference()
    amount: Decimal = exact()
    currency: str | None = None
    currency_amount: Decimal | None = exact_or_null()
    cost_center_id: UUID | None = reference()
    party_id: UUID | None = reference()
    dimensions: dict[str, Any] | None = dimensions()


class BillingEntry(SQLModel, table=True):
    """The received-not-billed sub-ledger, one row per event of a receipt or delivery line.

    `line_id` is the receipt or delivery line, or the invoice line itself where goods are billed
    that were never received. `kind` RECEIVED, DELIVERED, BILLED or RETURNED; quantity and amount
    are positive in the direction of their kind and negative when it is undone. `account_id` is
    the accrual account that `amount` stands on, null where nothing is posted.
    """

    __tablename__ = "billing_entry"
    __table_args__ = (
        Index("billing_entry_document", "company_id", "document_id"),
        belonging(document_id="document"),
    )
    company_id: UUID = key()
    line_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    document_id: UUID = required_reference()
    posting_date: date
    kind: str
    quantity: Decimal = exact()
    amount: Decimal = exact()
    account_id: UUID | None = reference()


class MigrationPast(SQLModel, table=True):
    """A row as a migration found it, to be put back should that be cancelled.

    `kind` is the table that it is of; of items `content` has the method before and after.
    """

    __tablename__ = "migration_past"
    __table_args__ = (to_company(),)
    company_id: UUID = key()
    migration_id: UUID = key()
    kind: str = Field(primary_key=True)
    no: int = sequence(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class PartyEntry(SQLModel, table=True):
    """The customers' and suppliers' sub-ledger: debit positive, in company currency.

    `against_id` is the invoice that the entry belongs to or settles; null = on account.
    """

    __tablename__ = "party_entry"
    __table_args__ = (
        to("document_id", "document"),
        Index("party_entry_party", "company_id", "party_id", "posting_date"),
        Index("party_entry_document", "company_id", "document_id"),
        Index("party_entry_against", "company_id", "against_id"),
    )
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    party_id: UUID = required_reference()
    document_id: UUID = required_reference()
    against_id: UUID | None = reference()
    posting_date: date
    account_id: UUID = required_reference()
    amount: Decimal = exact()
    currency: str
    currency_amount: Decimal = exact()
