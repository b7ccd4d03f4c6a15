"""Answers of the endpoint: GraphQL responses in the media type that the client accepts."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.executing.top_level import error_of
from api.messages import negotiate
from domain.errors import Refusal, Refused, RequestMalformed

JSON = "application/json"
EVENTS = "text/event-stream"
GRAPHQL_JSON = "application/graphql-response+json"
RETRY_SECONDS = "2"
"""After which a database that was away is tried again."""


@lru_cache(maxsize=64)  # clients send few different ones
def media_type(accept: str) -> str:
    """The media type of the answer: the better one of the two that the client accepts."""
    best, chosen = 0.0, JSON
    ranges = [range_of(part) for part in (accept or JSON).lower().split(",")]
    for offered in (JSON, GRAPHQL_JSON):
        qualities = [q for name, q in ranges if name in {offered, "application/*", "*/*"}]
        exact = [q for name, q in ranges if name == offered]
        quality = exact[0] if exact else max(qualities, default=0.0)
        if quality > best or (quality == best > 0 and exact and offered == GRAPHQL_JSON):
            best, chosen = quality, offered
    return chosen


def range_of(part: str) -> tuple[str, float]:
    """A media range of an Accept header, and its quality."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


def response_of(content: Any, status: int, media: str) -> Response:
    """A GraphQL response as it is sent; of what may be asked again, after how many seconds."""
    headers = {"Retry-After": RETRY_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return Response(orjson.dumps(content), status, headers, f"{media}; charset=utf-8")


def refusal(
    request: Request, status: int, reason: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A GraphQL error with a status, in the media type that the client accepts."""
    response = answer_of(request, status, RequestMalformed(problem=reason))
    response.headers.update(headers or {})
    return response


def not_begun(request: Request, refused: Refused) -> Response:
    """A request that is not begun: 503 if it may be later, else as any other request error."""
    language = negotiate(request.headers.get("accept-language", ""))
    accept = request.headers.get("accept", "")
    media = media_type(accept)
    status = 200 if media == JSON and accept != EVENTS else 400
    if any(one.retryable for one in refused.refusals):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    return response_of({"errors": [error_of(refused.refusals[0], language)]}, status, media)


def answer_of(request: Request, status: int, refusal: Refusal) -> Response:
    """A refusal with a status, in the language and media type that the client accepts."""
    language = negotiate(request.headers.get("accept-language", ""))
    media = media_type(request.headers.get("accept", ""))
    return response_of({"errors": [error_of(refusal, language)]}, status, media)
