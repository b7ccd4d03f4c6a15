"""The API's scalars: exact decimals, dates, times and identifiers, each in one spelling.

Strawberry's own accept NaN, `1_000`, JSON floats and naive times, and print `1E+3`; books cannot.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from graphql import (
    ConstValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLID,
    GraphQLScalarType,
    GraphQLString,
    IntValueNode,
    StringValueNode,
    ValueNode,
    value_from_ast_untyped,
)
from strawberry.types.scalar import ScalarDefinition

from domain.money import DISPLAY_DIGITS, QUANTITY_DIGITS, divide, plain, round_to

Parsed = TypeVar("Parsed")

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def parse_decimal(value: object) -> Decimal:
    """A finite decimal in plain notation; a JSON float may have lost digits and is refused."""
    if isinstance(value, str):
        if _DECIMAL.fullmatch(value):
            return Decimal(value)
        raise GraphQLError(
            f"Decimal must be written plainly, as -12.50; {_shown(value)} is not: "
            "no exponent, no thousands separator, not NaN, at most 40 digits a side."
        )
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise GraphQLError(
        f'Decimal must be a string such as "12.50", not the JSON value {_shown(value)}: '
        "a JSON number with a fraction loses digits on the way."
    )


def print_decimal(value: object) -> str:
    """Plain notation with the digits that the value carries; zero never has a sign."""
    if isinstance(value, Decimal) and value.is_finite():
        return format(value or abs(value), "f")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise GraphQLError(f"Decimal cannot print {_shown(value)}")


def _shown(value: object) -> str:
    return repr(value)[:60]


def _parser(
    name: str, pattern: re.Pattern[str], parse: Callable[[str], Parsed], example: str
) -> Callable[[object], Parsed]:
    """A parser that takes one spelling only, and says which."""

    def parse_value(value: object) -> Parsed:
        if isinstance(value, str) and pattern.fullmatch(value):
            try:
                return parse(value)
            except (ValueError, OverflowError):
                pass  # right form, impossible value (30 February): the same error as below
        raise GraphQLError(f"{name} must be written as {example}; {_shown(value)} is not.")

    return parse_value


def _instant(text: str) -> datetime:
    """What is finer than a microsecond, as Java and .NET say it, is cut off."""
    return datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(UTC)


parse_date = _parser("Date", _DATE, date.fromisoformat, '"2026-01-31"')
parse_time = _parser("Time", _TIME, time.fromisoformat, '"14:30" or "14:30:05.25", without offset')
parse_datetime = _parser(
    "DateTime", _DATETIME, _instant, '"2026-01-31T14:30:05Z" or with an offset as "+01:00"'
)
_parse_spelled_uuid = _parser("UUID", _UUID, UUID, '"01890a5d-ac96-774b-bcce-b302099a8057"')


def parse_uuid(value: object) -> UUID:
    """An identifier with hyphens; the nil UUID is what stands where there is none."""
    found = _parse_spelled_uuid(value)
    if not found.int:
        raise GraphQLError("UUID must identify something; the nil UUID (all zeros) does not.")
    return found


def _told_where(read: Callable[[Any], Parsed]) -> Callable[..., Parsed]:
    """A reader of literals whose refusals say where in the operation's text they stand."""

    def read_literal(node: ValueNode, _variables: object = None) -> Parsed:
        try:
            return read(node)
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from error

    return read_literal


def _literal_of(parse: Callable[[object], Parsed]) -> Callable[..., Parsed]:
    """Literals are read as variables are: what no variable of this kind can be is refused too."""
    return _told_where(lambda node: parse(value_from_ast_untyped(node)))


def _decimal(node: ValueNode) -> Decimal:
    """A literal in the query's text is exact, whether it stands in quotes or not."""
    if isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
        return parse_decimal(node.value)
    raise GraphQLError("Decimal must be a string or a plain number")


def print_datetime(value: object) -> str:
    """UTC with Z; a naive moment is a fault of the program."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise GraphQLError(f"DateTime cannot print {_shown(value)}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _print_iso(value: object) -> str:
    if not isinstance(value, date | time) or isinstance(value, datetime):
        raise GraphQLError(f"Date and Time cannot print {_shown(value)}")
    return value.isoformat()


DECIMAL = ScalarDefinition(
    name="Decimal",
    description=(
        'An exact decimal number as a string in plain notation: "2250.00", "-0.5". '
        "In: strings, whole JSON numbers, and plain literals; never a JSON number with a "
        "fraction. Money has the digits of its currency, quantities up to six decimal places."
    ),
    specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
    serialize=print_decimal,
    parse_value=parse_decimal,
    parse_literal=_told_where(_decimal),
    origin=Decimal,
)

DATE = ScalarDefinition(
    name="Date",
    description='A calendar day, "2026-01-31".',
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    serialize=_print_iso,
    parse_value=parse_date,
    parse_literal=_literal_of(parse_date),
    origin=date,
)

TIME = ScalarDefinition(
    name="Time",
    description='A local time of day without offset, "14:30" or "14:30:05.25"; out with seconds.',
    specified_by_url="https://scalars.graphql.org/andimarek/local-time.html",
    serialize=_print_iso,
    parse_value=parse_time,
    parse_literal=_literal_of(parse_time),
    origin=time,
)

DATETIME = ScalarDefinition(
    name="DateTime",
    description="A moment. In: with an offset, and cut to microseconds; out: in UTC, "
    '"2026-01-31T13:30:05.25Z".',
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    serialize=print_datetime,
    parse_value=parse_datetime,
    parse_literal=_literal_of(parse_datetime),
    origin=datetime,
)

UUID_SCALAR = ScalarDefinition(
    name="UUID",
    description="An identifier made by a client (version 7 preferred), with hyphens; never nil.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
    serialize=str,
    parse_value=parse_uuid,
    parse_literal=_literal_of(parse_uuid),
    origin=UUID,
)


def _plain_text(scalar: GraphQLScalarType) -> None:
    """Let a built-in scalar refuse U+0000, which is valid in GraphQL, and which no database keeps.

    The scalar of the library itself: a schema may have no other of its name.
    """
    value = scalar.coerce_input_value
    literal = cast("Callable[[ConstValueNode], Any]", scalar.coerce_input_literal)

    def checked(given: Any) -> Any:
        # Text is what it is to both scalars; ID also takes whole numbers.
        text = given if isinstance(given, str) else value(given)
        if "\0" in text:
            raise GraphQLError(f"{scalar.name} cannot hold the character U+0000: {_shown(text)}.")
        return text

    scalar.coerce_input_value = checked
    scalar.coerce_input_literal = _told_where(lambda node: checked(literal(node)))


_plain_text(GraphQLString)
_plain_text(GraphQLID)

SCALARS: dict[object, ScalarDefinition] = {
    Decimal: DECIMAL,
    date: DATE,
    time: TIME,
    datetime: DATETIME,
    UUID: UUID_SCALAR,
}
"""What the schema uses for these Python types: `StrawberryConfig(scalar_map=SCALARS)`."""


def money(amount: Decimal, digits: int) -> Decimal:
    """An amount with exactly the digits of its currency: 2250 becomes 2250.00."""
    return round_to(amount, digits)


def quantity(amount: Decimal) -> Decimal:
    """A quantity with at most six decimal places and no trailing zeros."""
    return plain(round_to(amount, QUANTITY_DIGITS))


def unit_cost(value: Decimal, amount: Decimal) -> Decimal | None:
    """`value / amount`, for display: rounded to nine places, trimmed; nothing for no quantity."""
    if not amount:
        return None
    return plain(round_to(divide(value, amount), DISPLAY_DIGITS))
