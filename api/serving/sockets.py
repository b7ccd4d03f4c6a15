"""WebSockets, over which operations may be named by their hash as over HTTP."""

from typing import Any, cast

from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message, SubscribeMessage

from api.context import Context
from api.executing.top_level import error_of
from domain.errors import Refused


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """A WebSocket (graphql-transport-ws) on which operations may be named by their hash."""

    async def handle_message(self, message: Message) -> None:
        """What is no message ends the connection as the protocol has it, with 4400."""
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Put the text in the place of its name; what is refused ends that operation alone."""
        asked: Any = message["payload"]
        if self.connection_acknowledged and isinstance(asked, dict):
            context = cast("Context", self.context)
            try:
                text = await context.services.documents.text(context.database, asked)
            except Refused as refused:
                error: Any = error_of(refused.refusals[0], context.language)
                await self.send_message({"id": message["id"], "type": "error", "payload": [error]})
                return
            if text is not None:
                message["payload"]["query"] = text
        await super().handle_subscribe(message)


def _is_message(found: Any) -> bool:
    """Whether it has the form of one, as far as strawberry takes that for granted."""
    if not isinstance(found, dict) or found.get("type") != "subscribe":
        return isinstance(found, dict)
    asked = found.get("payload")
    return (
        isinstance(found.get("id"), str | int)
        and isinstance(asked, dict)
        and isinstance(asked.get("query"), str | None)
    )
