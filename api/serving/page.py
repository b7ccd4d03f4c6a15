"""The GraphiQL page: files of the application's own, and the examples in its tabs."""

from functools import cache
from pathlib import Path
from typing import TypedDict

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.serving.compressing import Compressed

_STATIC = Path(__file__).parents[1] / "static"
# A wheel carries the examples inside the package; a working copy has them where readers look.
_EXAMPLE_FOLDERS = (
    Path(__file__).parents[1] / "examples",
    Path(__file__).parents[2] / "examples" / "graphql",
)

# Nothing from other hosts, no scripts but files; styles are set by the editor at run time, and
# its workers and fonts are files too.
_CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_FOR_EVER = "public, max-age=31536000, immutable"


class Example(TypedDict):
    """One tab of the page."""

    title: str
    query: str
    variables: str


class _Assets(StaticFiles):
    """Files under assets/ change their names with their content: they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        lasting = "/assets/" in path
        response.headers["Cache-Control"] = _FOR_EVER if lasting else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def examples() -> list[Example]:
    """The examples in the order of their file names: NN-name.graphql, variables in NN-name.json.

    The title is the comment on the first line. The files are part of the release, and read once.
    """
    files = (file for folder in _EXAMPLE_FOLDERS for file in folder.glob("*.graphql"))
    return [_example(file) for file in sorted(files)]


def _example(file: Path) -> Example:
    query = file.read_text(encoding="utf-8")
    title = query.split("\n", 1)[0].removeprefix("#").strip()
    variables = file.with_suffix(".json")
    return Example(
        title=title,
        query=query,
        variables=variables.read_text(encoding="utf-8") if variables.exists() else "",
    )


async def _page(_request: Request) -> Response:
    return FileResponse(_STATIC / "graphiql" / "index.html", headers=_PAGE_HEADERS)


async def _examples(_request: Request) -> Response:
    return JSONResponse(examples(), headers={"Cache-Control": "no-cache"})


async def _home(_request: Request) -> Response:
    return RedirectResponse("/graphiql")


def page_routes() -> list[BaseRoute]:
    """The routes of the page: `/`, `/graphiql`, its examples and its files."""
    assets = Starlette(
        routes=[Mount("/", _Assets(directory=_STATIC))],
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
    )
    return [
        Route("/", _home),
        Route("/graphiql", _page),
        Route("/graphiql/examples.json", _examples, middleware=[Middleware(Compressed)]),
        Mount("/static", assets),
    ]
