"""The rows of a document that was just decided: those that reading it would give."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.currencies import currency_digits
from domain.decide import Decision
from domain.documents.causes import Causes
from domain.documents.parts.paid_at_once import PAID
from domain.facts import AccountFacts
from domain.money import ZERO, plain, quantum
from domain.movements import NO_LOT
from domain.ports import Recorded
from domain.records import BillingKind, LineRecord, LotRecord
from domain.taxes import in_order
from domain.units import shown_quantity, shown_rate
from persistence.documents import reading
from persistence.documents.changed import ChangeRow, changes_because_of
from persistence.documents.rows import (
    ChargeRow,
    DocumentRow,
    JournalLineRow,
    LineRow,
    LineTaxRow,
    MovementRow,
    TaxRow,
)
from persistence.documents.settlements import (
    SettlementRow,
    settled_by_documents,
)
from persistence.masters.rows import AccountRow
from persistence.reports.lots import LotRow

PREVIEW_NUMBER = ""
"""The number of a document that is only previewed: it gets one when it is submitted."""


def _money(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(quantum(digits))


def document_row(recorded: Recorded, decision: Decision, recorded_by: str) -> DocumentRow:
    """The document itself, as whoever asks records it."""
    causes = decision.causes
    document = causes.document
    cent = quantum(causes.digits)
    return DocumentRow(
        company_id=recorded.company_id,
        id=document.id,
        seq=recorded.seq or 0,
        kind=document.kind.value,
        number=recorded.number or PREVIEW_NUMBER,
        posting_date=causes.posting_date,
        posting_time=decision.posting_time,
        recorded_at=recorded.recorded_at or datetime.now(UTC),
        recorded_by=recorded_by,
        party_id=causes.party.id if causes.party else None,
        purpose=causes.purpose,
        update_stock=causes.update_stock,
        currency=causes.currency,
        exchange_rate=plain(causes.exchange_rate),
        net_total=causes.net_total.quantize(cent),
        charges_total=causes.charges_total.quantize(cent),
        taxes_total=causes.taxes_total.quantize(cent),
        freight=causes.freight.quantize(cent),
        grand_total=causes.grand_total.quantize(cent),
        outstanding_amount=_outstanding(causes),
        cancels_id=causes.cancels.id if causes.cancels else None,
        reference=document.reference,
        remarks=document.remarks,
        content=dict(causes.content),
    )


def _outstanding(causes: Causes) -> Decimal | None:
    """What is to be paid of a new invoice, positive; None for others, and one paid at once."""
    own = [one.amount for one in causes.open_items if one.document_id == causes.document.id]
    owed = abs(sum(own, ZERO))
    return None if not own or (PAID in causes.content and not owed) else _money(owed, causes.digits)


def line_rows(recorded: Recorded, decision: Decision) -> list[LineRow]:
    """Its lines."""
    causes = decision.causes
    billed: dict[UUID, Decimal] = {}  # of what came in or went out, by its line
    for entry in causes.billing:
        if entry.kind is BillingKind.RECEIVED or entry.kind is BillingKind.DELIVERED:
            billed.setdefault(entry.line_id, ZERO)
    for entry in causes.billing:
        if entry.kind is BillingKind.BILLED and entry.line_id in billed:
            billed[entry.line_id] += entry.quantity
    cents = quantum(causes.digits), quantum(causes.facts.company.digits)
    return [_line_row(recorded.company_id, causes, line, billed, cents) for line in causes.lines]


def _line_row(
    company_id: UUID,
    causes: Causes,
    line: LineRecord,
    billed: Mapping[UUID, Decimal],
    cents: tuple[Decimal, Decimal],
) -> LineRow:
    """`cents` are the smallest amounts of the document's currency, and of the company's."""
    document = causes.document
    cent, company_cent = cents
    valuation = line.valuation_amount
    of_it = billed.get(line.id)
    row = LineRow(
        company_id=company_id,
        id=line.id,
        document_id=document.id,
        document_kind=document.kind,
        line_no=line.line_no,
        item_id=line.item_id,
        warehouse_id=line.warehouse_id,
        to_warehouse_id=line.to_warehouse_id,
        quantity=plain(line.quantity),
        rate=None if line.rate is None else shown_rate(line.rate),
        amount=line.amount.quantize(cent),
        valuation_amount=None if valuation is None else valuation.quantize(company_cent),
        account_id=line.account_id,
        cost_center_id=line.cost_center_id,
        party_id=line.party_id,
        against_line_id=line.against_line_id,
        against_id=line.against_id,
        returned_line_id=line.returned_line_id,
        takes_line_id=line.takes_line_id,
        description=line.description,
        list_rate=None if line.list_rate is None else shown_rate(line.list_rate),
        discount_percent=None if line.discount_percent is None else plain(line.discount_percent),
        billed_quantity=None if of_it is None else plain(of_it),
        returned_quantity=None if of_it is None else ZERO,
        order_code=line.order_code,
        order_line=line.order_line,
        shipment=line.shipment,
        currency_amount=line.currency_amount,
    )
    return row if line.uom_factor is None else _in_its_unit(row, line, line.uom_factor)


def _in_its_unit(row: LineRow, line: LineRecord, factor: Decimal) -> LineRow:
    """A line that named a unit, with what it says in that."""
    rate, list_rate = line.rate, line.list_rate
    return replace(
        row,
        uom=line.uom,
        uom_factor=plain(factor),
        uom_quantity=shown_quantity(line.quantity, factor),
        uom_rate=None if rate is None else shown_rate(rate, factor),
        uom_list_rate=None if list_rate is None else shown_rate(list_rate, factor),
    )


def charge_rows(recorded: Recorded, decision: Decision) -> list[ChargeRow]:
    """Its charges."""
    causes = decision.causes
    return [
        ChargeRow(
            company_id=recorded.company_id,
            document_id=causes.document.id,
            charge_no=charge.charge_no,
            account_id=charge.account_id,
            category=charge.category,
            rate=charge.rate,
            amount=_money(charge.amount, causes.digits),
            cost_center_id=charge.cost_center_id,
            basis=charge.basis,
        )
        for charge in causes.charges
    ]


def tax_rows(recorded: Recorded, decision: Decision) -> list[TaxRow]:
    """Its taxes."""
    causes = decision.causes
    return [
        TaxRow(
            company_id=recorded.company_id,
            document_id=causes.document.id,
            tax_id=one.tax_id,
            account_id=one.account_id,
            base=_money(one.base, causes.digits),
            amount=_money(one.amount, causes.digits),
        )
        for one in causes.taxes
    ]


def line_tax_rows(recorded: Recorded, decision: Decision) -> list[LineTaxRow]:
    """The taxes of its lines, in their order; of a payment's line in the currency of its item."""
    causes = decision.causes
    line_of = {line.line_no: line.id for line in causes.lines}
    place_of = {tax.id: at for at, tax in enumerate(in_order(causes.facts.company.taxes.values()))}
    items = {one.document: one.currency for one in causes.facts.open_items}
    digits = {
        line.line_no: currency_digits(items.get(line.against_id or line.id, causes.currency))
        for line in causes.lines
    }
    return [
        LineTaxRow(
            company_id=recorded.company_id,
            document_id=causes.document.id,
            line_id=line_of[one.line_no],
            tax_id=one.tax_id,
            base=_money(one.base, digits[one.line_no]),
            amount=_money(one.amount, digits[one.line_no]),
        )
        for one in sorted(causes.line_taxes, key=lambda one: place_of[one.tax_id])
    ]


