"""The closing of a shipment: what its goods came to with all charges, against what they came in at.

While a shipment is open, the bills of its goods and the charges on it wait in suspense. Closing
spreads the charges over the goods by what they were billed at, takes everything off suspense, and
makes the difference to the cost that the goods came in at a price variance, or at weighted average
a change of cost. On demand the cost per unit becomes the items' standard cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from domain.accounts import Role
from domain.company import CostingMethod
from domain.documents.causes import Causes, begin
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level
from domain.documents.parts.cost_orders import Repricing
from domain.errors import InvalidValue, NotFound, ShipmentNotBilled
from domain.facts import Facts, ItemFacts
from domain.lookup import LookUp
from domain.money import RATE_DIGITS, ZERO, divide, round_to, split
from domain.movements import Contra
from domain.open_lines import LineFacts, ShipmentFacts
from domain.recorded import ChangedStandard
from domain.records import BillingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentClosing(Document):
    """The closing of one shipment, named by its code."""

    kind: ClassVar[DocumentKind] = DocumentKind.SHIPMENT_CLOSING
    series: ClassVar[str] = "SHC"

    shipment: str
    update_standard_cost: bool = False

    def needs(self) -> Needs:
        """The receipt lines of the shipment, locked, and the charges on it."""
        return Needs(shipments=frozenset({self.shipment}), bins=True)

    def causes(self, facts: Facts) -> Causes:
        """Suspense taken off, and what the goods came to more or less than they came in at."""
        causes, look = begin(self, facts)
        shipment = facts.shipments.get(self.shipment)
        _check(look, shipment, self.shipment)
        look.refuse_if_any()
        if shipment is None:
            return causes
        landed: dict[UUID, tuple[Decimal, Decimal]] = {}
        charges = sum((one.amount for one in shipment.charges), ZERO)
        posted = sum((one.amount for one in shipment.charges if one.account), ZERO)
        weights = [line.billed_amount for line in shipment.lines]
        digits = facts.company.digits
        parts = zip(
            shipment.lines,
            split(charges, weights, digits),
            split(posted, weights, digits),
            strict=True,
        )
        for line, part, part_posted in parts:
            item = facts.items_by_id[line.item]
            cost = self._close(causes, look, line, item, part, part_posted)
            quantity, value = landed.get(item.id, (ZERO, ZERO))
            landed[item.id] = (quantity + line.billed_quantity, value + cost)
        for one in shipment.charges:
            causes.post(one.account, -one.amount)
            causes.bill(one.line, BillingKind.CLEARED, ZERO, -one.amount, one.account)
        if self.update_standard_cost:
            causes.standards.extend(_standards(facts, landed))
        look.refuse_if_any()
        return causes

    def _close(
        self,
        causes: Causes,
        look: LookUp,
        line: LineFacts,
        item: ItemFacts,
        charge: Decimal,
        charge_posted: Decimal,
    ) -> Decimal:
        """One line of goods; returns what they came to, in company currency."""
        landed = line.billed_amount + charge
        causes.net_total += landed
        variance = look.role_for(Role.PURCHASE_VARIANCE, item, causes.party)
        record = causes.new_line(
            item_id=item.id,
            warehouse_id=line.warehouse,
            quantity=line.billed_quantity,
            amount=landed,
            against_line_id=line.id,
            shipment=self.shipment,
        )
        waits = line.open_amount
        causes.bill(line.id, BillingKind.CLEARED, ZERO, waits, line.account)
        on_suspense = waits if line.account is not None else ZERO
        causes.post(line.account, on_suspense)
        causes.post(variance, charge_posted - on_suspense)
        causes.repricings.append(
            Repricing(
                item=item.id,
                quantity=line.billed_quantity,
                difference=charge - waits,
                billed=landed,
                contra=Contra(variance) if variance is not None else None,
                line=record.id,
            )
        )
        return landed


def _check(look: LookUp, shipment: ShipmentFacts | None, code: str) -> None:
    path = ("shipment",)
    if not is_by_level(look.company):
        look.refuse(InvalidValue(path=path, reason="only_by_level"))
    if shipment is None or not shipment.lines:
        look.refuse(NotFound(path=path, kind="shipment", reference=code))
    elif shipment.is_closed:
        look.refuse(InvalidValue(path=path, reason="shipment_closed"))
    elif waiting := _not_billed(shipment.lines):
        look.refuse(ShipmentNotBilled(path=path, shipment=code, receipts=waiting))
    elif not any(line.billed_amount for line in shipment.lines):
        look.refuse(InvalidValue(path=path, reason="nothing_to_distribute_on"))


def _not_billed(lines: Sequence[LineFacts]) -> tuple[str, ...]:
    """The receipts of which something has not been billed yet."""
    return tuple(sorted({line.number for line in lines if line.open_quantity}))


def _standards(facts: Facts, landed: dict[UUID, tuple[Decimal, Decimal]]) -> list[ChangedStandard]:
    """The new standard costs, of items that have one."""
    standards: list[ChangedStandard] = []
    for id_, (quantity, value) in landed.items():
        item = facts.items_by_id[id_]
        if quantity and item.costing_method == CostingMethod.STANDARD:
            per_unit = round_to(divide(value, quantity), RATE_DIGITS)
            standards.append(ChangedStandard(id_, item.standard_cost, per_unit))
    return standards
