"""How every mutation answers: the thing made, the user's mistakes, and whether it was a repetition.

A root field never raises: that would null what its committed siblings return.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Self, TypeVar

import strawberry
from graphql import GraphQLResolveInfo, GraphQLSchema
from strawberry.types.field import StrawberryField

from api.context import Info
from api.serving.consistency import token_of
from api.types.errors import UserError, refusal_of, user_errors
from domain.errors import Refusal, Refused

Made = TypeVar("Made", bound="Payload")
Given = TypeVar("Given")

Input = Annotated[
    Given, strawberry.argument(name="input", description="Everything the mutation needs.")
]
"""The one argument of a mutation: `input_: Input[SubmitDeliveryNoteInput]`."""


@strawberry.type(description="What every mutation answers besides the thing made.")
class Payload:
    """Base of the payloads. The thing made is a nullable field of the subclass."""

    errors: list[UserError] = strawberry.field(
        description="Why nothing was made; empty when all went well.", default_factory=list
    )
    replayed: bool = strawberry.field(
        description="Whether this id was sent before and the first result is given again.",
        default=False,
    )

    @strawberry.field(
        description="Where the books are after this, for queries that are to know of it wherever "
        "they are answered: they name it in the header Consistency-Token, or as "
        "`extensions.consistencyToken`. Nothing can be told from it. Null when it was refused."
    )
    async def consistency_token(self, info: Info) -> str | None:
        """Read only where it is asked for, after the mutation has committed."""
        if self.errors:
            return None
        return token_of(await info.context.database.written_position())

    @classmethod
    def refused(cls, refusals: tuple[Refusal, ...], language: str) -> Self:
        """A payload that has only errors."""
        return cls(errors=user_errors(refusals, language))


def mutation(description: str, **options: Any) -> Callable[[Callable[..., Awaitable[Made]]], Any]:
    """A mutation whose resolver may raise `Refused` (or fail): the payload says so.

    The resolver takes `info: Info` and returns a subclass of `Payload`, as its annotation says.
    """

    def decorate(resolver: Callable[..., Awaitable[Made]]) -> Any:
        payload: type[Made] = resolver.__annotations__["return"]

        @functools.wraps(resolver)
        async def answered(*args: Any, info: Info, **kwargs: Any) -> Made:
            language = info.context.language
            info.context.forget()
            try:
                return await resolver(*args, info=info, **kwargs)
            except Refused as refused:
                return payload.refused(refused.refusals, language)
            except Exception as fault:  # noqa: BLE001 - told to the log, and to the client by its id
                return payload.refused((refusal_of(fault, info.field_name),), language)

        return strawberry.mutation(answered, description=description, **options)

    return decorate


def answer_mutations(schema: GraphQLSchema) -> None:
    """Let mutations be called with the one argument that each of them has.

    Strawberry looks for a resolver and its arguments, and how to convert these, at every call.
    """
    for field in schema.mutation_type.fields.values() if schema.mutation_type else ():
        field.resolve = _called(field.extensions["strawberry-definition"])


def _called(declared: StrawberryField) -> Callable[..., Awaitable[Any]]:
    assert declared.base_resolver is not None, "mutations have resolvers"
    answered: Any = declared.base_resolver.wrapped_func
    takes_self = "self" in declared.base_resolver.signature.parameters

    def resolve(source: Any, info: GraphQLResolveInfo, **given: Any) -> Awaitable[Any]:
        told = strawberry.Info(_raw_info=info, _field=declared)
        if takes_self:
            return answered(source, info=told, input_=given["input"])
        return answered(info=told, input_=given["input"])

    return resolve
