"""Earlier documents that a document changed: their costs before and after, and the accounts."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.context import Info
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import document_named, related
from api.documents.reading.sight import only_seen
from api.masters.accounts import Account
from domain.errors import InvalidValue, Refused
from domain.money import ZERO
from persistence.documents.changed import ChangeRow
from persistence.documents.rows import DocumentRow, JournalLineRow

_MOST = 500


@strawberry.type(description="By how much an account's balance changes.")
class AccountChange:
    """In the company's currency."""

    company_id: strawberry.Private[UUID]
    account_id: strawberry.Private[UUID]
    account: Any = related("account", "account_id", Account, "The account.")
    change: Decimal = strawberry.field(description="Debit positive, in the company's currency.")


@strawberry.type(description="An earlier document whose cost a later one changed.")
class ChangedDocument:
    """Costs are those of its stock movements, net: positive where value came into stock."""

    company_id: strawberry.Private[UUID]
    document_id: strawberry.Private[UUID]
    document: Any = document_named("document_id", "The document that is changed.", required=True)
    cost_before: Decimal = strawberry.field(
        description="What its movements cost before, net, in the company's currency."
    )
    cost_after: Decimal = strawberry.field(
        description="What they cost with the change; of a transfer both are zero."
    )
    change: Decimal = strawberry.field(description="Cost after less cost before.")
    accounts: list[AccountChange] = strawberry.field(
        description="What the entries about it change on accounts; empty where the ledger does not "
        "hear of it."
    )


async def changed_documents(
    self: Any,
    info: Info,
    first: Annotated[int, strawberry.argument(description="How many, at most 500.")] = 100,
    offset: Annotated[int, strawberry.argument(description="After how many.")] = 0,
) -> list[ChangedDocument]:
    """In posting order; in a preview, those that would be changed.

    Raises:
        Refused: INVALID_VALUE for a page out of range.
    """
    if not 0 <= first <= _MOST:
        raise Refused(InvalidValue(path=("first",), reason="out_of_range", least=0, most=_MOST))
    if offset < 0:
        raise Refused(InvalidValue(path=("offset",), reason="out_of_range"))
    row: DocumentRow = self
    loaders = loaders_of(info.context)
    key = (row.company_id, row.id)
    caused: list[ChangeRow] = await loaders.changes.load(key)
    found = await only_seen(info.context, key[0], caused, "document_id")
    documents = await loaders.document.load_many([(key[0], one.document_id) for one in found])
    place = {one.id: (one.posting_date, one.posting_time, one.seq) for one in documents if one}
    found = sorted(found, key=lambda one: place[one.document_id])
    changes = found[offset : offset + first]
    if not changes:
        return []
    lines = await loaders.caused_lines.load(key)
    moments = [(row.company_id, (one.document_id, row.seq)) for one in changes]
    before = await loaders.cost_before.load_many(moments)
    return [_changed(*one, lines) for one in zip(changes, before, strict=True)]


def _changed(change: ChangeRow, before: Decimal, lines: list[JournalLineRow]) -> ChangedDocument:
    accounts: dict[UUID, Decimal] = {}
    cost_before = before + change.change * 0  # with the currency's digits
    for line in lines:
        if line.document_id == change.document_id:
            net = accounts.get(line.account_id, ZERO) + line.debit - line.credit
            accounts[line.account_id] = net
    return ChangedDocument(
        company_id=change.company_id,
        document_id=change.document_id,
        cost_before=cost_before,
        cost_after=cost_before + change.change,
        change=change.change,
        accounts=[
            AccountChange(company_id=change.company_id, account_id=account, change=net)
            for account, net in accounts.items()
            if net
        ],
    )
