"""Landed cost: what came up later for goods that are there already: freight, duty, insurance.

It raises the cost of the lines that brought them in (bought, moved here, made, found, or given
back) and credits the charge accounts. Whatever has become of the goods since (issues, transfers,
products, returns) is valued again, each at its own date; what is spread leaves no cent. Cancelling
takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import AdjustmentDating, Flow
from domain.costing.replay import Regiven
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.charges import given_total
from domain.documents.parts.continental_bills import is_continental
from domain.documents.parts.goods import split_given
from domain.documents.parts.landed_charges import (
    DistributionBasis,
    LandedCharge,
    ReadCharge,
    bill_landed_charges,
    read_landed_charges,
)
from domain.documents.parts.returns import check_later
from domain.documents.stock_entry import MAKING
from domain.errors import (
    DistributionMismatch,
    Inactive,
    InvalidValue,
    MeasureMissing,
    NotFound,
    NothingToDistributeOn,
    Required,
)
from domain.facts import Facts, OriginalLine
from domain.journal import JournalLine
from domain.lookup import LookUp, Path
from domain.money import ONE, ZERO, multiply, split_to_largest, split_within
from domain.movements import Contra, EntryKind, Given
from domain.records import ChargeRecord
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedShare:
    """How much of the charges by hand a receipt line takes, in company currency."""

    line: Ref
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedCost(Document):
    """Later costs of the goods of `receipts`, the documents that brought them in.

    These are purchase receipts, purchase invoices that received their goods, stock entries that
    received, moved or made them, and sales returns; scrap keeps its own rate, and takes none. With
    a `supplier` it is that supplier's bill too. `applies_to` are the lines that take the charges;
    all lines of the receipts if it names none.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.LANDED_COST
    series: ClassVar[str] = "LC"

    receipts: tuple[Ref, ...]
    charges: tuple[LandedCharge, ...]
    basis: DistributionBasis = DistributionBasis.AMOUNT
    lines: tuple[LandedShare, ...] = ()
    supplier: Ref | None = None
    applies_to: tuple[Ref, ...] = ()

    def needs(self) -> Needs:
        """The receipts with their lines and movements."""
        parties = frozenset({self.supplier}) if self.supplier else frozenset[Ref]()
        return Needs(
            originals_of=frozenset(self.receipts),
            parties=parties,
            bill_number=self.own_number if self.supplier else None,
        )

    def causes(self, facts: Facts) -> Causes:
        """Further cost for the movements of the receipts."""
        causes, look = begin(self, facts)
        causes.purpose = self.basis.value
        originals = self._chosen(look, self._originals(look))
        payable = self._payable(causes, look)
        billed = self.supplier is not None
        charges = read_landed_charges(causes, look, self.charges, basis=self.basis, billed=billed)
        if not self.charges:
            look.refuse(Required(path=("charges",)))
        look.refuse_if_any()
        causes.charges = [one.record for one in charges]
        causes.net_total = sum((one.record.amount for one in charges), ZERO)
        causes.grand_total = causes.net_total
        if self.lines and not any(one.basis is DistributionBasis.MANUAL for one in charges):
            look.refuse(InvalidValue(path=("lines",), reason="only_by_hand"))
        weights = self._weights(look, originals, charges)
        look.refuse_if_any()
        credited = self._give(causes, originals, charges, weights)
        purchased = [
            JournalLine(one.record.account_id, one.in_company, one.record.cost_center_id)
            for one in charges
        ]
        is_purchase = is_continental(look.company)
        bill_landed_charges(causes, purchased if is_purchase else credited, payable)
        return causes

    def _payable(self, causes: Causes, look: LookUp) -> UUID | None:
        if self.supplier is None:
            return None
        causes.party = look.party(self.supplier, ("supplier",), "SUPPLIER")
        own = causes.party.payable_account if causes.party else None
        return own or look.role(Role.PAYABLE)

    def _chosen(self, look: LookUp, found: Sequence[OriginalLine]) -> list[OriginalLine]:
        """The lines that take the charges."""
        if not self.applies_to:
            return list(found)
        by_id = {line.id: line for line in found}
        for index, ref in enumerate(self.applies_to):
            if ref.id not in by_id:
                path = ("appliesTo", str(index))
                look.refuse(NotFound(path=path, kind="line", reference=ref.value))
        named = {ref.id for ref in self.applies_to}
        return [line for id_, line in by_id.items() if id_ in named]

    def _originals(self, look: LookUp) -> list[OriginalLine]:
        dearer = [line for line in look.facts.originals.values() if _takes_charges(line)]
        found = sorted(dearer, key=lambda line: (line.number, line.line_no))
        self._check_named(look, found)
        if not self.receipts:
            look.refuse(Required(path=("receipts",)))
        if look.company.flow is Flow.REPLAY:
            for received_on in sorted({line.posting_date for line in found}):
                self._check_open(look, received_on)
        if found and look.company.flow is Flow.REPLAY:
            latest = max(found, key=lambda line: [line.posting_date, *_arrival(line)])
            check_later(look, self, latest)
        return found

    def _check_open(self, look: LookUp, received_on: date) -> None:
        """Receipts of a closed day: only where the company has later costs count on later days."""
        path = ("receipts",)
        if look.company.settings.adjustment_dating is AdjustmentDating.FIRST_OPEN_PERIOD:
            look.open_to_later_costs(received_on, path)
        else:
            look.open_day(received_on, path)

    def _check_named(self, look: LookUp, found: Sequence[OriginalLine]) -> None:
        """Each receipt is there, is not cancelled, and is named once: it takes one share."""
        known = {line.document: line.number for line in look.facts.originals.values()}
        received = {line.document for line in found}
        void = {line.document for line in found if line.is_void}
        before: set[UUID] = set()
        for index, ref in enumerate(self.receipts):
            path = ("receipts", str(index))
            document = next((id_ for id_, name in known.items() if ref.names(id_, name)), None)
            if document is None:
                look.refuse(NotFound(path=path, kind="document", reference=ref.value))
            elif document not in received:
                look.refuse(InvalidValue(path=path, reason="received_no_goods"))
            elif document in void:
                look.refuse(Inactive(path=path, kind="document", reference=known[document]))
            elif document in before:
                look.refuse(InvalidValue(path=path, reason="named_twice"))
            else:
                before.add(document)

    def _weights(
        self, look: LookUp, originals: Sequence[OriginalLine], charges: Sequence[ReadCharge]
    ) -> dict[DistributionBasis, list[Decimal]]:
        """What each line counts for, by each basis that a charge goes by."""
        weights: dict[DistributionBasis, list[Decimal]] = {}
        for charge in charges:
            basis, path = charge.basis, charge.basis_path
            if basis in weights:
                continue
            if basis is DistributionBasis.MANUAL:
                given = (one.in_company for one in charges if one.basis is basis)
                weights[basis] = self._by_hand(look, originals, sum(given, ZERO))
                continue
            weights[basis] = [_weight(line, basis) for line in originals]
            if not any(weights[basis]):
                look.refuse(NothingToDistributeOn(path=path, basis=basis.value))
                continue
            unknown = {line.item.sku for line in originals if _per_unit(line, basis) is None}
            for sku in sorted(unknown):
                look.refuse(MeasureMissing(path=path, item=sku, basis=basis.value))
        return weights

    def _by_hand(
        self, look: LookUp, originals: Sequence[OriginalLine], total: Decimal
    ) -> list[Decimal]:
        amounts = {line.id: ZERO for line in originals}
        for index, one in enumerate(self.lines):
            path: Path = ("lines", str(index), "line")
            line = one.line.id
            if line is None or line not in amounts:
                look.refuse(NotFound(path=path, kind="line", reference=one.line.value))
            else:
                amounts[line] += one.amount
            look.not_negative(one.amount, ("lines", str(index), "amount"), look.company.digits)
        distributed = sum((one.amount for one in self.lines), ZERO)
        if distributed != total:
            look.refuse(
                DistributionMismatch(path=("lines",), charges=total, distributed=distributed)
            )
        return list(amounts.values())

    def _give(
        self,
        causes: Causes,
        originals: Sequence[OriginalLine],
        charges: Sequence[ReadCharge],
        weights: dict[DistributionBasis, list[Decimal]],
    ) -> list[JournalLine]:
        """Make the goods dearer; what that credits each account, on the cost centers of the goods.

        A bill debits the same, so that no cost center keeps what is only passed on.
        """
        digits = causes.facts.company.digits
        given: list[list[Given]] = [[] for _ in originals]
        billed = self.supplier is not None and is_continental(causes.facts.company)
        for charge in charges:
            by_hand, shares = charge.basis is DistributionBasis.MANUAL, weights[charge.basis]
            split = split_within if by_hand else split_to_largest
            parts = split(charge.in_company, shares, digits)
            if by_hand:
                left = [share - part for share, part in zip(shares, parts, strict=True)]
                weights[charge.basis] = left
            for entries, part in zip(given, parts, strict=True):
                if part:
                    contra = None if billed else _contra(charge.record)
                    entries.append(Given(EntryKind.CHARGE, part, contra))
        for line, entries in zip(originals, given, strict=True):
            causes.new_line(
                item_id=line.item.id,
                quantity=line.quantity,
                amount=causes.in_document_currency(given_total(entries)),
                against_line_id=line.id,
            )
            moved = line.paid_for
            parts = split_given(entries, [one.quantity for one in moved], causes)
            causes.regiven.extend(
                Regiven(one.id, one.pool, one.key, part)
                for one, part in zip(moved, parts, strict=True)
                if part
            )
        return [
            JournalLine(
                entry.contra.account, entry.amount, entry.contra.cost_center or line.cost_center
            )
            for line, entries in zip(originals, given, strict=True)
            for entry in entries
            if entry.contra is not None
        ]


