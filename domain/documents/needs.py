"""What a document refers to: read, and where it must be locked, before anything is decided."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.references import Ref
from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Needs:
    """What a document refers to: the books look these up before anything is decided.

    `originals` are lines whose movements matter, `originals_of` documents all of whose lines do;
    `invoices`, `invoice_lines` and `return_lines` are credited. `lots` are codes of batches and
    serial numbers; `counts` asks for the lots that are present, `bins` for every pool of the items.
    `waiting_of_all`: what waits of every item, not only of those named.
    `held` are lines that nobody else may draw on meanwhile, `residues` documents that left
    something on the accrual account, `order_lines` what was received by lines of purchase orders
    (code, number from 1). `credits_invoices`: the originals' invoices are credited.
    `discounts` are open items settled by a discount, each with what its line says of their taxes.
    `bill_number` is what a supplier calls a bill, and perhaps another.
    `foreign_items_on` asks for what is open or held in other currencies on a day.
    """

    items: frozenset[Ref] = frozenset()
    parties: frozenset[Ref] = frozenset()
    lines: frozenset[Ref] = frozenset()
    documents: frozenset[Ref] = frozenset()
    open_items: frozenset[Ref] = frozenset()
    accounts: frozenset[Ref] = frozenset()
    lots: frozenset[str] = frozenset()
    originals: frozenset[Ref] = frozenset()
    originals_of: frozenset[Ref] = frozenset()
    held: frozenset[Ref] = frozenset()
    counts: bool = False
    bins: bool = False
    residues: frozenset[Ref] = frozenset()
    migration: date | None = None
    waiting_items: int = 0
    unposted: int = 0
    unposted_after: UUID | None = None
    waiting_of_all: bool = False
    invoices: frozenset[Ref] = frozenset()
    invoice_lines: frozenset[Ref] = frozenset()
    return_lines: frozenset[Ref] = frozenset()
    order_lines: frozenset[tuple[str, int]] = frozenset()
    shipments: frozenset[str] = frozenset()
    credits_invoices: bool = False
    foreign_items_on: date | None = None
    discounts: frozenset[tuple[Ref, bool | None]] = frozenset()
    bill_number: str | None = None

    @property
    def on_a_day(self) -> bool:
        """Whether it asks for the state of the books at the end of a day."""
        return self.migration is not None or self.foreign_items_on is not None
