"""Identifiers: new ones, and where an id that a client has made may be known already."""

from collections.abc import Iterable
from uuid import UUID, SafeUUID

import uuid_utils

PLACES = (
    "document", "document_line", "item", "item_group", "tax", "payment_term", "lot", "party",
    "account", "warehouse", "cost_center", "fiscal_year", "journal_entry", "draft", "movement",
)  # fmt: skip
"""Tables of which an id alone may be asked for: what stands first is what it names."""

_UNKNOWN = SafeUUID.unknown
_assign = object.__setattr__


def new_id() -> UUID:
    """A UUID of version 7: later ones are greater, within a process.

    A posting of a few lines takes twenty. `UUID` itself would take more than twice as long, to look
    at how it is called.
    """
    made = object.__new__(UUID)
    _assign(made, "int", uuid_utils.uuid7().int)
    _assign(made, "is_safe", _UNKNOWN)
    return made


def is_known_in(places: Iterable[str], company: str, id_: str) -> str:
    """A condition in SQL: whether any of these tables has an id in a company.

    Args:
        places: some of `PLACES`.
        company: what the statement calls the company's id.
        id_: what it calls the id.
    """
    looks = (f"select from {place} where company_id = {company} and id = {id_}" for place in places)
    return f"exists ({' union all '.join(looks)})"
