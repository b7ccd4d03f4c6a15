"""Which drafts a list has."""

from datetime import date
from uuid import UUID

import strawberry

from api.context import Info
from api.documents.draft import only_own
from api.documents.inputs.choices import DocumentKind
from api.documents.inputs.parts import about
from api.types.refs import PartyRef
from domain.errors import InvalidValue, Refused
from persistence import draft_lists
from persistence.masters import lookups


@strawberry.input(description="Which drafts; what is left out does not limit.")
class DraftFilter:
    """Everything given must be true of a draft."""

    kinds: list[DocumentKind] | None = about("Only these kinds of documents.", default=None)
    created_by: str | None = about("Who began it.", default=None)
    party: PartyRef | None = about("The customer or supplier that its content names.", default=None)
    from_: date | None = about("Posting date on or after this day.", default=None)
    to: date | None = about("Posting date on or before this day.", default=None)


async def resolved(
    info: Info, company_id: UUID, which: DraftFilter, statuses: list[str]
) -> draft_lists.DraftFilter:
    """A filter with records instead of references; a limited role's own drafts alone.

    Raises:
        Refused: NOT_FOUND for a party that is not there, INVALID_VALUE for a range that ends
            before it begins.
    """
    if which.from_ is not None and which.to is not None and which.from_ > which.to:
        raise Refused(InvalidValue(path=("filter", "from"), reason="after_to"))
    party = None
    if which.party is not None:
        ref, path = which.party.to_ref(), ("filter", "party")
        party = (await lookups.find(info.context.database, company_id, ref, path)).id
    return draft_lists.DraftFilter(
        statuses=statuses,
        kinds=None if which.kinds is None else [kind.value.lower() for kind in which.kinds],
        author=which.created_by,
        party_id=party,
        from_date=which.from_,
        to_date=which.to,
        own=only_own(info.context, company_id),
    )
