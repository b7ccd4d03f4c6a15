"""A text that is executed again: what graphql-core would answer, whatever the first one learned."""

import asyncio
from operator import itemgetter
from pprint import saferepr
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLResolveInfo,
    Undefined,
    build_schema,
    coerce_input_value,
    execute,
    parse,
    type_from_ast,
)
from graphql.language import parse_type

from api.executing.coercing import coercer
from api.executing.executor import Executor
from api.schema import schema
from api.types.attributes import Attribute
from api.types.core import core_of

CORE = build_schema("""
    input Ref @oneOf { id: ID code: String }
    input Line { item: Ref!, quantity: Int! = 1, tags: [String!]! = [], notes: [String] }
    input Tree { name: String, branches: [Tree!] }
    type Row { name: String!, row: Row, rows: [Row!] }
    type Query {
      lines(lines: [Line!]!, note: String = "none"): String
      tree(tree: Tree): String
      row(name: String): Row
    }
""")


def said(_source: Any, info: GraphQLResolveInfo, **given: Any) -> str:
    assert info.operation.variable_definitions, "resolvers are told of the operation as it is"
    values: Any = info.variable_values
    # Sorted: an input of ours is an object, which keeps no order of what was given.
    return saferepr((given, getattr(values, "coerced", values)))


assert CORE.query_type is not None
for each in ("lines", "tree"):
    CORE.query_type.fields[each].resolve = said
CORE.query_type.fields["row"].resolve = lambda _source, _info, name=None: {
    "name": name, "row": {"name": f"within {name}"}, "rows": [{"name": "1"}, {"name": "2"}],
}  # fmt: skip


def assert_answered_alike(*asked: Any, **more: Any) -> None:
    """By our executor and the library's own: data, its order, and what is wrong.

    Raises:
        AssertionError: they differ.
    """
    answers: list[Any] = [
        execute(*asked, **more, executor_class=executor) for executor in (Executor, None)
    ]
    short, usual = [(one.data, [e.formatted for e in one.errors or ()]) for one in answers]
    assert short == usual
    assert repr(short[0]) == repr(usual[0])


LINES = 'query($lines: [Line!]!, $note: String, $last: String = "z") { lines(lines: $lines, note: $note) again: lines(lines: [{item: {id: 1}}], note: $last) }'  # noqa: E501
TREE = "query($tree: Tree) { tree(tree: $tree) }"
ROWS = """query($name: String, $if: Boolean = false) {
            row(name: $name) { name ...Within rows { also: name, __typename @include(if: $if) } } }
          fragment Within on Row { row { name @skip(if: $if) __typename } }"""
PLAIN = ROWS.replace("@include(if: $if)", "").replace("@skip(if: $if)", "")
LINE = {"item": {"code": "A"}, "quantity": 2}


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        (LINES, [{"lines": [LINE]}, {"lines": [LINE, {"item": {"id": 7}, "notes": ["a", None]}]}]),
        (LINES, [{"lines": [LINE], "note": None, "last": "y"}, {"lines": []}, {}]),
        (LINES, [{"lines": [LINE], "note": "a"}, {"lines": LINE, "note": 3}, {"lines": [LINE]}]),
        (LINES, [{"lines": [LINE], "note": "a", "last": "b"}] * 3),
        (TREE, [{"tree": {"name": "a", "branches": [{"name": "b"}]}}] * 2 + [{}, {"tree": None}]),
        (ROWS, [{"name": "a", "if": True}, {"name": "b", "if": False}, {"name": None, "if": True}]),
        (PLAIN, [{"name": "a", "if": True}, {"name": "b", "if": False}, {"name": None}] * 2),
    ],
)
def test_each_request_is_answered_as_the_library_does(
    text: str, requests: list[dict[str, Any]]
) -> None:
    document = parse(text)
    for variables in requests:
        assert_answered_alike(CORE, document, variable_values=variables)


HELD = build_schema("""
    type Account { code: String!, parent: Account }
    type Row { account: Account!, other: Account, amount: Int, more(of: Int): Int }
    type Query { rows: [Row!]!, row: Row }
""")
for each in ("Account", "Row"):
    held: Any = HELD.type_map[each]
    held.is_type_of = lambda row, _info: row.get("is", True)
    for one, field in held.fields.items():
        if one != "more":
            field.resolve = Attribute(lambda row, one=one: row[one], field)
BANK = {"code": "Bank", "parent": {"code": "Assets", "parent": None}}
HELD_ROW = {"account": BANK, "other": None, "amount": 1, "more": 2}


async def _late() -> Any:
    return BANK


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"other": BANK}, {"account": None}, {"account": {**BANK, "code": None}},
        {"other": {**BANK, "is": False}}, {"account": {**BANK, "parent": "none"}}, {"amount": "x"},
        {"account": {**BANK, "parent": {"code": None}}}, {"account": ValueError("no account")},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize(
    "selected",
    [
        "amount account { code parent { code } } other { __typename code }",
        "account { ...A parent { ...A } } more(of: 1)",
    ],
)
def test_objects_that_attributes_hold_are_shown_as_the_library_does(
    selected: str, wrong: Any
) -> None:
    fragment = "fragment A on Account { code }" if "...A" in selected else ""
    document = parse(f"{{ rows {{ {selected} }} row {{ {selected} }} }} {fragment}")
    row = {**HELD_ROW, **wrong}
    for _ in "12":
        assert_answered_alike(HELD, document, {"rows": [HELD_ROW, row], "row": row})


