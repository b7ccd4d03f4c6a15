"""What the masters' modules share: arguments, changed fields, and the life of a record."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol, TypeVar, cast
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.mutations import Input, Payload, mutation
from api.naming import camel
from api.refs import CompanyRef
from domain.errors import NotFound, Refused, Required
from domain.masters import Change
from domain.references import Ref
from persistence.masters import lifecycle, lookups
from persistence.masters.store import Outcome

CompanyArgument = Annotated[
    CompanyRef, strawberry.argument(name="company", description="The company whose books they are.")
]
SearchArgument = Annotated[
    str | None,
    strawberry.argument(description="Only records with this text in their code or name."),
]
ActiveArgument = Annotated[
    bool | None,
    strawberry.argument(description="Only active (true) or only deactivated (false) records."),
]

MadePayload = TypeVar("MadePayload", bound=Payload)


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
        values[name] = cast("_Reference", value).to_ref() if hasattr(value, "to_ref") else value
    if empty:
        raise Refused(*empty)
    return Change(
        company=company,
        target=target,
        expected_version=optional_value(given.expected_version),
        values=values,
    )


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


def lifecycle_mutations(
    what: str,
    target_type: type[Any],
    target_of: Callable[[Any], Ref],
    payload_type: type[MadePayload],
    read: Callable[[Context, Outcome], Awaitable[MadePayload]],
) -> tuple[Any, Any, Any]:
    """`activateX`, `deactivateX` and `deleteX` of a kind of record."""

    def change(given: Any) -> Change:
        return Change(
            company=given.company.to_ref(),
            target=target_of(given),
            expected_version=optional_value(given.expected_version),
        )

    async def activate(info: Info, input_: Any) -> MadePayload:
        database = info.context.database
        return await read(
            info.context, await lifecycle.set_active(database, change(input_), active=True)
        )

    async def deactivate(info: Info, input_: Any) -> MadePayload:
        database = info.context.database
        return await read(
            info.context, await lifecycle.set_active(database, change(input_), active=False)
        )

    async def delete(info: Info, input_: Any) -> DeletePayload:
        outcome = await lifecycle.delete(info.context.database, change(input_))
        return DeletePayload(deleted_id=cast("strawberry.ID", str(outcome.id)))

    argument = Input[target_type]
    for resolver, answer in (
        (activate, payload_type),
        (deactivate, payload_type),
        (delete, DeletePayload),
    ):
        resolver.__annotations__.update({"input_": argument, "return": answer})
    return (
        mutation(f"Lets documents name the {what} again.")(activate),
        mutation(f"Keeps the {what} and its history; no new document may name it.")(deactivate),
        mutation(f"Deletes the {what}, if nothing refers to it.")(delete),
    )