def _contra(charge: ChargeRecord) -> Contra:
    return Contra(charge.account_id, cost_center=charge.cost_center_id)


_BOUGHT = frozenset({DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE})
_BRINGING_IN = _BOUGHT | {DocumentKind.STOCK_ENTRY, DocumentKind.SALES_RETURN}


def _takes_charges(line: OriginalLine) -> bool:
    """Whether it brought goods in that later costs may be for: no scrap, which has its rate.

    A bill of goods received before brought none.
    """
    if line.kind not in _BRINGING_IN or not line.paid_for:
        return False
    return line.purpose not in MAKING or all(one.takes_over for one in line.paid_for)


def _arrival(line: OriginalLine) -> list[time]:
    return [max((one.key.posting_time for one in line.movements), default=time.min)]


def _weight(line: OriginalLine, basis: DistributionBasis) -> Decimal:
    if basis is DistributionBasis.AMOUNT:
        return line.amount if line.kind in _BOUGHT else _cost(line)
    if basis is DistributionBasis.EQUAL:
        return ONE
    return multiply(line.quantity, _per_unit(line, basis) or ZERO)


def _cost(line: OriginalLine) -> Decimal:
    """What goods cost, as far as is known now, that were not bought with the line."""
    return sum((one.cost + one.expected for one in line.paid_for), ZERO)


def _per_unit(line: OriginalLine, basis: DistributionBasis) -> Decimal | None:
    """What one unit counts for; None where nobody has recorded it."""
    measures = {DistributionBasis.WEIGHT: line.weight, DistributionBasis.VOLUME: line.volume}
    return measures.get(basis, ONE)
