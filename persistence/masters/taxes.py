"""Taxes: a percentage on lines of bills, with an account for sales and one for purchases."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from uuid_utils.compat import uuid7

from domain.accounts import AccountType
from domain.errors import InvalidValue
from domain.masters import Change, Checks, NewTax
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import TaxRow
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    hold_postings,
    insert,
    locked,
    names_of,
    writing,
)
from persistence.tables import Tax

_ACCOUNTS = {"sales_account": "salesAccount", "purchase_account": "purchaseAccount"}
_TYPES = (AccountType.TAX, AccountType.EXPENSE, AccountType.LIABILITY, AccountType.ASSET)
MOST_ORDER = 1000
MOST_RATE = Decimal(1000)


async def create(database: Database, command: NewTax) -> Outcome:
    """Make a tax.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, IS_GROUP, WRONG_ACCOUNT_TYPE, CODE_TAKEN,
            IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    references = References(database, company.id, checks)
    code, name = checks.code_and_name(command.code, command.name)
    given = {
        "rate": command.rate,
        "order": command.order,
        "sales_account": command.sales_account,
        "purchase_account": command.purchase_account,
    }
    details = await _details(references, checks, given)
    checks.refuse_if_any()
    record = Tax(
        company_id=company.id,
        id=command.id or uuid7(),
        code=code,
        name=name,
        on_tax=command.on_tax,
        **details,
    )
    codes = {"tax_code": ("tax", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


async def update(database: Database, change: Change) -> Outcome:
    """Change a tax; documents that were posted keep what they were charged.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, IS_GROUP, WRONG_ACCOUNT_TYPE,
            CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: TaxRow = await find(database, company.id, change.target, ("tax",))
    checks = Checks()
    references = References(database, company.id, checks)
    values = names_of(change.values, checks)
    details = await _details(references, checks, values)
    checks.refuse_if_any()
    resolved = {*_ACCOUNTS, "order"}
    values = {k: v for k, v in values.items() if k not in resolved} | details
    codes = {"tax_code": ("tax", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, Tax, (company.id, row.id), change)
        apply(record, values)
    return Outcome(company.id, row.id)


async def _details(
    references: References, checks: Checks, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Rate, order and accounts as far as they were given, checked and resolved."""
    checked: dict[str, Any] = {}
    if "rate" in given:
        checked["rate"] = _rate(checks, given["rate"])
    if "order" in given:
        checked["position"] = given["order"]
        if not 1 <= given["order"] <= MOST_ORDER:
            checks.refuse(
                InvalidValue(path=("order",), reason="out_of_range", least=1, most=MOST_ORDER)
            )
    for name, path in _ACCOUNTS.items():
        if name in given:
            account = await references.account(given[name], (path,), *_TYPES)
            checked[f"{name}_id"] = account.id if account else None
    return checked


def _rate(checks: Checks, rate: Decimal) -> Decimal:
    measured = checks.measure(rate, ("rate",))
    if rate > MOST_RATE:
        checks.refuse(InvalidValue(path=("rate",), reason="out_of_range"))
    return measured if measured is not None else rate
