"""The demo company: a chart, warehouses, items, and the worked example posted."""

import asyncio

from api.commands.databases import Report
from api.demo.company import open_demo
from persistence.database import Database


def open_demo_company(database_url: str, report: Report) -> None:
    """Open the demo company unless it is there.

    Raises:
        DemoError: something else has its place.
    """
    report("Opening the demo company")
    asyncio.run(_open(database_url, report))


async def _open(database_url: str, report: Report) -> None:
    database = await Database.open(database_url, most_connections=4)
    try:
        await open_demo(database, report)
    finally:
        await database.close()
