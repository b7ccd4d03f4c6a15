"""How a step becomes a request: tables from the vectors' fields to the API's.

A field that a kind's table does not have is not supported; nothing is ever left out silently.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeAlias
from uuid import uuid4

from tests.conformance.books import MADE, LedgerLine, ledger_lines
from tests.conformance.decode import NotSupportedError, given
from tests.conformance.format import LineName, Step
from tests.conformance.play import Outcome, Play, told

Given: TypeAlias = dict[str, Any]
"""A part of a GraphQL input."""

Taker: TypeAlias = Callable[[Any, Play], Given]
"""Turns a field's value into fields of the input."""

Fields: TypeAlias = Mapping[str, Taker]


class Kind(Protocol):
    """A kind of step."""

    def check(self, step: Step) -> None:
        """See that every field of the step is handled.

        Raises:
            NotSupportedError: one is not.
        """

    def run(self, step: Step, play: Play) -> Outcome:
        """Do it."""
        ...


# -- takers -----------------------------------------------------------------------------------


def plain(name: str) -> Taker:
    """The value as it is, under the API's name."""
    return lambda value, _play: {name: _text(value)}


def code(name: str) -> Taker:
    """A reference by code."""
    return lambda value, _play: {name: {"code": value}}


def item(value: str, _play: Play) -> Given:
    """An item by its SKU."""
    return {"item": {"sku": value}}


def taxes(name: str) -> Taker:
    """Taxes by their codes."""
    return lambda value, _play: {name: [{"code": one} for one in value]}


def line_of(name: str) -> Taker:
    """A line of an earlier step."""

    def take(value: LineName, play: Play) -> Given:
        return {name: {"id": play.line(value.ref, value.line)}}

    return take


def document(value: str, play: Play) -> Given:
    """An earlier step's document."""
    return {"document": {"id": play.document(value)}}


def unsaid(_value: object, _play: Play) -> Given:
    """What the API knows without being told."""
    return {}


def only(expected: object) -> Taker:
    """A value that is the only one there can be."""

    def take(value: object, _play: Play) -> Given:
        if value != expected:
            raise NotSupportedError(str(value))
        return {}

    return take


def _text(value: object) -> object:
    return str(value) if isinstance(value, Decimal | date) else value


LOTS: Fields = {
    "batch": plain("batch"),
    "serials": lambda value, _play: {"serials": list(value)},
    "serial": lambda value, _play: {"serials": [value]},
}
"""The batch or serial numbers of a line that moves goods."""

MOVED: Fields = {
    "item": item,
    "warehouse": code("warehouse"),
    "qty": plain("quantity"),
    "costCenter": code("costCenter"),
    **LOTS,
}
"""A line of goods, whatever moves them."""

APPLIED: Fields = {"appliesTo": line_of("takesFrom")}
"""What goods are taken of, of a line that lets them leave."""

PRICED: Fields = {
    **MOVED,
    "rate": plain("rate"),
    "discountPct": plain("discountPercent"),
    "description": plain("description"),
    # Goods that cost nothing may always be bought and sold.
    "allowZeroValuation": unsaid,
}
"""A line of goods that are bought or sold."""


# -- documents --------------------------------------------------------------------------------

COMMON: Fields = {
    "ref": unsaid,
    "do": unsaid,
    "expect": unsaid,
    "date": plain("postingDate"),
    "currency": plain("currency"),
    "exchangeRate": plain("exchangeRate"),
}
"""The fields of every document."""

PARTS: Mapping[str, str] = {"lines": "lines", "charges": "charges", "pays": "allocations"}
"""Lists of a step -> lists of the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A step that submits a document, after previewing it.

    `name` is the API's, as in submitDeliveryNote; `fixed` goes into every input of the kind.
    """

    name: str
    fields: Fields = field(default_factory=dict[str, Taker])
    parts: Mapping[str, Fields] = field(default_factory=dict[str, Fields])
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])

    def check(self, step: Step) -> None:
        """See that every field of the step, of its lines and of its charges is handled."""
        check_fields(step.do, given(step), {**COMMON, **self.fields, **self.parts})
        for part, fields in self.parts.items():
            for row in given(step).get(part, ()):
                check_fields(f"{step.do}.{part}", given(row), fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = self._input(step, play)
        payload = self.name[0].lower() + self.name[1:]
        return submit(play, f"preview{self.name}", f"submit{self.name}", payload, posted)

    def _input(self, step: Step, play: Play) -> Given:
        posted: Given = {"id": str(uuid4()), "company": play.company, **self.fixed}
        for name, value in given(step).items():
            if name not in self.parts:
                posted |= {**COMMON, **self.fields}[name](value, play)
                continue
            fields = self.parts[name]
            posted[PARTS[name]] = [take(given(row), fields, play) for row in value]
        return posted


def check_fields(where: str, names: Mapping[str, object], known: Mapping[str, object]) -> None:
    """See that all are known.

    Raises:
        NotSupportedError: one is not.
    """
    for name in names:
        if name not in known:
            raise NotSupportedError(f"{where}.{name}")


def take(values: Mapping[str, object], fields: Fields, play: Play) -> Given:
    """The input's fields from the given ones."""
    taken: Given = {}
    for name, value in values.items():
        taken |= fields[name](value, play)
    return taken


# -- submitting -------------------------------------------------------------------------------


def submit(play: Play, preview: str, keep: str, payload: str, posted: Given) -> Outcome:
    """Preview, then submit; the document stands in the payload's field `payload`."""
    selection = f"{payload} {{ ...Made }} {MADE}"
    would_be = outcome_of(play.client.mutate(preview, posted, selection), payload)
    made = outcome_of(play.client.mutate(keep, posted, selection), payload)
    refused = (would_be.refused, made.refused)
    lines = ([_line(one) for one in would_be.caused], [_line(one) for one in made.caused])
    return replace(made, preview=told(refused, lines))


def outcome_of(answer: Mapping[str, Any], payload: str) -> Outcome:
    """The outcome in a payload of the fragment `Made`."""
    if answer["errors"]:
        return Outcome(refused=codes_of(answer))
    made = answer[payload]
    caused = ledger_lines(made["causedJournalLines"])
    return Outcome(
        document=made["id"],
        lines=tuple(line["id"] for line in made["lines"]),
        gl=tuple(line for line in caused if line.about == made["id"]),
        caused=caused,
    )


def codes_of(answer: Mapping[str, Any]) -> frozenset[str]:
    """The codes of a payload's errors."""
    return frozenset(error["code"] for error in answer["errors"])


def _line(line: LedgerLine) -> str:
    return f"{line}, about {line.about}"
