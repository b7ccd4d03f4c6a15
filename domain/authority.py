"""Who may do what: what their roles permit them in a company, and limits to warehouses.

A permission may be limited to warehouses. What a document needs depends
on its kind, and on whether money moves with it; a limited permission lets it move only the stock of
its warehouses. A cancellation needs what the cancelled document needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.accounts import WarehouseFacts
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.paid_at_once import PAID
from domain.errors import Forbidden, Refusal, WarehouseForbidden
from domain.roles import ROLE_PERMISSIONS, Permission, RoleGrant, Warehouses

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
        DocumentKind.ALLOCATION, DocumentKind.CREDIT_NOTE, DocumentKind.EXCHANGE_REVALUATION,
    }
)  # fmt: skip


def permission_for(kind: str) -> Permission:
    """What posting (and cancelling) a kind of document needs; the most, unless it is listed."""
    if kind in _STOCK_KINDS:
        return Permission.STOCK_POST
    if kind in _LEDGER_KINDS:
        return Permission.LEDGER_POST
    return Permission.VALUATION_POST


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

    @property
    def sight(self) -> Warehouses:
        """The warehouses that what one sees of documents is limited to.

        Who may read no documents still meets those that other records name: within the limits of
        what they may read.
        """
        if Permission.DOCUMENTS_READ in self.limits:
            return self.limits[Permission.DOCUMENTS_READ]
        found: frozenset[UUID] = frozenset()
        for limit in self.limits.values():
            if limit is None:
                return None
            found |= limit
        return found

    def refusals(self, causes: Causes) -> tuple[Refusal, ...]:
        """Why a document may not be posted by whoever has this authority; empty if it may."""
        about = causes.cancels.kind if causes.cancels else causes.document.kind
        permission = permission_for(about)
        if permission not in self.limits:
            return (Forbidden(permission=permission.value),)
        if _moves_money(causes) and Permission.LEDGER_POST not in self.limits:
            return (Forbidden(permission=Permission.LEDGER_POST.value),)
        allowed = self.limits[permission]
        if allowed is None:
            return ()
        return tuple(dict.fromkeys(_outside(causes, allowed)))


def _moves_money(causes: Causes) -> bool:
    """Whether a return gives money back at once, or takes that back: no matter of goods alone."""
    return causes.cancels.moved_money if causes.cancels else PAID in causes.content


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