def journal_rows(recorded: Recorded, decision: Decision) -> list[JournalLineRow]:
    """The lines of every entry that it makes us write, about itself or about others."""
    company = decision.causes.facts.company
    digits, accounts = company.digits, company.accounts
    return [
        JournalLineRow(
            company_id=recorded.company_id,
            entry_id=entry.id,
            line_no=line_no,
            posting_date=entry.posting_date,
            seq=recorded.seq or 0,
            document_id=entry.document,
            because_id=entry.because,
            source=entry.source,
            account_id=line.account,
            debit=_money(max(line.amount, ZERO), digits),
            credit=_money(max(-line.amount, ZERO), digits),
            cost_center_id=line.cost_center,
            party_id=line.party,
            kept_in=None if line.in_currency is None else accounts[line.account].currency,
            currency_amount=line.in_currency,
        )
        for entry in decision.journal
        for line_no, line in enumerate(entry.lines, start=1)
    ]


def own_journal_rows(recorded: Recorded, decision: Decision) -> list[JournalLineRow]:
    """The lines of the entries about the document itself."""
    about = recorded.document_id
    return [one for one in journal_rows(recorded, decision) if one.document_id == about]


def change_rows(recorded: Recorded, decision: Decision) -> list[ChangeRow]:
    """By how much it changes what earlier documents cost."""
    own = decision.causes.document.id
    digits = decision.causes.facts.company.digits
    changes: dict[UUID, Decimal] = {}
    for cost in decision.costs:
        if cost.document_id != own:
            known = changes.get(cost.document_id, ZERO)
            changes[cost.document_id] = known + cost.actual + cost.expected
    return [
        ChangeRow(
            company_id=recorded.company_id,
            because_id=own,
            document_id=document,
            change=_money(change, digits),
        )
        for document, change in changes.items()
    ]


