"""The log of changes of masters: who changed what, when, and from what to what."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry

from api.context import Info
from api.documents.reading.related import document_named
from api.masters.common import By, CompanyArgument, RecordedFrom, RecordedTo, company_id_of
from api.types.connections import After, Before, Connection, First, Last, connect, page_of
from api.types.enums import described
from api.types.sorting import MasterChangeSort, sorted_by
from domain.master_changes import MasterAction, MasterKind
from persistence.masters.change_lists import ChangesWanted, MasterChangeRow, page_of_changes

described(
    MasterKind,
    "What kind of record was changed.",
    {
        MasterKind.COMPANY: "The company: its switches, defaults, closed days and scheme.",
        MasterKind.ACCOUNT: "An account.",
        MasterKind.COST_CENTER: "A cost center.",
        MasterKind.WAREHOUSE: "A warehouse.",
        MasterKind.ITEM_GROUP: "A group of items.",
        MasterKind.ITEM: "An item.",
        MasterKind.LOT: "A batch or serial number; the document that brought it in is its origin.",
        MasterKind.PARTY: "A customer or supplier.",
        MasterKind.TAX: "A tax.",
        MasterKind.PAYMENT_TERM: "Payment terms.",
        MasterKind.POSTING_RULE: "A posting rule; another one where it asks for something else.",
        MasterKind.FISCAL_YEAR: "A fiscal year opened ahead of its first posting.",
        MasterKind.WEBHOOK: "An address to which the feed is sent.",
    },
)
described(
    MasterAction,
    "What was done with a record.",
    {
        MasterAction.CREATED: "It was made.",
        MasterAction.CHANGED: "Fields of it were changed.",
        MasterAction.ACTIVATED: "Documents may name it again.",
        MasterAction.DEACTIVATED: "No new document may name it.",
        MasterAction.DELETED: "It was deleted.",
    },
)


@strawberry.type(description="A field of a record that was changed.")
class MasterFieldChange:
    """Values as text, as the API prints them; null = empty."""

    field: str = strawberry.field(
        description="The field, as the API calls it: `costingMethod`; one of several with its name "
        "behind a dot: `settings.allowNegativeStock`, `defaults.stockInHand`, `units.Box`."
    )
    before: str | None = strawberry.field(
        description="Its value before, of a record its code then; null = empty, or withheld."
    )
    after: str | None = strawberry.field(
        description="Its value after, of a record its code then; null = empty, or withheld."
    )
    before_id: strawberry.ID | None = strawberry.field(
        description="The id of the record that it referred to before."
    )
    after_id: strawberry.ID | None = strawberry.field(
        description="The id of the record that it refers to after."
    )
    is_withheld: bool = strawberry.field(
        description="Whether only that it changed is kept: it is personal, so that it can be "
        "erased, or not for everybody who reads this."
    )

    @classmethod
    def of(cls, field: str, kept: dict[str, Any]) -> "MasterFieldChange":
        """From what the log keeps of a field."""
        before, after = kept.get("before"), kept.get("after")
        return cls(
            field=field,
            before=_text(before),
            after=_text(after),
            before_id=_id(before),
            after_id=_id(after),
            is_withheld=not kept,
        )


@strawberry.type(description="A change of a master by one request; never changed itself.")
class MasterChange:
    """Reads from a `MasterChangeRow`."""

    id: strawberry.ID = strawberry.field(description="Its identifier.")
    kind: MasterKind = strawberry.field(description="What kind of record was changed.")
    record_id: strawberry.ID = strawberry.field(
        description="The record's id, for `node` while it is there."
    )
    code: str | None = strawberry.field(
        description="Its code or SKU then, of a posting rule its table and position, of a party "
        "its code now, null where it is gone; null of a webhook."
    )
    action: MasterAction = strawberry.field(description="What was done with it.")
    version: int | None = strawberry.field(
        description="Its version after it; null where it has none."
    )
    document_id: strawberry.ID | None = strawberry.field(
        description="The id of the document that changed it, where it was one."
    )
    document: Any = document_named("document_id", "The document that changed it.")
    recorded_at: datetime = strawberry.field(description="When.")
    recorded_by: str | None = strawberry.field(description="Who did it.")

    @strawberry.field(
        description="What was changed: of a new record what it began with, of a deleted one what "
        "it had. In alphabetical order."
    )
    def fields(self) -> list[MasterFieldChange]:
        """By name."""
        return _fields(self)

    @strawberry.field(description="The same in one line, for people and exports.")
    def summary(self) -> str:
        """As `costingMethod: FIFO -> LIFO; name: withheld`."""
        return "; ".join(
            f"{one.field}: withheld" if one.is_withheld else f"{one.field}: {_arrow(one)}"
            for one in _fields(self)
        )

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Rows are returned as they are."""
        return isinstance(value, MasterChangeRow | MasterChange)


def _fields(change: Any) -> list[MasterFieldChange]:
    """The fields of a row, which is what a resolver's `self` really is."""
    row: MasterChangeRow = change
    return [MasterFieldChange.of(name, row.fields[name]) for name in sorted(row.fields)]


def _arrow(change: MasterFieldChange) -> str:
    """From what to what; of what is new or gone only that."""
    if change.before is None:
        return change.after or ""
    return f"{change.before} -> {'' if change.after is None else change.after}".rstrip()


def _text(value: Any) -> str | None:
    """A value as the API prints it; several by commas, what has parts as JSON."""
    if value is None or isinstance(value, str):
        return value
    if _is_reference(value):
        return value["code"]
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return ", ".join(str(one) for one in value)
    return orjson.dumps(value).decode()


def _id(value: Any) -> strawberry.ID | None:
    return strawberry.ID(value["id"]) if _is_reference(value) else None


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"id", "code"}


@strawberry.type
class MasterChangeQueries:
    """Reading the log."""

    @strawberry.field(
        description="Who made, changed and deleted masters of a company, newest first: items, "
        "accounts, parties, posting rules, its switches and defaults, and so on. What was there "
        "before this log began has no history in it."
    )
    async def master_changes(
        self,
        info: Info,
        company: CompanyArgument,
        *,
        kind: Annotated[
            MasterKind | None, strawberry.argument(description="Only records of this kind.")
        ] = None,
        record: Annotated[
            UUID | None, strawberry.argument(description="Only the record of this id.")
        ] = None,
        field: Annotated[
            str | None,
            strawberry.argument(description="Only changes of this field, as `fields` name it."),
        ] = None,
        by: By = None,
        recorded_from: RecordedFrom = None,
        recorded_to: RecordedTo = None,
        sort: Annotated[Any, sorted_by(MasterChangeSort)] = MasterChangeSort.RECORDED_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[MasterChange]:
        """A keyset page."""
        page = page_of(sort.ordering, first, after, last, before)
        wanted = ChangesWanted(
            kind=kind,
            record=record,
            field=field,
            by=by,
            recorded_from=recorded_from,
            recorded_to=recorded_to,
        )
        company_id = await company_id_of(info, company)
        found: Any = await page_of_changes(info.context.database, company_id, page, wanted)
        return connect(page, found, Connection[MasterChange])
