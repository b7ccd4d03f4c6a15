"""Services of a receipt that are given back: nothing moves, so what is left of them counts."""

from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.documents.document import DocumentKind
from domain.errors import InvalidValue, LotsMismatch
from domain.facts import OriginalLine
from domain.lookup import LookUp, Path
from domain.money import ZERO


class _Returned(Protocol):
    """A return's line, in the stock unit."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def from_rejected(self) -> bool: ...
    @property
    def batch(self) -> str | None: ...
    @property
    def serials(self) -> tuple[str, ...]: ...


def returnable_service(
    look: LookUp,
    line: _Returned,
    original: OriginalLine,
    given_back: dict[UUID, Decimal],
    path: Path,
) -> Decimal:
    """How much of the quantity can be given back of a service's line, which it notes.

    What went back already and what was written off cannot. Only of receipts, which are what
    services may be accrued by: what an invoice or a delivery has of them is credited.
    """
    if original.kind != DocumentKind.PURCHASE_RECEIPT:
        look.refuse(InvalidValue(path=(*path, "line"), reason="services_are_credited"))
        return line.quantity
    if line.from_rejected:
        look.refuse(InvalidValue(path=(*path, "fromRejected"), reason="no_rejected_services"))
    if line.batch or line.serials:
        sku = original.item.sku
        look.refuse(LotsMismatch(path=path, item=sku, quantity=line.quantity, reason="no_lots"))
    known = look.facts.lines.get(original.id)
    kept = known.kept_quantity if known is not None else ZERO
    part = max(min(kept - given_back.get(original.id, ZERO), line.quantity), ZERO)
    given_back[original.id] = given_back.get(original.id, ZERO) + part
    return part
