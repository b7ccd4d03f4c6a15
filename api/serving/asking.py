"""What a request asks for: read within limits, and refused where it is no GraphQL over HTTP."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

from cross_web import HTTPException, StarletteRequestAdapter
from graphql import OperationType
from starlette.requests import Request
from strawberry.http import GraphQLRequestData

from api.context import Services
from api.executing.execution import operation_type
from api.executing.limits import MOST_BYTES
from api.serving.answers import EVENTS, JSON, range_of
from api.serving.compressing import decompressed
from api.serving.consistency import position_named

_TOO_LARGE = f"The request is larger than {MOST_BYTES} bytes."


IDENTITY, GZIP = "identity", "gzip"
"""How a body may come: as it is, and compressed."""


class RequestRefused(HTTPException):
    """A request that is not GraphQL over HTTP; answered with a status and a GraphQL error."""

    def __init__(
        self, status_code: int, reason: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep the headers that the status needs (Allow, Accept-Encoding)."""
        super().__init__(status_code, reason)
        self.headers = dict(headers or {})


class Asking(Request):
    """A request whose headers are read once; of one that is sent twice the first counts."""

    @cached_property
    def headers(self) -> Mapping[str, str]:  # type: ignore[override]
        """By their names in small letters."""
        sent = reversed(list(self.scope["headers"]))
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in sent}


class BoundedRequest(StarletteRequestAdapter):
    """A request whose body is not read beyond the limit."""

    async def get_body(self) -> bytes:
        """The body, decompressed.

        Raises:
            RequestRefused: 413, before a larger one is read (where its length is announced: before
                it is sent) or decompressed; 400, it is not gzip, as it says.
        """
        announced = self.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > MOST_BYTES:
            raise RequestRefused(413, _TOO_LARGE)
        body = bytearray()
        async for chunk in self._request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise RequestRefused(413, _TOO_LARGE)
        if self.headers.get("content-encoding", IDENTITY).lower() == IDENTITY:
            return bytes(body)
        try:
            found = decompressed(body, MOST_BYTES)
        except ValueError as error:
            raise RequestRefused(400, f"The request is not gzip as a whole: {error}.") from error
        if found is None:
            raise RequestRefused(413, _TOO_LARGE)
        return found

    @property
    def services(self) -> Services:
        """What the process serves with."""
        return self._request.app.state.services


def check_method(method: str) -> None:
    """Only two methods ask.

    Raises:
        RequestRefused: 405: another one.
    """
    if method not in {"GET", "POST"}:
        raise RequestRefused(405, "GraphQL is asked by GET or POST.", {"Allow": "GET, POST"})


def check_content(headers: Mapping[str, str]) -> None:
    """A body is JSON in UTF-8, as it is or compressed by gzip.

    Raises:
        RequestRefused: 415: it says that it is something else.
    """
    _check_content(headers.get("content-type", ""), headers.get("content-encoding", IDENTITY))


@lru_cache(maxsize=64)  # clients send few different ones
def _check_content(content_type: str, encoding: str) -> None:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset")]
    if kind != JSON or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise RequestRefused(
            415, "The request must be application/json in UTF-8.", {"Accept": JSON}
        )
    if encoding.lower() not in {IDENTITY, GZIP}:
        raise RequestRefused(
            415, "The request can only be compressed by gzip.", {"Accept-Encoding": GZIP}
        )


_KINDS: tuple[tuple[str, type, str], ...] = (
    ("query", str, "string"),
    ("operationName", str, "string"),
    ("documentId", str, "string"),
    ("variables", dict, "JSON object"),
    ("extensions", dict, "JSON object"),
)


async def asked_for(
    found: object, headers: Mapping[str, str], services: Services
) -> GraphQLRequestData:
    """The operation that a request's parameters or its body ask for.

    Raises:
        RequestRefused: 400: they do not say it as GraphQL over HTTP does.
        Refused: the document that they name is not run.
    """
    if not isinstance(found, dict):
        raise RequestRefused(400, "The request must be a JSON object.")
    for name, kind, called in _KINDS:
        given = found.get(name)
        if given is not None and not isinstance(given, kind):
            raise RequestRefused(400, f"`{name}` must be a {called}, or left out.")
    query = await services.documents.text(services.database, found)
    name = found.get("operationName")
    return GraphQLRequestData(
        query=query,
        variables=found.get("variables"),
        operation_name=name,
        extensions=found.get("extensions"),
        protocol=_transport(headers, query, name, services),
    )


def _transport(
    headers: Mapping[str, str], query: str | None, name: str | None, services: Services
) -> Any:
    """How an operation is answered: "sse" for a stream of events, "http" for one answer.

    Clients that can take events (urql) say so with every operation, and expect JSON for all but
    subscriptions: the operation decides. Who takes nothing but events gets those.
    """
    if not accepts_events(headers):
        return "http"
    accepted = [range_of(part)[0] for part in headers["accept"].lower().split(",")]
    if EVENTS not in accepted:
        return "http"
    if accepted == [EVENTS] or _is_subscription(query, name, services):
        return "sse"
    return "http"


def accepts_events(headers: Mapping[str, str]) -> bool:
    """Whether the answer may have to be a stream of events."""
    return EVENTS in headers.get("accept", "").lower()


def _is_subscription(query: str | None, name: str | None, services: Services) -> bool:
    if not query or "subscription" not in query:
        return False
    return operation_type(query, name, services.text_limits) is OperationType.SUBSCRIPTION


def may_be_asked_of_replicas(asked: GraphQLRequestData, services: Services) -> bool:
    """Whether there are replicas, and it is a query."""
    return services.replicas is not None and only_reads(asked, services)


def only_reads(asked: GraphQLRequestData, services: Services) -> bool:
    """Whether it is a query, of which nothing remains but the answer."""
    kind = operation_type(asked.query or "", asked.operation_name, services.text_limits)
    return kind is OperationType.QUERY


def position_asked_for(
    headers: Mapping[str, str], extensions: Mapping[str, Any] | None
) -> int | None:
    """The position that whoever answers must know.

    Raises:
        RequestRefused: 400: what is given is none.
    """
    try:
        return position_named(headers, extensions)
    except ValueError as error:
        raise RequestRefused(400, f"The consistencyToken cannot be used: {error}.") from error
