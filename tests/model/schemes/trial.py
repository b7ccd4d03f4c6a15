"""One history of papers under CONTINENTAL or BY_LEVEL, lived by the model and by the domain."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import ClassVar

from domain.decide import Decision
from domain.money import ZERO
from tests.model.histories import SCHEME_KINDS, TAX_KINDS, next_operation
from tests.model.memory import MemoryBooks
from tests.model.operations import LOT_ITEMS, SERVICE, Kind, Line, Operation
from tests.model.reference import Reference, Verdict
from tests.model.schemes.books import ByLevelBooks, ContinentalBooks
from tests.model.schemes.by_level import ByLevelPapers
from tests.model.schemes.continental import ContinentalPapers
from tests.model.trial import Circumstances, Trial, same

LENGTHS = (8, 20, 40)
STOCK_REASONS = frozenset({"INSUFFICIENT_STOCK", "RECEIPT_USED"})
"""What only the flow of costs can say."""


class SchemeReference(Reference):
    """A model whose papers say all that the ledger hears of."""

    values_stock = False


class ContinentalReference(SchemeReference):
    """Of a company of CONTINENTAL whose costs wait for a batch."""

    papers = ContinentalPapers


class ByLevelReference(SchemeReference):
    """Of a company of BY_LEVEL at standard cost."""

    papers = ByLevelPapers


class ContinentalTrial(Trial):
    """Both in a company of CONTINENTAL."""

    rejects: ClassVar[bool] = True
    reference_of: type[Reference] = ContinentalReference
    books_of: type[MemoryBooks] = ContinentalBooks

    def __init__(self, circumstances: Circumstances) -> None:
        super().__init__(circumstances)
        self.reference = self.reference_of(circumstances.switches)
        self.books = self.books_of(circumstances.switches)
        self.handing_in.new_id = self.books.new_id
        self.untold = STOCK_REASONS

    def step_of(self, random: Random, kinds: Sequence[Kind]) -> None:
        no = len(self.operations) + 1
        operation = next_operation(random, self.reference, no, kinds)
        self.step(in_scheme(random, operation, rejects=self.rejects))

    def _compare(self, operation: Operation, decision: Decision, verdict: Verdict) -> None:
        super()._compare(operation, decision, verdict)
        if isinstance(self.books, ContinentalBooks):
            for waits, still_open, expected in self.books.waiting():
                same("what waits for bills, less for credits, of", operation, waits, still_open)
                same("what is expected where nothing waits, of", operation, expected, ZERO)


class ByLevelTrial(ContinentalTrial):
    """Both in a company of BY_LEVEL."""

    rejects = False
    reference_of = ByLevelReference
    books_of = ByLevelBooks


SCHEMES = {"continental": ContinentalTrial, "by-level": ByLevelTrial}


def in_scheme(random: Random, operation: Operation, *, rejects: bool) -> Operation:
    """The same where invoices move their goods: of no lots, and at no time of the day.

    `rejects`: what comes may be rejected.
    """
    aside = Random(f"{random.random()}")
    lines = tuple(_in_scheme(aside, operation.kind, line) for line in operation.lines)
    if not rejects:
        none = {"rejected": Decimal(0), "rejected_to": None, "of_rejected": False}
        lines = tuple(replace(line, **none) for line in lines)
    return replace(operation, lines=lines, minute=None, update_stock=False)


def _in_scheme(random: Random, kind: Kind, line: Line) -> Line:
    item = "fifo" if line.item in LOT_ITEMS else line.item
    line = replace(line, item=item, batch=None, serials=())
    if kind in {Kind.RECEIPT, Kind.DELIVERY}:
        return replace(line, of=None)
    is_plain = line.of is None or item == SERVICE
    if kind in {Kind.BILL, Kind.SALE} and is_plain and random.random() < 0.15:
        return replace(line, account="Samples")
    return line


def live_through(seed: int, scheme: str) -> ContinentalTrial:
    """Live through the history of a seed in one of the schemes.

    Raises:
        Disagreement: and whatever else the domain raises; with the trial as its `trial`.
    """
    random = Random(seed)
    circumstances = Circumstances.of(random)
    switches = replace(
        circumstances.switches,
        integrates_stock=random.random() < 0.5,
        accrues_services=random.random() < 0.5,
    )
    trial = SCHEMES[scheme](replace(circumstances, switches=switches))
    kinds = random.choice((SCHEME_KINDS, TAX_KINDS))
    try:
        for _ in range(random.choice(LENGTHS)):
            trial.step_of(random, kinds)
    except Exception as failure:
        failure.trial = trial  # type: ignore[attr-defined] - for whoever shrinks it
        raise
    return trial
