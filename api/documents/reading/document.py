"""What all documents have in common, as a GraphQL interface.

Resolvers return the rows of persistence.documents.reading; a row's kind says which type it is.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from api.context import Info
from api.documents.inputs.as_given import as_given
from api.documents.inputs.choices import (
    DocumentKind,
    DocumentStatus,
)
from api.documents.reading.caused import JournalLine, LedgerEntry, StockMovement
from api.documents.reading.changed import ChangedDocument, changed_documents
from api.documents.reading.loaders import loaders_of
from api.documents.reading.parts import DocumentCharge, DocumentLine, DocumentTax
from api.documents.reading.related import document_named, related
from api.documents.reading.settlements import Settlement
from api.documents.reading.sight import (
    OnlySeen,
    limits_in,
    moving,
    naming,
    only_seen,
    sees_given,
)
from api.masters.companies import Company
from api.masters.parties import Party
from api.types.nodes import Node
from persistence.documents.rows import DocumentRow, merged

_TYPE_NAMES = {kind: "".join(part.title() for part in kind.split("_")) for kind in DocumentKind}
"""The GraphQL type of each kind: PURCHASE_RECEIPT is a PurchaseReceipt."""


def part(loader: str, of: Any, description: str, *, seen: OnlySeen | None = None) -> Any:
    """A list that belongs to the document; `seen` leaves what a limited role sees of it."""

    def resolve(self: Any, info: Info) -> Any:
        rows, key = getattr(loaders_of(info.context), loader), (self.company_id, self.id)
        if seen is None or limits_in(info.context, key[0]) is None:
            return rows.shown(key)
        return seen(info.context, key[0], rows.load(key))

    return strawberry.field(resolver=resolve, description=description, graphql_type=list[of])


def _lines(loader: str, description: str) -> Any:
    """Journal lines that belong to the document, merged on demand."""

    async def resolve(
        self: Any,
        info: Info,
        merge: Annotated[
            bool,
            strawberry.argument(
                name="merged",
                description="Net per account, cost center and party, over all entries.",
            ),
        ] = False,
    ) -> Any:
        found = await getattr(loaders_of(info.context), loader).load((self.company_id, self.id))
        found = await only_seen(info.context, self.company_id, found, "document_id")
        return merged(found) if merge else found

    return strawberry.field(
        resolver=resolve, description=description, graphql_type=list[JournalLine]
    )


async def _entries(self: Any, info: Info) -> Any:
    """One line of each entry stands for it."""
    found = await loaders_of(info.context).journal_lines.load((self.company_id, self.id))
    return list({line.entry_id: line for line in reversed(found)}.values())[::-1]


async def given_to(info: Info, row: DocumentRow) -> dict[str, Any] | None:
    """What a document was given, as an `AnyDocumentInput`; None where nothing is kept of it.

    An exchange rate of 1 is said where a currency is: the same as none where that is the company's.
    """
    found = await loaders_of(info.context).given.load((row.company_id, row.id))
    content = as_given(info.schema, found.given if found else None)
    for given in content.values() if content else ():
        if "currency" in given and row.exchange_rate == 1:
            given.setdefault("exchangeRate", "1")
    return content


async def _given(self: Any, info: Info) -> Any:
    return await given_to(info, self) if sees_given(info.context, self) else None


def _company(self: Any, info: Info) -> Any:
    return info.context.loaders.company.load(self.company_id)


@strawberry.interface(
    description="What a person hands in. It never changes: cancelling appends its mirror image."
)
class Document(Node):
    """What all kinds have in common."""

    company: Any = strawberry.field(
        resolver=_company, description="Whose books it is in.", graphql_type=Company
    )
    kind: DocumentKind = strawberry.field(description="What kind of document it is.")
    number: str = strawberry.field(
        description='Its number, as "PR-2026-00001": gapless per company, series and fiscal year.'
    )
    status: DocumentStatus = strawberry.field(description="Whether it counts.")
    posting_date: date = strawberry.field(description="The day on which it counts.")
    posting_time: time = strawberry.field(description="The time of day at which it counts.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    recorded_by: str | None = strawberry.field(description="Who recorded it.")
    seq: int = strawberry.field(
        description="Its place among all that was recorded in the company.", name="sequence"
    )
    party: Any = related("party", "party_id", Party | None, "The customer or supplier.")
    currency: str = strawberry.field(description="Its currency, as an ISO 4217 code.")
    exchange_rate: Decimal = strawberry.field(
        description="Company currency per unit of its currency."
    )
    net_total: Decimal = strawberry.field(description="The lines, in its currency.")
    charges_total: Decimal = strawberry.field(
        description="What charges add to the bill, in its currency."
    )
    taxes_total: Decimal = strawberry.field(
        description="The taxes of its lines and freight, in its currency."
    )
    freight: Decimal = strawberry.field(
        description="Freight charged to the customer, without its taxes, in its currency."
    )
    grand_total: Decimal = strawberry.field(
        description="Lines, charges, taxes and freight, in its currency."
    )
    reference: str | None = strawberry.field(description="The other side's number for it.")
    remarks: str | None = strawberry.field(description="Remarks.")
    given: Any = strawberry.field(
        resolver=_given,
        description="Its input, to be handed in again: an `AnyDocumentInput` in JSON, without an"
        " id and without what was left at its default. Null of what earlier releases recorded, of "
        "migrations, and of what others recorded for a role that is limited to warehouses.",
        graphql_type=JSON | None,
    )
    cancelled_by: Any = document_named("cancelled_by_id", "The cancellation that undid it.")
    lines: Any = part("lines", DocumentLine, "Its lines, in order.")
    charges: Any = part("charges", DocumentCharge, "Its charges, in order.")
    taxes: Any = part("taxes", DocumentTax, "Its taxes, in the order in which they are charged.")
    journal_entries: Any = strawberry.field(
        resolver=_entries,
        description="Ledger entries about it, adjustments by later documents included.",
        graphql_type=list[LedgerEntry],
    )
    journal_lines: Any = _lines(
        "journal_lines", "Ledger lines about it, adjustments by later documents included."
    )
    caused_journal_lines: Any = _lines(
        "caused_lines",
        "Ledger lines that it made us write, also about other documents whose cost it changed.",
    )
    changed_documents: Any = strawberry.field(
        resolver=changed_documents,
        description="Earlier documents whose cost it changed, in posting order, with by how much; "
        "in a preview, those that it would change.",
        graphql_type=list[ChangedDocument],
    )
    settles: Any = part(
        "settles",
        Settlement,
        "What it takes off what is owed on other documents.",
        seen=naming("item_id"),
    )
    settled_by: Any = part(
        "settled_by",
        Settlement,
        "What payments, credit notes, returns and allocations that count took off what is owed on "
        "it, in the order in which they were recorded.",
        seen=naming("document_id"),
    )
    stock_movements: Any = part(
        "movements", StockMovement, "The stock movements it caused.", seen=moving
    )

    @strawberry.field(description="1: documents never change.")
    def version(self) -> int:
        """For clients that treat all records alike."""
        return 1

    @classmethod
    def resolve_type(cls, obj: Any, *_rest: object) -> str:
        """The GraphQL type of a row."""
        return _TYPE_NAMES[obj.kind]  # as text: hashed as its kind is


def of_kind(kind: DocumentKind) -> Any:
    """How a type of document recognizes its rows."""

    def is_type_of(_cls: type, obj: object, _info: object) -> bool:
        return isinstance(obj, DocumentRow) and obj.kind == kind

    return classmethod(is_type_of)
