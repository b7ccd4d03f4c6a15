"""The books in memory, their taxes: what invoices charged, and what of that was taken back."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.parts.returned_invoices import BESIDE
from domain.invoiced import InvoicedTax
from domain.money import ZERO
from domain.records import LineRecord, LineTaxRecord, TaxRecord
from tests.model.memory_papers import MemoryPapers

Sum = tuple[Decimal, Decimal]
"""A base and an amount."""


class MemoryTaxes(MemoryPapers):
    """Adds them up from the documents that are kept, as the database does."""

    def _causes(self, document: UUID) -> Causes:
        return self.documents[document].decision.causes

    def _line_taxes(self, document: UUID, against: set[UUID]) -> list[LineTaxRecord]:
        """The taxes of a document's lines that credit, or are, the lines named."""
        causes = self._causes(document)
        numbers = {
            line.line_no
            for line in causes.lines
            if line.id in against or line.against_line_id in against
        }
        return [one for one in causes.line_taxes if one.line_no in numbers]

    def _of_freight(self, document: UUID, tax: UUID) -> Sum:
        """What of a document's tax no line has."""
        causes = self._causes(document)
        whole = _sum(one for one in causes.taxes if one.tax_id == tax)
        lines = _sum(one for one in causes.line_taxes if one.tax_id == tax)
        return whole[0] - lines[0], whole[1] - lines[1]

    def _of_freight_credited(self, invoice: UUID, credit: UUID, tax: UUID) -> Sum:
        """What a credit took back of a tax on an invoice's freight."""
        beside: Mapping[str, Any] | None = self._causes(credit).content.get(BESIDE)
        if beside is None:
            return self._of_freight(credit, tax)
        share = beside.get(str(invoice), {}).get("taxes", {}).get(str(tax), {})
        return Decimal(share.get("base", 0)), Decimal(share.get("amount", 0))

    def _taken_back(self, invoice: UUID, credit: UUID, tax: UUID) -> Decimal:
        """What a credit took back of a tax of an invoice in all."""
        causes = self._causes(credit)
        if BESIDE not in causes.content:
            return _sum(one for one in causes.taxes if one.tax_id == tax)[1]
        own = {line.id for line in self._causes(invoice).lines}
        lines = (one for one in self._line_taxes(credit, own) if one.tax_id == tax)
        return _sum(lines)[1] + self._of_freight_credited(invoice, credit, tax)[1]

    def _freight_taxes(self, invoice: UUID, by: Collection[UUID]) -> tuple[InvoicedTax, ...]:
        causes = self._causes(invoice)
        if not causes.freight:
            return ()
        return tuple(
            _invoiced(
                one, self._of_freight(invoice, one.tax_id),
                [self._of_freight_credited(invoice, each, one.tax_id) for each in by],
            )
            for one in causes.taxes
        )  # fmt: skip

    def _taxes_of_line(
        self, invoice: UUID, line: LineRecord, by: Collection[UUID]
    ) -> tuple[InvoicedTax, ...]:
        accounts = {one.tax_id: one for one in self._causes(invoice).taxes}
        return tuple(
            _invoiced(
                accounts[one.tax_id], (one.base, one.amount),
                [_sum(t for t in self._line_taxes(each, {line.id}) if t.tax_id == one.tax_id)
                 for each in by],
            )
            for one in self._causes(invoice).line_taxes
            if one.line_no == line.line_no
        )  # fmt: skip


def _sum(taxes: Iterable[TaxRecord | LineTaxRecord]) -> Sum:
    taxes = list(taxes)
    return sum((one.base for one in taxes), ZERO), sum((one.amount for one in taxes), ZERO)


def _invoiced(tax: TaxRecord, whole: Sum, credited: list[Sum]) -> InvoicedTax:
    return InvoicedTax(
        tax=tax.tax_id,
        account=tax.account_id,
        base=whole[0],
        amount=whole[1],
        credited_base=sum((base for base, _ in credited), ZERO),
        credited_amount=sum((amount for _, amount in credited), ZERO),
    )
