"""From periodic to perpetual inventory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from tests.conformance.books import MADE, ledger_lines
from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.play import Outcome, Play, told
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

_SWITCH: Fields = {"ref": unsaid, "do": unsaid, "expect": unsaid, "date": plain("asOf")}
_MIGRATION = f"migration {{ ...Made journalEntries {{ purpose lines {{ ...Line }} }} }} {MADE}"
_PLAN = """
plan {
  problems { code blocking }
  journals { purpose lines { account { code } debit credit costCenter { code } } }
}"""


@dataclass(frozen=True, slots=True)
class _Migration:
    """Preview it, do it; the plan's journals and blocking problems are the migration's."""

    journals: str
    fields: Fields

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {"id": str(uuid4()), "company": play.company, "journals": self.journals}
        posted |= take(given(step), self.fields, play)
        planned = play.client.mutate("previewMigrateToPerpetual", posted, _PLAN)
        answer = play.client.mutate("migrateToPerpetual", posted, _MIGRATION)
        made = outcome_of(answer, "migration")
        entries = () if made.refused else answer["migration"]["journalEntries"]
        plan = () if made.refused or planned["plan"] is None else planned["plan"]["journals"]
        return replace(
            made,
            journals={entry["purpose"]: ledger_lines(entry["lines"]) for entry in entries},
            preview=told((_blocking(planned), made.refused), (_lines(plan), _lines(entries))),
        )


def _blocking(planned: Mapping[str, Any]) -> frozenset[str]:
    """The codes of all that keeps the plan from being carried out."""
    plan = planned["plan"]
    problems = () if plan is None else plan["problems"]
    return codes_of(planned) | {one["code"] for one in problems if one["blocking"]}


def _lines(journals: Iterable[Mapping[str, Any]]) -> list[str]:
    """Purpose, account, amount and cost center of each line."""
    return [
        f"{journal['purpose']} {line['account']['code']} {line['debit']} {line['credit']}"
        f" {(line['costCenter'] or {}).get('code')}"
        for journal in journals
        for line in journal["lines"]
    ]


KINDS: dict[str, Kind] = {
    "migrateToPerpetual": _Migration(
        "GENERATE", {**_SWITCH, "expenseAccount": code("expenseAccount")}
    ),
    # The journals were made by hand.
    "enablePerpetual": _Migration("NONE", _SWITCH),
}
"""What leaves periodic inventory."""
