"""What people type and scan to name something: one line, of signs that can be seen."""

from collections.abc import Mapping
from typing import TypeVar
from unicodedata import category, normalize

CODE_LENGTH = 140

_Named = TypeVar("_Named")

_UNSEEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff"  # hyphens, spaces and marks of no width
    "\u202a\u202b\u202c\u202d\u202e\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069"
)
"""Signs without a shape of their own, which would let two codes look the same."""
_JOINERS = "\u200c\u200d"
"""Seen by what they do to their neighbours: in Persian, in scripts of India, in emoji."""


def composed(text: str) -> str:
    """A text in Unicode's composed form (NFC), in which what names something is kept.

    Some devices send an accent apart from its letter (NFD): the two look the same.
    """
    return text if text.isascii() else normalize("NFC", text)


def spellings(text: str) -> tuple[str, ...]:
    """What a text may be kept as: as it is (as earlier releases did), or else composed."""
    return (text,) if text.isascii() else tuple(dict.fromkeys((text, composed(text))))


def named_by(text: str, named: Mapping[str, _Named]) -> _Named | None:
    """What a text names, in any spelling."""
    found = named.get(text)
    return named.get(composed(text)) if found is None and not text.isascii() else found


def is_control(sign: str) -> bool:
    """Whether a sign is for machines: control characters, and other ends of lines."""
    return category(sign) in {"Cc", "Cs", "Zl", "Zp"}


def is_unseen(text: str) -> bool:
    """Whether a text holds signs that nobody sees, so that another text looks the same."""
    before = ""
    for sign in text:
        if sign in _UNSEEN or (sign in _JOINERS and before.isascii()):
            return True
        before = sign
    return False


def fault_of_text(text: str, most: int, *, lines: bool = False) -> str | None:
    """What is wrong with a text without spaces around it, as the reason of an INVALID_VALUE."""
    if not text:
        return "empty"
    if len(text) > most:
        return "too_long"
    if any(is_control(sign) and not (lines and sign in "\n\t") for sign in text):
        return "control_characters"
    return None


def fault_of_code(code: str) -> str | None:
    """Why a text cannot name something new, as the reason of an INVALID_VALUE; None: it can."""
    inner = code.strip()
    fault = fault_of_text(inner, CODE_LENGTH)
    if fault is None and code != inner:
        return "outer_spaces"
    return fault or ("unseen_characters" if is_unseen(code) else None)
