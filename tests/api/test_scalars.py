"""Scalars: one exact spelling in, one out."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType, parse, parse_value, validate
from graphql import parse_const_value as const

from api.schema import schema
from api.types import scalars
from api.types.scalars import (
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_time,
    parse_uuid,
    print_datetime,
    print_decimal,
)


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        ("10", "10"),
        ("-0.50", "-0.50"),
        ("007.10", "7.10"),
        (12, "12"),
        (10**15, "1000000000000000"),
        ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
    ],
)
def test_decimals_come_in_exactly(given: Any, exact: str) -> None:
    assert str(parse_decimal(given)) == exact


@pytest.mark.parametrize(
    "given",
    [
        "NaN", "Infinity", "-Infinity", "1_000", "1,000", "1e3", "1E+3", "", " 1", "1 ", "+1", ".5",
        "5.", "٣", "0x10", 1.5, 2.0, float("nan"), True, None, [], {}, "9" * 41, "0." + "1" * 41,
    ],
)  # fmt: skip
def test_what_is_no_plain_decimal_is_refused(given: Any) -> None:
    with pytest.raises(GraphQLError):
        parse_decimal(given)


@pytest.mark.parametrize(
    ("literal", "exact"), [('"12.50"', "12.50"), ("12.50", "12.50"), ("7", "7"), ('"-1"', "-1")]
)
def test_decimal_literals_are_exact_with_and_without_quotes(literal: str, exact: str) -> None:
    assert scalars.DECIMAL.parse_literal is not None
    assert str(scalars.DECIMAL.parse_literal(parse_value(literal), {})) == exact


@pytest.mark.parametrize("literal", ["1e3", '"1e3"', "true", "[1]", "NAN"])
def test_other_literals_are_no_decimals(literal: str) -> None:
    assert scalars.DECIMAL.parse_literal is not None
    with pytest.raises(GraphQLError):
        scalars.DECIMAL.parse_literal(parse_value(literal), {})


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("2250.00"), "2250.00"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("-5.10"), "-5.10"),
        (3, "3"),
    ],
)
def test_decimals_go_out_in_plain_notation(value: Any, printed: str) -> None:
    assert print_decimal(value) == printed


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), "1", None, True])
def test_what_is_no_decimal_is_not_printed(value: Any) -> None:
    with pytest.raises(GraphQLError):
        print_decimal(value)


def test_dates_have_one_spelling() -> None:
    assert parse_date("2026-02-28") == date(2026, 2, 28)
    for wrong in ("2026-02-30", "20260228", "2026-W09-6", "28/02/2026", "", 20260228, None):
        with pytest.raises(GraphQLError):
            parse_date(wrong)


def test_times_are_local_and_have_minutes() -> None:
    assert parse_time("14:30") == time(14, 30)
    assert parse_time("14:30:05.25") == time(14, 30, 5, 250_000)
    for wrong in ("14", "1430", "24:00", "14:30Z", "14:30+01:00", "T14:30", "14:30:05.1234567"):
        with pytest.raises(GraphQLError):
            parse_time(wrong)


def test_moments_need_an_offset_and_go_out_in_utc() -> None:
    moment = parse_datetime("2026-01-31T14:30:05.25+01:00")
    assert moment == datetime(2026, 1, 31, 13, 30, 5, 250_000, UTC)
    assert print_datetime(moment) == "2026-01-31T13:30:05.250000Z"
    assert parse_datetime("2026-01-31t14:30:05z") == datetime(2026, 1, 31, 14, 30, 5, 0, UTC)
    finer = parse_datetime("2026-01-31T14:30:05.123456789Z")
    assert finer == parse_datetime("2026-01-31T14:30:05.1234567Z")
    assert print_datetime(finer) == "2026-01-31T14:30:05.123456Z"
    madrid = timezone(timedelta(hours=2))
    assert print_datetime(datetime(2026, 7, 1, 1, 0, tzinfo=madrid)) == "2026-06-30T23:00:00Z"
    for wrong in ("2026-01-31T14:30:05", "2026-01-31", "2026-01-31T14:30Z", "now", 0):
        with pytest.raises(GraphQLError):
            parse_datetime(wrong)
    with pytest.raises(GraphQLError):
        print_datetime(datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose


def test_a_moment_at_the_end_of_time_is_refused_not_overflowed() -> None:
    for edge in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(GraphQLError):
            parse_datetime(edge)


def test_identifiers_are_uuids_with_hyphens() -> None:
    text = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert str(parse_uuid(text.upper())) == text
    for wrong in (text.replace("-", ""), "{" + text + "}", "urn:uuid:" + text, "1", 1):
        with pytest.raises(GraphQLError):
            parse_uuid(wrong)
    with pytest.raises(GraphQLError, match="nil"):
        parse_uuid("00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize(
    ("value", "amount", "shown"),
    [("100", "3", "33.333333333"), ("2250", "10", "225"), ("1", "0", None)],
)
def test_unit_costs_are_divided_for_display_only(
    value: str, amount: str, shown: str | None
) -> None:
    result = scalars.unit_cost(Decimal(value), Decimal(amount))
    assert (None if result is None else str(result)) == shown


def test_money_has_its_currencys_digits_and_quantities_no_zeros() -> None:
    assert str(scalars.money(Decimal(2250), 2)) == "2250.00"
    assert str(scalars.money(Decimal("0.5"), 0)) == "1"
    assert str(scalars.quantity(Decimal("10.500000"))) == "10.5"
    assert str(scalars.quantity(Decimal("1E+2"))) == "100"


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        ("Decimal", '"x"'), ("Decimal", "true"), ("Date", '"2026-02-30"'), ("Date", "{ day: 1 }"),
        ("Time", '"25:00"'), ("DateTime", "0"), ("UUID", '"00000000-0000-0000-0000-000000000000"'),
        ("String", "5"), ("String", '"a\\u0000b"'), ("ID", "true"), ("ID", '"a\\u0000b"'),
    ],
)  # fmt: skip
def test_a_wrong_literal_is_told_with_its_place(kind: str, literal: str) -> None:
    found = validate(schema._schema, parse(f"query($given: {kind}\n= {literal}) {{ __typename }}"))
    assert [one.locations for one in found if "never used" not in one.message] == [[(2, 3)]]


@pytest.mark.parametrize("name", ["String", "ID"])
def test_texts_hold_no_nul(name: str) -> None:
    kind = schema._schema.type_map[name]
    assert isinstance(kind, GraphQLScalarType)
    assert kind.coerce_input_value("a\tb") == "a\tb"
    assert kind.coerce_input_literal
    for refused in (
        lambda: kind.coerce_input_value("a\0b"),
        lambda: kind.coerce_input_literal and kind.coerce_input_literal(const('"a\\u0000b"')),
    ):
        with pytest.raises(GraphQLError, match=f"{name} cannot hold the character U"):
            refused()
