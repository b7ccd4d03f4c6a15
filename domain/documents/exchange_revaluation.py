"""The exchange revaluation: what is open or held in other currencies, at a period's end's rates.

Each account and party is brought to what its open items come to at the closing rates, against
exchange gain or loss that is not realised, and all of it is taken back the next day. So the balance
sheet of the day is at closing rates, and items stay open at the rate at which they were opened:
what is realised when they are paid is what it would have been. An entry of the parties' sub-ledger
stands for each item, of an amount in company currency and none in the item's own: it opens nothing.

Accounts that are kept in another currency are brought to what they have in it, too. That stays:
nothing else would ever take an account that is emptied at other rates to zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.accounts import Role
from domain.currencies import is_currency
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.errors import ClosingRateMissing, InvalidValue
from domain.facts import Facts
from domain.journal import JournalLine
from domain.lookup import LookUp
from domain.money import RATE_DIGITS, ZERO, multiply, round_to
from domain.open_lines import ForeignItem
from domain.references import Ref
from domain.schemes.by_level import hears_of_control

POSITIONS = "positions"
"""The key of what was revalued of parties, in the document's content."""
BALANCES = "balances"
"""That of accounts kept in another currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRate:
    """Company currency per unit of a currency."""

    currency: str
    rate: Decimal


class Position(NamedTuple):
    """What a party has open on an account in a currency, debit positive.

    `amount` is in the currency; `booked` is what stands on the account for it, `revalued` what it
    is at the rate, both in company currency.
    """

    party: UUID
    account: UUID
    currency: str
    rate: Decimal
    amount: Decimal
    booked: Decimal
    revalued: Decimal

    def as_content(self) -> dict[str, str]:
        """As it is kept with the document."""
        return {**_numbers(self), "party": str(self.party), "account": str(self.account),
                "currency": self.currency}  # fmt: skip


class Balance(NamedTuple):
    """What an account has that is kept in another currency, debit positive; see `Position`."""

    account: UUID
    currency: str
    rate: Decimal
    amount: Decimal
    booked: Decimal
    revalued: Decimal

    def as_content(self) -> dict[str, str]:
        """As it is kept with the document."""
        return {"account": str(self.account), "currency": self.currency, **_numbers(self)}


def _numbers(one: Position | Balance) -> dict[str, str]:
    return {name: f"{getattr(one, name):f}" for name in ("rate", "amount", "booked", "revalued")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRevaluation(Document):
    """What is open or held in other currencies, revalued as of the posting date.

    The accounts of gains and of losses are the company's unless named.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.EXCHANGE_REVALUATION
    series: ClassVar[str] = "FXR"

    rates: tuple[ClosingRate, ...]
    gain_account: Ref | None = None
    loss_account: Ref | None = None
    cost_center: Ref | None = None

    def converts(self) -> bool:
        """It is in company currency."""
        return False

    def needs(self) -> Needs:
        """What is open or held in other currencies on the day."""
        return Needs(foreign_items_on=self.posting_date)

    def causes(self, facts: Facts) -> Causes:
        """The differences by account and party, to be taken back the next day, and by account."""
        causes, look = begin(self, facts)
        rates = self._rates(look)
        if self.currency not in {None, facts.company.currency}:
            look.refuse(InvalidValue(path=("currency",), reason="not_the_company_s"))
        if self.posting_date == date.max:
            look.refuse(InvalidValue(path=("postingDate",), reason="out_of_range"))
        there = (*facts.foreign_items, *facts.foreign_balances)
        missing = sorted({one.currency for one in there} - rates.keys())
        if missing:
            look.refuse(ClosingRateMissing(path=("rates",), currencies=tuple(missing)))
        gains, losses = self._result(look)
        center = look.cost_center(self.cost_center, ("costCenter",))
        look.refuse_if_any()
        assert gains is not None
        assert losses is not None
        result = _Result(gains, losses, center.id if center else None)
        self._revalue_items(causes, rates, result)
        self._revalue_balances(causes, rates, result)
        causes.grand_total = causes.net_total
        look.refuse_if_any()
        return causes

    def _revalue_items(
        self, causes: Causes, rates: Mapping[str, Decimal], result: "_Result"
    ) -> None:
        """What parties owe or are owed: the differences, and that they are taken back."""
        facts = causes.facts
        causes.reversed_on = self.posting_date + timedelta(days=1)
        positions: list[Position] = []
        for _, items in groupby(facts.foreign_items, _place):
            position = _revalued(causes, list(items), rates)
            positions.append(position)
            difference = position.revalued - position.booked
            causes.net_total += abs(difference)
            hears = hears_of_control(facts.company, position.account, self.posting_date)
            if difference and hears:
                causes.post(position.account, difference, party=position.party)
                causes.journal.append(result.line(difference))
        causes.content[POSITIONS] = [one.as_content() for one in positions]

    def _revalue_balances(
        self, causes: Causes, rates: Mapping[str, Decimal], result: "_Result"
    ) -> None:
        """What is held on accounts: the differences, to stay."""
        digits = causes.facts.company.digits
        balances: list[Balance] = []
        lines: list[JournalLine] = []
        for account, currency, amount, booked in causes.facts.foreign_balances:
            rate = rates[currency]
            revalued = round_to(multiply(amount, rate), digits)
            balances.append(Balance(account, currency, rate, amount, booked, revalued))
            difference = revalued - booked
            causes.net_total += abs(difference)
            if difference:
                here = JournalLine(account, difference, in_currency=ZERO)
                lines += [here, result.line(difference)]
        causes.content[BALANCES] = [one.as_content() for one in balances]
        causes.separate.append(tuple(lines))

    def _rates(self, look: LookUp) -> Mapping[str, Decimal]:
        rates: dict[str, Decimal] = {}
        for index, one in enumerate(self.rates):
            path = ("rates", str(index))
            look.positive(one.rate, (*path, "rate"), RATE_DIGITS)
            reason = None
            if not is_currency(one.currency):
                reason = "unknown_currency"
            elif one.currency == look.company.currency:
                reason = "own_currency"
            elif one.currency in rates:
                reason = "named_twice"
            if reason is not None:
                look.refuse(InvalidValue(path=(*path, "currency"), reason=reason))
            rates[one.currency] = one.rate
        return rates

    def _result(self, look: LookUp) -> tuple[UUID | None, UUID | None]:
        """The accounts of gains and of losses."""
        found: list[UUID | None] = []
        for ref, name in ((self.gain_account, "gainAccount"), (self.loss_account, "lossAccount")):
            if ref is None:
                found.append(look.role(Role.EXCHANGE_GAIN_LOSS, (name,)))
            else:
                account = look.account(ref, (name,))
                found.append(account.id if account else None)
        return found[0], found[1]


