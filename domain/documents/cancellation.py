"""Cancelling: a document is undone as of its own date, by the mirror image of what it caused.

Nothing is deleted. The mirror goes into the books at the same place in posting order, later
movements are valued again as if the document had never been, and their ledger entries follow.

What moves money and the ledger alone may be reversed on a later day instead: until then it counts.
So a cheque that bounces, or a journal of a closed month, is taken back in an open one: ADR 89.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import CONTROL_TYPES
from domain.company import Scheme
from domain.costing.replay import Regiven
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.undone_migration import as_before, refuse_if_used, undo
from domain.errors import (
    AlreadyCancelled,
    BilledAgain,
    HasDependents,
    InvalidValue,
    NotFound,
    NotReversible,
)
from domain.facts import Facts
from domain.lookup import LookUp, Path
from domain.money import ONE, ZERO
from domain.movements import UNRECORDED, Contra, EntryKind, Given, Pool, PostingKey
from domain.recorded import (
    ChangedGroup,
    ChangedMethod,
    ChangedStandard,
    DocumentFacts,
    GivenElsewhere,
    PostedParty,
)
from domain.records import BillingKind, OpenItemRecord
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation(Document):
    """The cancelling of one document, as of its own date, or `reverse_on` a later one."""

    kind: ClassVar[DocumentKind] = DocumentKind.CANCELLATION
    series: ClassVar[str] = "CAN"

    document: Ref
    reverse_on: date | None = None

    def needs(self) -> Needs:
        """The document to cancel."""
        return Needs(documents=frozenset({self.document}))

    def causes(self, facts: Facts) -> Causes:
        """The mirror image of everything that the document caused."""
        target = next(iter(facts.documents.values()), None)
        if target is not None:
            facts = replace(facts, company=as_before(facts.company, target))
        causes, look = begin(self, facts)
        if target is None:
            look.refuse(
                NotFound(path=("document",), kind="document", reference=self.document.value)
            )
            look.refuse_if_any()
            raise AssertionError("a missing document is refused")
        day = self.reverse_on or target.posting_date
        _check(look, target, day, ("document",) if self.reverse_on is None else ("reverseOn",))
        look.refuse_if_any()
        causes.posting_date = day
        if day == target.posting_date:
            causes.posting_time = target.posting_time
        else:
            target = _as_on(target, day)
        causes.currency = target.currency
        causes.cancels = target
        causes.party = None
        _mirror(causes, target)
        return causes


REVERSED_LATER = frozenset(
    {DocumentKind.JOURNAL_ENTRY, DocumentKind.PAYMENT, DocumentKind.ALLOCATION}
)
"""The kinds that move money and the ledger, and no goods, bills or taxes of their own."""

TAKEN_BACK_BY: Mapping[str, tuple[DocumentKind, ...]] = {
    DocumentKind.SALES_INVOICE: (DocumentKind.CREDIT_NOTE, DocumentKind.SALES_RETURN),
    DocumentKind.PURCHASE_INVOICE: (DocumentKind.CREDIT_NOTE, DocumentKind.PURCHASE_RETURN),
    DocumentKind.PURCHASE_RECEIPT: (DocumentKind.PURCHASE_RETURN,),
    DocumentKind.DELIVERY_NOTE: (DocumentKind.SALES_RETURN,),
    DocumentKind.PURCHASE_RETURN: (DocumentKind.PURCHASE_RECEIPT, DocumentKind.PURCHASE_INVOICE),
    DocumentKind.SALES_RETURN: (DocumentKind.DELIVERY_NOTE, DocumentKind.SALES_INVOICE),
    DocumentKind.CREDIT_NOTE: (DocumentKind.SALES_INVOICE, DocumentKind.PURCHASE_INVOICE),
    DocumentKind.ACCRUAL_CLEARING: (DocumentKind.JOURNAL_ENTRY,),
    DocumentKind.LANDED_COST: (DocumentKind.STOCK_REVALUATION,),
    DocumentKind.SHIPMENT_CLOSING: (DocumentKind.STOCK_REVALUATION,),
}
"""What takes back on a later day what other kinds did; of the rest another one of the same kind."""


def _check(look: LookUp, target: DocumentFacts, day: date, dated: Path) -> None:
    """Whether it may be undone as of a day, which the input says at `dated`."""
    path = ("document",)
    if target.is_void or target.kind == DocumentKind.CANCELLATION:
        look.refuse(AlreadyCancelled(path=path, document=target.number))
        return
    if day != target.posting_date:
        _check_later(look, target, day, dated)
    live = tuple(one.number for one in target.dependents if one.refers_on(day))
    if live:
        look.refuse(HasDependents(path=path, documents=live))
    if target.billed_again:
        look.refuse(BilledAgain(path=path, documents=target.billed_again))
    if target.kind == DocumentKind.MIGRATION:
        refuse_if_used(look, target)
    if target.kind != DocumentKind.MIGRATION or target.past is not None:
        look.open_day(day, dated)


def _check_later(look: LookUp, target: DocumentFacts, day: date, dated: Path) -> None:
    days = {one.posting_date for one in (*target.journal, *target.parties)}
    if day < target.posting_date:
        look.refuse(InvalidValue(path=dated, reason="before_the_document"))
    elif target.kind not in REVERSED_LATER:
        kind = DocumentKind(target.kind)
        kinds = tuple(one.value for one in TAKEN_BACK_BY.get(kind, (kind,)))
        look.refuse(NotReversible(path=dated, document=target.number, taken_back_by=kinds))
    elif len(days) > 1:
        look.refuse(InvalidValue(path=dated, reason="takes_itself_back"))
    elif look.company.scheme is not Scheme.BY_LEVEL:  # whose stock accounts may have journals
        for account in {one.account for one in target.journal}:
            look.not_of_stock(look.company.accounts[account], dated)


def _as_on(target: DocumentFacts, day: date) -> DocumentFacts:
    """What it did, as if it had been done on that day: all that its mirror image is made of."""
    return replace(
        target,
        journal=tuple(one._replace(posting_date=day) for one in target.journal),
        parties=tuple(one._replace(posting_date=day) for one in target.parties),
    )


def _mirror(causes: Causes, target: DocumentFacts) -> None:
    new_id = causes.facts.new_id
    for ordinal, movement in enumerate(target.movements):
        causes.voided.append(movement)
        causes.movements.append(
            replace(
                movement,
                id=new_id(),
                key=movement.key._replace(seq=UNRECORDED, ordinal=ordinal),
                quantity=_corrected(target, movement.id) - movement.quantity,
                document=causes.document.id,
                sources=(),
                returns=None,
                counted=None,
                corrects=None,
                given=(),
                voids=movement.id,
            )
        )
        causes.paths[movement.id] = ("document",)
    causes.standards.extend(
        ChangedStandard(one.item, one.after, one.before) for one in target.standards
    )
    causes.groups.extend(ChangedGroup(one.item, one.after, one.before) for one in target.groups)
    for one in target.methods:
        causes.methods.append(ChangedMethod(one.item, one.after, one.before))
    causes.mirrored.extend(target.journal)
    if target.kind == DocumentKind.MIGRATION:
        undo(causes, target)
    else:
        causes.regiven.extend(_taken_back(causes, target))
    for entry in reversed(target.billing):  # the last one says where the line stands again
        kind = BillingKind(entry.kind)
        causes.bill(entry.line, kind, -entry.quantity, -entry.amount, entry.account)
    for entry in target.parties:
        _mirror_party(causes, target, entry)


def _corrected(target: DocumentFacts, count: UUID) -> Decimal:
    """What later corrections are of a count's quantity: they are mirrored on their own."""
    return sum((one.quantity for one in target.movements if one.corrects == count), ZERO)


