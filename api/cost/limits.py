"""What an operation may cost at most: by the highest role of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from domain.roles import CompanyRole

if TYPE_CHECKING:  # limits are settings, known to commands that nobody signs in to
    from api.auth.principal import Principal

OPERATOR = "OPERATOR"
"""Operators of the installation, among them everybody in development mode."""

DEFAULT_LIMITS: Mapping[str, int] = MappingProxyType(
    {
        CompanyRole.VIEWER: 20_000,
        CompanyRole.WAREHOUSE: 20_000,
        CompanyRole.ACCOUNTANT: 50_000,
        CompanyRole.CONTROLLER: 100_000,
        CompanyRole.ADMIN: 100_000,
        OPERATOR: 200_000,
    }
)
"""A page of 500 documents with the items of their lines is 15,000 records, or half a second."""


@dataclass(frozen=True, slots=True)
class CostLimits:
    """The limits of a server."""

    by_role: Mapping[str, int] = field(default_factory=lambda: DEFAULT_LIMITS)

    @classmethod
    def parse(cls, text: str) -> "CostLimits":
        """From a setting like "VIEWER=5000,ADMIN=80000"; roles left out keep their defaults.

        Raises:
            ValueError: a role that does not exist, or no whole number from 1.
        """
        limits = dict(DEFAULT_LIMITS)
        for part in filter(None, (one.strip() for one in text.split(","))):
            role, _, most = (piece.strip() for piece in part.partition("="))
            if role not in limits:
                raise ValueError(f"there is no role {role!r}; the roles are {', '.join(limits)}")
            if not most.isdecimal() or int(most) < 1:
                raise ValueError(f"the limit of {role} should be a whole number from 1")
            limits[role] = int(most)
        return cls(limits)

    def limit(self, principal: "Principal") -> int:
        """Of the highest role that somebody has in any company; without one a viewer's."""
        if principal.is_operator:
            return self.by_role[OPERATOR]
        roles = principal.roles or {CompanyRole.VIEWER}
        return max(self.by_role[role] for role in roles)
