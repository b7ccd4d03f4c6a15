"""The guard of every root field: who may not, is refused before anything of it is run.

A query's refusal is a top-level error, a mutation's stands in its payload, so that what its
siblings committed is shown. Somebody without any role in a company gets the same answer as for a
company that does not exist.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from inspect import isawaitable
from typing import Any, TypeAlias
from uuid import UUID

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLField,
    GraphQLNonNull,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from strawberry import ID

from api.auth.permissions import Rule, rule_of
from api.context import Context
from api.telemetry.measuring import measured
from api.types.nodes import MOST_NODES
from api.types.refs import CompanyRef
from domain.errors import Forbidden, NotFound, Refused, Unauthenticated
from domain.references import parse_id
from domain.roles import Permission
from persistence.access import scope
from persistence.masters.lookups import find_company

Resolver: TypeAlias = Callable[..., Any]


_OF_DOCUMENTS = frozenset({"document", "document_line", "journal_entry", "movement", "lot"})


def guard_root_fields(schema: GraphQLSchema) -> None:
    """Put every root field under its rule, say so in its description, and measure it.

    The schema also gets the directive that its export shows each root field with.
    """
    permissions: Any = schema.type_map["Permission"]
    permission = GraphQLArgument(
        GraphQLNonNull(permissions), description="In the company concerned."
    )
    requires = GraphQLDirective(
        "requires",
        [DirectiveLocation.FIELD_DEFINITION],
        {"permission": permission},
        description="What one must be permitted to use a field; see docs/permissions.md.",
    )
    schema.directives = (*schema.directives, requires)
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in (root.fields if root else {}).items():
            rule = rule_of(name)
            field.description = f"{field.description or ''} Needs {rule.permission}.".strip()
            if root is schema.subscription_type:
                field.subscribe = watched(name, rule, field.subscribe or _no_resolver)
            else:
                payload = _payload(field) if root is schema.mutation_type else None
                guarded = _guarded(name, rule, field.resolve or _no_resolver, payload)
                field.resolve = measured(name, guarded)


def _no_resolver(*_args: object, **_kwargs: object) -> Any:
    raise LookupError("a root field has a resolver")


def _payload(field: GraphQLField) -> Any:
    """The class of a mutation's payload."""
    named: Any = field.type
    while hasattr(named, "of_type"):
        named = named.of_type
    return named.extensions["strawberry-definition"].origin


def _guarded(name: str, rule: Rule, resolve: Resolver, payload: Any) -> Resolver:
    def resolver(source: Any, info: GraphQLResolveInfo, **given: Any) -> Any:
        context: Context = info.context
        if context.principal.is_unrestricted or rule.permission is Permission.PUBLIC:
            return resolve(source, info, **given)
        return guarded(context, source, info, given)

    async def guarded(
        context: Context, source: Any, info: GraphQLResolveInfo, given: dict[str, Any]
    ) -> Any:
        try:
            admitted = await _admit(context, name, rule, given, reads=payload is None)
        except Refused as refused:
            if payload is None:
                raise
            return payload.refused(refused.refusals, context.language)
        if admitted is None:
            return None
        found = resolve(source, info, **admitted)
        return await found if isawaitable(found) else found

    return resolver


def watched(name: str, rule: Rule, subscribe: Resolver) -> Resolver:
    """A subscription, whose rights are looked at before each event: it ends when they do."""

    async def events(source: Any, info: GraphQLResolveInfo, **given: Any) -> AsyncIterator[Any]:
        context: Context = info.context
        admitted = await _readmit(context, name, rule, given)
        stream = subscribe(source, info, **admitted)
        async for event in await stream if isawaitable(stream) else stream:
            await context.identify()
            await _readmit(context, name, rule, given)
            yield event

    return events


