"""Values of variables as graphql-core coerces them, with what each input type is found once.

`graphql.coerce_input_value` asks of every value again which kind of type it has: more than a
hundred questions for a posting of a few lines. Here each type is asked once. Whatever is not
plainly valid is left to graphql-core, which knows how to say what is wrong with it.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_nullable_type,
)
from graphql.pyutils import is_iterable
from graphql.utilities.coerce_input_value import coerce_default_value

from api.types.core import NotPlain

Coerce: TypeAlias = Callable[[Any], Any]

_FIELD = re.compile(
    r"Expected value of type '\w+' (?:to include required|not to include unknown) field '(\w+)'"
)


def field_named(problem: str) -> tuple[str, ...]:
    """The field that is missing or unknown, which graphql-core has in words only; else nothing."""
    found = _FIELD.match(problem)
    return found.groups() if found else ()


@cache
def coercer(kind: GraphQLInputType) -> Coerce | None:
    """What makes of a value that is given for a variable what graphql-core makes of it.

    It raises NotPlain, or anything else, for what graphql-core has to look at.

    Returns:
        None for types that hold themselves: how deep their values may be, graphql-core knows.
    """
    if _holds_itself(kind, ()):
        return None
    plain = _plain(get_nullable_type(kind))
    needed = isinstance(kind, GraphQLNonNull)

    def coerce(given: Any) -> Any:
        found = None if given is None else plain(given)
        if found is Undefined or (found is None and needed):
            raise NotPlain
        return found

    return coerce


def _holds_itself(kind: Any, within: tuple[Any, ...]) -> bool:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    if not isinstance(kind, GraphQLInputObjectType):
        return False
    held = (*within, kind)
    return kind in within or any(_holds_itself(each.type, held) for each in kind.fields.values())


@cache
def _plain(kind: Any) -> Coerce:
    """For values that are not null; Undefined is for graphql-core, too."""
    if isinstance(kind, GraphQLList):
        return _list(kind)
    if isinstance(kind, GraphQLInputObjectType):
        return _one_of(kind) if kind.is_one_of else _object(kind)
    return kind.coerce_input_value


def _list(kind: GraphQLList[Any]) -> Coerce:
    plain = _plain(get_nullable_type(kind.of_type))
    needed = isinstance(kind.of_type, GraphQLNonNull)

    def coerce(given: Any) -> Any:
        if not is_iterable(given):
            raise NotPlain  # a list of one
        made: list[Any] = []
        for one in given:
            found = None if one is None else plain(one)
            if found is Undefined or (found is None and needed):
                raise NotPlain
            made.append(found)
        return made

    return coerce


def _object(kind: GraphQLInputObjectType) -> Coerce:
    fields = {
        name: (
            field.out_name or name,
            _plain(get_nullable_type(field.type)),
            isinstance(field.type, GraphQLNonNull),
        )
        for name, field in kind.fields.items()
    }
    defaults = {
        field.out_name or name: default
        for name, field in kind.fields.items()
        if (default := coerce_default_value(field)) is not Undefined
    }
    needed_names = {
        name
        for name, (out_name, _, needed) in fields.items()
        if needed and out_name not in defaults
    }
    made_into = kind.out_type

    def coerce(given: Any) -> Any:
        if not isinstance(given, dict) or not needed_names <= given.keys():
            raise NotPlain
        made = defaults.copy()
        for name, value in given.items():
            out_name, plain, needed = fields[name]
            found = None if value is None else plain(value)
            if found is Undefined or (found is None and needed):
                raise NotPlain
            made[out_name] = found
        return made_into(made)

    return coerce


def _one_of(kind: GraphQLInputObjectType) -> Coerce:
    fields = {
        name: (field.out_name or name, _plain(get_nullable_type(field.type)))
        for name, field in kind.fields.items()
    }
    made_into = kind.out_type

    def coerce(given: Any) -> Any:
        if not isinstance(given, dict) or len(given) != 1:
            raise NotPlain
        ((name, value),) = given.items()
        if value is None or name not in fields:
            raise NotPlain
        out_name, plain = fields[name]
        found = plain(value)
        if found is None or found is Undefined:
            raise NotPlain
        return made_into({out_name: found})

    return coerce
