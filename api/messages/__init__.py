"""What people read: messages of refusals and their parts, in their language.

The catalogues beside this file are gettext's (`en.po`, `es.po`). A message's id is the refusal's
code; "reason X" is what an invalid value should have been, "kind X" the name of a kind of record,
"CODE X" is the message for a record of kind X, where it is another, and "word X" is how people call
what the API calls X: a message names no field and no enum. What each code means and what to do
about it, for programmers too, stands in domain/errors, in English; `catalogue_es.po` has those
sentences.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

from domain.errors import InvalidValue, Refusal
from domain.money import plain

LANGUAGES = ("en", "es")
"""The languages there are; the first answers whoever asks for none of them."""


_IN_WORDS: Mapping[str, Collection[str]] = {
    "ALREADY_IN_SCHEME": {"scheme"},
    "DEFAULT_ACCOUNT_MISSING": {"role"},
    "FORBIDDEN": {"permission"},
    "LOT_ON_HOLD": {"status"},
    "MEASURE_MISSING": {"basis"},
    "METHOD_NEEDS_LOTS": {"method"},
    "NOTHING_TO_DISTRIBUTE_ON": {"basis"},
    "NOT_AT_STANDARD_COST": {"method"},
    "NOT_REVERSIBLE": {"taken_back_by"},
    "NOT_SUPPORTED": {"feature", "value", "supported"},
    "TAX_ACCOUNT_MISSING": {"direction"},
    "WRONG_ACCOUNT_TYPE": {"expected"},
    "WRONG_ROLE": {"role"},
}
"""By code what of its data is a name of the API's own: "word X" says it to people."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The messages of one language by their ids."""
    return _messages(f"{language}.po", language)


@cache
def remedies(language: str) -> Mapping[str, str]:
    """The sentences of the error catalogue by their English ones; none for English itself."""
    return {} if language == LANGUAGES[0] else _messages(f"catalogue_{language}.po", language)


def _messages(name: str, language: str) -> Mapping[str, str]:
    with (files("api.messages") / name).open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source, locale=language) if m.id}


@lru_cache(maxsize=256)
def negotiate(accept_language: str) -> str:
    """The language to answer in, from an Accept-Language header: best quality first."""
    preferred = sorted(_ranges(accept_language[:200]), key=lambda range_: -range_[1])
    tags = [tag for tag, quality in preferred if quality > 0]
    return negotiate_locale(tags, LANGUAGES, sep="-") or LANGUAGES[0]


def _ranges(header: str) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        if tag:
            found.append((tag.strip(), quality))
    return found


def message(refusal: Refusal, language: str) -> str:
    """One sentence that says what is wrong, with the figures and names it is about."""
    texts = catalogue(language)
    in_words = _IN_WORDS.get(refusal.code, ())
    values = {
        name: _words(value, texts) if name in in_words else _text(name, value, texts)
        for name, value in refusal.params().items()
    }
    if isinstance(refusal, InvalidValue) and refusal.least is not None:
        values["reason"] = texts["reason not_between"].format_map(values)
    template = texts.get(f"{refusal.code} {refusal.params().get('kind')}") or texts.get(
        refusal.code
    )
    return (template or refusal.meaning).format_map(values)


def _words(value: object, texts: Mapping[str, str]) -> str:
    """What the API calls by a name of its own, one or several, as people call it."""
    parts: Iterable[object] = value if isinstance(value, tuple) else str(value).split(", ")
    return ", ".join(texts.get(f"word {part}", str(part)) for part in parts)


def _text(name: str, value: object, texts: Mapping[str, str]) -> str:
    if value is None:
        return texts["word nothing"]
    if name in {"reason", "kind"}:
        return texts.get(f"{name} {value}") or str(value).replace("_", " ")
    if isinstance(value, Decimal):
        return format(plain(value), "f")
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
