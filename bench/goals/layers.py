"""What a document costs when the goods it takes lie in one open FIFO layer, and in a thousand."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from uuid_utils.compat import uuid7

from bench.books import Books, is_open, open_company
from bench.goal import ROUNDS, Goal, Run
from bench.load import deliveries
from bench.place import Place
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.references import Ref
from persistence.database import Database
from persistence.posting.post import Poster

LAYERS = 1_000
_FEW, _MANY = "FEW", "MANY"
_ITEMS, _WAREHOUSES = 20, 5
_CLIENTS = 8
_BATCH = 50


def _rounds(place: Place, books: Books) -> Iterator[Run]:
    asyncio.run(_prepare(place))
    with place.serving(1, books.key) as server:
        for prefix in (_FEW, _MANY):
            place.report(f"Warming up, {prefix}")
            deliveries(place, server, _CLIENTS, items=_ITEMS, companies=1, prefix=prefix)
        for round_no in range(1, ROUNDS + 1):
            place.report(f"Round {round_no} of {ROUNDS}")
            few, many = (
                deliveries(place, server, _CLIENTS, items=_ITEMS, companies=1, prefix=prefix)
                for prefix in (_FEW, _MANY)
            )
            yield Run(many.cpu_ms, few.cpu_ms)


async def _prepare(place: Place) -> None:
    """A company with one layer in each bin, and one with a thousand; made once."""
    if is_open(place, f"{_MANY}1"):
        return
    database = await Database.open(place.url, most_connections=4)
    try:
        for prefix, layers in ((_FEW, 1), (_MANY, LAYERS)):
            await open_company(place, database, f"{prefix}1", _WAREHOUSES, _ITEMS)
            poster = Poster(database)
            for first in range(0, layers, _BATCH):
                place.report(f"{prefix}: {first} of {layers} layers")
                receipts = [
                    _receipt(f"{prefix}1", layer)
                    for layer in range(first, min(first + _BATCH, layers))
                ]
                done = await poster.submit_batch(receipts, "bench", all_or_none=True)
                assert all(not isinstance(one, Exception) for one in done), done
    finally:
        await database.close()


def _receipt(company: str, layer: int) -> PurchaseReceipt:
    """Another layer in every bin, each at a price of its own."""
    return PurchaseReceipt(
        id=uuid7(),
        company=Ref("company", "code", company),
        posting_date=date(2020, 1, 1) + timedelta(days=layer),
        supplier=Ref("party", "code", "S"),
        lines=tuple(
            ReceiptLine(
                item=Ref("item", "sku", f"I{item}"),
                quantity=Decimal(1_000_000),
                rate=Decimal(5) + Decimal(layer) / 100,
                warehouse=Ref("warehouse", "code", f"W{warehouse}"),
            )
            for item in range(1, _ITEMS + 1)
            for warehouse in range(1, _WAREHOUSES + 1)
        ),
    )


LAYERS_GOALS = (Goal("fifo-layers", "ms CPU a document", "one layer", "<=", 1.15, _rounds),)
