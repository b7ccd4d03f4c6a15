"""What a migration changes of a company, and of cost on accounts of the old scheme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.company import Flow, Scheme
from domain.money import ZERO
from domain.movements import Pool


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
    found in another way from now on; `methods` says what becomes of each method then, and
    `of_items` of items that are an exception. `undoes` is the migration that is cancelled: what it
    has kept is put back.
    """

    scheme: Scheme
    posts_stock_from: date | None
    flow: Flow = Flow.REPLAY
    scheme_from: date | None = None
    opens_flow: bool = False
    methods: Mapping[str, str] = {}
    of_items: Mapping[UUID, str] = {}
    undoes: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPast:
    """What a company was before a migration, and what was posted since.

    `reclassed` are the entries by which the migration moved cost of earlier movements, `methods`
    what becomes of each method of the flow that it opened, `since` the numbers of the first
    documents that stand in the way of cancelling it, `since_count` how many there are.
    """

    scheme: Scheme
    flow: Flow
    posts_stock_from: date | None
    scheme_from: date | None
    scheme_since: int
    flow_since: int
    changed_flow: bool
    methods: Mapping[str, str]
    reclassed: tuple[Reclass, ...] = ()
    since: tuple[str, ...] = ()
    since_count: int = 0
