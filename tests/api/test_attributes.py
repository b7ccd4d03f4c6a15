"""Fields that show their row: what graphql-core would make of them, wrong values included."""

import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from api.executing.executor import Executor
from api.types.attributes import Attribute, show_attributes


def printed(value: Any) -> str:
    if value == "bad":
        raise GraphQLError("it is bad")
    return f"<{value}>"


class Held(SimpleNamespace):
    """A row that can be looked at without holding it."""


class Marked:
    """Stands for a scalar of the schema."""


CONFIG = StrawberryConfig(
    scalar_map={Marked: strawberry.scalar(name="Marked", serialize=printed, parse_value=str)}
)


@strawberry.type
class Row:
    needed: Marked
    may_be: Marked | None
    numbers: list[int]

    @strawberry.field
    def both(self) -> str:
        return f"{self.needed} {self.may_be}"

    @strawberry.field
    def known(self, info: strawberry.Info) -> str:
        return info.context["known"]

    @strawberry.field
    def times(self, count: int) -> str:
        return str(self.needed) * count


@strawberry.type
class Query:
    rows: list[Row]


def made(*, shown: bool) -> strawberry.Schema:
    """A schema, with the short way or without it."""
    if not shown:
        return strawberry.Schema(Query, config=CONFIG)
    schema = strawberry.Schema(Query, config=CONFIG, execution_context_class=Executor)
    show_attributes(schema._schema)
    fields = schema._schema.type_map["Row"].fields  # type: ignore[union-attr]
    ways = {name: type(field.resolve) is Attribute for name, field in fields.items()}
    assert ways == {
        "needed": True, "mayBe": True, "numbers": True, "both": True, "known": False, "times": False
    }  # fmt: skip
    return schema


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("a", "b"), ("c", None)], id="values and a null"),
        pytest.param([("a", "bad"), ("c", "d")], id="a wrong value that may be null"),
        pytest.param([("a", "b"), ("bad", "d")], id="a wrong value that is needed"),
        pytest.param([("a", "b"), (None, "d")], id="null that is needed"),
    ],
)
def test_answers_and_errors_are_those_of_the_library(rows: list[tuple[Any, Any]]) -> None:
    query = """{ rows { __typename needed again: mayBe numbers both known times(count: 2)
                        ... @skip(if: true) { left: needed } } }"""
    root = SimpleNamespace(
        rows=[SimpleNamespace(needed=a, may_be=b, numbers=[1, 2]) for a, b in rows]
    )
    answers = [
        made(shown=shown).execute_sync(query, root_value=root, context_value={"known": "yes"})
        for shown in (True, False)
    ]
    short, usual = [
        (one.data, [(error.message, error.path) for error in one.errors or ()]) for one in answers
    ]
    assert short == usual
    assert short[1] == [] or "bad" in str(short[1]) or "null" in str(short[1])


def test_what_a_request_has_read_goes_with_its_answer() -> None:
    schema = made(shown=True)
    row = Held(needed="a", may_be="b", numbers=[1])
    left = weakref.ref(row)
    gc.disable()  # a cycle would keep the row until it runs
    try:
        root = SimpleNamespace(rows=[row])
        answer = schema.execute_sync(
            "{ rows { known } }", root_value=root, context_value={"known": "yes"}
        )
        assert answer.data == {"rows": [{"known": "yes"}]}
        del row, root
        assert left() is None
    finally:
        gc.enable()
