"""Serial numbers are refused by what people call them."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import Refused, SerialNotAvailable
from tests.domain.histories import cancel, done, posted
from tests.model.operations import Kind, Line, LineOf


def _unit(of: LineOf | None = None) -> tuple[Line, ...]:
    serial: dict[str, Any] = {"item": "serial", "serials": ("a",), "of": of}
    return (Line(warehouse="main", quantity=Decimal(1), rate=Decimal(10), **serial),)


def test_a_return_of_what_was_sold_again_is_not_cancelled_and_says_which_it_is() -> None:
    history = [
        done(Kind.RECEIPT, 1, _unit()),
        done(Kind.DELIVERY, 2, _unit()),
        done(Kind.SALES_RETURN, 3, _unit(LineOf(2, 0))),
        done(Kind.DELIVERY, 4, _unit()),
        cancel(3),
    ]
    with pytest.raises(Refused) as refused:
        posted([*history])
    assert refused.value.refusals == (
        SerialNotAvailable(path=("document",), item="serial", warehouse="main", serial="a"),
    )
