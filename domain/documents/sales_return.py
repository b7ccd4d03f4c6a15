"""The sales return: goods come back from the customer, at the cost their delivery has now.

It posts Dr stock, Cr cost of goods sold; where an invoice had delivered the goods, the income and
the customer's debt are taken back too.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.documents.document import Causes, Document, DocumentKind, Needs, begin
from domain.documents.lots import lot_needs
from domain.documents.purchase_return import original_party
from domain.documents.returns import ReadReturn, ReturnLine, read_returns
from domain.facts import Facts
from domain.lookup import LookUp
from domain.money import ONE, divide, multiply, round_to
from domain.movements import Nature, Returned, Source
from domain.records import BillingKind, OpenItemRecord, PartyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesReturn(Document):
    """Goods given back of delivery notes, or of invoices that delivered their goods."""

    kind: ClassVar[DocumentKind] = DocumentKind.SALES_RETURN
    series: ClassVar[str] = "SRET"

    lines: tuple[ReturnLine, ...]

    def needs(self) -> Needs:
        """The lines given back, locked, with their movements."""
        lines = frozenset(line.line for line in self.lines)
        return Needs(lines=lines, originals=lines, lots=lot_needs(self.lines))

    def causes(self, facts: Facts) -> Causes:
        """Receipts at the delivery's unit cost, as the newest goods of their warehouse."""
        causes, look = begin(self, facts)
        read = read_returns(causes, look, self, self.lines, "OUT")
        look.refuse_if_any()
        causes.party = original_party(read)
        for one in read:
            self._take_back(causes, look, one)
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        return causes

    def _take_back(self, causes: Causes, look: LookUp, one: ReadReturn) -> None:
        original, line = one.original, one.line
        amount = causes.amount(line.quantity, original.rate)
        in_company = round_to(multiply(amount, original.exchange_rate), look.company.digits)
        causes.net_total += amount
        record = causes.new_line(
            item_id=original.item.id,
            warehouse_id=one.parts[0][0].pool.warehouse,
            quantity=line.quantity,
            rate=original.rate,
            amount=amount,
            against_line_id=original.id,
        )
        for movement, quantity in one.parts:
            delivered = -movement.quantity
            fraction = ONE if quantity == delivered else divide(quantity, delivered)
            causes.move(
                movement.pool,
                quantity,
                Nature.SALE,
                record,
                sources=(Source(movement.id, fraction, movement.cost),),
                returns=Returned(movement.id, movement.quantity, movement.cost),
            )
        causes.bill(original.id, BillingKind.RETURNED, line.quantity, in_company, None)
        if original.kind == DocumentKind.SALES_INVOICE:
            self._credit(causes, look, one, amount, in_company)

    def _credit(
        self, causes: Causes, look: LookUp, one: ReadReturn, amount: Decimal, in_company: Decimal
    ) -> None:
        """The customer owes that much less on the invoice."""
        original = one.original
        receivable = look.role(Role.RECEIVABLE)
        income: UUID | None = original.item.income_account or look.role(Role.INCOME)
        if receivable is None or original.party is None:
            return
        causes.post(income, in_company)
        causes.post(receivable, -in_company, party=original.party)
        causes.parties.append(
            PartyRecord(
                id=causes.facts.new_id(),
                party_id=original.party,
                account_id=receivable,
                amount=-in_company,
                currency=original.currency,
                currency_amount=-amount,
                against_id=original.document,
            )
        )
        causes.open_items.append(
            OpenItemRecord(
                document_id=original.document,
                party_id=original.party,
                account_id=receivable,
                currency=original.currency,
                exchange_rate=original.exchange_rate,
                settled=amount,
            )
        )
