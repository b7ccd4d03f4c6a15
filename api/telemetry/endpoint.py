"""`/metrics`: what is counted, for Prometheus; of all processes that share the port."""

import os

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.context import Services
from domain.errors import Refused
from persistence.measures import note_pool

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that tells the library where processes leave their counts for each other."""


async def metrics(request: Request) -> Response:
    """Everything counted so far; where a token is needed, any valid one will do."""
    services: Services = request.app.state.services
    try:
        principal = await services.authenticator.principal(request.headers.get("authorization"))
    except Refused:
        return PlainTextResponse("try again\n", 503)
    if not principal.is_known:
        headers = {"WWW-Authenticate": "Bearer"}
        return PlainTextResponse("a token is needed\n", 401, headers)
    note_pool(services.database)
    registry = REGISTRY
    if SHARED_FOLDER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