def test_what_an_attribute_finds_later_is_waited_for() -> None:
    row = {**HELD_ROW, "account": None}
    query: Any = HELD.type_map["Row"]
    query.fields["account"].resolve = Attribute(lambda _row: asyncio.ensure_future(_late()),
                                                query.fields["account"])  # fmt: skip
    document = parse("{ row { amount account { code } } }")

    async def answered() -> Any:
        found: Any = execute(HELD, document, {"row": row}, executor_class=Executor)
        return await found

    assert asyncio.run(answered()).data == {"row": {"amount": 1, "account": {"code": "Bank"}}}


NAMED = build_schema("""
    interface Named { name: String! }
    type Item implements Named { name: String!, size: Int }
    type Place implements Named { name: String!, items: [Item!] }
    union Any = Item | Place
    type Query { named: [Named], needed: [Named!], items: [Item!]!, any: [Any!] }
""")


def kind_of(row: Any, *_rest: object) -> str:
    return row["kind"]


for each in ("Item", "Place"):
    of: Any = NAMED.type_map[each]
    of.is_type_of = lambda row, _info, each=each: row["kind"] == each
    for one, field in of.fields.items():
        if one != "items":
            field.resolve = Attribute(itemgetter(one), field)
for each in ("Named", "Any"):
    abstract: Any = NAMED.type_map[each]
    abstract.resolve_type = kind_of

PLACE = {"kind": "Place", "name": "W", "items": [{"kind": "Item", "name": "of W", "size": None}]}
ITEM = {"kind": "Item", "name": "A", "size": 3}


@pytest.mark.parametrize(
    "rows",
    [
        [], [ITEM], [ITEM, ITEM | {"size": None}], [PLACE, ITEM], [ITEM, None], (ITEM,), "A", 7,
        [ITEM | {"name": 7}], [ITEM | {"name": None}], [ITEM, ITEM | {"size": "big"}],
        [{"kind": "Item"}], [ITEM, {"kind": "None", "name": "A"}], [ITEM, LookupError("gone")],
        ["A"], [[ITEM]], None,
    ],
)  # fmt: skip
def test_a_list_is_shown_as_the_library_does(rows: Any) -> None:
    root = dict.fromkeys(("named", "needed", "items", "any"), rows)
    for text in (
        "{ named { name } needed { called: name } }", "{ needed { name __typename } }",
        "{ items { size name __typename } }", "{ items { __typename } named { __typename } }",
        "{ any { ... on Item { size name } ... on Place { name } ... on Named { again: name } } }",
        "{ any { ... on Item { size } ... on Place { items { size name } } } }",
    ):  # fmt: skip
        document = parse(text)
        for _again in range(2):
            assert_answered_alike(NAMED, document, root)


def test_a_list_of_what_has_to_be_waited_for_is_waited_for() -> None:
    async def later() -> Any:
        return ITEM

    async def shown(executor: Any) -> Any:
        rows = [ITEM, later()]
        root = {"items": rows, "named": [later()]}
        text = parse("{ items { name } named { __typename } }")
        return await execute(NAMED, text, root, executor_class=executor)  # type: ignore[misc]

    assert asyncio.run(shown(Executor)) == asyncio.run(shown(None))


GIVEN: list[Any] = [
    None, 1, 1.5, "", "1", "9.50", "2026-01-31", True, [], [None], ["1"], [["1"]], {},
    {"id": "1"}, {"code": "A"}, {"id": "1", "code": "A"}, {"id": None}, {"code": {}}, {"none": 1},
    {"item": {"sku": "A"}, "quantity": "3"}, {"item": {"sku": "A"}, "quantity": "x"},
    {"item": {"sku": "A"}, "quantity": None}, {"item": None, "quantity": "1"},
    {"item": {"sku": "A"}, "quantity": "1", "serials": ["a", None]},
    {"item": {"sku": "A"}, "quantity": "1", "serials": "a", "rate": None},
    {"item": {"sku": "A"}, "quantity": "1", "serials": ["a"], "discountPercent": "10"},
    {"company": {"code": "C"}, "customer": {"code": "P"}, "postingDate": "2026-01-31",
     "lines": [{"item": {"sku": "A"}, "quantity": "3", "warehouse": {"code": "W"}}]},
    {"company": {"code": "C"}, "customer": {"code": "P"}, "postingDate": "31", "lines": []},
]  # fmt: skip


def test_values_of_every_input_type_are_those_of_the_library() -> None:
    core = core_of(schema)
    names = [one.name for one in core.type_map.values() if isinstance(one, GraphQLInputObjectType)]
    plain = 0
    for name in (*names, "String", "Int", "Decimal", "Date", "DocumentKind"):
        for text in (name, f"{name}!", f"[{name}!]", f"[{name}]!"):
            kind: Any = type_from_ast(core, parse_type(text))
            coerce = coercer(kind)
            assert coerce is not None, f"{name} does not hold itself"
            for given in (*GIVEN, *([one] for one in GIVEN)):
                usual = coerce_input_value(given, kind)
                try:
                    found = coerce(given)
                except Exception:  # noqa: BLE001 - it is left to the library
                    continue
                assert usual is not Undefined, (text, given)
                assert repr(found) == repr(usual), (text, given)
                plain += 1
    assert plain > 500
    lines: Any = type_from_ast(core, parse_type("SubmitDeliveryNoteInput!"))
    assert coercer(lines)(GIVEN[-2]) == coerce_input_value(GIVEN[-2], lines)  # type: ignore[misc]
