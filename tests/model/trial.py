"""One history, lived by the model and by the pure domain side by side, compared at every step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Self
from unittest.mock import patch

from domain.costing import fold
from domain.decide import Decision
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.errors import Refused
from domain.journal import UnbalancedJournalError
from domain.money import ZERO
from domain.movements import NO_LOT, Pool
from tests.model.bill_rows import (
    decided_line_taxes,
    decided_parties,
    decided_taxes,
    decided_totals,
    line_taxes_of,
    parties_of,
    revalued_by,
    taxes_of,
)
from tests.model.handing_in import HandingIn, clock, day
from tests.model.histories import ALL_KINDS, STOCK_KINDS, next_operation
from tests.model.memory import MemoryBooks
from tests.model.memory_masters import (
    ACCOUNT_NAMES,
    CENTER_NAMES,
    ITEM_IDS,
    PARTY_NAMES,
    WAREHOUSE_IDS,
)
from tests.model.memory_stock import Kept
from tests.model.operations import Kind, Line, LineOf, Operation, Switches
from tests.model.reference import NO_DAY, Reference, Verdict
from tests.model.states import at

DIGITS = "0123456789(), "
SNAPSHOTS = (1, 2, 3, 5, 64)


class Disagreement(AssertionError):  # noqa: N818 - what the trial is looking for
    """The model and the domain say different things."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What does not change during a trial: switches, and how often and how much is kept."""

    switches: Switches
    layers_at_first: int
    snapshot_every: int

    @classmethod
    def of(cls, random: Random) -> Self:
        """Drawn by chance."""
        return cls(
            switches=Switches.of(random),
            layers_at_first=random.choice((1, 2, 3, 8)),
            snapshot_every=random.choice(SNAPSHOTS),
        )


