"""Roles in a company, and the permissions they give: words that need no documents to be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID


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


class AccessAction(StrEnum):
    """What was done with what somebody may do."""

    PRINCIPAL_ADDED = "PRINCIPAL_ADDED"
    PRINCIPAL_DISABLED = "PRINCIPAL_DISABLED"
    PRINCIPAL_ENABLED = "PRINCIPAL_ENABLED"
    KEY_CREATED = "KEY_CREATED"
    KEY_REVOKED = "KEY_REVOKED"
    ROLE_GRANTED = "ROLE_GRANTED"
    ROLE_REVOKED = "ROLE_REVOKED"


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

Warehouses: TypeAlias = frozenset[UUID] | None
"""The warehouses that a permission is limited to; None = all of the company."""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role that somebody has in a company, perhaps limited: a group stands for all below it."""

    role: CompanyRole
    warehouses: Warehouses = None
