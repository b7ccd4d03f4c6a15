"""The demo company: a chart, warehouses, items, and the worked example posted."""

import asyncio
import importlib
import importlib.util

from api.commands.databases import Report
from persistence.database import Database


def open_demo_company(database_url: str, report: Report) -> None:
    """Open the demo company unless it is there."""
    if importlib.util.find_spec("api.demo"):
        report("Opening the demo company")
        asyncio.run(_open(database_url, report))


async def _open(database_url: str, report: Report) -> None:
    database = await Database.open(database_url, most_connections=2)
    try:
        await importlib.import_module("api.demo").open_demo(database, report)
    finally:
        await database.close()
