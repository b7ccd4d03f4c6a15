"""The list of currencies against the one of another house."""

from datetime import UTC, datetime

from babel.core import get_global
from babel.numbers import list_currencies

from domain.currencies import currency_digits, is_currency


def test_every_currency_that_is_tender_somewhere_is_known() -> None:
    today = datetime.now(UTC).date()
    tender = {
        code
        for used in get_global("territory_currencies").values()
        for code, _, end, is_tender in used
        if is_tender and (end is None or datetime(*end, tzinfo=UTC).date() > today)
    }
    assert len(tender) > 150
    assert [code for code in sorted(tender) if not is_currency(code)] == []


def test_none_is_made_up() -> None:
    known = {code for code in list_currencies() if is_currency(code)}
    assert len(known) >= 165
    assert not any(map(is_currency, ("XXX", "XTS", "XAU", "DEM", "eur", "EURO", "")))


def test_places_are_those_of_the_standard() -> None:
    wanted = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "ISK": 0, "MRU": 2, "UYW": 4}
    assert {code: currency_digits(code) for code in wanted} == wanted
