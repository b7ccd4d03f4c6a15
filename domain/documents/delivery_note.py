"""The delivery note: goods go out to a customer before their invoice.

It posts Dr cost of goods sold, Cr stock, at what the costing method says. The selling price posts
nothing: the invoice will.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.documents.document import Causes, Document, DocumentKind, Needs, begin
from domain.documents.goods import deliver, read_goods
from domain.documents.lots import lot_needs
from domain.facts import Facts
from domain.records import BillingKind
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """Goods delivered: `rate` is the selling price per unit, in document currency."""

    item: Ref
    quantity: Decimal
    rate: Decimal | None = None
    warehouse: Ref | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    cost_center: Ref | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNote(Document):
    """Goods delivered to a customer."""

    kind: ClassVar[DocumentKind] = DocumentKind.DELIVERY_NOTE
    series: ClassVar[str] = "DN"

    customer: Ref
    lines: tuple[DeliveryLine, ...]

    def needs(self) -> Needs:
        """The customer and the items."""
        return Needs(
            items=frozenset(line.item for line in self.lines),
            lots=lot_needs(self.lines),
            parties=frozenset({self.customer}),
        )

    def causes(self, facts: Facts) -> Causes:
        """Issues from stock, each waiting to be billed."""
        causes, look = begin(self, facts)
        causes.party = look.party(self.customer, ("customer",), "CUSTOMER")
        goods = read_goods(causes, look, self.lines, [line.warehouse for line in self.lines])
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        for line, one in deliver(causes, goods):
            amount = causes.in_company_currency(one.amount)
            causes.bill(line.id, BillingKind.DELIVERED, one.quantity, amount, None)
        return causes
