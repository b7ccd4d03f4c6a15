"""What the masters' modules share: arguments, changed fields, and the life of a record."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol, cast
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.types.mutations import Input, Payload, mutation
from api.types.refs import CompanyRef
from domain.errors import NotFound, Refused, Required
from domain.masters import Change
from domain.naming import camel
from domain.references import Ref
from persistence.database import Database
from persistence.masters import lifecycle, lookups
from persistence.masters.store import Outcome

By = Annotated[str | None, strawberry.argument(description="Only what was done under this name.")]
RecordedFrom = Annotated[
    datetime | None, strawberry.argument(description="Only at this moment or later.")
]
RecordedTo = Annotated[
    datetime | None, strawberry.argument(description="Only at this moment or earlier.")
]
CompanyArgument = Annotated[
    CompanyRef, strawberry.argument(name="company", description="The company whose books they are.")
]
SearchArgument = Annotated[
    str | None,
    strawberry.argument(description="Only records with this text in their code or name."),
]
ItemSearch = Annotated[
    str | None,
    strawberry.argument(description="Only items with this text in their SKU, name or a barcode."),
]
PartySearch = Annotated[
    str | None,
    strawberry.argument(description="Only those with this text in their code, name or tax number."),
]
ActiveArgument = Annotated[
    bool | None,
    strawberry.argument(description="Only active (true) or only deactivated (false) records."),
]


class _Reference(Protocol):
    """Any reference input."""

    def to_ref(self) -> Ref:
        """The pure form."""
        ...


def option(description: str) -> Any:
    """An input field that may be left out; left out is not the same as null."""
    return strawberry.field(description=description, default=strawberry.UNSET)


def optional_ref(reference: _Reference | None) -> Ref | None:
    """The pure form of a reference that may be null or left out."""
    return reference.to_ref() if reference else None


def optional_value(value: Any) -> Any:
    """A value, or None when it was left out."""
    return None if value is strawberry.UNSET else value


def id_of(record: Any) -> UUID:
    """The id of a row; GraphQL calls it an ID, the books have UUIDs."""
    return record.id


def change_of(
    given: Any, company: Ref, target: Ref, fields: tuple[str, ...], nullable: tuple[str, ...]
) -> Change:
    """The change that an update input asks for: the fields that were given.

    Raises:
        Refused: REQUIRED for null in a field that cannot be empty.
    """
    values: dict[str, object] = {}
    empty: list[Required] = []
    for name in (*fields, *nullable):
        value = getattr(given, name)
        if value is strawberry.UNSET:
            continue
        if value is None and name in fields:
            empty.append(Required(path=(camel(name),)))
        values[name] = _pure(value)
    if empty:
        raise Refused(*empty)
    return Change(
        company=company,
        target=target,
        expected_version=optional_value(given.expected_version),
        values=values,
    )


def _pure(value: Any) -> object:
    """The pure form of a field: of references, of inputs in a list, and of plain values."""
    if isinstance(value, list):
        return [one.to_command() if hasattr(one, "to_command") else one for one in value]
    return cast("_Reference", value).to_ref() if hasattr(value, "to_ref") else value


async def or_none(finding: Awaitable[Any]) -> Any:
    """What was found, or None where nothing has that name."""
    try:
        return await finding
    except Refused as refused:
        if all(isinstance(one, NotFound) and one.kind != "company" for one in refused.refusals):
            return None
        raise


async def company_id_of(info: Info, company: CompanyRef) -> UUID:
    """The id of the company that an argument names.

    Raises:
        Refused: NOT_FOUND.
    """
    return (await lookups.find_company(info.context.database, company.to_ref())).id


async def find_master(info: Info, company: CompanyRef, ref: Ref) -> Any:
    """A record of the company, or None."""
    company_id = await company_id_of(info, company)
    return await or_none(lookups.find(info.context.database, company_id, ref))


@strawberry.type(description="The answer to a deletion.")
class DeletePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        description="The id of the record that is gone.", default=None
    )


class Keeper(Protocol):
    """The module of persistence that makes and changes records of one kind."""

    async def create(self, database: Database, command: Any) -> Outcome:
        """Make one."""
        ...

    async def update(self, database: Database, change: Change) -> Outcome:
        """Change one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What is particular to the mutations of one kind of record.

    `name` is the field of inputs, payload and look-ups; `one` and `what` are what people call it
    ("a cost center", "cost center"). Of the fields that may change, `nullable` ones may be null.
    """

    name: str
    one: str
    what: str
    keeper: Keeper
    create: type[Any]
    update: type[Any]
    target: type[Any]
    payload: type[Payload]
    fields: tuple[str, ...]
    nullable: tuple[str, ...] = ()

    async def shown(self, context: Context, outcome: Outcome) -> Payload:
        """The payload with the record that was made or changed."""
        record = await getattr(context.loaders, self.name).load((outcome.company_id, outcome.id))
        return self.payload(**{self.name: record}, replayed=outcome.replayed)

    def change(
        self, given: Any, fields: tuple[str, ...] = (), nullable: tuple[str, ...] = ()
    ) -> Change:
        """The change of the record that an input names."""
        target = getattr(given, self.name).to_ref()
        return change_of(given, given.company.to_ref(), target, fields, nullable)


def master_mutations(kind: Kind) -> type:
    """`createX`, `updateX`, `activateX`, `deactivateX` and `deleteX` of a kind of record.

    They are the fields of one capability: a class to be merged into the schema's mutations.
    """

    async def create(info: Info, input_: Any) -> Payload:
        made = await kind.keeper.create(info.context.masters, input_.to_command())
        return await kind.shown(info.context, made)

    async def update(info: Info, input_: Any) -> Payload:
        change = kind.change(input_, kind.fields, kind.nullable)
        return await kind.shown(
            info.context, await kind.keeper.update(info.context.masters, change)
        )

    async def activate(info: Info, input_: Any) -> Payload:
        change = kind.change(input_)
        changed = await lifecycle.set_active(info.context.masters, change, active=True)
        return await kind.shown(info.context, changed)

    async def deactivate(info: Info, input_: Any) -> Payload:
        change = kind.change(input_)
        changed = await lifecycle.set_active(info.context.masters, change, active=False)
        return await kind.shown(info.context, changed)

    async def delete(info: Info, input_: Any) -> DeletePayload:
        outcome = await lifecycle.delete(info.context.masters, kind.change(input_))
        return DeletePayload(deleted_id=cast("strawberry.ID", str(outcome.id)))

    def published(resolver: Any, given: Any, answer: type[Payload], description: str) -> Any:
        resolver.__annotations__.update({"input_": Input[given], "return": answer})
        return mutation(description)(resolver)

    lasting = f"Keeps the {kind.what} and its history; no new document may name it."
    again = f"Lets documents name the {kind.what} again."
    unused = f"Deletes the {kind.what}, if nothing refers to it."
    fields = {
        "create": published(create, kind.create, kind.payload, f"Makes {kind.one}."),
        "update": published(update, kind.update, kind.payload, f"Changes {kind.one}."),
        "activate": published(activate, kind.target, kind.payload, again),
        "deactivate": published(deactivate, kind.target, kind.payload, lasting),
        "delete": published(delete, kind.target, DeletePayload, unused),
    }
    named = {f"{verb}_{kind.name}": field for verb, field in fields.items()}
    return strawberry.type(type(f"{camel(kind.name)}Mutations", (), named))
