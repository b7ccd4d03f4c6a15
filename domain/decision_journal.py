"""The journal of a decision: one balanced entry for each document that it is about, and day."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.errors import AccountInCurrency, CostCenterRequired
from domain.journal import JournalEntry, JournalLine, merged
from domain.lookup import LookUp
from domain.money import ZERO
from domain.movements import CostEntry
from domain.schemes.by_level import hears_of_document
from domain.schemes.posted_entry import PostedEntry, Sides
from domain.stock import counts_on

COST_ADJUSTMENT = "COST_ADJUSTMENT"
"""The source of an entry about an earlier document whose cost has changed."""

Home = tuple[UUID, date, UUID | None]
"""What an entry is about, and when it counts: one journal entry each.

A batch may make one for each cost entry, which is then named too.
"""


def journal_of(
    causes: Causes, posted: Sequence[PostedEntry], look: LookUp
) -> tuple[tuple[JournalEntry, ...], dict[Home, UUID]]:
    """The entries of a document's own lines and of what its stock comes to, and each one's home.

    Args:
        causes: the document as it was read.
        posted: its cost entries with their accounts.
        look: is told where a cost center is missing.
    """
    groups: dict[Home, list[JournalLine]] = {}
    own: Home = (causes.document.id, causes.posting_date, None)
    hears = hears_of_document(causes)
    own_lines = causes.journal if hears else []
    separate = causes.separate if hears else []
    groups[own] = list(_with_cost_centers(causes, own_lines, look))
    if causes.reversed_on is not None:
        taken_back = [line.reversed() for line in groups[own]]
        groups[causes.document.id, causes.reversed_on, None] = taken_back
    for home, said in _added_up(causes, posted):
        is_own = home[0] == causes.document.id or bool(causes.batch)
        lines = _with_cost_centers(causes, said, look, is_own=is_own)
        groups.setdefault(home, []).extend(lines)
    for line in causes.mirrored:
        home = (causes.document.id, counts_on(causes.facts.company, line.posting_date), None)
        groups.setdefault(home, []).append(line.mirrored())
    entries: list[JournalEntry] = []
    homes: dict[Home, UUID] = {}
    for (about, posting_date, cost), lines in [
        *groups.items(),
        *((own, list(_with_cost_centers(causes, one, look))) for one in separate),
    ]:
        kept = merged(lines)
        if not kept:
            continue
        source = COST_ADJUSTMENT
        if about == causes.document.id or causes.batch:
            source = causes.document.kind.value
        entry = JournalEntry(
            id=causes.facts.new_id(),
            posting_date=posting_date,
            document=about,
            because=causes.document.id,
            source=source,
            lines=kept,
        )
        entries.append(entry)
        homes.setdefault((about, posting_date, cost), entry.id)  # a separate one is no home
    return tuple(entries), homes


def _added_up(
    causes: Causes, posted: Iterable[PostedEntry]
) -> Iterable[tuple[Home, Iterable[JournalLine]]]:
    """The lines of entries by home: of neighbours on the same accounts, those of their sum.

    A late fact changes thousands of entries, most of which are like the one before.
    """
    last: tuple[Home, Sides] | None = None
    amount = expected = ZERO
    for entry, sides in posted:
        place = (home_of(causes, entry), sides)
        if last is not None and place != last:
            yield last[0], last[1].lines(amount, expected)
            amount = expected = ZERO
        last = place
        amount += entry.amount
        expected += entry.interim
    if last is not None:
        yield last[0], last[1].lines(amount, expected)


def home_of(causes: Causes, entry: CostEntry) -> Home:
    """The journal entry that a cost entry belongs to."""
    one = entry.id if causes.posts_per_entry else None
    return (entry.movement.document, entry.posting_date, one)


def _with_cost_centers(
    causes: Causes, lines: Iterable[JournalLine], look: LookUp, *, is_own: bool = True
) -> Iterable[JournalLine]:
    """Cost centers stand on profit and loss lines: their own, the document's, the default one.

    Only a document's own lines can be without one that is required, or without the amount in the
    currency that their account is kept in: what it makes an earlier document cost goes where that
    stands. What a cancellation takes back is never read here: it
    stays on the cost center it was posted to, also where another is the default by now.
    """
    company = causes.facts.company
    required = company.settings.require_cost_center and is_own
    by_hand = causes.document.kind is DocumentKind.JOURNAL_ENTRY
    for line in lines:
        account = company.accounts[line.account]
        center = line.cost_center
        is_said = line.in_currency is not None or not is_own or bool(causes.batch)
        if account.currency is not None and not is_said:
            look.refuse(AccountInCurrency(account=account.code, currency=account.currency))
        if account.is_profit_and_loss:
            center = center or (causes.cost_center if is_own else None)
            center = center or company.default_cost_center
            if center is None and required:
                look.refuse(CostCenterRequired(path=("lines",), account=account.code))
        elif not by_hand:
            center = None
        yield line if center is line.cost_center else line._replace(cost_center=center)
