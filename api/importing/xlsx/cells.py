"""What a cell of a workbook says: the text that people see in it, as a CSV would have it.

Numbers are binary in spreadsheets, with fifteen digits that are shown: 0.1 is kept as
0.1000000000000000055, and stands in some files as 0.10000000000000001. What is shown is what was
entered, and is read; a whole number of more digits has lost its last ones, and is refused.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Literal

_DIGITS = 15
_SHOWN = Context(prec=_DIGITS)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_HALVES = range(0xD800, 0xE000)
"""Of characters beyond 16 bits, which XML holds as they are: by themselves they are none."""
_DAY = 86_400_000
"""Milliseconds, to which times are rounded: a moment's fraction of a day is not exact."""
_FIRST_SURE = 61
"""1 March 1900: of days before spreadsheets disagree, since 1900 had no 29 February."""
_MIDNIGHT = re.compile(r"T00:00(:00(\.0+)?)?Z?")

_BUILT_IN = (
    {9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"}
    | {18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm"}
    | {45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"}
    | dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy h")
)
"""Number formats that workbooks name without spelling them; those of East Asia are days or times,
by language."""

Shows = Literal["number", "percent", "day", "time", "moment", "hours"]


class CellError(ValueError):
    """A cell says nothing that can be taken; why."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a number's format makes of it; of one of zeros alone (`00000`) how many they are."""

    shows: Shows = "number"
    zeros: int = 0


PLAIN = Look()


def look_of(number: int, code: str | None) -> Look:
    """What a number format shows.

    Args:
        number: its number in the workbook.
        code: as the workbook spells it; None: it does not, since it is one that all have.
    """
    first = _section(_BUILT_IN.get(number, "") if code is None else code)
    if re.fullmatch("0{2,}", first):
        return Look(zeros=len(first))
    if re.search(r"\[(h+|m+|s+)\]", first):
        return Look("hours")
    bare = re.sub(r"\[[^\]]*\]", "", first)
    if "%" in bare:
        return Look("percent")
    if "general" in bare or re.search("e[+-]", bare):
        return PLAIN
    times = bool(re.search("[hs]|am/pm|a/p", bare))
    days = bool(re.search("[yd]" if times else "[ydm]", bare.replace("am/pm", "")))
    if days:
        return Look("moment" if times else "day")
    return Look("time") if times else PLAIN


def _section(code: str) -> str:
    """The format of positive numbers, without what stands for itself in it."""
    without = re.sub(r'"[^"]*"|[\\_*].', "", code)
    return without.partition(";")[0].strip().lower()


def number_text(text: str, look: Look, *, from_1904: bool) -> str:
    """A number as people see it, a day as 2026-01-31, a time as 14:30:00.

    Raises:
        CellError: it is no number, has lost digits, or is no day.
    """
    if not _NUMBER.fullmatch(text):
        raise CellError(f"is no number: {text[:40]!r}")
    value = Decimal(text)
    if look.shows == "number":
        return _plain(value, look.zeros)
    if look.shows == "percent":
        return f"{_decimal(value * 100):f}%"
    return _moment(value, look.shows, from_1904=from_1904)


def _plain(value: Decimal, zeros: int) -> str:
    if abs(value) >= 10**_DIGITS:
        raise CellError(
            f"is a number of more than {_DIGITS} digits, of which spreadsheets lose the last ones:"
            " enter it as text"
        )
    found = _decimal(value)
    return f"{found:f}" if value < 0 or found % 1 else f"{found:f}".zfill(zeros)


def _decimal(value: Decimal) -> Decimal:
    """With the digits that are shown, and no zeros behind them; zero has no sign."""
    return _SHOWN.plus(value).normalize() + 0


def _moment(value: Decimal, shows: Shows, *, from_1904: bool) -> str:
    if not 0 <= value < date.max.toordinal():
        raise CellError(f"is no day: {value:.{_DIGITS}g}")
    days, rest = divmod(round(value * _DAY), _DAY)
    if shows == "hours":
        return _clock(days * _DAY + rest)
    if shows == "time" or (shows == "moment" and days == 0):
        return _clock(rest)
    day = _day(days, from_1904=from_1904)
    return f"{day}T{_clock(rest)}" if shows == "moment" and rest else str(day)


def _day(days: int, *, from_1904: bool) -> date:
    if not from_1904 and days < _FIRST_SURE:
        raise CellError("is a day before March 1900, which spreadsheets count in different ways")
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    try:
        return start + timedelta(days)
    except OverflowError as error:
        raise CellError(f"is no day: {days}") from error


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{thousandths:03}" if thousandths else text


def day_text(text: str, look: Look) -> str:
    """A day or moment that a file spells itself, 2026-01-31T00:00:00; the day where no more shows.

    A time of day without its `T`.
    """
    day, _, _ = text.partition("T")
    is_day = look.shows == "day" or _MIDNIGHT.fullmatch(text[len(day) :])
    return day if day and is_day else text.removeprefix("T")


def plain_text(text: str) -> str:
    """A text, with the characters that XML cannot hold (`_x000D_`)."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number not in _HALVES else "\ufffd"


def column_letters(place: int) -> str:
    """What a column is called, counted from 0: A, B, ... Z, AA."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
