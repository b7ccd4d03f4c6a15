"""`make bench-backdated`: a receipt posted before N later movements of its bin.

Time and rows must grow with N and with nothing else; bins of other goods must stay as they are.
Each round posts a receipt dated before all others, at another price and large enough that every
later issue takes from it, so that the cost of all of them changes.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table
from uuid_utils.compat import uuid7

from api.collecting import collect_rarely
from api.context import Context, Services
from api.schema import schema
from domain.documents.delivery_note import DeliveryLine, DeliveryNote
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.references import Ref
from persistence.database import Database
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from persistence.posting.post import Poster

CODE = "BENCH"
FIRST_SALE = date(2026, 2, 1)
ROUNDS = 3
LINES = 10
"""Lines of a delivery note: each is a movement of the bin."""

TABLES = ("movement", "cost_entry", "journal_entry", "journal_line", "layer", "bin_snapshot")
_MASTERS = """
mutation($company: CompanyRef!) {
  createCompany(input: {code: "BENCH", name: "Bench", currency: "USD", chart: PERPETUAL_EN,
                        scheme: PERPETUAL}) { errors { message } }
  createWarehouse(input: {company: $company, code: "Stores", name: "Stores",
                          account: {code: "Stores"}}) { errors { message } }
  a: createParty(input: {company: $company, code: "S", name: "S", roles: [SUPPLIER]}) {
    errors { message } }
  b: createParty(input: {company: $company, code: "C", name: "C", roles: [CUSTOMER]}) {
    errors { message } }
}
"""
_ITEM = """
mutation($company: CompanyRef!, $sku: String!, $method: CostingMethod!) {
  createItem(input: {company: $company, sku: $sku, name: $sku, costingMethod: $method}) {
    item { id } errors { message } } }
"""
# xmin is the transaction that wrote the row: it tells an update that changes nothing too.
_OTHERS = """
select md5(string_agg(r, '' order by r)) from (
  select 'b' || xmin::text || bin::text as r from bin where item_id <> %(item)s
  union all select 's' || xmin::text || s::text from bin_snapshot s where item_id <> %(item)s
  union all select 'l' || xmin::text || layer::text from layer where item_id <> %(item)s
  union all select 'c' || xmin::text || c::text from cost_entry c where item_id <> %(item)s) rows
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One backdated receipt: seconds, and rows added by table (of caches: rewritten)."""

    seconds: float
    rows: dict[str, int]


class Bench:
    """A company with goods of which more and more has left."""

    def __init__(self, database: Database) -> None:
        """`database` is migrated and empty."""
        collect_rarely()
        self._database = database
        self._poster = Poster(database)
        self._context = Services(database, self._poster)
        self.company = UUID(int=0)

    async def open(self) -> None:
        """Its masters."""
        await self._ask(_MASTERS)
        async with self._database.transaction(None) as connection:
            cursor = await connection.execute("select id from company where code = %s", (CODE,))
            row: Any = await cursor.fetchone()
            self.company = row[0]

    async def goods(self, sku: str, method: str, later: int) -> UUID:
        """An item that was bought, and then left in `later` movements."""
        made = await self._ask(_ITEM, sku=sku, method=method)
        await self._receive(sku, FIRST_SALE - timedelta(days=1), later, "10")
        for start in range(0, later, LINES):
            line = DeliveryLine(
                item=Ref("item", "sku", sku),
                quantity=Decimal(1),
                rate=Decimal(30),
                warehouse=Ref("warehouse", "code", "Stores"),
            )
            note = DeliveryNote(
                id=uuid7(),
                company=Ref("company", "code", CODE),
                posting_date=FIRST_SALE + timedelta(days=start // 1000),
                customer=Ref("party", "code", "C"),
                lines=(line,) * min(LINES, later - start),
            )
            await self._poster.submit(note, "bench")
        return UUID(made["createItem"]["item"]["id"])

    async def backdated(self, sku: str, item: UUID, later: int, round_no: int) -> Measured:
        """Post a receipt before everything; nothing else may change.

        Raises:
            AssertionError: rows of other goods were written.
        """
        before, others = await self._counts(item), await self._others(item)
        day = FIRST_SALE - timedelta(days=10 + round_no)
        began = time.perf_counter()
        await self._receive(sku, day, later, str(11 + round_no))
        seconds = time.perf_counter() - began
        assert await self._others(item) == others, "other goods were touched"
        after = await self._counts(item)
        added = {table: after[table] - before[table] for table in TABLES[:4]}
        written = {table: after[table] for table in TABLES[4:]}
        return Measured(seconds, added | written)

    async def _receive(self, sku: str, day: date, quantity: int, rate: str) -> None:
        line = ReceiptLine(
            item=Ref("item", "sku", sku),
            quantity=Decimal(quantity),
            rate=Decimal(rate),
            warehouse=Ref("warehouse", "code", "Stores"),
        )
        receipt = PurchaseReceipt(
            id=uuid7(),
            company=Ref("company", "code", CODE),
            posting_date=day,
            supplier=Ref("party", "code", "S"),
            lines=(line,),
        )
        await self._poster.submit(receipt, "bench")

    async def _counts(self, item: UUID) -> dict[str, int]:
        """Rows by table; those of caches of this item alone."""
        counts: dict[str, int] = {}
        async with self._database.transaction(self.company) as connection:
            for table in TABLES:
                of_item = " where item_id = %(item)s" if table in TABLES[4:] else ""
                query = f"select count(*) from {table}{of_item}"
                cursor = await connection.execute(query.encode(), {"item": item})
                row: Any = await cursor.fetchone()
                counts[table] = row[0]
        return counts

    async def _others(self, item: UUID) -> str:
        async with self._database.transaction(self.company) as connection:
            cursor = await connection.execute(_OTHERS, {"item": item})
            row: Any = await cursor.fetchone()
        return row[0]

    async def _ask(self, query: str, **variables: Any) -> Any:
        done = await schema.execute(
            query,
            variable_values={"company": {"code": CODE}, **variables},
            context_value=Context.of(self._context),
        )
        assert not done.errors, done.errors
        assert done.data is not None
        assert not any(made["errors"] for made in done.data.values()), done.data
        return done.data


def known_to_the_planner(url: str) -> None:
    """Gather statistics, as PostgreSQL does by itself within a minute or so."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("analyze")


async def measure(url: str, sizes: Sequence[int], methods: Sequence[str]) -> Table:
    """The table of all sizes and methods, the median of the rounds."""
    database = await Database.open(url, most_connections=4)
    table = Table("method", "later movements", "ms", "µs a movement", *TABLES)
    try:
        bench = Bench(database)
        await bench.open()
        await bench.goods("OTHER", "FIFO", 100)
        for method in methods:
            for later in sizes:
                sku = f"{method}-{later}"
                item = await bench.goods(sku, method, later)
                known_to_the_planner(url)
                rounds = [await bench.backdated(sku, item, later, no) for no in range(ROUNDS)]
                seconds = median(one.seconds for one in rounds)
                rows = [f"{median(one.rows[name] for one in rounds):.0f}" for name in TABLES]
                table.add_row(
                    method, str(later), f"{seconds * 1e3:.0f}", f"{seconds / later * 1e6:.0f}",
                    *rows,
                )  # fmt: skip
    finally:
        await database.close()
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-backdated")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--methods", nargs="+", default=["FIFO", "MOVING_AVERAGE"])
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as server:
        upgrade(server.url)
        table = asyncio.run(measure(server.url, chosen.sizes, chosen.methods))
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
