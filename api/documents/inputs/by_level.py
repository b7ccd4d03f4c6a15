"""The inputs of what only scheme BY_LEVEL has: shipments closed, items put into other groups."""

import strawberry

from api.documents.inputs.parts import DocumentInput, about
from api.types.refs import ItemGroupRef, ItemRef
from domain.documents.item_group_change import ItemGroupChange, ItemGroupChangeLine
from domain.documents.shipment_closing import ShipmentClosing


@strawberry.input(description="A shipment all of whose goods and charges have been billed.")
class CloseShipmentInput(DocumentInput):
    """The closing of a shipment."""

    shipment: str = about("The shipment's code, as its receipts gave it.")
    update_standard_cost: bool = about(
        "Whether what a unit came to becomes the items' standard cost, and stock on hand is "
        "revalued to it.",
        default=False,
    )

    def to_command(self) -> ShipmentClosing:
        """The document as the domain knows it."""
        return ShipmentClosing(
            **self.common(),
            shipment=self.shipment,
            update_standard_cost=self.update_standard_cost,
        )


@strawberry.input(description="An item and the group that it comes into.")
class ItemGroupChangeLineInput:
    """A line of a change of groups."""

    item: ItemRef = about("The item.")
    group: ItemGroupRef = about("Its new group.")

    def to_command(self) -> ItemGroupChangeLine:
        """The line as the domain knows it."""
        return ItemGroupChangeLine(item=self.item.to_ref(), group=self.group.to_ref())


@strawberry.input(description="Items put into other groups, with their stock.")
class ChangeItemGroupInput(DocumentInput):
    """A change of groups."""

    lines: list[ItemGroupChangeLineInput] = about("The items, at least one.")

    def to_command(self) -> ItemGroupChange:
        """The document as the domain knows it."""
        return ItemGroupChange(
            **self.common(), lines=tuple(line.to_command() for line in self.lines)
        )
