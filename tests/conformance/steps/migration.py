"""From periodic to perpetual inventory."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.conformance.books import MADE, ledger_lines
from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps.kind import (
    Fields,
    Kind,
    check_fields,
    code,
    codes_of,
    outcome_of,
    plain,
    take,
    unsaid,
)

_FIELDS: Fields = {
    "ref": unsaid,
    "do": unsaid,
    "expect": unsaid,
    "date": plain("asOf"),
    "expenseAccount": code("expenseAccount"),
}
_PURPOSES = ("STOCK_IN_HAND", "RECEIVED_NOT_BILLED")
_PLAN = "plan { problems { code blocking } journalLines { account { code } debit credit } }"
_MIGRATION = f"migration {{ ...Made journalEntries {{ purpose lines {{ ...Line }} }} }} {MADE}"


@dataclass(frozen=True, slots=True)
class _Migration:
    """Preview it, do it; the plan's journal lines and blocking problems are the migration's."""

    journals: str

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), _FIELDS)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {
            "id": str(uuid4()),
            "company": play.company,
            "journals": self.journals,
            **take(given(step), _FIELDS, play),
        }
        planned = play.client.mutate("previewMigrateToPerpetual", posted, _PLAN)
        answer = play.client.mutate("migrateToPerpetual", posted, _MIGRATION)
        made = outcome_of(answer, "migration")
        entries = answer["migration"]["journalEntries"] if answer["migration"] else []
        lines_of = {entry["purpose"]: ledger_lines(entry["lines"]) for entry in entries}
        return Outcome(
            refused=made.refused,
            document=made.document,
            gl=made.gl,
            caused=made.caused,
            journals=tuple(lines_of.get(purpose, ()) for purpose in _PURPOSES),
            preview_differs=_difference(planned, made),
        )


def _difference(planned: Mapping[str, Any], made: Outcome) -> str | None:
    plan = planned["plan"]
    blocking = (
        codes_of(planned)
        if plan is None
        else frozenset(problem["code"] for problem in plan["problems"] if problem["blocking"])
    )
    if blocking != made.refused:
        return f"{_codes(blocking)} previewed, {_codes(made.refused)} submitted"
    if plan is None or made.refused:
        return None
    lines = [
        (line["account"]["code"], Decimal(line["debit"]) - Decimal(line["credit"]))
        for line in plan["journalLines"]
    ]
    kept = [(line.account, line.amount) for line in made.caused]
    return None if lines == kept else f"previewed {lines}, submitted {kept}"


def _codes(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes)) or "accepted"


KINDS: dict[str, Kind] = {
    "migrateToPerpetual": _Migration("GENERATE"),
    "enablePerpetual": _Migration("NONE"),
}
"""What leaves periodic inventory."""