def _mirror_party(causes: Causes, target: DocumentFacts, entry: PostedParty) -> None:
    """Take back what stood on the party's account, and open again what it had settled.

    An entry about no item is one of a release that told none: it is about the target's own.
    """
    causes.stand(
        entry.party,
        entry.account,
        -entry.amount,
        -entry.currency_amount,
        currency=entry.currency,
        against=entry.against,
        on=entry.posting_date,
    )
    against = entry.against or target.id
    opened_it = against == target.id
    causes.open_items.append(
        OpenItemRecord(
            document_id=against,
            party_id=entry.party,
            account_id=entry.account,
            currency=entry.currency,
            exchange_rate=ONE,
            settled=ZERO if opened_it else entry.currency_amount,
            is_void=opened_it,
        )
    )


def _taken_back(causes: Causes, target: DocumentFacts) -> list[Regiven]:
    """The costs that it gave to other documents' movements, with the sign turned."""
    given: dict[UUID, list[Given]] = {}
    places: dict[UUID, tuple[Pool, PostingKey]] = {}
    for one in target.gave:
        places[one.movement] = (one.pool, one.key)
        # What was merely invoiced is split again into expected and actual by its flow.
        is_bill = one.kind == EntryKind.ISSUE
        entry = Given(
            EntryKind(one.kind),
            ZERO if is_bill else -one.amount,
            None if is_bill else _contra(causes, target, one),
            expected=ZERO if is_bill else -one.expected,
            invoiced=-one.invoiced,
            covered=one.covered,
        )
        given.setdefault(one.movement, []).append(entry)
    return [Regiven(id_, *places[id_], tuple(entries)) for id_, entries in given.items()]


def _contra(causes: Causes, target: DocumentFacts, one: GivenElsewhere) -> Contra | None:
    """The other side of a cost: on a control account it stands under the document's party."""
    if one.contra is None:
        return None
    account = causes.facts.company.accounts[one.contra.account]
    is_control = account.type in CONTROL_TYPES
    return one.contra._replace(party=target.party if is_control else None)
