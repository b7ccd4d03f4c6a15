"""Documents as they were handed in: append-only. What they caused is in ledger.py."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSON, JSONB
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
)

BILL_NUMBER = "lower(btrim(reference))"
HAS_BILL_NUMBER = "reference is not null and kind in ('PURCHASE_INVOICE', 'LANDED_COST')"
"""Suppliers' own numbers of their bills, and which documents have one."""


class Document(SQLModel, table=True):
    """One document. `id` is also its idempotency key, `body_hash` the identity of its content.

    Totals are in the document's currency. `number` is gapless per company, series and fiscal
    year, `seq` per company: in its order the documents are the company's feed. `content` keeps what
    only this kind of document has (paid_from, difference account, ...). `given` is the text of
    which `body_hash` is the hash: the kind and the fields that the document was given, by their
    names in the domain; null of what was recorded before it was kept.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("company_id", "kind", "number", name="document_number"),
        Index("document_by_date", "company_id", "kind", "posting_date", "seq"),
        Index("document_in_order", "company_id", "posting_date", "seq"),
        Index("document_by_seq", "company_id", "seq", unique=True),
        Index("document_recorded", "company_id", "recorded_at"),
        Index("document_by_party", "company_id", "party_id", "posting_date"),
        Index(
            "document_by_bill_number",
            "company_id",
            "party_id",
            text(f"({BILL_NUMBER})"),
            postgresql_where=text(HAS_BILL_NUMBER),
        ),
        Index(
            "document_by_terms",
            "company_id",
            text("((content ->> 'payment_term')::uuid)"),
            postgresql_where=text("content ->> 'payment_term' is not null"),
        ),
        belonging(company_id="company", party_id="party"),
    )
    company_id: UUID = key()
    id: UUID = key()
    seq: int = sequence()
    kind: str
    number: str
    posting_date: date
    posting_time: time
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_by: str | None = None
    body_hash: bytes = Field(sa_type=LargeBinary)
    party_id: UUID | None = reference()
    purpose: str | None = None
    update_stock: bool = False
    currency: str
    exchange_rate: Decimal = exact()
    net_total: Decimal = exact_or_zero()
    charges_total: Decimal = exact_or_zero()
    taxes_total: Decimal = exact_or_zero()
    freight: Decimal = exact_or_zero()
    grand_total: Decimal = exact_or_zero()
    cancels_id: UUID | None = reference()
    reference: str | None = None
    remarks: str | None = None
    content: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    given: list[Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class DocumentLine(SQLModel, table=True):
    """One line. Rate and amount in the document's currency, `valuation_amount` in the company's.

    `rate` is net of a discount of `discount_percent` from `list_rate`, where there is one.
    `against_line_id` is the receipt or delivery line that an invoice line bills, or the line a
    return returns, or the invoice line that a credit note credits; `against_id` the document that a
    payment line settles or a credit note credits; `returned_line_id` the line of the return whose
    goods it credits, `takes_line_id` the line whose goods it takes. `order_code` and `order_line`
    are the purchase order that goods were received or billed by, `shipment` the one that they came
    with, or that a billed line is a charge on.
    `currency_amount` is in the currency that the account of a journal's line is kept in.
    Quantity and rates are in the item's stock unit; `uom` is the unit that the line was entered in,
    where it named one, and `uom_factor` how many stock units one of it was then.
    """

    __tablename__ = "document_line"
    __table_args__ = (
        UniqueConstraint("company_id", "document_id", "line_no", name="document_line_no"),
        Index(
            "document_line_against", "company_id", "against_line_id",
            postgresql_where=text("against_line_id is not null"),
        ),
        Index(
            "document_line_against_document", "company_id", "against_id",
            postgresql_where=text("against_id is not null"),
        ),
        Index(
            "document_line_returned", "company_id", "returned_line_id",
            postgresql_where=text("returned_line_id is not null"),
        ),
        Index("document_line_item", "company_id", "item_id"),
        Index(
            "document_line_order", "company_id", "order_code", "order_line",
            postgresql_where=text("order_code IS NOT NULL"),
        ),
        Index(
            "document_line_shipment", "company_id", "shipment",
            postgresql_where=text("shipment IS NOT NULL"),
        ),
        belonging(document_id="document", item_id="item", warehouse_id="warehouse"),
    )  # fmt: skip
    company_id: UUID = key()
    id: UUID = key()
    document_id: UUID = required_reference()
    line_no: int
    item_id: UUID | None = reference()
    warehouse_id: UUID | None = reference()
    to_warehouse_id: UUID | None = reference()
    quantity: Decimal = exact_or_zero()
    rate: Decimal | None = exact_or_null()
    list_rate: Decimal | None = exact_or_null()
    discount_percent: Decimal | None = exact_or_null()
    amount: Decimal = exact_or_zero()
    valuation_amount: Decimal | None = exact_or_null()
    account_id: UUID | None = reference()
    cost_center_id: UUID | None = reference()
    party_id: UUID | None = reference()
    against_line_id: UUID | None = reference()
    against_id: UUID | None = reference()
    returned_line_id: UUID | None = reference()
    takes_line_id: UUID | None = reference()
    description: str | None = None
    order_code: str | None = None
    order_line: int | None = None
    shipment: str | None = None
    currency_amount: Decimal | None = exact_or_null()
    uom: str | None = None
    uom_factor: Decimal | None = exact_or_null()
    dimensions: dict[str, Any] | None = dimensions()


class DocumentCharge(SQLModel, table=True):
    """A charge or tax of a document: `rate` in percent of the net total, or a fixed amount.

    `basis` is what a landed cost's charge is spread by, if not by what its document's are.
    """

    __tablename__ = "document_charge"
    __table_args__ = (to("document_id", "document"), to("account_id", "account"))
    company_id: UUID = key()
    document_id: UUID = key()
    charge_no: int = Field(primary_key=True)
    account_id: UUID = required_reference()
    category: str
    rate: Decimal | None = exact_or_null()
    amount: Decimal = exact()
    cost_center_id: UUID | None = reference()
    basis: str | None = None


class DocumentTax(SQLModel, table=True):
    """A tax of a document: what it is charged on, and what it comes to, in its currency."""

    __tablename__ = "document_tax"
    __table_args__ = (
        to("document_id", "document"),
        to("tax_id", "tax"),
        to("account_id", "account"),
        Index("document_tax_by_tax", "company_id", "tax_id"),
    )
    company_id: UUID = key()
    document_id: UUID = key()
    tax_id: UUID = key()
    account_id: UUID = required_reference()
    base: Decimal = exact()
    amount: Decimal = exact()


class DocumentLineTax(SQLModel, table=True):
    """What of a document's tax belongs to one of its lines, in its currency.

    Of a payment's or allocation's line what its discount takes off a tax of the document that it
    settles, in the currency of that.
    """

    __tablename__ = "document_line_tax"
    __table_args__ = (
        to("document_id", "document"),
        to("line_id", "document_line"),
        to("tax_id", "tax"),
        Index("document_line_tax_document", "company_id", "document_id"),
    )
    company_id: UUID = key()
    line_id: UUID = key()
    tax_id: UUID = key()
    document_id: UUID = required_reference()
    base: Decimal = exact()
    amount: Decimal = exact()


class Voiding(SQLModel, table=True):
    """A document is cancelled by another; at most once."""

    __tablename__ = "voiding"
    __table_args__ = (to("document_id", "document"), to("by_id", "document"))
    company_id: UUID = key()
    document_id: UUID = key()
    by_id: UUID = required_reference()
    seq: int = sequence()