class Trial:
    """A model and a domain that have lived through the same operations.

    `untold` are reasons against an operation that the model knows nothing of.
    """

    def __init__(self, circumstances: Circumstances) -> None:
        self.circumstances = circumstances
        self.reference = Reference(circumstances.switches)
        self.books = MemoryBooks(
            circumstances.switches, layers_at_first=circumstances.layers_at_first
        )
        self.settle_on(circumstances.switches)
        self.handing_in = HandingIn("MODEL", self.books.new_id)
        self.operations: list[Operation] = []
        self.refused = 0
        self.untold: frozenset[str] = frozenset()

    def random_step(self, random: Random, *, stock_only: bool) -> None:
        """One more operation of a random history."""
        no = len(self.operations) + 1
        kinds = STOCK_KINDS if stock_only else ALL_KINDS
        self.step(next_operation(random, self.reference, no, kinds))

    def step_of(self, random: Random, kinds: Sequence[Kind]) -> None:
        """One more operation, of one of the kinds."""
        no = len(self.operations) + 1
        self.step(next_operation(random, self.reference, no, kinds))

    def allow(self, line: Line) -> None:
        """Let the line's item go below zero from now on, or no longer."""
        self.reference.below_zero.choose(line)
        self.books.below_zero.choose(line)

    def settle_on(self, switches: Switches) -> None:
        """Let the company have other switches from now on."""
        self.reference.settle_on(switches)
        self.books.settle_on(switches)

    def close(self, through: int) -> None:
        """Close all days through one, or open those after it."""
        self.reference.closed_through = through
        closed = day(through) if through != NO_DAY else None
        self.books.company = replace(self.books.company, frozen_through=closed)

    def step(self, operation: Operation) -> None:
        """Hand the operation to both and compare.

        Raises:
            Disagreement: they do not agree in everything.
        """
        self.operations.append(operation)
        if operation.kind is Kind.ALLOW:
            self.allow(operation.lines[0])
            return
        if operation.kind is Kind.CLOSE:
            self.close(operation.day)
            return
        if operation.switches is not None:
            self.settle_on(operation.switches)
            return
        verdict = self.reference.judge(operation)
        try:
            with patch.object(fold, "SNAPSHOT_EVERY", self.circumstances.snapshot_every):
                decision = self.books.submit(self.handing_in.document(operation))
        except Refused as refused:
            codes = {refusal.code for refusal in refused.refusals}
            if not codes <= verdict.reasons | self.untold:
                raise Disagreement(f"refused {codes}, model {set(verdict.reasons)}") from refused
            self.refused += 1
            return
        same("reasons against", operation, set(verdict.reasons), set())
        self.handing_in.recorded(operation, decision)
        self.reference.accept(operation, verdict)
        self._compare(operation, decision, verdict)

    def _compare(self, operation: Operation, decision: Decision, verdict: Verdict) -> None:
        if self.reference.values_stock:
            self._compare_stock(operation, decision, verdict)
        self._compare_journal()
        self._compare_papers()
        self._compare_days(decision.causes)
        if operation.kind is not Kind.CANCEL:
            self._compare_bill(operation, decision.causes)

    def _compare_stock(self, operation: Operation, decision: Decision, verdict: Verdict) -> None:
        if operation.kind is not Kind.CANCEL:
            same("time of", operation, clock(verdict.minute), decision.posting_time)
        self._compare_movements(decision)
        self._compare_bins()

    def _compare_movements(self, decision: Decision) -> None:
        books = self.reference.books
        moves = {(move.no, move.key[3]): move for move in books.moves}
        numbers = {id_: no for no, id_ in self.handing_in.ids.items()}
        balances = decision.settlement.balances if decision.settlement else {}
        live = 0
        for id_, movement in self.books.movements.items():
            place = (numbers[movement.document], movement.key.ordinal)
            move = moves.get(place)
            if movement.voids is not None or movement.corrects is not None:
                continue
            if self.books.documents[movement.document].void:
                continue
            live += 1
            assert move is not None
            same("cost of movement", place, move.cost, self.books.costs[id_].total.scaleb(2))
            after = balances.get(id_)
            if after is not None:
                same("quantity after", place, move.quantity_after, Fraction(after.quantity))
                same("value after", place, move.value_after, after.value.scaleb(2))
        same("number of movements", "", len(moves), live)

    def _compare_bins(self) -> None:
        codes = {lot: code for (_, code), lot in self.books.lots.items()} | {NO_LOT: ""}
        expected = {
            (ITEM_IDS[item], WAREHOUSE_IDS[warehouse], lot): found
            for (item, warehouse, lot), found in self.reference.books.bins().items()
        }
        moved: dict[Pool, Decimal] = {}
        for movement in self.books.movements.values():
            moved[movement.pool] = moved.get(movement.pool, ZERO) + movement.quantity
        for pool, stored in self.books.pools.items():
            same("all that moved in", pool, stored.state.quantity, moved.get(pool, ZERO))
            place = (pool.item, pool.warehouse, codes.get(pool.lot, "of a refused document"))
            quantity, value = expected.get(place, (0, 0))
            same("quantity of bin", pool, quantity, Fraction(stored.state.quantity))
            same("value of bin", pool, value, stored.state.value.scaleb(2))
            live = [
                movement
                for movement in map(self.books.movements.__getitem__, stored.movements)
                if not self.books.documents[movement.document].void
            ]
            same("movements of bin", pool, len(live), stored.state.movements)
            same("last of bin", pool, max((m.key for m in live), default=None), stored.last)

    def _compare_journal(self) -> None:
        expected = self.reference.dated.journal
        for operation, _ in self.reference.accepted:
            kept = self.books.documents[self.handing_in.ids[operation.no]]
            if operation.kind is Kind.CANCEL:
                continue
            found = _lines(kept)
            if kept.void:
                self._mirrored(operation, found)
                continue
            lines = {
                (day(on), account): amount
                for (on, account), amount in expected.get(operation.no, {}).items()
                if amount
            }
            same("journal of", operation.no, lines, {key: one for key, one in found.items() if one})

    def _mirrored(self, operation: Operation, found: dict[tuple[date, str], int]) -> None:
        """The cancelled document and its cancellation come to nothing together, day by day."""
        cancel = next(
            o for o, _ in self.reference.accepted if o.kind is Kind.CANCEL and o.of == operation.no
        )
        mirror = self.books.documents[self.handing_in.ids[cancel.no]]
        for place, amount in _lines(mirror).items():
            found[place] = found.get(place, 0) + amount
        same("mirrored journal of", operation.no, {}, {n: a for n, a in found.items() if a})

    def _compare_papers(self) -> None:
        papers = self.reference.books.papers
        for of, state in papers.lines.items():
            line = self.books.lines[self.handing_in.lines[LineOf(*of)]]
            same("billed quantity of", of, state.billed_quantity, Fraction(line.billed_quantity))
            same("billed amount of", of, state.billed_amount, line.billed_amount.scaleb(2))
            same(
                "returned quantity of",
                of,
                state.returned_quantity,
                Fraction(line.returned_quantity),
            )
            same("returned amount of", of, state.returned_amount, line.returned_amount.scaleb(2))
            same("cleared quantity of", of, state.cleared_quantity, Fraction(line.cleared_quantity))
            same("cleared amount of", of, state.cleared_amount, line.cleared_amount.scaleb(2))
            same("quantity of", of, state.quantity, Fraction(line.quantity))
            same("amount of", of, state.amount, line.amount.scaleb(2))
        for no, open_state in papers.open.items():
            item = self.books.open_items[self.handing_in.ids[no]]
            sign = open_state.sign
            same("amount of invoice", no, open_state.amount, sign * item.amount.scaleb(2))
            in_company = self.books.open_in_company(self.handing_in.ids[no]).scaleb(2)
            stands = 0 if no in papers.cancelled else open_state.in_company
            same("what stands for invoice", no, stands, in_company)
            same("settled of invoice", no, open_state.settled, sign * item.settled.scaleb(2))

    def _compare_days(self, causes: Causes) -> None:
        """What is open on the days of revaluations, and the next; what the last one came to."""
        papers = self.reference.books.papers
        days = {one.day for one, _ in self.reference.accepted if one.kind is Kind.REVALUE}
        numbers = {id_: no for no, id_ in self.handing_in.ids.items()}
        for on in sorted(days | {one + 1 for one in days}):
            found = {
                (PARTY_NAMES[party], ACCOUNT_NAMES[account], currency != "EUR", numbers[id_]):
                    (int(amount.scaleb(2)), int(in_company.scaleb(2)))
                for (id_, party, account, currency), (amount, in_company)
                in self.books.standing_on(day(on)).items()
            }  # fmt: skip
            same("open items on", on, papers.items_on(on), found)
        if causes.document.kind is DocumentKind.EXCHANGE_REVALUATION:
            no = numbers[causes.document.id]
            same("revalued by", no, papers.effects[no].revalued, revalued_by(causes))

    def _compare_bill(self, operation: Operation, causes: Causes) -> None:
        effects = self.reference.books.papers.effects[operation.no]
        same("parties of", operation, parties_of(effects), decided_parties(causes))
        same("taxes of", operation, taxes_of(effects), decided_taxes(causes))
        same("taxes by line of", operation, line_taxes_of(effects), decided_line_taxes(causes))
        if effects.totals is not None:
            same("totals of", operation, effects.totals, decided_totals(causes))


