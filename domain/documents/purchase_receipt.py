"""The purchase receipt: goods come in before their invoice.

It posts Dr stock (goods + their share of the valuation charges), Cr stock received but not billed
(goods) and Cr each charge account (its valuation charge). Charges of category TOTAL and lines of
non-stock items post nothing: their invoice will.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.accounts import Role
from domain.documents.charges import Charge, read_charges, total_of
from domain.documents.document import Causes, Document, DocumentKind, Needs, begin
from domain.documents.goods import read_goods, receive
from domain.facts import Facts
from domain.movements import Contra
from domain.records import BillingKind
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Goods received: `rate` per unit in document currency; a warehouse is needed for stock."""

    item: Ref
    quantity: Decimal
    rate: Decimal
    warehouse: Ref | None = None
    cost_center: Ref | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReceipt(Document):
    """Goods received from a supplier, to be billed later."""

    kind: ClassVar[DocumentKind] = DocumentKind.PURCHASE_RECEIPT
    series: ClassVar[str] = "PR"

    supplier: Ref
    lines: tuple[ReceiptLine, ...]
    charges: tuple[Charge, ...] = ()

    def needs(self) -> Needs:
        """The supplier and the items."""
        return Needs(
            items=frozenset(line.item for line in self.lines), parties=frozenset({self.supplier})
        )

    def causes(self, facts: Facts) -> Causes:
        """Receipts into stock, and an accrual for each line that waits for its bill."""
        causes, look = begin(self, facts)
        causes.party = look.party(self.supplier, ("supplier",), "SUPPLIER")
        goods = read_goods(causes, look, self.lines, [line.warehouse for line in self.lines])
        charges = read_charges(causes, look, self.charges)
        causes.charges_total = total_of(charges)
        causes.grand_total = causes.net_total + causes.charges_total
        accrual = None
        if facts.company.posts_stock:
            accrual = look.role(Role.STOCK_RECEIVED_NOT_BILLED)
        look.refuse_if_any()
        for line, one in receive(causes, goods, charges, Contra(accrual) if accrual else None):
            price = causes.in_company_currency(one.amount)
            account = accrual if one.pool is not None else None
            causes.bill(line.id, BillingKind.RECEIVED, one.quantity, price, account)
        return causes
