"""The inputs of accrual clearings, each with its `to_command()`."""

from decimal import Decimal

import strawberry

from api.documents.inputs.parts import CENTER, DocumentInput, about, maybe
from api.types.refs import AccountRef, CostCenterRef, DocumentRef, LineRef
from domain.documents.accrual_clearing import AccrualClearing, ClearingLine


@strawberry.input(description="What is written off: of a line, or a document's residue.")
class AccrualClearingLineInput:
    """A line of an accrual clearing."""

    line: LineRef | None = about(
        "The line of a purchase receipt, delivery note, or invoice that came first; or residueOf.",
        default=None,
    )
    residue_of: DocumentRef | None = about(
        "The document that left a residue on the accrual account (as `residues` name it); or line.",
        default=None,
    )
    quantity: Decimal | None = about(
        "How much of the line, in the item's unit; all that is open unless given.", default=None
    )
    account: AccountRef | None = about(
        "Where it is written off to; the document's account unless given.", default=None
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> ClearingLine:
        """The line as the domain knows it."""
        return ClearingLine(
            line=maybe(self.line),
            residue_of=maybe(self.residue_of),
            quantity=self.quantity,
            account=maybe(self.account),
            cost_center=maybe(self.cost_center),
        )


@strawberry.input(
    description="What will never be billed, or never come, is written off; in company currency."
)
class SubmitAccrualClearingInput(DocumentInput):
    """An accrual clearing."""

    lines: list[AccrualClearingLineInput] = about("What is written off, at least one line.")
    account: AccountRef | None = about(
        "Where it is written off to: the company's stock adjustment account unless given, for"
        " services its expense account.",
        default=None,
    )

    def to_command(self) -> AccrualClearing:
        """The document as the domain knows it."""
        return AccrualClearing(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            account=maybe(self.account),
        )
