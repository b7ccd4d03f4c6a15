"""A request repeated after an upgrade is still the same request, whichever form recorded it."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.references import Ref
from persistence.posting import identity
from persistence.posting.identity import identity_of, is_same_body
from persistence.posting.identity_form_1 import ALWAYS_HASHED


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterLine(ReceiptLine):
    """The line as a later version of the product has it."""

    colour: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterReceipt(PurchaseReceipt):
    """The receipt as a later version has it."""

    gate: tuple[str, ...] = ()
    priority: int = 3


LATER_NAMES = {
    **ALWAYS_HASHED,
    "LaterReceipt": ALWAYS_HASHED["PurchaseReceipt"],
    "LaterLine": ALWAYS_HASHED["ReceiptLine"],
}


def receipt(*, later: bool = False, quantity: str = "10", **more: Any) -> PurchaseReceipt:
    """A receipt by the product as it is, or as it will be."""
    of_line, of_document = (LaterLine, LaterReceipt) if later else (ReceiptLine, PurchaseReceipt)
    line_fields = {name: more.pop(name) for name in ("colour",) if name in more}
    line = of_line(
        item=Ref("item", "sku", "A"),
        warehouse=Ref("warehouse", "code", "Stores"),
        quantity=Decimal(quantity),
        rate=Decimal(2),
        **line_fields,
    )
    return of_document(
        id=UUID(int=1),
        company=Ref("company", "code", "ACME"),
        posting_date=date(2026, 1, 10),
        supplier=Ref("party", "code", "ARCU"),
        lines=(line,),
        **more,
    )


FIRST_FORM = bytes.fromhex("04775984d5e91f98e268999dde68ee3513b0e66cbcd7ff5b2a150024012b3667")
"""What the receipt was recorded with before there was a second form."""


@pytest.fixture(autouse=True)
def later_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version's classes have the names of today's."""
    monkeypatch.setattr(identity, "ALWAYS_HASHED", LATER_NAMES)


@pytest.mark.parametrize(
    "recorded", [FIRST_FORM, identity_of(receipt()).hash], ids=["first", "second"]
)
def test_a_new_field_leaves_what_is_recorded_the_same(recorded: bytes) -> None:
    for later in (False, True):
        assert is_same_body(receipt(later=later), recorded)
        assert is_same_body(receipt(later=later, quantity="10.00", charges=()), recorded)
        assert not is_same_body(receipt(later=later, quantity="11"), recorded)
        assert not is_same_body(receipt(later=later, remarks="other"), recorded)
    assert is_same_body(receipt(later=True, colour=None, priority=3), recorded)
    others: list[dict[str, Any]] = [{"colour": "red"}, {"priority": 4}, {"gate": ("A",)}]
    for other in others:
        assert not is_same_body(receipt(later=True, **other), recorded)


def test_forms_are_told_apart() -> None:
    assert len(FIRST_FORM) == hashlib.sha256().digest_size
    assert identity_of(receipt()).hash[:1] == b"\x02"
    assert not is_same_body(receipt(), b"")


def test_the_first_form_takes_the_fields_of_its_time() -> None:
    for one in (PurchaseReceipt, ReceiptLine, Ref):
        assert ALWAYS_HASHED[one.__name__] <= {field.name for field in fields(one)}
