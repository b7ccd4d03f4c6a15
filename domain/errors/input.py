"""What an input or a reference can be refused for."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidValue(Refusal):
    """A value that can never be right: `reason` is a key such as "must_be_positive".

    `least` and `most` bound what is `out_of_range`, where it has such bounds.
    """

    code = "INVALID_VALUE"
    meaning = "A value is outside what the field can hold."
    fix = "Correct the value at the path."
    reason: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(Refusal):
    """A field that this document needs is missing."""

    code = "REQUIRED"
    meaning = "A field that is needed here is missing."
    fix = "Give the field at the path."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound(Refusal):
    """A reference that names nothing in this company."""

    code = "NOT_FOUND"
    meaning = "What the reference names does not exist in this company."
    fix = "Correct the reference, or create the record first."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTaken(Refusal):
    """A code, SKU or barcode that another record of the company has already."""

    code = "CODE_TAKEN"
    meaning = "Another record of this company has that code."
    fix = "Choose another code, or update the existing record."
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyConflict(Refusal):
    """The id was used before with another body, or for another kind of record."""

    code = "IDEMPOTENCY_CONFLICT"
    meaning = "This id belongs to an earlier request with different content."
    fix = "Use a new id for a new document; repeat the exact same content to get the first result."
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Refusal):
    """A record was changed by somebody else since it was read; `kind` and `id` say which."""

    code = "VERSION_CONFLICT"
    meaning = "The record has changed since you read it."
    fix = "Read it again and repeat the change."
    expected: int
    current: int
    kind: str = ""
    company: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse(Refusal):
    """A master that has postings or is referred to, and therefore cannot be deleted or changed."""

    code = "IN_USE"
    meaning = "The record has postings or is referred to."
    fix = "Deactivate it instead, or remove what refers to it."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactive(Refusal):
    """A deactivated account, warehouse, item, party, cost center or company; a void document."""

    code = "INACTIVE"
    meaning = "The record is deactivated, or the document cancelled."
    fix = "Activate the record again, or use another one."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsGroup(Refusal):
    """A group account, warehouse or cost center: groups hold no postings."""

    code = "IS_GROUP"
    meaning = "Groups structure the tree and hold no postings or stock."
    fix = "Use one of the records below the group."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidParent(Refusal):
    """A parent that is no group, is below the record itself, or has another root."""

    code = "INVALID_PARENT"
    meaning = "The parent is not a group, lies below the record, or is of another kind."
    fix = "Choose a group of the same tree and root."
    kind: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAccountType(Refusal):
    """An account of a type that cannot be used in this place."""

    code = "WRONG_ACCOUNT_TYPE"
    meaning = "The account's type does not fit its use here."
    fix = "Choose an account of the type named."
    account: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRole(Refusal):
    """A party without the role (CUSTOMER, SUPPLIER) that the document needs."""

    code = "WRONG_ROLE"
    meaning = "The party does not have the role that this document needs."
    fix = "Add the role to the party, or choose another party."
    party: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAStockItem(Refusal):
    """A service or other non-stock item where stock is moved."""

    code = "NOT_A_STOCK_ITEM"
    meaning = "The item is not kept in stock."
    fix = "Use a stock item here."
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNotOfItem(Refusal):
    """A unit of measure that the item does not have; `units` are those that it has."""

    code = "UNIT_NOT_OF_ITEM"
    meaning = "The item is not counted, bought or sold in this unit of measure."
    fix = "Use one of the item's units, or add the unit to the item with its factor."
    item: str
    uom: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSupported(Refusal):
    """A choice that the API knows by name but that does not exist in this company or place."""

    code = "NOT_SUPPORTED"
    meaning = "This choice is not supported here."
    fix = "Choose one of the supported values."
    feature: str
    value: str
    supported: tuple[str, ...]
