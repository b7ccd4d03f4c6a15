"""The cost adjustment: costs that changed since travel on to everything that left (flow LINKED).

Where a company adjusts with each document there is nothing left to do. Otherwise this brings every
issue, transfer and product of the items to the cost of its receipts, averages to their periods,
and left-over cents of used-up receipts to their account. Doing it again changes nothing.
"""

from dataclasses import dataclass
from typing import ClassVar

from domain.company import Flow
from domain.documents.causes import Causes
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.errors import InvalidValue, NotLinked, Refused
from domain.facts import Facts
from domain.lookup import LookUp
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAdjustment(Document):
    """Adjusting the costs of the items named, or (None) of all that need it.

    At most `limit` items whose costs wait are adjusted in one document.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.COST_ADJUSTMENT
    series: ClassVar[str] = "CA"

    items: tuple[Ref, ...] | None = None
    limit: int = 1000

    def needs(self) -> Needs:
        """The items, and which of them have costs that wait."""
        return Needs(
            items=frozenset(self.items or ()),
            waiting_items=within_limit(self.limit),
            waiting_of_all=self.items is None,
        )

    def causes(self, facts: Facts) -> Causes:
        """Nothing of its own: the flow settles what waits."""
        if facts.company.flow is not Flow.LINKED:
            raise Refused(NotLinked(path=("company",)))
        causes = process(self, facts)
        look = LookUp(facts)
        check_limit(look, self.limit)
        for index, ref in enumerate(self.items or ()):
            look.stock_item(ref, ("items", str(index)))
        look.refuse_if_any()
        causes.adjusted_items = frozenset(facts.waiting_items)
        adjusted = len(facts.waiting_items)
        causes.content |= {
            "adjusted": str(adjusted),
            "waiting": str(facts.waiting_in_all - adjusted),
        }
        return causes


MOST = 10_000
"""Items, or cost entries, that one document of a run may take."""


def within_limit(limit: int) -> int:
    """How many are read: what is out of range is refused once there are facts to refuse it by."""
    return min(max(limit, 1), MOST)


def check_limit(look: LookUp, limit: int) -> None:
    """A run takes at least one, and not more than fit into a document."""
    if limit != within_limit(limit):
        look.refuse(InvalidValue(path=("limit",), reason="out_of_range", least=1, most=MOST))


def process(document: Document, facts: Facts) -> Causes:
    """A document whose entries have dates of their own: its own date closes nothing."""
    return Causes(
        document=document,
        facts=facts,
        posting_date=document.posting_date,
        posting_time=document.posting_time,
        currency=facts.company.currency,
    )
