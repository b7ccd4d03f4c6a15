"""The delivery note: goods go out to a customer before their invoice.

It posts Dr cost of goods sold, Cr stock, at what the costing method says. The selling price posts
nothing: the invoice will, or has done so before the goods went.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.delivering import deliver, with_cost_accounts
from domain.documents.parts.goods import Goods, read_goods
from domain.documents.parts.lots import lot_needs
from domain.documents.parts.matching import Match, match, read_counterpart
from domain.documents.parts.taking import take_from
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import ZERO
from domain.records import BillingKind
from domain.references import Ref
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """Goods delivered: `rate` is the selling price per unit, in document currency.

    `invoice_line` is the line of a sales invoice that billed them before they went; its rate is
    theirs unless another is given. `takes_from` is the line whose goods they are (CONTINENTAL).
    `uom` is the unit of the quantity and the rate, None = the item's stock unit.
    `cost_of_goods_sold_account` is where their cost goes, before any other that says it.
    """

    item: Ref
    quantity: Decimal
    rate: Decimal | None = None
    invoice_line: Ref | None = None
    warehouse: Ref | None = None
    discount_percent: Decimal = ZERO
    batch: str | None = None
    serials: tuple[str, ...] = ()
    cost_center: Ref | None = None
    description: str | None = None
    uom: str | None = None
    takes_from: Ref | None = None
    cost_of_goods_sold_account: Ref | None = None

    @property
    def counterpart(self) -> Ref | None:
        """The invoice line that billed it before."""
        return self.invoice_line


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
            lines=frozenset(line.invoice_line for line in self.lines if line.invoice_line),
            originals=frozenset(line.takes_from for line in self.lines if line.takes_from),
        )

    def causes(self, facts: Facts) -> Causes:
        """Issues from stock, each waiting to be billed."""
        causes, look = begin(self, facts)
        causes.party = look.party(self.customer, ("customer",), "CUSTOMER")
        goods = read_goods(causes, look, self.lines, [line.warehouse for line in self.lines])
        named = [line.takes_from for line in self.lines]
        goods = take_from(causes, look, goods, named) if any(named) else goods
        costs = [line.cost_of_goods_sold_account for line in self.lines]
        goods = with_cost_accounts(look, goods, costs) if any(costs) else goods
        matches: dict[int, Match] = {}
        goods = [self._of_invoice(causes, look, one, matches) for one in goods]
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        for line, one in deliver(causes, look, goods):
            amount = causes.in_company_currency(one.amount)
            causes.bill(line.id, BillingKind.DELIVERED, one.quantity, amount, None)
            found = matches.get(one.index)
            if found is not None and found.quantity:
                causes.bill(line.id, BillingKind.BILLED, found.quantity, found.amount, None)
        return causes

    def _of_invoice(
        self, causes: Causes, look: LookUp, one: Goods, matches: dict[int, Match]
    ) -> Goods:
        """Goods that were billed before they went, taken off what their invoice line waits for."""
        named = self.lines[one.index]
        if named.invoice_line is None:
            return one
        kind = DocumentKind.SALES_INVOICE
        line = read_counterpart(causes, look, named.invoice_line, one, "invoiceLine", kind)
        if line is None:
            return one
        if named.rate is None and line.currency == causes.currency:
            amount = causes.amount(one.quantity, line.rate)
            causes.net_total += amount
            one = replace(
                one, rate=line.rate, amount=amount, list_rate=line.rate, list_amount=amount
            )
        found = match(causes, look, line, one, one.item.over_delivery_tolerance)
        if found is not None:
            matches[one.index] = found
            if found.quantity:
                causes.bill(line.id, BillingKind.DELIVERED, found.quantity, found.cleared, None)
        return replace(one, against=line.id)
