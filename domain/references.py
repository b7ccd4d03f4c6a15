"""References: how a document names a record (an item by its SKU, a line by its id).

They are resolved inside one company; what is not found is refused as `NotFound`.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.texts import spellings
from domain.values import quickly_made

RefKind = Literal[
    "company",
    "item",
    "item_group",
    "tax",
    "payment_term",
    "warehouse",
    "account",
    "party",
    "cost_center",
    "document",
    "line",
    "lot",
    "order_line",
    "shipment",
]
"""What a reference points at; also the `kind` of `NotFound` and of other refusals."""

RefBy = Literal["id", "code", "sku", "barcode", "number", "in_document"]
"""Which of the record's names is given; `in_document` is a line's, "DOCUMENT ID/LINE NUMBER"."""


def parse_id(text: str) -> UUID | None:
    """The UUID that a text spells, in any case and with or without dashes; None: it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@quickly_made
@dataclass(frozen=True, slots=True)
class Ref:
    """A record by one of its names. `value` of an id is the UUID as text, as it was given."""

    kind: RefKind
    by: RefBy
    value: str

    @property
    def id(self) -> UUID | None:
        """The UUID that it spells; None if it spells none."""
        return parse_id(self.value)

    def names(self, id_: UUID, name: str) -> bool:
        """Whether it names the record that has this id, and this name for people."""
        return (
            self.id == id_
            if self.by == "id"
            else (self.value == name or name in spellings(self.value))
        )
