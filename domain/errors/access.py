"""Who asks, and what they may not."""

from dataclasses import dataclass

from domain.errors.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Unauthenticated(Refusal):
    """No token, or one that is not valid (any more): which of it is not said."""

    code = "UNAUTHENTICATED"
    meaning = "Nobody is signed in: there is no token, or it is not valid."
    fix = "Send a valid API key or access token as `Authorization: Bearer ...`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden(Refusal):
    """Also for companies that do not exist: whoever has no role in one does not learn of it."""

    code = "FORBIDDEN"
    meaning = "The permission that this needs is missing in that company."
    fix = "Ask an administrator of the company for a role that has the permission."
    permission: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseForbidden(Refusal):
    """A role that is limited to other warehouses."""

    code = "WAREHOUSE_FORBIDDEN"
    meaning = "The role is limited to other warehouses."
    fix = "Leave the warehouse out, or ask an administrator for it."
    warehouse: str
