"""In which form sections stand in the writing statement."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from domain.money import ZERO
from domain.records import BillingKind
from persistence.posting.writing.section import Form
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


def test_of_many_rows_what_is_never_null_and_of_one_length_is_found_by_its_place() -> None:
    costs = next(one for one in SECTIONS if one.table == "cost_entry")
    few, many = (costs.sql(Form("ce", is_few=is_few)) for is_few in (True, False))
    by_place = {"n", "id", "movement_id", "document_id", "because_id", "item_id", "warehouse_id"}
    assert all(f"%(ce_{name})s::" in few for name in by_place)
    assert "as u (i)" in few
    listed = many.split(" as u (")[1]
    assert "actual" in listed  # its length varies
    assert "contra_account_id" in listed  # some are null
    assert not by_place & set(listed.rstrip(" )").split(", "))
