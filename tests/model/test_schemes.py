"""Bills, returns and credits with their taxes in other schemes, against the model of papers."""

from collections import Counter

import pytest

from tests.model.operations import Kind
from tests.model.schemes.trial import SCHEMES, live_through

SEEDS = range(10)
"""Few in the tests; `make model OF=continental` (or by-level) has as many as one likes."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_random_histories_of_papers_agree(scheme: str) -> None:
    trials = [live_through(seed, scheme) for seed in SEEDS]

    kinds = Counter(operation.kind for trial in trials for operation, _ in trial.reference.accepted)
    assert kinds.keys() >= {
        Kind.BILL, Kind.SALE, Kind.PURCHASE_RETURN, Kind.SALES_RETURN, Kind.CREDIT_BILL,
        Kind.CREDIT_SALE,
    }  # fmt: skip
