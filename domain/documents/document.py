"""What all documents have in common."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.documents.needs import Needs
from domain.facts import Facts
from domain.money import ONE
from domain.references import Ref

if TYPE_CHECKING:
    from domain.documents.causes import Causes


class DocumentKind(StrEnum):
    """The kinds of documents; also the `source` of their journal entries."""

    PURCHASE_RECEIPT = "PURCHASE_RECEIPT"
    PURCHASE_INVOICE = "PURCHASE_INVOICE"
    DELIVERY_NOTE = "DELIVERY_NOTE"
    SALES_INVOICE = "SALES_INVOICE"
    STOCK_ENTRY = "STOCK_ENTRY"
    JOURNAL_ENTRY = "JOURNAL_ENTRY"
    PAYMENT = "PAYMENT"
    ALLOCATION = "ALLOCATION"
    CANCELLATION = "CANCELLATION"
    MIGRATION = "MIGRATION"
    PURCHASE_RETURN = "PURCHASE_RETURN"
    SALES_RETURN = "SALES_RETURN"
    STOCK_RECONCILIATION = "STOCK_RECONCILIATION"
    LANDED_COST = "LANDED_COST"
    ACCRUAL_CLEARING = "ACCRUAL_CLEARING"
    CREDIT_NOTE = "CREDIT_NOTE"
    STOCK_REVALUATION = "STOCK_REVALUATION"
    STANDARD_COST_CHANGE = "STANDARD_COST_CHANGE"
    ITEM_GROUP_CHANGE = "ITEM_GROUP_CHANGE"
    SHIPMENT_CLOSING = "SHIPMENT_CLOSING"
    COST_ADJUSTMENT = "COST_ADJUSTMENT"
    INVENTORY_POSTING = "INVENTORY_POSTING"
    COSTING_METHOD_CHANGE = "COSTING_METHOD_CHANGE"
    EXCHANGE_REVALUATION = "EXCHANGE_REVALUATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as handed in: immutable, with references instead of records.

    `id` is its identity and idempotency key. `posting_time` None = after everything already
    recorded on that date. `exchange_rate` is company currency per unit of `currency` (None = the
    company's); `rate_given` tells a rate of 1 from none. It is no content of its own: what the
    document says, and so its identity, does not depend on it.
    """

    kind: ClassVar[DocumentKind]
    series: ClassVar[str]

    id: UUID
    company: Ref
    posting_date: date
    posting_time: time | None = None
    currency: str | None = None
    exchange_rate: Decimal = ONE
    rate_given: bool = field(default=False, compare=False, metadata={"content": False})
    reference: str | None = None
    remarks: str | None = None

    def needs(self) -> Needs:
        """What it refers to."""
        raise NotImplementedError

    @property
    def own_number(self) -> str | None:
        """What the other side calls it, without blanks around it; None: nothing."""
        return (self.reference or "").strip() or None

    def converts(self) -> bool:
        """Whether amounts in another currency are converted at its own exchange rate."""
        return True

    def numbered_in(self) -> str:
        """The series of its number: that of its kind, unless it has several."""
        return self.series

    def causes(self, facts: Facts) -> "Causes":
        """What it causes.

        Raises:
            Refused: with every reason against it that can be found without valuing stock.
        """
        raise NotImplementedError
