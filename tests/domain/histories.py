"""Documents and switches of the random model (tests/model), told in tables by hand."""

from decimal import Decimal
from typing import Any

from tests.model.handing_in import HandingIn
from tests.model.memory import MemoryBooks
from tests.model.operations import Kind, Line, Operation, Switches
from tests.model.trial import posted_by


def goods(quantity: str, rate: str, item: str = "fifo-", **more: Any) -> tuple[Line, ...]:
    """One line of goods that move in the main warehouse."""
    price = Decimal(rate)
    return (Line(item=item, warehouse="main", quantity=Decimal(quantity), rate=price, **more),)


def done(kind: Kind, day: int, lines: tuple[Line, ...], **more: Any) -> dict[str, Any]:
    """A document."""
    return {"kind": kind, "day": day, "lines": lines, **more}


def cancel(no: int) -> dict[str, Any]:
    """The cancellation of the document of that number."""
    return {"kind": Kind.CANCEL, "day": 0, "of": no}


def posted(
    history: list[dict[str, Any] | Switches], books: MemoryBooks | None = None
) -> dict[int, dict[str, int]]:
    """What each document of a history has posted in the end, in cents by account and center."""
    books = books or MemoryBooks(Switches())
    handing_in = HandingIn("MODEL", books.new_id)
    for no, one in enumerate(history, start=1):
        if isinstance(one, Switches):
            books.settle_on(one)
            continue
        operation = Operation(no=no, **one)
        handing_in.recorded(operation, books.submit(handing_in.document(operation)))
    return {no: posted_by(books.documents[id_]) for no, id_ in handing_in.ids.items()}
