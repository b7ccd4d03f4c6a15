"""The books in memory, what credit notes and returns know: invoices, and what of them is credited.

Everything is added up from the documents that are kept, as the database does.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.documents.document import DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.returned_invoices import BESIDE
from domain.facts import Facts
from domain.invoiced import CreditFacts, InvoicedCharge, InvoicedLine, InvoiceFacts, ReturnedLine
from domain.money import ONE, ZERO
from domain.open_lines import OpenItemFacts
from domain.records import LineRecord
from tests.model.memory_stock import Kept
from tests.model.memory_taxes import MemoryTaxes

_INVOICES = frozenset({DocumentKind.PURCHASE_INVOICE, DocumentKind.SALES_INVOICE})
_RETURNS = frozenset({DocumentKind.PURCHASE_RETURN, DocumentKind.SALES_RETURN})


class MemoryCredits(MemoryTaxes):
    """Adds to the facts of a credit note, or of a return of invoices, what it credits."""

    def _with_credited(self, needs: Needs, facts: Facts) -> Facts:
        """The same facts with the invoices, their lines and the goods that went back."""
        named, invoices, back = (
            [UUID(ref.value) for ref in refs]
            for refs in (needs.invoice_lines, needs.invoices, needs.return_lines)
        )
        if needs.credits_invoices:
            of_invoices = [one.id for one in facts.originals.values() if one.kind in _INVOICES]
            credited = self._credit_facts(of_invoices, [], [])
            return replace(facts, credited=credited, open_items=self._items(credited))
        if not (named or invoices or back):
            return facts
        credited = self._credit_facts(named, back, invoices)
        lines = {
            *credited.lines, *credited.returns,
            *(one.bills for one in credited.lines.values() if one.bills),
            *(id_ for one in credited.lines.values() for id_ in one.arrived),
            *(one.returns for one in credited.returns.values() if one.returns),
        }  # fmt: skip
        return replace(
            facts,
            credited=credited,
            lines={id_: self._line(id_) for id_ in lines if id_ in self.lines},
            originals=self._originals(lines),
            open_items=self._items(credited),
        )

    def _items(self, credited: CreditFacts) -> list[OpenItemFacts]:
        return [self._open_item(id_) for id_ in credited.invoices if id_ in self.open_items]

    def _credit_facts(
        self, lines: Iterable[UUID], returns: Iterable[UUID], invoices: Iterable[UUID]
    ) -> CreditFacts:
        where = {
            line.id: (document, line)
            for document, kept in self.documents.items()
            for line in kept.decision.causes.lines
        }
        documents = {*invoices, *(where[one][0] for one in (*lines, *returns))}
        return CreditFacts(
            invoices={one: self._invoice(one) for one in documents},
            lines={one: self._invoiced_line(*where[one]) for one in lines},
            returns={
                one: self._returned_line(*where[one])
                for one in returns
                if self._kind(where[one][0]) in _RETURNS
            },
        )

    def _kind(self, document: UUID) -> DocumentKind:
        return self.documents[document].decision.causes.document.kind

    def _crediting(self, lines: set[UUID], invoice: UUID | None) -> list[tuple[Kept, LineRecord]]:
        """The lines of live credit notes and returns that have to do with lines, or an invoice."""
        return [
            (kept, line)
            for id_, kept in self.documents.items()
            if not kept.void and self._kind(id_) in _RETURNS | {DocumentKind.CREDIT_NOTE}
            for line in kept.decision.causes.lines
            if line.against_line_id in lines or (invoice is not None and line.against_id == invoice)
        ]

    def _invoice(self, id_: UUID) -> InvoiceFacts:
        kept = self.documents[id_]
        causes = kept.decision.causes
        own = {line.id for line in causes.lines}
        net, total = ZERO, ZERO
        freights: list[Decimal] = []
        credited: dict[tuple[UUID, UUID | None], list[Decimal]] = {}
        by_document: dict[UUID, Decimal] = {}
        for other, line in self._crediting(own, id_):
            document = other.decision.causes.document.id
            by_document[document] = by_document.get(document, ZERO) + line.amount
        for document, amount in by_document.items():
            other = self.documents[document].decision.causes
            beside = other.content.get(BESIDE)
            if other.document.kind is DocumentKind.CREDIT_NOTE:
                net, total = net + other.net_total, total + other.grand_total
                freights.append(other.freight)
            elif beside is None:
                net, total = net + amount, total + amount + other.grand_total - other.net_total
                freights.append(other.freight)
            else:
                share = beside.get(str(id_), {})
                of_lines = sum((one.amount for one in self._line_taxes(document, own)), ZERO)
                net, total = (
                    net + amount,
                    total + amount + Decimal(share.get("amount", 0)) + of_lines,
                )
                freights.append(Decimal(share.get("freight", 0)))
            for charge in other.charges:
                place = (charge.account_id, charge.cost_center_id)
                credited.setdefault(place, []).append(charge.amount)
        charges: dict[tuple[UUID, UUID | None], list[Decimal]] = {}
        for charge in causes.charges:
            if charge.category != "VALUATION":
                place = (charge.account_id, charge.cost_center_id)
                charges.setdefault(place, []).append(charge.amount)
        return InvoiceFacts(
            id=id_, kind=causes.document.kind.value, number=str(kept.seq),
            posting_date=causes.posting_date, party=causes.party.id if causes.party else None,
            party_code="", currency=causes.currency, exchange_rate=causes.exchange_rate,
            net_total=causes.net_total, charges_total=causes.charges_total,
            taxes_total=causes.taxes_total,
            freight=causes.freight, grand_total=causes.grand_total, is_void=kept.void,
            credited_net=net, credited_total=total, credited_freights=freights,
            charges=tuple(
                InvoicedCharge(account=place[0], cost_center=place[1], amounts=amounts,
                               credited_amounts=credited.get(place, ()))
                for place, amounts in charges.items()
            ),
            freight_taxes=self._freight_taxes(id_, by_document),
            taxes={
                one.tax_id: (
                    one.amount, [self._taken_back(id_, other, one.tax_id) for other in by_document]
                )
                for one in causes.taxes
            },
        )  # fmt: skip

    def _invoiced_line(self, document: UUID, line: LineRecord) -> InvoicedLine:
        found = self._crediting({line.id}, None)
        counted = [one for kept, one in found if kept.decision.causes.purpose != "OVERCHARGE"]
        moves = any(self.movements[one].line == line.id for one in self.moved.get(document, ()))
        return InvoicedLine(
            id=line.id, document=document, line_no=line.line_no, item=line.item_id,
            quantity=line.quantity, rate=line.rate or ZERO, amount=line.amount,
            account=line.account_id, cost_center=line.cost_center_id, bills=line.against_line_id,
            credited_quantity=sum((one.quantity for one in counted), ZERO),
            credited_amount=sum((one.amount for _, one in found), ZERO),
            overcharged=sum((one.amount for _, one in found if one not in counted), ZERO),
            moves_goods=moves,
            list_rate=line.list_rate,
            discount_percent=line.discount_percent,
            uom=line.uom,
            uom_factor=line.uom_factor,
            taxes=self._taxes_of_line(
                document, line, {kept.decision.causes.document.id for kept, _ in found}
            ),
            credited_amounts=[one.amount for _, one in found],
            arrived=[
                one.id
                for other in self.documents.values()
                if not other.void
                and other.decision.causes.document.kind is DocumentKind.PURCHASE_RECEIPT
                for one in other.decision.causes.lines
                if one.against_line_id == line.id
            ],
        )  # fmt: skip

    def _returned_line(self, document: UUID, line: LineRecord) -> ReturnedLine:
        kept = self.documents[document]
        causes = kept.decision.causes
        origin = next(
            (
                id_
                for id_, other in self.documents.items()
                if any(one.id == line.against_line_id for one in other.decision.causes.lines)
            ),
            None,
        )
        credited = (
            one.quantity
            for other in self.documents.values()
            if not other.void
            for one in other.decision.causes.lines
            if one.returned_line_id == line.id
        )
        return ReturnedLine(
            id=line.id, document=document, kind=causes.document.kind.value, number=str(kept.seq),
            posting_date=causes.posting_date, party=causes.party.id if causes.party else None,
            item=line.item_id or UUID(int=0), quantity=line.quantity, rate=line.rate,
            currency=causes.currency, exchange_rate=ONE, returns=line.against_line_id,
            is_credited=origin is not None and self._kind(origin) in _INVOICES,
            is_void=kept.void, credited_quantity=sum(credited, ZERO),
            uom=line.uom, uom_factor=line.uom_factor,
        )  # fmt: skip