def _lines(kept: Kept) -> dict[tuple[date, str], int]:
    """What a document posted, in cents by day and account."""
    found: dict[tuple[date, str], int] = {}
    for (posting_date, account, center, _), amount in kept.journal.items():
        code = CENTER_NAMES[center] if center else None
        place = (posting_date, at(ACCOUNT_NAMES[account], code))
        found[place] = found.get(place, 0) + int(amount.scaleb(2))
    return found


def posted_by(kept: Kept) -> dict[str, int]:
    """What a document has posted, in cents by account and cost center, whenever it counts."""
    found: dict[str, int] = {}
    for (_, place), amount in _lines(kept).items():
        found[place] = found.get(place, 0) + amount
    return {place: amount for place, amount in found.items() if amount}


def same(what: str, which: object, expected: object, found: object) -> None:
    """Two figures that have to be the same."""
    if expected != found:
        raise Disagreement(f"{what} {which}: model {expected}, domain {found}")


def live(
    circumstances: Circumstances, operations: Iterable[Operation], begin: type[Trial] = Trial
) -> str | None:
    """Live through given operations; what they end with, without its figures, or None."""
    trial = begin(circumstances)
    try:
        for operation in operations:
            known = {accepted.no for accepted, _ in trial.reference.accepted}
            if operation.refers_to() <= known:
                trial.step(operation)
    except (AssertionError, UnbalancedJournalError) as failure:
        return f"{type(failure).__name__} {str(failure).split(':')[0].rstrip(DIGITS)}"
    return None


def shrunk(trial: Trial) -> list[Operation]:
    """The fewest of the operations that still end the same way."""
    operations, circumstances, begin = trial.operations, trial.circumstances, type(trial)
    kept = list(operations)
    wanted = live(circumstances, kept, begin)
    for operation in reversed(operations):
        without = [one for one in kept if one is not operation]
        if live(circumstances, without, begin) == wanted:
            kept = without
    return kept
