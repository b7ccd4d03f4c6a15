"""In which form sections stand in the writing statement."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from domain.money import ZERO
from domain.records import BillingKind
from persistence.posting.writing.sections import SECTIONS

OWN, OTHER = uuid7(), uuid7()
BILLING_STATES = next(one for one in SECTIONS if one.table.startswith("billing_state"))


def _billing(*lines: UUID) -> Any:
    """A decision with a line of its own, that bills these."""
    billing = [
        SimpleNamespace(
            line_id=line, account_id=None, kind=BillingKind.BILLED, quantity=ZERO, amount=ZERO
        )
        for line in lines
    ]
    return SimpleNamespace(causes=SimpleNamespace(lines=[SimpleNamespace(id=OWN)], billing=billing))


@pytest.mark.parametrize(
    ("decisions", "looks_for_conflicts"),
    [
        ([_billing(OWN)], False),
        ([_billing(OTHER)], True),
        ([_billing(OWN, OTHER)], True),
        ([_billing(OWN), _billing(OTHER)], True),
    ],
)
def test_only_lines_that_begin_with_a_document_are_billed_without_looking_for_what_is_there(
    decisions: Sequence[Any], looks_for_conflicts: bool
) -> None:
    filled = BILLING_STATES.params(decisions)
    assert filled is not None
    assert ("on conflict" in BILLING_STATES.sql(filled[0])) is looks_for_conflicts
