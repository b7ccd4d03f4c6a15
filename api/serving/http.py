"""The endpoint: GraphQL over HTTP, as the specification's draft and its audits have it.

https://graphql.github.io/graphql-over-http/draft/ . Every answer, a refused request's too, is a
GraphQL response in the media type that the client accepts.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, cast
from uuid import uuid4

import orjson
import structlog
from cross_web import AsyncHTTPRequestAdapter, HTTPException, StarletteRequestAdapter
from graphql import OperationType
from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.streaming import SSETransport
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UnsetType

from api.context import Context, Services
from api.executing.execution import operation_type
from api.executing.limits import MOST_BYTES, MOST_SUBSCRIPTIONS
from api.messages import negotiate
from api.serving.answers import (
    EVENTS,
    GRAPHQL_JSON,
    JSON,
    answer_of,
    media_type,
    not_begun,
    range_of,
    refusal,
    response_of,
)
from api.serving.consistency import answered, position_named
from api.serving.sockets import Socket
from api.telemetry.traces import remote_parent
from domain.errors import InternalError, Refused
from persistence.tracing import is_enabled, span

log = structlog.get_logger("perpetuo.http")

_TOO_LARGE = f"The request is larger than {MOST_BYTES} bytes."


class RequestRefused(HTTPException):
    """A request that is not GraphQL over HTTP; answered with a status and a GraphQL error."""

    def __init__(
        self, status_code: int, reason: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep the headers that the status needs (Allow, Accept-Encoding)."""
        super().__init__(status_code, reason)
        self.headers = dict(headers or {})


class BoundedRequest(StarletteRequestAdapter):
    """A request whose body is not read beyond the limit."""

    async def get_body(self) -> bytes:
        """The body.

        Raises:
            RequestRefused: 413, before the rest of a larger one is read.
        """
        body = bytearray()
        async for chunk in self._request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise RequestRefused(413, _TOO_LARGE)
        return bytes(body)

    @property
    def services(self) -> Services:
        """What the process serves with."""
        return self._request.app.state.services


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
        request = Request(scope, receive)
        parent = remote_parent(request.headers) if is_enabled() else None
        with span("graphql", parent=parent, kind=SpanKind.SERVER):
            await self._answer(request, scope, receive, send)

    async def _answer(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            _check_method(request)
            response = await self.run(request)
        except RequestRefused as refused:
            response = refusal(request, refused.status_code, refused.reason, refused.headers)
        except HTTPException as refused:
            response = refusal(request, refused.status_code, refused.reason)
        except Refused as refused:
            response = not_begun(request, refused)
        except ClientDisconnect:
            return
        except Exception:
            incident = str(uuid4())
            log.exception("internal_error", operation="http", incident=incident)
            response = answer_of(request, 500, InternalError(incident=incident))
        await response(scope, receive, send)

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
            found: object = self.parse_query_params(request.query_params)
        else:
            _check_content(request.headers)
            found = self.parse_json(await request.get_body())
        if not isinstance(found, dict):
            raise RequestRefused(400, "The request must be a JSON object.")
        _check_kind(found, "query", str)
        _check_kind(found, "operationName", str)
        _check_kind(found, "documentId", str)
        _check_kind(found, "variables", dict)
        _check_kind(found, "extensions", dict)
        services = cast("BoundedRequest", request).services
        query = await services.documents.text(services.database, found)
        return GraphQLRequestData(
            query=query,
            variables=found.get("variables"),
            operation_name=found.get("operationName"),
            extensions=found.get("extensions"),
            protocol=_transport(request.headers, query, found.get("operationName"), services),
        )

    async def execute_single(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Executed, a query on a replica if it may be; a mutation by GET is refused."""
        context: Context = kwargs["context"]
        asked: GraphQLRequestData = kwargs["request_data"]
        position = _position_named(kwargs["request"].headers, asked.extensions)
        run = partial(super().execute_single, *args, **kwargs)
        try:
            if context.services.replicas is None or not _is_query(asked, context.services):
                return await run()
            return await answered(context, position, run)
        except HTTPException as refused:
            if not isinstance(refused.__cause__, InvalidOperationTypeError):
                raise
            raise RequestRefused(
                405, "Only queries may be asked by GET.", {"Allow": "POST"}
            ) from refused

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


def _transport(
    headers: Mapping[str, str], query: str | None, name: str | None, services: Services
) -> Any:
    """How an operation is answered: "sse" for a stream of events, "http" for one answer.

    Clients that can take events (urql) say so with every operation, and expect JSON for all but
    subscriptions: the operation decides. Who takes nothing but events gets those.
    """
    accept = headers.get("accept", "").lower()
    if EVENTS not in accept:
        return "http"
    accepted = [range_of(part)[0] for part in accept.split(",")]
    if EVENTS not in accepted:
        return "http"
    if accepted == [EVENTS] or _is_subscription(query, name, services):
        return "sse"
    return "http"


def _is_subscription(query: str | None, name: str | None, services: Services) -> bool:
    if not query or "subscription" not in query:
        return False
    return operation_type(query, name, services.text_limits) is OperationType.SUBSCRIPTION


def _is_query(asked: GraphQLRequestData, services: Services) -> bool:
    kind = operation_type(asked.query or "", asked.operation_name, services.text_limits)
    return kind is OperationType.QUERY


def _position_named(headers: Mapping[str, str], extensions: Mapping[str, Any] | None) -> int | None:
    try:
        return position_named(headers, extensions)
    except ValueError as error:
        raise RequestRefused(400, f"The consistencyToken cannot be used: {error}.") from error


def _is_request_error(result: ExecutionResult) -> bool:
    return bool(result.errors) and not any(error.path for error in result.errors or ())


def _is_graphql(response: Response) -> bool:
    return response.media_type == GRAPHQL_JSON


def _check_method(request: Request) -> None:
    if request.method not in {"GET", "POST"}:
        raise RequestRefused(405, "GraphQL is asked by GET or POST.", {"Allow": "GET, POST"})


def _check_kind(found: dict[str, Any], name: str, kind: type) -> None:
    if not isinstance(found.get(name), kind | None):
        raise RequestRefused(400, f"`{name}` must be a {_JSON_NAMES[kind]}, or left out.")


_JSON_NAMES = {str: "string", dict: "JSON object"}


def _check_content(headers: Mapping[str, str]) -> None:
    kind, *parameters = (
        part.strip().lower() for part in headers.get("content-type", "").split(";")
    )
    charsets = [p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset")]
    if kind != JSON or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise RequestRefused(
            415, "The request must be application/json in UTF-8.", {"Accept": JSON}
        )
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestRefused(
            415, "The request must not be compressed.", {"Accept-Encoding": "identity"}
        )
