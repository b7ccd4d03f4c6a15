"""Documents of Tryton's, each taken through its states by calls of its own: that is its API."""

from datetime import UTC, date, datetime
from typing import Any

from bench.peer.client import Session

Lines = list[tuple[int, int]]
"""Products and quantities."""


def today() -> date:
    """The day of Tryton's documents: it goes by the local clock."""
    return datetime.now(UTC).astimezone().date()


def receive(
    session: Session, ids: dict[str, Any], warehouse: dict[str, int], lines: Lines, price: str
) -> None:
    """Receive goods at a price: two calls, each a transaction of its own."""
    received = _shipment(ids, warehouse, lines, price, ids["suppliers"], warehouse["storage"])
    received |= {"supplier": ids["supplier"], "warehouse_input": warehouse["storage"]}
    _through(session, "stock.shipment.in", received, ["receive"])


def deliver(session: Session, ids: dict[str, Any], warehouse: dict[str, int], lines: Lines) -> None:
    """Deliver goods to the customer: five calls, each a transaction of its own."""
    delivered = _shipment(ids, warehouse, lines, "9.50", warehouse["storage"], ids["customers"])
    delivered |= {
        "customer": ids["customer"], "delivery_address": ids["address"],
        "warehouse_output": warehouse["storage"],
    }  # fmt: skip
    _through(session, "stock.shipment.out", delivered, ["wait", "assign_try", "pack", "do"])


def _shipment(
    ids: dict[str, Any],
    warehouse: dict[str, int],
    lines: Lines,
    price: str,
    origin: int,
    destination: int,
) -> dict[str, Any]:
    """What shipments of both ways say."""
    moves = [
        {
            "product": product, "unit": ids["unit"], "quantity": quantity,
            "unit_price": {"__class__": "Decimal", "decimal": price}, "currency": ids["currency"],
            "company": ids["company"], "from_location": origin, "to_location": destination,
        }
        for product, quantity in lines
    ]  # fmt: skip
    return {
        "company": ids["company"], "warehouse": warehouse["id"],
        "warehouse_storage": warehouse["storage"], "moves": [("create", moves)],
    }  # fmt: skip


def _through(session: Session, model: str, shipment: dict[str, Any], steps: list[str]) -> None:
    """Create a shipment and take it through its steps."""
    (made,) = session.call(f"model.{model}.create", [shipment], session.context)
    for step in steps:
        session.call(f"model.{model}.{step}", [made], session.context)
