"""Which way the taxes of a document go: what was paid to suppliers, or asked of customers.

Amounts of a document's taxes are kept positive; a return or a credit note takes them back in its
own period, and a cancellation what it cancels.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.documents.document import DocumentKind
from domain.documents.parts.credit_line import CreditSide


class TaxDirection(StrEnum):
    """INPUT is reclaimed, OUTPUT is owed."""

    INPUT = "INPUT"
    OUTPUT = "OUTPUT"

    @property
    def debited(self) -> int:
        """What a tax that is charged this way is on its account: debit 1, credit -1."""
        return 1 if self is TaxDirection.INPUT else -1


@dataclass(frozen=True, slots=True)
class TaxSide:
    """A kind of document (of credit notes, those of a side) that charges taxes, or takes back."""

    kind: DocumentKind
    direction: TaxDirection
    sign: int
    credit_side: CreditSide | None = None


TAX_SIDES = (
    TaxSide(DocumentKind.PURCHASE_INVOICE, TaxDirection.INPUT, 1),
    TaxSide(DocumentKind.PURCHASE_RETURN, TaxDirection.INPUT, -1),
    TaxSide(DocumentKind.CREDIT_NOTE, TaxDirection.INPUT, -1, CreditSide.PURCHASE),
    TaxSide(DocumentKind.SALES_INVOICE, TaxDirection.OUTPUT, 1),
    TaxSide(DocumentKind.SALES_RETURN, TaxDirection.OUTPUT, -1),
    TaxSide(DocumentKind.CREDIT_NOTE, TaxDirection.OUTPUT, -1, CreditSide.SALES),
)
"""Every kind whose taxes are taxes of the company; what others post on tax accounts is not."""
