"""The endpoint: GraphQL over HTTP, as the specification's draft and its audits have it.

https://graphql.github.io/graphql-over-http/draft/ . Every answer, a refused request's too, is a
GraphQL response in the media type that the client accepts.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast

import orjson
import structlog
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.streaming import SSETransport
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType as Kind
from strawberry.types.unset import UnsetType

from api.context import Context, Services
from api.executing.limits import MOST_SUBSCRIPTIONS
from api.messages import negotiate
from api.serving.answers import (
    GRAPHQL_JSON,
    JSON,
    answer_of,
    media_type,
    not_begun,
    refusal,
    response_of,
)
from api.serving.asking import (
    Asking,
    BoundedRequest,
    RequestRefused,
    accepts_events,
    asked_for,
    check_content,
    check_method,
    may_be_asked_of_replicas,
    only_reads,
    position_asked_for,
)
from api.serving.consistency import answered
from api.serving.hanging_up import while_connected
from api.serving.sockets import Socket
from api.telemetry.traces import remote_parent
from api.types.errors import refusal_of
from domain.errors import Refused
from persistence.tracing import is_enabled, span

log = structlog.get_logger("perpetuo.http")

_ALLOWED: Mapping[str, frozenset[Kind]] = {
    "GET": frozenset(Kind.from_http("GET")),
    "POST": frozenset(Kind.from_http("POST")),
}
"""Which kinds of operations may be asked for by which method."""


EVENT_ID = "event_id"
"""Where a subscription leaves the sequence that it has reached, in the request's state."""

SEQUENCE = "sequence"
"""The same in the extensions of an event over HTTP, from where the event stream takes its id."""


class EventStream(SSETransport):
    """Server-sent events (graphql-sse, distinct connections) whose ids can be resumed from."""

    def encode_next(self, response: GraphQLHTTPResponse, encode_json: Any) -> str:
        """An event, with the sequence as its id where the subscription has one."""
        extensions = response.get("extensions") or {}
        event = super().encode_next(response, encode_json)
        return f"id: {extensions[SEQUENCE]}\n{event}" if SEQUENCE in extensions else event

    def encode_event(self, event: str, data: str | None = None) -> str:
        """Lines end with a line feed alone: urql finds no event in others."""
        return super().encode_event(event, data).replace("\r\n", "\n")

    def encode_comment(self, comment: str) -> str:
        """As events."""
        return super().encode_comment(comment).replace("\r\n", "\n")


class _Carrier(Response):
    """What is known of an answer before there is one; it is never sent, and has no headers."""

    def __init__(self, media_type: str) -> None:
        """No status yet, and nothing rendered."""
        self.media_type = media_type
        self.status_code = 200
        self.background = None
        self.raw_headers = []