def settlement_rows(recorded: Recorded, decision: Decision) -> list[SettlementRow]:
    """What it takes off other documents."""
    causes = decision.causes
    own, digits = causes.document.id, causes.facts.company.digits
    sums: dict[tuple[UUID, str], tuple[Decimal, Decimal]] = {}
    for one in causes.parties:
        if one.against_id is not None and one.against_id != own:
            key = (one.against_id, one.currency)
            amount, balance = sums.get(key, (ZERO, ZERO))
            sums[key] = (amount + one.currency_amount, balance + one.amount)
    return [
        SettlementRow(
            company_id=recorded.company_id,
            document_id=own,
            item_id=item,
            currency=currency,
            amount=_money(amount, currency_digits(currency)),
            balance=_money(balance, digits),
        )
        for (item, currency), (amount, balance) in sums.items()
        if amount or balance
    ]


def movement_rows(recorded: Recorded, decision: Decision) -> list[MovementRow]:
    """Its stock movements, with the balances after them."""
    settlement = decision.settlement
    if settlement is None:
        return []
    own = decision.causes.document.id
    cent = quantum(decision.causes.facts.company.digits)
    cost_of: dict[UUID, Decimal] = {}
    for cost in decision.costs:
        known = cost_of.get(cost.movement_id, ZERO)
        cost_of[cost.movement_id] = known + cost.actual + cost.expected
    rows: list[MovementRow] = []
    for movement in decision.movements:
        if movement.document != own:
            continue  # a count of another document was kept true
        balance = settlement.balances.get(movement.id)
        pool, key = movement.pool, movement.key
        rows.append(
            MovementRow(
                company_id=recorded.company_id,
                id=movement.id,
                document_id=movement.document,
                line_id=movement.line,
                item_id=pool.item,
                warehouse_id=pool.warehouse,
                nature=movement.nature,
                leg=movement.leg,
                posting_date=key.posting_date,
                posting_time=key.posting_time,
                seq=recorded.seq or 0,
                ordinal=key.ordinal,
                quantity=plain(movement.quantity),
                cost=cost_of.get(movement.id, ZERO).quantize(cent),
                quantity_after=plain(balance.quantity) if balance else ZERO,
                value_after=(balance.value if balance else ZERO).quantize(cent),
                lot_id=pool.lot if pool.lot != NO_LOT else None,
                voids_id=movement.voids,
            )
        )
    return rows


def lot_row(company_id: UUID, lot: LotRecord) -> LotRow:
    """A batch or serial number that it brings up for the first time."""
    return LotRow(
        company_id=company_id,
        id=lot.id,
        item_id=lot.item_id,
        code=lot.code,
        kind=lot.kind.value,
        expiry_date=lot.expiry_date,
        manufactured_on=lot.manufactured_on,
    )


def account_row(company_id: UUID, made: AccountFacts) -> AccountRow:
    """An account that a preview would make."""
    return AccountRow(
        company_id=company_id,
        id=made.id,
        code=made.code,
        name=made.name,
        type=made.type.value,
        root=made.root.value,
        parent_id=None,
        is_group=False,
        position=0,
        currency=None,
        is_active=True,
        version=1,
        created_at=datetime.now(UTC),
    )


PARTS: Mapping[Callable[..., Any], Callable[[Recorded, Decision], list[Any]]] = {
    reading.lines_of_documents: line_rows,
    reading.charges_of_documents: charge_rows,
    reading.taxes_of_documents: tax_rows,
    reading.taxes_of_lines: line_tax_rows,
    reading.journal_lines_about: own_journal_rows,
    reading.journal_lines_because_of: journal_rows,
    changes_because_of: change_rows,
    reading.movements_of_documents: movement_rows,
    settled_by_documents: settlement_rows,
}
"""What reads a part of a document, and what makes the same of its decision."""
