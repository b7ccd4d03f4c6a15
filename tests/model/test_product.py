"""The whole product against the model: GraphQL in, reports and tables out, a real database."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from persistence.embedded import EmbeddedPostgres
from tests.model.histories import (
    CLOSING_KINDS,
    COST_KINDS,
    CREDIT_KINDS,
    LOT_KINDS,
    MAKING_KINDS,
    MONEY_KINDS,
    REVALUED_KINDS,
    SWITCH_KINDS,
    TAX_KINDS,
    TRANSIT_KINDS,
)
from tests.model.operations import POLICIES, Kind, Switches
from tests.model.seeds import kept_seeds
from tests.model.workplace import Workplace, workplace_at
from tests.servers import new_database

FRESH_SEEDS = range(1)
"""Few in the tests; `make model OF=product` lives through as many as one likes."""

STEPS_OF_A_SEED = 25


@pytest.fixture(scope="module")
def workplace(postgres: EmbeddedPostgres) -> Iterator[Workplace]:
    with new_database(postgres) as url, workplace_at(url) as opened:
        yield opened


@pytest.mark.parametrize("seed", sorted({*kept_seeds("product"), *FRESH_SEEDS}))
def test_a_random_history_agrees_in_everything(workplace: Workplace, seed: int) -> None:
    trial = workplace.live_through(seed, STEPS_OF_A_SEED)

    assert len(trial.operations) == STEPS_OF_A_SEED
    assert trial.refused < STEPS_OF_A_SEED * 0.7, "most of it happened"


@pytest.mark.parametrize(
    "kinds",
    [
        MAKING_KINDS,
        CLOSING_KINDS,
        COST_KINDS,
        MONEY_KINDS,
        REVALUED_KINDS,
        TRANSIT_KINDS,
        CREDIT_KINDS,
        LOT_KINDS,
        TAX_KINDS,
        SWITCH_KINDS,
    ],
    ids=[
        "making",
        "closing",
        "costs",
        "money",
        "revalued",
        "transit",
        "credits",
        "lots",
        "taxes",
        "switches",
    ],
)
def test_a_history_of_some_kinds_agrees(workplace: Workplace, kinds: Sequence[Kind]) -> None:
    workplace.live_through(FRESH_SEEDS[0], STEPS_OF_A_SEED, kinds)


class ProductAgainstModel(RuleBasedStateMachine):
    """Histories that Hypothesis draws, and makes short when they disagree."""

    workplace: ClassVar[Workplace]

    @initialize(
        switches=st.builds(Switches, st.sampled_from(POLICIES), st.booleans(), st.booleans())
    )
    def open_company(self, switches: Switches) -> None:
        self.trial = self.workplace.trial(switches)

    @rule(random=st.randoms(use_true_random=False))
    def hand_in_a_document(self, random: Random) -> None:
        self.workplace.run(self.trial.random_step(random))

    def teardown(self) -> None:
        if hasattr(self, "trial"):
            self.workplace.run(self.trial.assert_clean())


def test_what_hypothesis_thinks_of_agrees_in_everything(workplace: Workplace) -> None:
    ProductAgainstModel.workplace = workplace
    run_state_machine_as_test(
        ProductAgainstModel,
        settings=settings(
            max_examples=3,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