class GraphQLEndpoint(GraphQL[Context, None]):
    """The one endpoint: POST with JSON; queries also by GET."""

    request_adapter_class = BoundedRequest
    graphql_transport_ws_handler_class = Socket
    stream_transport_classes_by_protocol = MappingProxyType({GRAPHQL_SSE_PROTOCOL: EventStream})

    def __init__(self, schema: Any) -> None:
        """Serve a schema; the application has its services in `app.state.services`."""
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            max_subscriptions_per_connection=MOST_SUBSCRIPTIONS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever happens, with a GraphQL response."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Asking(scope, receive)
        parent = remote_parent(request.headers) if is_enabled() else None
        with span("graphql", parent=parent, kind=SpanKind.SERVER):
            await self._answer(request, scope, receive, send)

    async def _answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_method(request.method)
            is_once = not accepts_events(request.headers)
            response = await (self._once(request) if is_once else self.run(request))
        except RequestRefused as refused:
            response = refusal(request, refused.status_code, refused.reason, refused.headers)
        except HTTPException as refused:
            response = refusal(request, refused.status_code, refused.reason)
        except Refused as refused:
            response = not_begun(request, refused)
        except ClientDisconnect:
            return
        except Exception as fault:  # noqa: BLE001 - each is logged, and told as what it is
            told = refusal_of(fault, "http")
            response = answer_of(request, 503 if told.retryable else 500, told)
        await response(scope, receive, send)

    async def _once(self, request: Request) -> Response:
        """One answer: what `run` comes to where nothing else can be wanted."""
        asking = self.request_adapter_class(request)
        carrier = await self.get_sub_response(request)
        context = await self.get_context(request, carrier)
        asked = await self.parse_http_body(asking)
        if only_reads(asked, context.services):
            async with while_connected(request.receive):
                result = await self._executed(request, request.method, context, asked)
        else:
            result = await self._executed(request, request.method, context, asked)
        return self.create_response(await self.process_result(request, result), carrier)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - strawberry's signature
    ) -> Context:
        """A fresh context for each request."""
        language = negotiate(request.headers.get("accept-language", ""))
        services: Services = request.app.state.services
        context = Context.of(services, language, request)
        context.authorization = request.headers.get("authorization")
        await context.identify()
        return context

    async def create_streaming_response(
        self,
        request: Request | WebSocket,
        stream: Callable[[], AsyncIterator[str]],
        sub_response: Response,
        headers: Mapping[str, str],
    ) -> Response:
        """Events until the subscription ends, or this process stops."""
        services: Services = request.app.state.services

        def events() -> AsyncIterator[str]:
            return services.stopping.until(stream())

        return await super().create_streaming_response(request, events, sub_response, headers)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """A browser's WebSocket brings its token in the first message, as `Authorization`."""
        params = context.connection_params
        found = params.get("Authorization") or params.get("authorization") if params else None
        if isinstance(found, str):
            context.authorization = found
            await context.identify()
        return await super().on_ws_connect(context)

    async def get_sub_response(self, request: Request) -> Response:  # type: ignore[override]
        """Carries the media type to `create_response`, which does not see the request."""
        return _Carrier(media_type(request.headers.get("accept", "")))

    def should_render_graphql_ide(self, request: object) -> bool:  # noqa: ARG002 - as above
        """Never: the page is served elsewhere."""
        return False

    def decode_json(self, data: str | bytes) -> object:
        """UTF-8 only; numbers with too many digits become floats, which Decimal refuses."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """A message or event: text, for a WebSocket's binary frames are no JSON to browsers."""
        return orjson.dumps(data).decode()

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The operation that a request asks for.

        Raises:
            RequestRefused: 400, 413 or 415.
            Refused: the document that it names is not run.
        """
        if request.method == "GET":
            given = {name: text for name, text in request.query_params.items() if text}
            found: object = self.parse_query_params(given)
        else:
            check_content(request.headers)
            found = self.parse_json(await request.get_body())
        return await asked_for(found, request.headers, cast("BoundedRequest", request).services)

    async def execute_single(self, **given: Any) -> ExecutionResult:  # type: ignore[override]
        """See `_executed`; strawberry calls it where events may be wanted."""
        method, context = given["request_adapter"].method, given["context"]
        return await self._executed(given["request"], method, context, given["request_data"])

    async def _executed(
        self, request: Request, method: str, context: Context, asked: GraphQLRequestData
    ) -> ExecutionResult:
        """Executed, a query on a replica if it may be; a mutation by GET is refused.

        Raises:
            RequestRefused: 400 or 405: there is no operation, or none that may be asked for so.
        """
        position = position_asked_for(request.headers, asked.extensions)
        run = partial(
            self.schema.execute,
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            allowed_operation_types=_ALLOWED[method],
            operation_extensions=asked.extensions,
        )
        try:
            if not may_be_asked_of_replicas(asked, context.services):
                return await run()
            return await answered(context, position, run)
        except MissingQueryError as error:
            raise RequestRefused(400, "No GraphQL query found in the request") from error
        except CannotGetOperationTypeError as error:
            raise RequestRefused(400, error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            raise RequestRefused(
                405, "Only queries may be asked by GET.", {"Allow": "POST"}
            ) from error

    async def process_result(
        self,
        request: Request,
        result: ExecutionResult,
    ) -> Any:
        """Without data the request itself was wrong: the response has no `data` then."""
        answer: GraphQLHTTPResponse = {}
        if result.errors:
            answer["errors"] = [error.formatted for error in result.errors]
        if result.data is not None or not _is_request_error(result):
            answer["data"] = result.data
        if result.extensions:
            answer["extensions"] = result.extensions
        event_id = getattr(request.state, EVENT_ID, None)
        if event_id is not None:
            answer["extensions"] = {**(result.extensions or {}), SEQUENCE: event_id}
        return answer

    def create_response(self, response_data: Any, sub_response: Response) -> Response:
        """Status 400 for request errors; plain application/json keeps 200, for old clients."""
        wrong = "data" not in response_data
        sub_response.status_code = 400 if wrong and _is_graphql(sub_response) else 200
        return response_of(response_data, sub_response.status_code, sub_response.media_type or JSON)


def _is_request_error(result: ExecutionResult) -> bool:
    return bool(result.errors) and not any(error.path for error in result.errors or ())


def _is_graphql(response: Response) -> bool:
    return response.media_type == GRAPHQL_JSON
