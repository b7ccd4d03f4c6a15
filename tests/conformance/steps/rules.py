"""Posting rules that a scenario changes on its way."""

from typing import ClassVar

from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.play import Outcome, Play
from tests.conformance.rules import check_rules, tables_of
from tests.conformance.steps.kind import Fields, Kind, check_fields, codes_of, unsaid


class _SetRules:
    """One table of rules replaced."""

    fields: ClassVar[Fields] = dict.fromkeys(
        ("ref", "do", "expect", "date", "table", "rules"), unsaid
    )

    def check(self, step: Step) -> None:
        """See that every field and every rule is handled."""
        check_fields(step.do, given(step), self.fields)
        check_rules(step.rules or ())

    def run(self, step: Step, play: Play) -> Outcome:
        """Replace it."""
        (table,) = tables_of(step.rules or ())
        posted = {"company": play.company, **table}
        return Outcome(refused=codes_of(play.client.mutate("setPostingRules", posted)))


KINDS: dict[str, Kind] = {"setPostingRules": _SetRules()}
"""The steps that change posting rules."""
