"""What a document causes, filled while it reads its lines; `decide` makes a decision of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.costing.replay import Regiven
from domain.currencies import currency_digits, is_currency
from domain.documents.document import Document, DocumentKind
from domain.documents.parts.cost_orders import (
    Regrouping,
    Repricing,
    RevaluationOrder,
    Skipped,
    Spread,
)
from domain.documents.parts.flow_opening import FlowOpening
from domain.documents.parts.scheme_change import CompanyChange, Reclass
from domain.errors import DuplicateReference, Inactive, InvalidValue, Required
from domain.facts import Facts, PartyFacts
from domain.journal import JournalLine
from domain.lookup import LookUp
from domain.money import ONE, RATE_DIGITS, ZERO, divide, multiply, round_to
from domain.movements import (
    UNRECORDED,
    Assertion,
    Given,
    Leg,
    Movement,
    Nature,
    Pool,
    PostingKey,
    Returned,
    Source,
)
from domain.open_lines import LineFacts
from domain.recorded import ChangedGroup, ChangedMethod, ChangedStandard, DocumentFacts, PostedLine
from domain.records import (
    BillingKind,
    BillingRecord,
    ChargeRecord,
    LineRecord,
    LineTaxRecord,
    LotRecord,
    OpenItemRecord,
    PartyRecord,
    TaxRecord,
)
from domain.schemes.posted_entry import PostedEntry


@dataclass(slots=True)
class Causes:
    """What a document causes before stock is valued: its records, movements and own lines.

    `journal` makes one entry (and where there is a day `reversed_on`, its reversal), each of
    `separate` another; `mirrored` are the lines that a cancellation takes back. `regiven` are
    earlier movements that get further cost, `unpriced` the movements to come in at the last known
    cost (`may_be_free`: at none where none is known), `spread` costs to spread over what comes in;
    `revalued` movements need something there to value, of those with the same id one does.
    `methods` are the items that come under another costing method, `standing` lines of other
    documents as this one leaves them. `revaluations` and
    `adjusted_items` are what the flow LINKED revalues or brings up to date. `standards` are items'
    new standard costs, `groups` their new groups, `opening` the stock that enters another flow.
    `batch` are recorded cost entries to be posted now, `skipped` those that cannot be.
    `cost_center` is that of its own lines that name none. `not_before` is when on its day goods
    moved whose cost it takes over: unless it says when, it comes after.
    Filled by the document while it reads its lines; `decide` turns it into a decision.
    """

    document: Document
    facts: Facts
    posting_date: date
    posting_time: time | None
    currency: str
    exchange_rate: Decimal = ONE
    party: PartyFacts | None = None
    purpose: str | None = None
    update_stock: bool = False
    net_total: Decimal = ZERO
    charges_total: Decimal = ZERO
    taxes_total: Decimal = ZERO
    freight: Decimal = ZERO
    grand_total: Decimal = ZERO
    cancels: DocumentFacts | None = None
    content: dict[str, Any] = field(default_factory=dict)
    lines: list[LineRecord] = field(default_factory=list)
    charges: list[ChargeRecord] = field(default_factory=list)
    taxes: list[TaxRecord] = field(default_factory=list)
    line_taxes: list[LineTaxRecord] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    voided: list[Movement] = field(default_factory=list)
    mirrored: list[PostedLine] = field(default_factory=list)
    regiven: list[Regiven] = field(default_factory=list)
    revaluations: list[RevaluationOrder] = field(default_factory=list)
    adjusted_items: frozenset[UUID] = frozenset()
    standards: list[ChangedStandard] = field(default_factory=list)
    batch: list[PostedEntry] = field(default_factory=list)
    posts_per_entry: bool = False
    skipped: list[Skipped] = field(default_factory=list)
    repricings: list[Repricing] = field(default_factory=list)
    groups: list[ChangedGroup] = field(default_factory=list)
    regroupings: list[Regrouping] = field(default_factory=list)
    unpriced: set[UUID] = field(default_factory=set)
    may_be_free: set[UUID] = field(default_factory=set)
    spread: list[Spread] = field(default_factory=list)
    revalued: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    methods: list[ChangedMethod] = field(default_factory=list)
    new_lots: dict[tuple[UUID, str], LotRecord] = field(default_factory=dict)
    journal: list[JournalLine] = field(default_factory=list)
    separate: list[tuple[JournalLine, ...]] = field(default_factory=list)
    reversed_on: date | None = None
    reclassed: list[Reclass] = field(default_factory=list)
    company_change: CompanyChange | None = None
    opening: FlowOpening | None = None
    billing: list[BillingRecord] = field(default_factory=list)
    standing: dict[UUID, LineFacts] = field(default_factory=dict)
    parties: list[PartyRecord] = field(default_factory=list)
    open_items: list[OpenItemRecord] = field(default_factory=list)
    paths: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    cost_center: UUID | None = None
    not_before: time = time.min

    @property
    def moves_or_values_stock(self) -> bool:
        """Whether it may only be dated where stock is open."""
        return bool(self.movements or self.regiven or self.revaluations)

    @property
    def undoes_migration(self) -> bool:
        """Whether the company has the scheme again that it had before a migration."""
        return self.company_change is not None and self.company_change.undoes is not None

    @property
    def adjusts_costs(self) -> bool:
        """Whether the document brings the costs of items up to date (flow LINKED)."""
        return bool(self.adjusted_items)

    # -- amounts ------------------------------------------------------------------------------

    @property
    def digits(self) -> int:
        """Decimal places of the document's currency."""
        return currency_digits(self.currency)

    def amount(self, quantity: Decimal, rate: Decimal) -> Decimal:
        """Quantity x rate in the document's currency."""
        return round_to(multiply(quantity, rate), self.digits)

    def in_company_currency(self, amount: Decimal) -> Decimal:
        """An amount of the document in the company's currency, at the document's rate."""
        if self.exchange_rate == 1:
            return amount
        return round_to(multiply(amount, self.exchange_rate), self.facts.company.digits)

    def in_document_currency(self, in_company: Decimal) -> Decimal:
        """An amount of the company's currency in the document's, at the document's rate."""
        if self.exchange_rate == 1 or self.exchange_rate <= 0:
            return in_company  # a rate of zero or less is refused
        return round_to(divide(in_company, self.exchange_rate), self.digits)

    def part_in_company_currency(
        self, amount: Decimal, whole: Sequence[Decimal], earlier: Sequence[Decimal]
    ) -> Decimal:
        """The same of what is credited of an invoice; the last of it takes the others' cents.

        `whole` are the amounts that the invoice posted of it, `earlier` what was credited before:
        all of them were converted one by one.
        """
        converted = self.in_company_currency
        if not amount or amount != sum(whole, ZERO) - sum(earlier, ZERO):
            return converted(amount)
        return sum(map(converted, whole), ZERO) - sum(map(converted, earlier), ZERO)

    # -- what it causes -----------------------------------------------------------------------

    def new_line(self, **fields: Any) -> LineRecord:
        """Keep a line, numbered in the order in which they come, on the cost center it stands on.

        One that names none is on the default of its day of recording and stays there: what later
        makes it cost more or less, and what gives it back, goes where it was posted to.
        """
        by_hand = self.document.kind is DocumentKind.JOURNAL_ENTRY
        if fields.get("cost_center_id") is None and not by_hand:
            fields["cost_center_id"] = self.facts.company.default_cost_center
        record = LineRecord(id=self.facts.new_id(), line_no=len(self.lines) + 1, **fields)
        self.lines.append(record)
        return record

    def move(
        self,
        pool: Pool,
        quantity: Decimal,
        nature: Nature,
        line: LineRecord,
        *,
        given: tuple[Given, ...] = (),
        contra: UUID | None = None,
        sources: tuple[Source, ...] = (),
        returns: Returned | None = None,
        counted: Assertion | None = None,
        leg: Leg | None = None,
    ) -> Movement:
        """Let goods come (positive quantity) or go."""
        movement = Movement(
            id=self.facts.new_id(),
            key=PostingKey(
                self.posting_date, self.posting_time or time.min, UNRECORDED, len(self.movements)
            ),
            pool=pool,
            quantity=quantity,
            nature=nature,
            leg=leg or (Leg.IN if quantity > 0 else Leg.OUT),
            document=self.document.id,
            line=line.id,
            party=self.party.id if self.party else None,
            party_group=self.party.group if self.party else None,
            cost_center=line.cost_center_id,
            contra=contra,
            sources=sources,
            returns=returns,
            counted=counted,
            given=given,
        )
        self.movements.append(movement)
        self.paths[movement.id] = ("lines", str(line.line_no - 1), "quantity")
        return movement

    def post(
        self,
        account: UUID | None,
        amount: Decimal,
        cost_center: UUID | None = None,
        party: UUID | None = None,
        in_currency: Decimal | None = None,
    ) -> None:
        """An own journal line: debit positive. Nothing where the account was refused.

        `in_currency` is for accounts that are kept in another currency: the amount in theirs.
        """
        if account is not None and (amount or in_currency):
            self.journal.append(JournalLine(account, amount, cost_center, party, in_currency))

    def bill(
        self,
        line: UUID,
        kind: BillingKind,
        quantity: Decimal,
        amount: Decimal,
        account: UUID | None,
    ) -> None:
        """An event of the received-not-billed sub-ledger."""
        self.billing.append(
            BillingRecord(
                id=self.facts.new_id(),
                line_id=line,
                kind=kind,
                quantity=quantity,
                amount=amount,
                account_id=account,
            )
        )

    def stand(
        self,
        party: UUID,
        account: UUID,
        in_company: Decimal,
        amount: Decimal,
        *,
        currency: str | None = None,
        against: UUID | None = None,
        on: date | None = None,
    ) -> None:
        """An entry of the party's sub-ledger, debit positive; `amount` is in the currency.

        It counts on the document's day, or `on` another.
        """
        self.parties.append(
            PartyRecord(
                id=self.facts.new_id(),
                party_id=party,
                account_id=account,
                amount=in_company,
                currency=currency or self.currency,
                currency_amount=amount,
                against_id=against,
                posting_date=on or self.posting_date,
            )
        )

    def owe(self, account: UUID | None, party: PartyFacts, amount: Decimal) -> None:
        """Open an invoice on the party's account: `amount` in document currency, debit positive."""
        if account is None:
            return
        in_company = self.in_company_currency(amount)
        self.post(account, in_company, party=party.id)
        self.open_item(account, party, amount, in_company)

    def open_item(
        self,
        account: UUID,
        party: PartyFacts,
        amount: Decimal,
        in_company: Decimal,
        on: date | None = None,
    ) -> None:
        """Note what the party owes or is owed, without a journal line of its own.

        It counts on the document's day, or `on` another.
        """
        self.stand(party.id, account, in_company, amount, against=self.document.id, on=on)
        self.open_items.append(
            OpenItemRecord(
                document_id=self.document.id,
                party_id=party.id,
                account_id=account,
                currency=self.currency,
                exchange_rate=self.exchange_rate,
                amount=amount,
            )
        )


