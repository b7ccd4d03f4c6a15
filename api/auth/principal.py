"""Who asks: known by a key or token, with what their roles let them do in each company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.authority import Authority
from domain.roles import CompanyRole, Permission

EVERYTHING = Authority(dict.fromkeys(Permission))
"""Every permission, without limits."""

NOTHING = Authority()
"""No permission."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `name` is recorded with what they write.

    An operator may do everything in every company, unless their key is cut down to `scopes`.
    `roles` are those that they have in any company. A service account is a program, no person.
    """

    name: str
    is_known: bool = True
    is_operator: bool = False
    is_service: bool = False
    scopes: frozenset[Permission] | None = None
    authorities: Mapping[UUID, Authority] = field(default_factory=dict[UUID, Authority])
    roles: frozenset[CompanyRole] = frozenset()

    @property
    def is_unrestricted(self) -> bool:
        """Whether there is nothing to check."""
        return self.is_operator and self.scopes is None

    @property
    def companies(self) -> list[UUID] | None:
        """The companies in which they may do anything at all; None = all."""
        return None if self.is_operator else list(self.authorities)

    def authority_in(self, company_id: UUID) -> Authority:
        """What they may do in a company: nothing where they have no role."""
        if not self.is_operator:
            return self.authorities.get(company_id, NOTHING)
        return EVERYTHING if self.scopes is None else _cut(self.scopes)

    def may_in_installation(self, permission: Permission) -> bool:
        """Whether they have a permission that is not one company's."""
        return self.is_operator and (self.scopes is None or permission in self.scopes)


def _cut(scopes: frozenset[Permission]) -> Authority:
    return Authority(dict.fromkeys(scopes))


DEVELOPER = Principal("developer", is_operator=True)
"""Everybody in development mode."""

ANONYMOUS = Principal("anonymous", is_known=False)
"""Whoever sends no token, or one that is not valid."""
