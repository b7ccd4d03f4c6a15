"""What becomes of the documents of a batch that is taken back."""

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import BatchRolledBack, Refused
from domain.ports import Recorded


def undone(outcomes: Sequence[Recorded | Refused], *, failed: bool) -> list[Recorded | Refused]:
    """What a batch comes to that was taken back: as in a preview, or refused with the others.

    What earlier requests had recorded stays so.
    """
    at = next((at for at, one in enumerate(outcomes) if isinstance(one, Refused)), 0)
    return [_taken_back(one, at if failed else None) for one in outcomes]


def _taken_back(outcome: Recorded | Refused, failed: int | None) -> Recorded | Refused:
    if isinstance(outcome, Refused) or outcome.replayed:
        return outcome
    if failed is not None:
        return Refused(BatchRolledBack(failed=failed))
    return replace(outcome, number=None, seq=None, recorded_at=None)
