"""A subscription is guarded when it begins and before each event: it ends when rights do."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from api.auth.guard import watched
from api.auth.permissions import Rule
from api.auth.principal import ANONYMOUS, DEVELOPER, Principal
from api.context import Context, Services
from domain.errors import Refused
from domain.roles import Permission

pytestmark = pytest.mark.anyio

SIGNED_IN = Rule(Permission.SIGNED_IN, within_warehouses=False)
SOMEBODY = Principal("somebody")


class Revocable:
    """Says who asks, until it is told otherwise."""

    def __init__(self, who: Principal) -> None:
        self.who = who

    async def principal(self, authorization: str | None) -> Principal:  # noqa: ARG002 - no token is looked at
        return self.who


async def _numbers(_source: Any, _info: Any) -> AsyncIterator[int]:
    for number in range(3):
        yield number


def _stream(tokens: Revocable) -> Any:
    services = Services(None, authenticator=tokens)  # type: ignore[arg-type] - nothing is read from a database
    context = Context.of(services)
    context.principal = tokens.who
    return watched("numbers", SIGNED_IN, _numbers)(None, SimpleNamespace(context=context))


@pytest.mark.parametrize("who", [SOMEBODY, DEVELOPER], ids=["somebody", "developer"])
async def test_events_come_while_one_may(who: Principal) -> None:
    assert [event async for event in _stream(Revocable(who))] == [0, 1, 2]


async def test_nothing_begins_without_a_token() -> None:
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await anext(_stream(Revocable(ANONYMOUS)))


async def test_it_ends_when_the_token_does() -> None:
    tokens = Revocable(SOMEBODY)
    stream = _stream(tokens)
    assert await anext(stream) == 0
    tokens.who = ANONYMOUS
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await anext(stream)
    assert [event async for event in stream] == []