def begin(document: Document, facts: Facts) -> tuple[Causes, LookUp]:
    """Start reading a document: what every kind checks first."""
    look = LookUp(facts)
    if not facts.company.is_active:
        look.refuse(Inactive(path=("company",), kind="company", reference=facts.company.code))
    look.open_day(document.posting_date)
    if facts.numbered_alike is not None:
        number, other = document.own_number or "", facts.numbered_alike
        look.refuse(DuplicateReference(path=("reference",), reference=number, document=other))
    look.positive(document.exchange_rate, ("exchangeRate",), RATE_DIGITS)
    is_known = document.currency is None or is_currency(document.currency)
    if not is_known:
        look.refuse(InvalidValue(path=("currency",), reason="unknown_currency"))
    is_own = document.currency in {None, facts.company.currency}
    if is_own and document.exchange_rate != ONE and not look.refusals:
        look.refuse(InvalidValue(path=("exchangeRate",), reason="own_currency"))
    rate_is_missing = document.exchange_rate == ONE and not document.rate_given
    if is_known and not is_own and rate_is_missing and document.converts():
        look.refuse(Required(path=("exchangeRate",)))
    causes = Causes(
        document=document,
        facts=facts,
        posting_date=document.posting_date,
        posting_time=document.posting_time,
        currency=document.currency or facts.company.currency,
        exchange_rate=document.exchange_rate,
    )
    return causes, look


def line_paths(count: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The index and input path of each line."""
    for index in range(count):
        yield index, ("lines", str(index))
