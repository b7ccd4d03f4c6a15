"""Any document as one input: exactly one of the kinds, with the input of its own mutation."""

from dataclasses import replace
from typing import Any

import strawberry

from api.context import Info
from api.documents.inputs.ledger import CancelDocumentInput
from api.documents.submitting import KINDS
from api.masters.common import company_id_of
from api.types.refs import CompanyRef
from domain.documents.document import Document
from domain.errors import InvalidValue, Refused
from domain.references import Ref

_CANCELLATION = "cancellation"
_INPUTS: dict[str, tuple[type, str]] = {
    **{kind.field: (kind.input_type, kind.what) for kind in KINDS},
    _CANCELLATION: (
        CancelDocumentInput,
        "a cancellation: a document undone as of its own date, or later",
    ),
}


def _one_of() -> type:
    members: dict[str, Any] = {
        name: strawberry.field(
            description=f"{what[0].upper()}{what[1:]}.", default=strawberry.UNSET
        )
        for name, (_, what) in _INPUTS.items()
    }
    members["__annotations__"] = {name: type_ | None for name, (type_, _) in _INPUTS.items()}
    members["__doc__"] = "See `chosen`."
    made: Any = type("AnyDocumentInput", (), members)
    return strawberry.input(
        made, one_of=True, description="A document of any kind: exactly one of the fields."
    )


AnyDocumentInput = _one_of()


def chosen(given: Any) -> tuple[str, Any]:
    """The kind's field ("purchase_receipt") and its input."""
    given_fields = ((name, getattr(given, name)) for name in _INPUTS)
    return next(
        (name, value)
        for name, value in given_fields
        if value is not None and value is not strawberry.UNSET
    )


def beneath(refused: Refused, *path: str) -> Refused:
    """The same refusals, of an input that lies at `path` in another one."""
    return Refused(*(replace(one, path=(*path, *one.path)) for one in refused.refusals))


async def command_of(info: Info, company: CompanyRef, given: Any) -> Document:
    """The document as the domain knows it, in the company named beside it.

    Raises:
        Refused: the input is wrong, or names another company; paths point into it.
    """
    name, input_ = chosen(given)
    if input_.company is not None and not await _same(info, company, input_.company):
        raise Refused(InvalidValue(path=("company",), reason="another_company"))
    if name == _CANCELLATION:
        return input_.to_command(company.to_ref())
    return input_.to_command()


async def _same(info: Info, one: CompanyRef, other: CompanyRef) -> bool:
    refs: tuple[Ref, Ref] = (one.to_ref(), other.to_ref())
    return refs[0] == refs[1] or await company_id_of(info, one) == await company_id_of(info, other)
