"""What a company settles on later, in tables: documents stay on what they stood on.

Documents and switches of the random model (tests/model), in a company of scheme PERPETUAL; what
each document has posted in the end, in cents by account and cost center.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.domain.histories import cancel, done, goods, posted
from tests.model.operations import Charge, Kind, Line, LineOf, Switches

NORTH, SOUTH = Switches(center="north"), Switches(center="south")
RECEIPT = done(Kind.RECEIPT, 1, goods("10", "10"))
FREIGHT = (Charge(account="Freight", amount=Decimal(30), category="VALUATION"),)
LANDED = done(Kind.LANDED_COST, 2, (Line(of=LineOf(2, -1)),), charges=FREIGHT, reason="AMOUNT")
SALE = done(Kind.SALE, 2, goods("4", "20"), update_stock=True)
RETURN = done(Kind.SALES_RETURN, 3, (Line(of=LineOf(3, 0), quantity=Decimal(1)),))
PRICE = Line(of=LineOf(3, 0), amount=Decimal(20))
CHEAPER = done(Kind.CREDIT_SALE, 3, (PRICE,), reason="OVERCHARGE")
RECEIVED = {"Stock A": 10000, "Accrual": -10000}


@pytest.mark.parametrize(
    ("history", "no", "expected"),
    [
        ([NORTH, RECEIPT, SOUTH, LANDED], 2, RECEIVED | {"Stock A": 13000, "Freight@north": -3000}),
        ([NORTH, RECEIPT, LANDED, SOUTH, cancel(3)], 2, RECEIVED),
        ([NORTH, RECEIPT, LANDED, Switches(), cancel(3)], 2, RECEIVED),
        (
            [NORTH, RECEIPT, SALE, SOUTH, RETURN],
            5,
            {"Debtors": -2000, "Sales@north": 2000, "Stock A": 1000, "COGS@north": -1000},
        ),
        (
            [NORTH, RECEIPT, SALE, SOUTH, CHEAPER],
            5,
            {"Debtors": -2000, "Sales@north": 2000},
        ),
        (
            [NORTH, RECEIPT, SALE, SOUTH, LANDED],
            3,
            {"Debtors": 8000, "Sales@north": -8000, "Stock A": -5200, "COGS@north": 5200},
        ),
    ],
    ids=["landed cost", "its cancellation", "without a default", "return", "credit", "sold goods"],
)
def test_documents_stay_on_the_cost_center_that_was_the_default(
    history: list[dict[str, Any] | Switches], no: int, expected: dict[str, int]
) -> None:
    assert posted(history)[no] == expected