class _Result(NamedTuple):
    """Where gains and losses go."""

    gains: UUID
    losses: UUID
    cost_center: UUID | None

    def line(self, difference: Decimal) -> JournalLine:
        """The other side of what something is worth more, or less."""
        account = self.gains if difference > 0 else self.losses
        return JournalLine(account, -difference, self.cost_center)


def _place(item: ForeignItem) -> tuple[UUID, UUID, str]:
    """What is revalued together: neighbours, as the items come in this order."""
    return (item.party, item.account, item.currency)


def _revalued(
    causes: Causes, items: Sequence[ForeignItem], rates: Mapping[str, Decimal]
) -> Position:
    """Bring the items of a position to their currency's rate, each on its own."""
    party, account, currency = _place(items[0])
    rate, digits = rates[currency], causes.facts.company.digits
    amount = booked = revalued = ZERO
    for item in items:
        value = round_to(multiply(item.amount, rate), digits)
        _stand(causes, item, value - item.in_company)
        amount, booked, revalued = amount + item.amount, booked + item.in_company, revalued + value
    return Position(party, account, currency, rate, amount, booked, revalued)


def _stand(causes: Causes, item: ForeignItem, difference: Decimal) -> None:
    """The difference in the party's sub-ledger about the item, and its reversal."""
    if not difference:
        return
    for on, part in ((causes.posting_date, difference), (causes.reversed_on, -difference)):
        causes.stand(
            item.party,
            item.account,
            part,
            ZERO,
            currency=item.currency,
            against=item.document,
            on=on,
        )
