"""What commands that only ask or change the database have in common."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from api.commands.databases import usable_database
from api.commands.terminal import CommandError, Progress
from api.messages import message
from api.settings import Settings
from domain.errors import Refused
from persistence.database import Database

Result = TypeVar("Result")

_LANGUAGE = "en"


def on_database(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Do something with the database, also beside a server that runs on it.

    Raises:
        CommandError: it was refused.
    """

    async def run(url: str) -> Result:
        database = await Database.open(url, most_connections=2)
        try:
            return await work(database)
        except Refused as refused:
            texts = (message(refusal, _LANGUAGE) for refusal in refused.refusals)
            raise CommandError(" ".join(texts)) from refused
        finally:
            await database.close()

    with Progress() as progress, usable_database(settings, progress.stage) as url:
        progress.done()
        return asyncio.run(run(url))


def moment(at: datetime | None) -> str:
    """A moment as tables show it: to the minute, in UTC; nothing for none."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""


def recorded_by() -> str:
    """Who is recorded: the system's user, on the command line."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"
