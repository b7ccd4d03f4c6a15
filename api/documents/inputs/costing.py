"""The inputs of what costs need: new standard costs, adjustments, postings by batch."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.documents.inputs.choices import PostingGroup
from api.documents.inputs.parts import DocumentInput, about, maybe
from api.types.refs import AccountRef, CompanyRef, ItemRef
from domain.documents.cost_adjustment import CostAdjustment
from domain.documents.inventory_posting import InventoryPosting
from domain.documents.standard_cost_change import StandardCostChange, StandardCostLine
from domain.references import Ref

_RUN_DATE = "The day of the run; its entries count on days of their own."
_RUN_ID = (
    "The run's identity, made by the client: the same run again under its id gives the first "
    "result again. Made by the server unless given."
)


@strawberry.input(description="An item's new standard cost.")
class StandardCostLineInput:
    """A line of a change of standard costs."""

    item: ItemRef = about("An item at standard cost.")
    standard_cost: Decimal = about("Cost per unit, in the company's currency, zero or above.")

    def to_command(self) -> StandardCostLine:
        """The line as the domain knows it."""
        return StandardCostLine(item=self.item.to_ref(), standard_cost=self.standard_cost)


@strawberry.input(description="New standard costs, from the day on which they count.")
class ChangeStandardCostInput(DocumentInput):
    """A change of standard costs."""

    lines: list[StandardCostLineInput] = about("The items, at least one.")
    revalue_on_hand: bool = about("What is on hand comes to the new cost too.", default=True)
    difference_account: AccountRef | None = about(
        "The other side of the revaluation; the account of the posting rules unless given.",
        default=None,
    )

    def to_command(self) -> StandardCostChange:
        """The document as the domain knows it."""
        return StandardCostChange(
            **self.common(),
            lines=tuple(line.to_command() for line in self.lines),
            revalue_on_hand=self.revalue_on_hand,
            difference_account=maybe(self.difference_account),
        )


def _refs(items: list[ItemRef] | None) -> tuple[Ref, ...] | None:
    return None if items is None else tuple(item.to_ref() for item in items)


@strawberry.input(description="Which items' costs are adjusted.")
class AdjustCostsInput:
    """An adjustment of costs."""

    company: CompanyRef = about("The company.")
    posting_date: date = about(_RUN_DATE)
    id: UUID | None = about(_RUN_ID, default=None)
    items: list[ItemRef] | None = about(
        "Only these items; all whose costs wait unless given.", default=None
    )
    limit: int = about(
        "At most so many items in one document, 1 to 10,000; run again for the others.",
        default=1000,
    )

    def to_command(self) -> CostAdjustment:
        """The document as the domain knows it."""
        return CostAdjustment(
            id=self.id or uuid7(),
            company=self.company.to_ref(),
            posting_date=self.posting_date,
            items=_refs(self.items),
            limit=self.limit,
        )


@strawberry.input(description="Which cost entries are posted to the general ledger, and how.")
class PostInventoryCostInput:
    """A posting of inventory cost."""

    company: CompanyRef = about("The company.")
    posting_date: date = about(_RUN_DATE)
    id: UUID | None = about(_RUN_ID, default=None)
    items: list[ItemRef] | None = about("Only these items; all unless given.", default=None)
    group: PostingGroup = about(
        "How many journal entries it makes.", default=PostingGroup.PER_DOCUMENT
    )
    after: UUID | None = about(
        "Go on after this cost entry, where an earlier document of the run ended.", default=None
    )
    limit: int = about(
        "At most so many cost entries in one document, 1 to 10,000; run again for the others.",
        default=5000,
    )

    def to_command(self) -> InventoryPosting:
        """The document as the domain knows it."""
        return InventoryPosting(
            id=self.id or uuid7(),
            company=self.company.to_ref(),
            posting_date=self.posting_date,
            items=_refs(self.items),
            group=self.group,
            after=self.after,
            limit=self.limit,
        )
