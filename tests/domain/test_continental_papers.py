"""Bills under CONTINENTAL, in tables: what is bought goes into purchases, and comes out of them."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import Refused
from tests.domain.histories import done, goods, posted
from tests.model.operations import SERVICE, Kind, Line, LineOf, Switches
from tests.model.schemes.books import ContinentalBooks

SERVED = done(Kind.BILL, 1, goods("2", "10", SERVICE))
RECEIVED = done(Kind.RECEIPT, 1, goods("10", "10", "lifo"))


@pytest.mark.parametrize(
    "credit",
    [
        done(Kind.CREDIT_BILL, 2, (Line(of=LineOf(1, 0), amount=Decimal(5)),), reason="OVERCHARGE"),
        done(Kind.CREDIT_BILL, 2, (Line(of=LineOf(1, 0), quantity=Decimal("0.5")),)),
    ],
    ids=["price", "part of it"],
)
def test_a_service_is_credited_where_it_was_billed(credit: dict[str, Any]) -> None:
    found = posted([SERVED, credit], ContinentalBooks(Switches()))
    assert found == {
        1: {"Purchases": 2000, "Creditors": -2000},
        2: {"Purchases": -500, "Creditors": 500},
    }


@pytest.mark.parametrize("first", ["10", "7"])
def test_no_more_is_billed_than_came_whatever_is_tolerated(first: str) -> None:
    """Of an item that elsewhere may be billed by a fifth more."""
    books = ContinentalBooks(Switches())
    bill = done(Kind.BILL, 2, (Line(item="lifo", of=LineOf(1, 0), quantity=Decimal(first)),))
    beyond = {**bill, "lines": (Line(item="lifo", of=LineOf(1, 0), quantity=Decimal(4)),)}
    with pytest.raises(Refused) as refused:
        posted([RECEIVED, bill, beyond], books)
    assert [one.code for one in refused.value.refusals] == ["OVER_BILLED"]
    assert len(books.documents) == 2, "nothing was kept of it"
