"""Who may do what: roles in a company, the permissions they give, and limits to warehouses.

A role gives permissions; a permission may be limited to warehouses. What a document needs depends
on its kind, and a limited permission lets it move only the stock of its warehouses. A
cancellation needs what the cancelled document needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from domain.accounts import WarehouseFacts
from domain.documents.document import Causes, DocumentKind
from domain.errors import Forbidden, Refusal, WarehouseForbidden


class Permission(StrEnum):
    """What an operation can need, in one company unless it says otherwise."""

    PUBLIC = "PUBLIC"
    SIGNED_IN = "SIGNED_IN"
    MASTERS_READ = "MASTERS_READ"
    STOCK_READ = "STOCK_READ"
    DOCUMENTS_READ = "DOCUMENTS_READ"
    BOOKS_READ = "BOOKS_READ"
    STOCK_POST = "STOCK_POST"
    LEDGER_POST = "LEDGER_POST"
    VALUATION_POST = "VALUATION_POST"
    MASTERS_WRITE = "MASTERS_WRITE"
    CHART_WRITE = "CHART_WRITE"
    PERIODS_CLOSE = "PERIODS_CLOSE"
    COMPANY_MANAGE = "COMPANY_MANAGE"
    ACCESS_MANAGE = "ACCESS_MANAGE"
    INSTALLATION_MANAGE = "INSTALLATION_MANAGE"


MEANINGS: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.PUBLIC: "Anybody, without a token.",
        Permission.SIGNED_IN: "Whoever is known; they see only what their roles show them.",
        Permission.MASTERS_READ: "Read items, warehouses, parties, accounts and the like.",
        Permission.STOCK_READ: "Read what lies where, and what it is worth.",
        Permission.DOCUMENTS_READ: "Read documents, with what they posted.",
        Permission.BOOKS_READ: "Read the ledger and every report.",
        Permission.STOCK_POST: "Post and cancel documents that only move goods.",
        Permission.LEDGER_POST: "Post and cancel invoices, payments, journals and later costs.",
        Permission.VALUATION_POST: "Change what stock is worth or how it is valued.",
        Permission.MASTERS_WRITE: "Change items, parties, batches and serials.",
        Permission.CHART_WRITE: "Change accounts, cost centers, warehouses, item groups, years.",
        Permission.PERIODS_CLOSE: "Close and reopen days.",
        Permission.COMPANY_MANAGE: "Change the company, its defaults, switches and webhooks.",
        Permission.ACCESS_MANAGE: "Say who may do what in the company.",
        Permission.INSTALLATION_MANAGE: "Open companies; manage users, service accounts and keys.",
    }
)
"""Each permission in a sentence, for the schema and the docs."""


class CompanyRole(StrEnum):
    """What somebody is in a company."""

    VIEWER = "VIEWER"
    WAREHOUSE = "WAREHOUSE"
    ACCOUNTANT = "ACCOUNTANT"
    CONTROLLER = "CONTROLLER"
    ADMIN = "ADMIN"


_P = Permission
_VIEWER = frozenset({_P.MASTERS_READ, _P.STOCK_READ, _P.DOCUMENTS_READ, _P.BOOKS_READ})
_ACCOUNTANT = _VIEWER | {_P.STOCK_POST, _P.LEDGER_POST, _P.MASTERS_WRITE}
_CONTROLLER = _ACCOUNTANT | {_P.VALUATION_POST, _P.CHART_WRITE, _P.PERIODS_CLOSE}

ROLE_PERMISSIONS: Mapping[CompanyRole, frozenset[Permission]] = MappingProxyType(
    {
        CompanyRole.VIEWER: _VIEWER,
        CompanyRole.WAREHOUSE: frozenset(
            {_P.MASTERS_READ, _P.STOCK_READ, _P.DOCUMENTS_READ, _P.STOCK_POST}
        ),
        CompanyRole.ACCOUNTANT: _ACCOUNTANT,
        CompanyRole.CONTROLLER: _CONTROLLER,
        CompanyRole.ADMIN: _CONTROLLER | {_P.COMPANY_MANAGE, _P.ACCESS_MANAGE},
    }
)
"""What each role may do in its company."""

_STOCK_KINDS = frozenset(
    {
        DocumentKind.PURCHASE_RECEIPT, DocumentKind.DELIVERY_NOTE, DocumentKind.STOCK_ENTRY,
        DocumentKind.PURCHASE_RETURN, DocumentKind.SALES_RETURN,
        DocumentKind.STOCK_RECONCILIATION,
    }
)  # fmt: skip
_LEDGER_KINDS = frozenset(
    {
        DocumentKind.PURCHASE_INVOICE, DocumentKind.SALES_INVOICE, DocumentKind.JOURNAL_ENTRY,
        DocumentKind.PAYMENT, DocumentKind.LANDED_COST, DocumentKind.ACCRUAL_CLEARING,
        DocumentKind.ALLOCATION, DocumentKind.CREDIT_NOTE,
    }
)  # fmt: skip


def permission_for(kind: str) -> Permission:
    """What posting (and cancelling) a kind of document needs; the most, unless it is listed."""
    if kind in _STOCK_KINDS:
        return Permission.STOCK_POST
    if kind in _LEDGER_KINDS:
        return Permission.LEDGER_POST
    return Permission.VALUATION_POST


Warehouses: TypeAlias = frozenset[UUID] | None
"""The warehouses that a permission is limited to; None = all of the company."""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role that somebody has in a company, perhaps limited: a group stands for all below it."""

    role: CompanyRole
    warehouses: Warehouses = None


