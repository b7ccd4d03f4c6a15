"""What is done to a company itself: closing its books, turning its switches."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.conformance.adapter import SETTINGS
from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.opening import settings_of
from tests.conformance.play import Outcome, Play
from tests.conformance.steps.kind import (
    Fields,
    Given,
    Kind,
    check_fields,
    codes_of,
    plain,
    take,
    unsaid,
)

_EVERY_STEP: Fields = {"ref": unsaid, "do": unsaid, "expect": unsaid}


def _switches(value: Mapping[str, object], _play: Play) -> Given:
    return {"settings": settings_of(value)}


@dataclass(frozen=True, slots=True)
class _Update:
    """A change of the company."""

    fields: Fields

    def check(self, step: Step) -> None:
        """See that every field and every switch is handled."""
        check_fields(step.do, given(step), {**_EVERY_STEP, **self.fields})
        check_fields("settings", step.settings or {}, SETTINGS)

    def run(self, step: Step, play: Play) -> Outcome:
        """Change it."""
        change = take(given(step), {**_EVERY_STEP, **self.fields}, play)
        answer = play.client.mutate("updateCompany", {"company": play.company, **change})
        return Outcome(refused=codes_of(answer))


KINDS: dict[str, Kind] = {
    # It takes effect at once: the day on which somebody does it plays no part.
    "freezeLedger": _Update({"date": unsaid, "upTo": plain("frozenThrough")}),
    "setSettings": _Update({"date": unsaid, "settings": _switches}),
}
"""What is done to the company."""
