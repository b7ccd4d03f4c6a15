"""The life of a master of whatever kind: made, changed, activated, deactivated and deleted."""

from dataclasses import dataclass
from typing import Any, Protocol, cast

import strawberry

from api.context import Context, Info
from api.masters.common import Reference, option, optional_value
from api.types.mutations import Input, Payload, mutation
from api.types.nodes import Node
from api.types.refs import CompanyRef
from domain.errors import Refused, Required
from domain.masters import Change
from domain.naming import camel
from domain.references import Ref
from persistence.database import Database
from persistence.masters import lifecycle
from persistence.masters.store import Outcome


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
    return cast("Reference", value).to_ref() if hasattr(value, "to_ref") else value


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
    ("a cost center", "cost center"). Inputs name one as `named_by`, payloads show it as `shows`.
    Of the fields that may change, `nullable` ones may be null.
    """

    name: str
    one: str
    what: str
    keeper: Keeper
    create: type[Any]
    update: type[Any]
    shows: type[Node]
    named_by: type[Any]
    fields: tuple[str, ...]
    nullable: tuple[str, ...] = ()

    def change(
        self, given: Any, fields: tuple[str, ...] = (), nullable: tuple[str, ...] = ()
    ) -> Change:
        """The change of the record that an input names."""
        target = getattr(given, self.name).to_ref()
        return change_of(given, given.company.to_ref(), target, fields, nullable)


def _target(kind: Kind) -> Any:
    """The input that names a record to be activated, deactivated or deleted."""
    version = "The version you have seen; refused if it is another now."
    members: dict[str, Any] = {
        "company": strawberry.field(description="The company."),
        kind.name: strawberry.field(description=f"The {kind.what}."),
        "expected_version": option(version),
        "__annotations__": {
            "company": CompanyRef,
            kind.name: kind.named_by,
            "expected_version": int | None,
        },
    }
    one = f"{kind.one[0].upper()}{kind.one[1:]}"
    return strawberry.input(
        type(f"{kind.shows.__name__}TargetInput", (), members),
        description=f"{one} to be activated, deactivated or deleted.",
    )


def _payload(kind: Kind) -> type[Payload]:
    """The answer that shows a record, or says why not."""
    members: dict[str, Any] = {
        kind.name: strawberry.field(
            description=f"The {kind.what}; null when refused.", default=None
        ),
        "__annotations__": {kind.name: kind.shows | None},
    }
    return strawberry.type(
        type(f"{kind.shows.__name__}Payload", (Payload,), members),
        description=f"The answer to making or changing {kind.one}.",
    )


def master_mutations(kind: Kind) -> type:
    """`createX`, `updateX`, `activateX`, `deactivateX` and `deleteX` of a kind of record.

    They are the fields of one capability: a class to be merged into the schema's mutations.
    """
    target, payload = _target(kind), _payload(kind)

    async def shown(context: Context, outcome: Outcome) -> Payload:
        record = await getattr(context.loaders, kind.name).load((outcome.company_id, outcome.id))
        return payload(**{kind.name: record}, replayed=outcome.replayed)

    async def create(info: Info, input_: Any) -> Payload:
        made = await kind.keeper.create(info.context.masters, input_.to_command())
        return await shown(info.context, made)

    async def update(info: Info, input_: Any) -> Payload:
        change = kind.change(input_, kind.fields, kind.nullable)
        return await shown(info.context, await kind.keeper.update(info.context.masters, change))

    async def activate(info: Info, input_: Any) -> Payload:
        change = kind.change(input_)
        changed = await lifecycle.set_active(info.context.masters, change, active=True)
        return await shown(info.context, changed)

    async def deactivate(info: Info, input_: Any) -> Payload:
        change = kind.change(input_)
        changed = await lifecycle.set_active(info.context.masters, change, active=False)
        return await shown(info.context, changed)

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
        "create": published(create, kind.create, payload, f"Makes {kind.one}."),
        "update": published(update, kind.update, payload, f"Changes {kind.one}."),
        "activate": published(activate, target, payload, again),
        "deactivate": published(deactivate, target, payload, lasting),
        "delete": published(delete, target, DeletePayload, unused),
    }
    named = {f"{verb}_{kind.name}": field for verb, field in fields.items()}
    return strawberry.type(type(f"{camel(kind.name)}Mutations", (), named))
