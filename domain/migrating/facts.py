"""What the plan of a migration knows of a company's books: bins, accounts, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.movements import Pool


class BinValue(NamedTuple):
    """What lies in a bin on the migration date, and the movement (of `document`) that left it.

    `value` is actual and expected cost; `posted` says how much of it stands on which stock account.
    """

    pool: Pool
    sku: str
    quantity: Decimal
    value: Decimal
    movement: UUID
    document: UUID
    posted: tuple[tuple[UUID, Decimal], ...] = ()


class ExpectedCost(NamedTuple):
    """Cost of a movement that is not invoiced yet, and what of it stands on interim accounts.

    `interim` has one (interim account, account on the other side, amount) each.
    """

    pool: Pool
    movement: UUID
    document: UUID
    amount: Decimal
    interim: tuple[tuple[UUID, UUID, Decimal], ...] = ()


class PendingLine(NamedTuple):
    """A line that is received but not billed, or billed but not received, with what is open.

    `account` is where it stands in the ledger; None: the ledger has not heard of it.
    """

    line: UUID
    document: UUID
    number: str
    amount: Decimal
    account: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationFacts:
    """The state of a company on the migration date, in company currency.

    `ledger` holds account balances, debit positive. `later` are the numbers of the first documents
    dated after that day, `later_count` how many there are. `unadjusted` are items (SKU) whose costs
    wait to be adjusted, `unposted` is how many entries of stock cost wait for a batch, `drafts`
    how many documents are drafts. `serial_items` have serial numbers and no batches.
    `open_shipments` are those on which bills or charges wait (scheme BY_LEVEL), by code.
    """

    bins: tuple[BinValue, ...]
    ledger: Mapping[UUID, Decimal]
    received_not_billed: tuple[PendingLine, ...]
    billed_not_received: tuple[PendingLine, ...]
    later: tuple[str, ...] = ()
    later_count: int = 0
    expected: tuple[ExpectedCost, ...] = ()
    unadjusted: tuple[str, ...] = ()
    unposted: int = 0
    drafts: int = 0
    serial_items: frozenset[UUID] = frozenset()
    open_shipments: tuple[str, ...] = ()
