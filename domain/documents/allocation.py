"""The allocation: what is on account is applied to invoices; no money moves.

Payments on account and credit notes are settled against invoices of the same party. What is settled
in each direction has to be the same. Items at other exchange rates leave a gain or loss, items on
other control accounts (a party that is customer and supplier) are netted between the two.
"""

from dataclasses import dataclass
from typing import ClassVar

from domain.accounts import Role
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.settlement import Allocation, allocate, needs_of
from domain.errors import InvalidValue, Required
from domain.facts import Facts
from domain.money import ZERO
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationVoucher(Document):
    """Open items of one party, settled against each other.

    Discounts, write-offs and exchange differences are on the `cost_center`.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.ALLOCATION
    series: ClassVar[str] = "ALL"
    party: Ref
    allocations: tuple[Allocation, ...]
    discount_account: Ref | None = None
    write_off_account: Ref | None = None
    cost_center: Ref | None = None

    def converts(self) -> bool:
        """Each item has the rate that it was opened at."""
        return False

    def needs(self) -> Needs:
        """The party and the open items."""
        return needs_of(self.party, self.allocations)

    def causes(self, facts: Facts) -> Causes:
        """A line on the party's account for each item; together they come to nothing."""
        causes, look = begin(self, facts)
        causes.party = look.party(self.party, ("party",))
        center = look.cost_center(self.cost_center, ("costCenter",))
        causes.cost_center = center.id if center else None
        if not self.allocations:
            look.refuse(Required(path=("allocations",)))
        if causes.party is not None:
            accounts = (self.discount_account, self.write_off_account)
            left = allocate(causes, look, causes.party, self.allocations, accounts)
            if left and not look.refusals:
                look.refuse(InvalidValue(path=("allocations",), reason="must_cancel_out"))
        taken = [
            one.settled if one.currency == causes.currency else allocation.amount
            for one, allocation in zip(causes.open_items, self.allocations, strict=False)
            if one.settled > 0
        ]
        causes.net_total = causes.grand_total = sum(taken, ZERO)
        difference = sum((line.amount for line in causes.journal), ZERO)
        if difference:
            causes.post(look.role(Role.EXCHANGE_GAIN_LOSS), -difference)
        look.refuse_if_any()
        return causes
