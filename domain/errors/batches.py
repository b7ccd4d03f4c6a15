"""What documents handed in together, or kept as drafts, can be refused for."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRolledBack(Refusal):
    """A document that could be posted, in a batch of all or nothing of which another could not."""

    code = "BATCH_ROLLED_BACK"
    meaning = "Another document of the batch was refused, so that none of it was posted."
    fix = "Correct the documents that have errors of their own, and send the batch again."
    failed: int
