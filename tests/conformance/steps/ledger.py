"""Journal entries, payments and cancellations."""

from uuid import uuid4

from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps.kind import (
    DocumentKind,
    Fields,
    Given,
    Kind,
    check_fields,
    code,
    document,
    plain,
    submit,
    take,
    unsaid,
)


def _paid(value: str, play: Play) -> Given:
    return {"invoice": {"id": play.document(value)}}


_CANCEL: Fields = {
    "ref": unsaid,
    "do": unsaid,
    "expect": unsaid,
    "date": unsaid,
    "of": document,
    "reverseOn": plain("reverseOn"),
}


class _Cancel:
    """Undoing an earlier step's document, as of its own date or `reverseOn`, not the step's."""

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), _CANCEL)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {"id": str(uuid4()), **take(given(step), _CANCEL, play)}
        return submit(play, "previewCancelDocument", "cancelDocument", "cancellation", posted)


KINDS: dict[str, Kind] = {
    "journalEntry": DocumentKind(
        name="JournalEntry",
        parts={
            "lines": {
                "account": code("account"),
                "debit": plain("debit"),
                "credit": plain("credit"),
                "costCenter": code("costCenter"),
                "description": plain("description"),
            }
        },
    ),
    "payment": DocumentKind(
        name="Payment",
        fields={
            "party": code("party"),
            "type": plain("type"),
            "account": code("account"),
            "amount": plain("amount"),
        },
        parts={"pays": {"ref": _paid, "amount": plain("amount")}},
    ),
    "cancel": _Cancel(),
}
"""What is done to the ledger and the parties' accounts."""
