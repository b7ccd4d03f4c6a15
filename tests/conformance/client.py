"""GraphQL over HTTP, as any client does it: one kept-alive connection, documents and variables."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx2

from tests import wire

_SECONDS = 60
_ERRORS = "errors { code message path }"


class ServerError(Exception):
    """An answer that is none: not 200, or with errors beside the payload's own."""


class Client:
    """A connection to one server."""

    def __init__(self, base_url: str) -> None:
        """Connects with the first request."""
        self.base = base_url
        self._http = wire.client(base_url, timeout=_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def execute(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data of an operation that must not fail.

        Raises:
            ServerError: it failed.
        """
        body = {"query": query, "variables": variables}
        try:
            response = self._http.post("/graphql", json=body)
            answer = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ServerError(f"{type(error).__name__}: {error}") from error
        if errors := answer.get("errors"):
            raise ServerError("; ".join(error["message"] for error in errors))
        return answer["data"]

    def mutate(self, field: str, given: Mapping[str, Any], selection: str = "") -> dict[str, Any]:
        """The payload of one mutation with its one `input`, `errors` always selected."""
        return self.mutate_all(field, [given], selection)[0]

    def mutate_all(
        self, field: str, given: Sequence[Mapping[str, Any]], selection: str = ""
    ) -> list[dict[str, Any]]:
        """The payloads of the same mutation with several inputs, in one request, in order.

        `selection` may end with the fragments that it uses.
        """
        if not given:
            return []
        fields, _, fragments = selection.partition("fragment ")
        input_type = input_type_of(field)
        numbers = range(len(given))
        variables = ", ".join(f"$i{n}: {input_type}!" for n in numbers)
        calls = " ".join(f"m{n}: {field}(input: $i{n}) {{ {fields} {_ERRORS} }}" for n in numbers)
        query = f"mutation ({variables}) {{ {calls} }}"
        if fragments:
            query = f"{query} fragment {fragments}"
        data = self.execute(query, {f"i{n}": one for n, one in zip(numbers, given, strict=True)})
        return [data[f"m{n}"] for n in numbers]


_VERBS = ("Adjust", "Cancel", "Change", "Close", "Migrate", "Post", "Revalue")
"""What mutations begin with that are not named after a document that is submitted."""


def input_type_of(field: str) -> str:
    """The input type of a mutation: a preview takes what its submit takes."""
    name = field[0].upper() + field[1:]
    if name.startswith("Preview"):
        rest = name.removeprefix("Preview")
        name = rest if rest.startswith(_VERBS) else f"Submit{rest}"
    return f"{name.replace('InventoryPeriod', 'Period')}Input"
