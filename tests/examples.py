"""The examples of the page as requests, one for each operation, in their order."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from graphql import OperationDefinitionNode, OperationType, parse

from api.serving.page import examples


class Request(NamedTuple):
    """One operation of an example, on the demo company."""

    name: str
    is_query: bool
    body: dict[str, Any]


def requests() -> Iterator[Request]:
    """All of them; each changes what the next one finds."""
    for one in examples():
        variables = json.loads(one["variables"] or "{}")
        for operation in parse(one["query"]).definitions:
            if isinstance(operation, OperationDefinitionNode) and operation.name:
                name = operation.name.value
                body = {"query": one["query"], "operationName": name, "variables": variables}
                yield Request(name, operation.operation is OperationType.QUERY, body)
