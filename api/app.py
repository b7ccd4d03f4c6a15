"""The composition root: which adapters serve the API, and where it is mounted."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from api.auth.authentication import Authenticator, Development, TokenAuthenticator
from api.auth.oidc import OpenIdTokens
from api.collecting import collect_rarely
from api.context import Services
from api.cost.limits import CostLimits
from api.executing.trusted_documents import TrustedDocuments
from api.exporting.export import exporting
from api.logs import configure_logs
from api.schema import schema
from api.serving.compressing import Compressed
from api.serving.folding import Folding
from api.serving.http import GraphQLEndpoint
from api.serving.origins import guard_origins
from api.serving.page import page_routes
from api.serving.stopping import ended
from api.settings import Settings, is_loopback
from api.telemetry.endpoint import metrics
from api.telemetry.traces import traced_to
from api.webhooks.delivering import Deliveries
from persistence.access.hearing import listen
from persistence.database import Database
from persistence.feed import Watch
from persistence.posting.post import Poster
from persistence.replicas import Replicas


def create_app(settings: Settings, database_url: str) -> Starlette:
    """The application, serving the books of one database.

    Args:
        settings: the operator's choices.
        database_url: the database to serve; for the embedded one its owner knows the address.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = await Database.open(database_url, most_connections=settings.connections)
        replicas = await _replicas(settings)
        feed = Watch(database)
        private = settings.webhook_private_targets
        authenticator = _authenticator(settings, database)
        services = app.state.services = Services(
            database,
            Poster(database, at_once=settings.postings_at_once),
            feed,
            private,
            authenticator=authenticator,
            cost_limits=CostLimits.parse(settings.cost_limits),
            text_limits=settings.text_limits,
            documents=TrustedDocuments(only=settings.documents == "trusted"),
            replicas=replicas,
            replicas_answer_all=settings.replica_reads == "all",
        )
        deliveries = Deliveries(database, allow_private=private)
        background = [asyncio.create_task(deliveries.run(), name="webhooks")]
        if isinstance(authenticator, TokenAuthenticator):
            hearing = listen(database_url, authenticator)
            background.append(asyncio.create_task(hearing, name="access"))
        if settings.fold_ledger:
            background.append(asyncio.create_task(Folding(database).run(), name="folding"))
        if replicas is not None:
            background.append(asyncio.create_task(replicas.run(), name="replicas"))
        with traced_to(settings.otlp_endpoint), services.stopping.on_signals():
            try:
                yield
            finally:
                await ended(background)
                await feed.close()
                if replicas is not None:
                    await replicas.close()
                await database.close()

    graphql, compressed = GraphQLEndpoint(schema), [Middleware(Compressed)]
    app = Starlette(
        routes=[
            Route("/graphql", graphql, middleware=compressed),  # what is asked most is found first
            WebSocketRoute("/graphql", graphql),
            Route("/health", _health),
            Route("/metrics", metrics),
            *page_routes(),
            Route("/export/{name}.{format}", exporting(schema), middleware=compressed),
        ],
        lifespan=lifespan,
    )
    guard_origins(app, settings.origins, local_only=_is_development(settings))
    return app


def worker() -> Starlette:
    """The application of a server process, with its settings from the environment."""
    settings = Settings.load()
    configure_logs(settings.log_level, settings.log_format)
    _end_with_parent()
    if settings.database_url is None:
        raise RuntimeError("a worker is told its database: PERPETUO_DATABASE_URL is not set")
    if settings.auth != "required" and not is_loopback(settings.host):
        raise RuntimeError("without tokens only loopback is served: see `perpetuo serve`")
    app = create_app(settings, settings.database_url)
    collect_rarely()
    return app


async def _replicas(settings: Settings) -> Replicas | None:
    if not settings.replica_urls:
        return None
    return await Replicas.open(
        settings.replica_urls.split(),
        most_connections=settings.connections,
        wait_seconds=settings.replica_wait_seconds,
    )


def _is_development(settings: Settings) -> bool:
    """Whether no token is needed; `serve` has chosen, and told its workers."""
    return (settings.auth or settings.auth_mode) == "development"


def _authenticator(settings: Settings, database: Database) -> Authenticator:
    """Who says who asks."""
    if _is_development(settings):
        return Development()
    tokens = None
    if settings.oidc_issuer is not None and settings.oidc_audience is not None:
        tokens = OpenIdTokens(settings.oidc_issuer, settings.oidc_audience, settings.oidc_algorithm)
    return TokenAuthenticator(database, tokens)


async def _health(request: Request) -> Response:
    """200 while the database answers, else 503."""
    services: Services = request.app.state.services
    if await services.database.answers():
        return JSONResponse({"status": "ok", "database": "ok"})
    return JSONResponse({"status": "unavailable", "database": "unreachable"}, status_code=503)


def _end_with_parent() -> None:
    """One of several processes ends when the one that owns them is killed, and frees the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait_and_end() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_and_end, name="parent", daemon=True).start()