@dataclass(frozen=True, slots=True)
class Authority:
    """What somebody may do in one company: each permission with its limit."""

    limits: Mapping[Permission, Warehouses] = field(default_factory=dict[Permission, Warehouses])

    @classmethod
    def of(
        cls, grants: Iterable[RoleGrant], scopes: frozenset[Permission] | None = None
    ) -> "Authority":
        """The roles taken together; `scopes` cuts off whatever is not in them."""
        limits: dict[Permission, Warehouses] = {}
        for grant in grants:
            for permission in ROLE_PERMISSIONS[grant.role]:
                if scopes is not None and permission not in scopes:
                    continue
                known = limits.get(permission, frozenset())
                both = known is not None and grant.warehouses is not None
                limits[permission] = known | grant.warehouses if both else None  # type: ignore[operator] - `both` says that neither is None
        return cls(limits)

    def allows(self, permission: Permission) -> bool:
        """Whether it is permitted at all, perhaps within limits."""
        return permission in self.limits

    def warehouses(self, permission: Permission) -> Warehouses:
        """The warehouses that the permission is limited to; none at all where it is not given."""
        return self.limits.get(permission, frozenset())

    def refusals(self, causes: Causes) -> tuple[Refusal, ...]:
        """Why a document may not be posted by whoever has this authority; empty if it may."""
        about = causes.cancels.kind if causes.cancels else causes.document.kind
        permission = permission_for(about)
        if permission not in self.limits:
            return (Forbidden(permission=permission.value),)
        allowed = self.limits[permission]
        if allowed is None:
            return ()
        return tuple(dict.fromkeys(_outside(causes, allowed)))


def _outside(causes: Causes, allowed: frozenset[UUID]) -> Iterable[Refusal]:
    """Each movement in a warehouse that is not allowed, at the line that causes it."""
    warehouses = causes.facts.company.warehouses
    lines = {line.id: line for line in causes.lines}
    for movement in causes.movements:
        where = movement.pool.warehouse
        if not allowed.isdisjoint(_with_groups(where, warehouses)):
            continue
        path = causes.paths.get(movement.id, ("document",))
        line = lines.get(movement.line) if movement.line else None
        if line is not None and where == line.warehouse_id:
            path = ("lines", str(line.line_no - 1), "warehouse")
        elif line is not None and where == line.to_warehouse_id:
            path = ("lines", str(line.line_no - 1), "toWarehouse")
        yield WarehouseForbidden(path=path, warehouse=warehouses[where].code)


def _with_groups(warehouse: UUID, warehouses: Mapping[UUID, WarehouseFacts]) -> Iterable[UUID]:
    """The warehouse and the groups that it stands in."""
    at: UUID | None = warehouse
    while at is not None:
        yield at
        at = warehouses[at].parent
