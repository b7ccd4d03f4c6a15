"""The pure domain against the model: kept seeds, fresh seeds, and what Hypothesis thinks of."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.model.histories import (
    CLOSING_KINDS,
    COST_KINDS,
    CREDIT_KINDS,
    LOT_KINDS,
    MAKING_KINDS,
    METHOD_KINDS,
    MONEY_KINDS,
    PAID_KINDS,
    REVALUED_KINDS,
    SWITCH_KINDS,
    TAX_KINDS,
    TRANSIT_KINDS,
)
from tests.model.operations import POLICIES, Kind, Switches
from tests.model.seeds import kept_seeds, live_through
from tests.model.states import net_of
from tests.model.taxing import added_up
from tests.model.trial import SNAPSHOTS, Circumstances, Trial

FRESH_SEEDS = 20
"""Few in the tests; `make model` lives through as many as one likes."""


@pytest.mark.parametrize("seed", kept_seeds("domain"))
def test_a_history_that_once_found_something_agrees(seed: int) -> None:
    live_through(seed)


def test_random_histories_agree_in_everything() -> None:
    trials = [live_through(seed) for seed in range(FRESH_SEEDS)]

    steps = sum(len(trial.operations) for trial in trials)
    refused = sum(trial.refused for trial in trials)
    assert steps > FRESH_SEEDS * 10
    assert steps / 10 < refused < steps / 2, "histories are neither idle nor all refused"


@pytest.mark.parametrize(
    ("kinds", "wanted", "least"),
    [
        (METHOD_KINDS, {Kind.METHOD}, 1),
        (MAKING_KINDS, {Kind.MAKE}, 0.5),
        (MONEY_KINDS, {Kind.ALLOCATE}, 0.5),
        (PAID_KINDS, {Kind.BILL, Kind.SALE, Kind.SALES_RETURN}, 4),
        (COST_KINDS, {Kind.LANDED_COST}, 2),
        (TRANSIT_KINDS, {Kind.ARRIVE, Kind.LOSE}, 0.5),
        (REVALUED_KINDS, {Kind.REVALUE}, 2),
        (CREDIT_KINDS, {Kind.CREDIT_BILL, Kind.CREDIT_SALE}, 1),
        (LOT_KINDS, {Kind.DELIVERY, Kind.TRANSFER, Kind.SALES_RETURN, Kind.MAKE}, 1),
        (SWITCH_KINDS, {Kind.LANDED_COST, Kind.SALES_RETURN, Kind.CREDIT_SALE}, 0.5),
    ],
    ids=[
        "methods",
        "making",
        "money",
        "paid",
        "costs",
        "transit",
        "revalued",
        "credits",
        "lots",
        "switches",
    ],
)
def test_histories_of_some_kinds_agree(
    kinds: Sequence[Kind], wanted: set[Kind], least: float
) -> None:
    """With at least so many of the documents that they are about, a history."""
    trials = [live_through(seed, kinds) for seed in range(FRESH_SEEDS)]
    found = [
        operation
        for trial in trials
        for operation, _ in trial.reference.accepted
        if operation.kind in wanted
    ]
    assert len(found) > FRESH_SEEDS * least


def test_taxed_invoices_are_credited_in_parts_to_the_end() -> None:
    """Where nobody names other taxes, the parts of each tax add up to what the invoice had."""
    trials = [live_through(seed, TAX_KINDS) for seed in range(FRESH_SEEDS)]
    in_parts = 0
    for papers in (trial.reference.books.papers for trial in trials):
        for invoice in papers.live():
            credited = [
                (one, each)
                for each in papers.live()
                for one in each.invoices
                if one.no == invoice.operation.no
            ]
            net = sum(one.net for one, _ in credited)
            lines = [line for _, each in credited for line in each.operation.lines]
            names_some = any(line.taxes is not None for line in lines)
            if len(credited) < 2 or net != net_of(invoice.operation) or names_some:
                continue
            in_parts += bool(invoice.taxes)
            for tax, amount in added_up(invoice.taxes).items():
                assert sum(one.taxes.get(tax, 0) for one, _ in credited) == amount
    assert in_parts > FRESH_SEEDS / 10


def test_histories_in_which_days_are_closed_agree() -> None:
    trials = [live_through(seed, CLOSING_KINDS) for seed in range(FRESH_SEEDS)]
    later = [
        no
        for trial in trials
        for no, lines in trial.reference.dated.journal.items()
        for (on, _), amount in lines.items()
        if amount and on != trial.reference.operation(no).day
    ]
    assert len(later) > FRESH_SEEDS / 5


class DomainAgainstModel(RuleBasedStateMachine):
    """Histories that Hypothesis draws, and makes short when they disagree."""

    @initialize(
        switches=st.builds(Switches, st.sampled_from(POLICIES), st.booleans(), st.booleans()),
        layers_at_first=st.integers(1, 3),
        snapshot_every=st.sampled_from(SNAPSHOTS),
    )
    def open_books(self, switches: Switches, layers_at_first: int, snapshot_every: int) -> None:
        self.trial = Trial(Circumstances(switches, layers_at_first, snapshot_every))

    @rule(random=st.randoms(use_true_random=False))
    def move_stock(self, random: Random) -> None:
        self.trial.random_step(random, stock_only=True)

    @rule(random=st.randoms(use_true_random=False))
    def change_methods(self, random: Random) -> None:
        self.trial.step_of(random, METHOD_KINDS)

    @rule(random=st.randoms(use_true_random=False))
    def turn_goods_into_others(self, random: Random) -> None:
        self.trial.step_of(random, MAKING_KINDS)

    @rule(random=st.randoms(use_true_random=False))
    def credit_invoices(self, random: Random) -> None:
        self.trial.step_of(random, CREDIT_KINDS)

    @rule(random=st.randoms(use_true_random=False))
    def close_days(self, random: Random) -> None:
        self.trial.step_of(random, CLOSING_KINDS)

    @rule(random=st.randoms(use_true_random=False))
    def change_ones_mind(self, random: Random) -> None:
        self.trial.step_of(random, SWITCH_KINDS)

    @rule(random=st.randoms(use_true_random=False))
    def hand_in_any_document(self, random: Random) -> None:
        self.trial.random_step(random, stock_only=False)


TestDomainAgainstModel = DomainAgainstModel.TestCase
TestDomainAgainstModel.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
