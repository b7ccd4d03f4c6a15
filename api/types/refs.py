"""References in inputs: `@oneOf` inputs that name a record by its id or by what a person sees.

A code is what a person sees ("Stores", "RM0001"). Each turns into the pure `Ref` that is passed
down; ids are not checked here, so that a malformed one is an ordinary NOT_FOUND.
"""

import strawberry

from domain.references import Ref, RefBy, RefKind


def _by(description: str) -> str | None:
    return strawberry.field(description=description, default=strawberry.UNSET)


def _id(what: str) -> strawberry.ID | None:
    return strawberry.field(description=f"The {what}'s id.", default=strawberry.UNSET)


class _Reference:
    """The one field of a reference that is set, as a `Ref`."""

    __slots__ = ()

    def ref(self, kind: RefKind) -> Ref:
        """The pure form; `kind` also names the record in refusals."""
        names: dict[RefBy, str | None] = vars(self)  # type: ignore[assignment]
        for name, given in names.items():
            if given is not None and given is not strawberry.UNSET:
                return Ref(kind, name, given)
        raise LookupError(f"no name of {kind} is given")  # graphql-core has seen to that


@strawberry.input(one_of=True, description="An item, by exactly one of its names.")
class ItemRef(_Reference):
    """An item by id, SKU or barcode."""

    id: strawberry.ID | None = _id("item")
    sku: str | None = _by("The item's stock keeping unit, unique in the company.")
    barcode: str | None = _by(
        "One of the item's barcodes; of `unitBarcodes` it says a line's unit too, unless that does."
    )

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("item")


@strawberry.input(one_of=True, description="A group of items, by exactly one of its names.")
class ItemGroupRef(_Reference):
    """A group of items by id or code."""

    id: strawberry.ID | None = _id("group")
    code: str | None = _by("The group's code, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("item_group")


@strawberry.input(one_of=True, description="A warehouse, by exactly one of its names.")
class WarehouseRef(_Reference):
    """A warehouse by id or code."""

    id: strawberry.ID | None = _id("warehouse")
    code: str | None = _by("The warehouse's code, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("warehouse")


@strawberry.input(one_of=True, description="An account, by exactly one of its names.")
class AccountRef(_Reference):
    """An account by id or code."""

    id: strawberry.ID | None = _id("account")
    code: str | None = _by('The account\'s code, or code and name as in "1300 Stores".')

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("account")


@strawberry.input(one_of=True, description="A customer or supplier, by exactly one of its names.")
class PartyRef(_Reference):
    """A party by id or code."""

    id: strawberry.ID | None = _id("party")
    code: str | None = _by("The party's code, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("party")


@strawberry.input(one_of=True, description="A company, by exactly one of its names.")
class CompanyRef(_Reference):
    """A company by id or code."""

    id: strawberry.ID | None = _id("company")
    code: str | None = _by("The company's code.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("company")


@strawberry.input(one_of=True, description="A tax, by exactly one of its names.")
class TaxRef(_Reference):
    """A tax by id or code."""

    id: strawberry.ID | None = _id("tax")
    code: str | None = _by("The tax's code, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("tax")


@strawberry.input(one_of=True, description="Payment terms, by exactly one of their names.")
class PaymentTermRef(_Reference):
    """Payment terms by id or code."""

    id: strawberry.ID | None = _id("payment terms")
    code: str | None = _by("The code of the payment terms, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("payment_term")


@strawberry.input(one_of=True, description="A cost center, by exactly one of its names.")
class CostCenterRef(_Reference):
    """A cost center by id or code."""

    id: strawberry.ID | None = _id("cost center")
    code: str | None = _by("The cost center's code, unique in the company.")

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("cost_center")


@strawberry.input(one_of=True, description="A document, by exactly one of its names.")
class DocumentRef(_Reference):
    """A document by id or number."""

    id: strawberry.ID | None = _id("document")
    number: str | None = _by('The document\'s number, as "PR-2026-00001".')

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("document")


@strawberry.input(one_of=True, description="A line of a document, by exactly one of its names.")
class LineRef(_Reference):
    """A document line by id, or by its document's number or id and its own number."""

    id: strawberry.ID | None = _id("line")
    number: str | None = _by("The document's number and the line's, as \"PR-2026-00001/1\".")
    in_document: str | None = _by(
        "The document's id and the line's number, from 1, as"
        ' "01890a5d-ac96-774b-bcce-b302099a8057/1": known to whoever makes the document, so that a'
        " later one of the same batch can name it."
    )

    def to_ref(self) -> Ref:
        """The pure form."""
        return self.ref("line")
