"""What a migration changes of a company, and of cost on accounts of the old scheme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.company import Flow, Scheme
from domain.facts import CompanyFacts, ItemFacts
from domain.money import ZERO
from domain.movements import Pool, UnitCost


class Reclass(NamedTuple):
    """An entry on `movement` of `document` by which cost comes to stand elsewhere.

    Entries of one movement add up to nothing: `amount` (actual) leaves one stock account for
    another (None: for none), `expected` cost becomes actual, `interim` leaves its interim account.
    """

    pool: Pool
    movement: UUID
    document: UUID
    amount: Decimal
    account: UUID | None
    expected: Decimal = ZERO
    interim: Decimal = ZERO
    interim_account: UUID | None = None
    interim_contra: UUID | None = None


class CompanyChange(NamedTuple):
    """A company's new scheme and flow of costs, with the days from which they hold.

    `posts_stock_from` None: the ledger hears nothing of stock. `opens_flow`: what goods cost is
    found in another way from now on; `methods` says what becomes of each method then.
    """

    scheme: Scheme
    posts_stock_from: date | None
    flow: Flow = Flow.REPLAY
    scheme_from: date | None = None
    opens_flow: bool = False
    methods: Mapping[str, str] = {}


class OpenedBin(NamedTuple):
    """What lies in a bin as its new flow begins: worth `value`, after it was worth `before`."""

    pool: Pool
    quantity: Decimal
    before: Decimal
    value: Decimal
    account: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOpening:
    """Stock leaves the old flow of costs at its value, and enters the new one.

    `company` and `items` are as they are afterwards; `cards` what a unit of each item costs.
    """

    company: CompanyFacts
    items: Mapping[UUID, ItemFacts]
    bins: tuple[OpenedBin, ...]
    cards: Mapping[UUID, UnitCost]
