"""Customers and suppliers; the only masters with personal data."""

from typing import Any

from uuid_utils.compat import uuid7

from domain.accounts import AccountType
from domain.errors import Required
from domain.masters import NAME_LENGTH, Change, Checks, NewParty
from domain.texts import CODE_LENGTH
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import PartyRow
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    insert,
    lock_company,
    locked,
    names_of,
    writing,
)
from persistence.tables import Party

_ACCOUNTS = {
    "receivable_account": ("receivableAccount", AccountType.RECEIVABLE),
    "payable_account": ("payableAccount", AccountType.PAYABLE),
}

_CODES = {
    "group": ("group", "party_group"),
    "area": ("area", "area"),
    "sales_type": ("salesType", "sales_type"),
}
"""The codes by which posting rules find accounts: the API's field and the table's column."""


async def create(database: Database, command: NewParty) -> Outcome:
    """Make a party.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, IS_GROUP, WRONG_ACCOUNT_TYPE, CODE_TAKEN,
            IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    references = References(database, company.id, checks)
    code, name = checks.code_and_name(command.code, command.name)
    given = {
        "roles": command.roles,
        "tax_id": command.tax_id,
        "email": command.email,
        "group": command.group,
        "area": command.area,
        "sales_type": command.sales_type,
        "receivable_account": command.receivable_account,
        "payable_account": command.payable_account,
        "payment_term": command.payment_term,
    }
    details = await _details(references, checks, given)
    checks.refuse_if_any()
    record = Party(company_id=company.id, id=command.id or uuid7(), code=code, name=name, **details)
    codes = {"party_code": ("party", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await lock_company(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


async def update(database: Database, change: Change) -> Outcome:
    """Change a party.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, REQUIRED, INVALID_VALUE, IS_GROUP,
            WRONG_ACCOUNT_TYPE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: PartyRow = await find(database, company.id, change.target, ("party",))
    checks = Checks()
    references = References(database, company.id, checks)
    values = names_of(change.values, checks)
    details = await _details(references, checks, values)
    checks.refuse_if_any()
    resolved = {*_ACCOUNTS, *_CODES, "payment_term"}
    changed = {k: v for k, v in values.items() if k not in resolved} | details
    codes = {"party_code": ("party", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        record = await locked(session, Party, (company.id, row.id), change)
        apply(record, changed)
    return Outcome(company.id, row.id)


async def _details(references: References, checks: Checks, given: dict[str, Any]) -> dict[str, Any]:
    """The fields besides code and name that were given, checked and resolved."""
    checked: dict[str, Any] = {}
    if "roles" in given:
        checked["roles"] = sorted({str(role) for role in given["roles"] or ()})
        if not checked["roles"]:
            checks.refuse(Required(path=("roles",)))
    if "tax_id" in given:
        checked["tax_id"] = checks.optional_text(given["tax_id"], ("taxId",), CODE_LENGTH)
    if "email" in given:
        checked["email"] = checks.optional_text(given["email"], ("email",), NAME_LENGTH)
    for name, (path, column) in _CODES.items():
        if name in given:
            checked[column] = checks.optional_text(given[name], (path,), CODE_LENGTH)
    for name, (path, type_) in _ACCOUNTS.items():
        if name in given:
            account = await references.account(given[name], (path,), type_)
            checked[f"{name}_id"] = account.id if account else None
    if "payment_term" in given:
        terms = await references.find(given["payment_term"], ("paymentTerm",))
        checked["payment_term_id"] = terms.id if terms else None
    return checked
