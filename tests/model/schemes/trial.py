"""One history of papers under CONTINENTAL, lived by the model and by the domain."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from tests.model.histories import SCHEME_KINDS, TAX_KINDS, next_operation
from tests.model.operations import LOT_ITEMS, Kind, Line, Operation
from tests.model.reference import Reference
from tests.model.schemes.books import ContinentalBooks
from tests.model.schemes.continental import ContinentalPapers
from tests.model.trial import Circumstances, Trial

LENGTHS = (8, 20, 40)
STOCK_REASONS = frozenset({"INSUFFICIENT_STOCK", "RECEIPT_USED"})
"""What only the flow of costs can say."""


class ContinentalReference(Reference):
    """The model, whose ledger hears of papers alone."""

    papers = ContinentalPapers
    values_stock = False


class SchemeTrial(Trial):
    """Both in a company of CONTINENTAL."""

    def __init__(self, circumstances: Circumstances) -> None:
        super().__init__(circumstances)
        self.reference = ContinentalReference(circumstances.switches)
        self.books = ContinentalBooks(circumstances.switches)
        self.handing_in.new_id = self.books.new_id
        self.untold = STOCK_REASONS

    def step_of(self, random: Random, kinds: Sequence[Kind]) -> None:
        no = len(self.operations) + 1
        self.step(in_scheme(random, next_operation(random, self.reference, no, kinds)))


def in_scheme(random: Random, operation: Operation) -> Operation:
    """The same where invoices move their goods: of no lots, and at no time of the day."""
    aside = Random(f"{random.random()}")
    lines = tuple(_in_scheme(aside, operation.kind, line) for line in operation.lines)
    return replace(operation, lines=lines, minute=None, update_stock=False)


def _in_scheme(random: Random, kind: Kind, line: Line) -> Line:
    item = "fifo" if line.item in LOT_ITEMS else line.item
    line = replace(line, item=item, batch=None, serials=())
    if kind in {Kind.RECEIPT, Kind.DELIVERY}:
        return replace(line, of=None)
    if kind in {Kind.BILL, Kind.SALE} and line.of is None and random.random() < 0.15:
        return replace(line, account="Samples" if kind is Kind.BILL else "Rebates")
    return line


def live_through(seed: int) -> SchemeTrial:
    """Live through the history of a seed.

    Raises:
        Disagreement: and whatever else the domain raises; with the trial as its `trial`.
    """
    random = Random(seed)
    trial = SchemeTrial(Circumstances.of(random))
    kinds = random.choice((SCHEME_KINDS, TAX_KINDS))
    try:
        for _ in range(random.choice(LENGTHS)):
            trial.step_of(random, kinds)
    except Exception as failure:
        failure.trial = trial  # type: ignore[attr-defined] - for whoever shrinks it
        raise
    return trial
