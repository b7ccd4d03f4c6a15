"""Bills under CONTINENTAL, in tables: what is bought goes into purchases, and comes out of them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.accounts import Role
from domain.errors import Refused
from domain.money import ZERO
from domain.movements import Contra
from tests.domain.histories import cancel, done, goods, posted
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


def _cost(books: ContinentalBooks) -> tuple[Decimal, Decimal]:
    """What stock is worth, actual and expected."""
    kept = [one.amount() for one in books.linked.kept.values()]
    return sum((actual for actual, _ in kept), ZERO), sum((other for _, other in kept), ZERO)


def _of(document: int, quantity: str = "0", rate: str = "10") -> tuple[Line, ...]:
    """A line about the first of an earlier document; of a clearing 0 is all of it."""
    of = LineOf(document, 0)
    return (Line(item="fifo", of=of, quantity=Decimal(quantity), rate=Decimal(rate)),)


CAME = done(Kind.RECEIPT, 1, goods("10", "10", "fifo"))
BILLED = done(Kind.BILL, 1, goods("10", "10", "fifo"))
REJECTED = done(
    Kind.RECEIPT,
    1,
    goods("8", "10", "fifo", rejected=Decimal(2), rejected_to="shop"),
)
SENT_BACK = done(Kind.PURCHASE_RETURN, 2, _of(1, "3"))
BILLED_DEARER = done(Kind.BILL, 3, _of(1, "7", "12"))

NEVER_BILLED: list[tuple[str, list[dict[str, Any] | Switches], str]] = [
    ("nobody will bill what came", [CAME, done(Kind.CLEAR, 2, _of(1))], "100"),
    ("a part of it, and the rest is billed",
     [CAME, done(Kind.CLEAR, 2, _of(1, "4")), done(Kind.BILL, 3, _of(1, "6", "12"))], "112"),
    ("it went back before its bill: 84 for 7 and 30 for 3, of which 3 have gone",
     [CAME, SENT_BACK, BILLED_DEARER], "79.80"),
    ("the bill is cancelled, and entered again",
     [CAME, done(Kind.BILL, 2, _of(1, "10", "11")), SENT_BACK, cancel(2), BILLED_DEARER], "79.80"),
    ("the return is cancelled, and all is billed",
     [CAME, SENT_BACK, BILLED_DEARER, cancel(2), done(Kind.BILL, 4, _of(1, "3", "12"))], "120"),
    ("it went back after its bill, and nobody credits it",
     [CAME, done(Kind.BILL, 2, _of(1, "10", "12")), SENT_BACK, done(Kind.CLEAR, 4, _of(1))], "84"),
    ("nobody is billed for what went",
     [BILLED, done(Kind.DELIVERY, 2, goods("4", "30", "fifo")), done(Kind.CLEAR, 3, _of(2))], "60"),
    ("rejected goods that are paid for, two of them sent back between the bills",
     [Switches(value_rejected=True), REJECTED, done(Kind.BILL, 2, _of(2, "5", "12")),
      done(Kind.PURCHASE_RETURN, 3, (replace(_of(2, "2")[0], of_rejected=True),)),
      done(Kind.BILL, 4, _of(2, "3", "12"))], "92.80"),
    ("it came back before it was billed",
     [BILLED, done(Kind.DELIVERY, 2, goods("4", "30", "fifo")),
      done(Kind.SALES_RETURN, 3, _of(2, "4"))], "100"),
]  # fmt: skip


@pytest.mark.parametrize(("history", "worth"), [one[1:] for one in NEVER_BILLED],
                         ids=[one[0] for one in NEVER_BILLED])  # fmt: skip
def test_no_cost_stays_expected_that_nobody_will_bill(
    history: list[dict[str, Any] | Switches], worth: str
) -> None:
    books = ContinentalBooks(Switches())
    posted(history, books)
    assert _cost(books) == (Decimal(worth), ZERO)


def test_what_nobody_bills_is_a_gain_like_one_that_a_count_finds() -> None:
    books = ContinentalBooks(Switches())
    posted([CAME, done(Kind.CLEAR, 2, _of(1))], books)
    (kept,) = books.linked.kept.values()
    (_, came), (_, cleared) = kept.entries
    assert (came.expected, cleared.amount, cleared.expected) == (100, 100, -100)
    assert cleared.contra == Contra(books.company.roles[Role.STOCK_ADJUSTMENT])


def test_goods_that_came_with_their_bill_do_not_come_again_by_it() -> None:
    """Two that went back are credited: others that come instead are billed anew."""
    books = ContinentalBooks(Switches())
    back = done(Kind.PURCHASE_RETURN, 2, _of(1, "2"))
    again = done(Kind.RECEIPT, 3, goods("2", "10", "fifo", of=LineOf(1, 0)))
    with pytest.raises(Refused) as refused:
        posted([BILLED, back, again], books)
    assert [one.code for one in refused.value.refusals] == ["INVALID_VALUE"]
    assert len(books.documents) == 2, "nothing was kept of it"


def test_what_came_back_of_goods_that_were_not_there_is_cancelled_again() -> None:
    """It stood behind the other line of its own delivery: neither could be cancelled any more."""
    books = ContinentalBooks(Switches())
    gone = (*goods("4", "10"), *goods("1", "10"))
    back = replace(_of(1, "2")[0], item="fifo-")
    posted(
        [done(Kind.DELIVERY, 1, gone), done(Kind.SALES_RETURN, 1, (back,)), cancel(2), cancel(1)],
        books,
    )
    assert _cost(books) == (0, 0)
    assert all(kept.void for kept in list(books.documents.values())[:2])