async def _readmit(
    context: Context, name: str, rule: Rule, given: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of a subscription to go on with.

    Raises:
        Refused: UNAUTHENTICATED, FORBIDDEN.
    """
    if context.principal.is_unrestricted or rule.permission is Permission.PUBLIC:
        return given
    admitted = await _admit(context, name, rule, given, reads=True)
    if admitted is None:
        raise _forbidden(rule)
    return admitted


async def _admit(
    context: Context, name: str, rule: Rule, given: dict[str, Any], *, reads: bool
) -> dict[str, Any] | None:
    """The arguments to go on with; None when there is nothing to be seen.

    Raises:
        Refused: UNAUTHENTICATED, FORBIDDEN, or NOT_FOUND for a document not to be seen.
    """
    principal = context.principal
    if not principal.is_known:
        raise Refused(Unauthenticated())
    if rule.permission is Permission.SIGNED_IN:
        return given
    if rule.permission is Permission.INSTALLATION_MANAGE:
        if not principal.may_in_installation(rule.permission):
            raise _forbidden(rule)
        return given
    if name == "nodes":
        return {"ids": [one if await _sees(context, rule, one) else "" for one in _some(given)]}
    company = _company_in(given)
    if company is not None:
        company_id = await _company_id(context, company, rule)
        _check(context, company_id, rule)
        # The company that was checked is the one that is read, whatever its code becomes.
        return {**given, "company": CompanyRef(id=ID(str(company_id)))} if reads else given
    return await _admit_by_id(context, name, rule, given)


def _company_in(given: Mapping[str, Any]) -> CompanyRef | None:
    return given.get("company") or getattr(given.get("input"), "company", None)


async def _company_id(context: Context, named: CompanyRef, rule: Rule) -> UUID:
    """The company that is named, looked up once in a while."""
    ref = named.to_ref()
    if ref.by == "id":
        one = ref.id
        if one is None:
            raise _forbidden(rule)
        return one
    ids = context.services.company_ids
    known = ids.get(ref.value)
    if known is not None:
        return known
    try:
        row = await find_company(context.database, ref)
    except Refused as refused:
        raise _forbidden(rule) from refused
    ids.put(row.code, row.id)
    return row.id


def _check(context: Context, company_id: UUID, rule: Rule) -> None:
    authority = context.principal.authority_in(company_id)
    limited = authority.warehouses(rule.permission) is not None
    if not authority.allows(rule.permission) or (limited and not rule.within_warehouses):
        raise _forbidden(rule)


async def _admit_by_id(
    context: Context, name: str, rule: Rule, given: dict[str, Any]
) -> dict[str, Any] | None:
    """What is named by its id alone: of which company it is, the database knows."""
    document = getattr(given.get("input"), "document", None)
    text = str(given.get("id") or getattr(document, "id", None) or "")
    one = parse_id(text)
    place = await context.locate(one) if one else None
    authority = context.principal.authority_in(place.company_id) if place else None
    if one is None or place is None or authority is None or not authority.limits:
        if document:
            raise Refused(NotFound(path=("document",), kind="document", reference=text))
        if "id" not in given:
            raise _forbidden(rule)
        return None
    _check(context, place.company_id, rule)
    if name == "node" and place.kind in _OF_DOCUMENTS:
        _check(context, place.company_id, Rule(Permission.DOCUMENTS_READ, within_warehouses=True))
    limits = authority.warehouses(Permission.DOCUMENTS_READ)
    if limits is None or document or place.kind not in _OF_DOCUMENTS:
        return given
    in_sight = {"document": scope.moves_in, "lot": scope.lies_in}.get(place.kind)
    seen = in_sight and await in_sight(context.database, place.company_id, one, limits)
    return given if seen else None


def _some(given: Mapping[str, Any]) -> Sequence[str]:
    """The ids asked for, as many as are read: of more it is enough to know that they are."""
    return [str(one) for one in given["ids"][: MOST_NODES + 1]]


async def _sees(context: Context, rule: Rule, one: str) -> bool:
    """Whether `node` would show what an id names."""
    try:
        return await _admit_by_id(context, "node", rule, {"id": one}) is not None
    except Refused:
        return False


def _forbidden(rule: Rule) -> Refused:
    return Refused(Forbidden(permission=rule.permission.value))
