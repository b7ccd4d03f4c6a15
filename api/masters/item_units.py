"""Units of an item, as type and input."""

from decimal import Decimal

import strawberry

from domain import masters


@strawberry.type(description="A unit that an item is bought or sold in besides its stock unit.")
class ItemUnit:
    """A box, a dozen, a pallet."""

    uom: str = strawberry.field(description="The unit.")
    factor: Decimal = strawberry.field(description="How many stock units one of it is.")


@strawberry.type(description="A barcode that stands for one of a unit of its item.")
class UnitBarcode:
    """What is on the box, not on the piece."""

    uom: str = strawberry.field(description="The unit.")
    barcode: str = strawberry.field(description="The barcode.")


@strawberry.input(description="A barcode that stands for one of a unit of its item.")
class UnitBarcodeInput:
    """A unit and what is on it."""

    uom: str = strawberry.field(description="The unit, one that the item has.")
    barcode: str = strawberry.field(description="The barcode, at most 140 characters.")

    def to_command(self) -> masters.UnitBarcode:
        """The pure form."""
        return masters.UnitBarcode(self.uom, self.barcode)


@strawberry.input(description="A unit that an item is bought or sold in.")
class ItemUnitInput:
    """A unit and its factor."""

    uom: str = strawberry.field(description="The unit, at most 140 characters: Box, Dozen.")
    factor: Decimal = strawberry.field(
        description="How many stock units one of it is: above zero, up to 12 decimal places; of "
        "the stock unit itself 1."
    )

    def to_command(self) -> masters.ItemUnit:
        """The pure form."""
        return masters.ItemUnit(self.uom, self.factor)
