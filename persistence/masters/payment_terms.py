"""Payment terms: when bills are due, and the discount for paying them early."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from uuid_utils.compat import uuid7

from domain.errors import InvalidValue
from domain.masters import Change, Checks, NewPaymentTerm
from domain.naming import camel
from domain.payment_terms import MOST_DAYS
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import PaymentTermRow
from persistence.masters.store import (
    Outcome,
    apply,
    hold_postings,
    insert,
    locked,
    names_of,
    writing,
)
from persistence.tables import PaymentTerm

_DAYS = ("due_days", "discount_days")
_WHOLE = Decimal(100)


async def create(database: Database, command: NewPaymentTerm) -> Outcome:
    """Make payment terms.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, CODE_TAKEN, IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    code, name = checks.code_and_name(command.code, command.name)
    given = {
        "due_days": command.due_days,
        "end_of_month": command.end_of_month,
        "discount_percent": command.discount_percent,
        "discount_days": command.discount_days,
    }
    values = _checked(checks, given)
    checks.refuse_if_any()
    record = PaymentTerm(
        company_id=company.id, id=command.id or uuid7(), code=code, name=name, **values
    )
    codes = {"payment_term_code": ("payment_term", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


async def update(database: Database, change: Change) -> Outcome:
    """Change payment terms; bills that were posted keep what was agreed.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: PaymentTermRow = await find(database, company.id, change.target, ("paymentTerm",))
    checks = Checks()
    values = _checked(checks, names_of(change.values, checks))
    checks.refuse_if_any()
    codes = {"payment_term_code": ("payment_term", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, PaymentTerm, (company.id, row.id), change)
        apply(record, values)
    return Outcome(company.id, row.id)


def _checked(checks: Checks, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were given, days and percentage within their bounds."""
    for name in _DAYS:
        if name in given and not 0 <= given[name] <= MOST_DAYS:
            checks.refuse(
                InvalidValue(path=(camel(name),), reason="out_of_range", least=0, most=MOST_DAYS)
            )
    values = dict(given)
    if "discount_percent" in given:
        percent, path = given["discount_percent"], ("discountPercent",)
        measured = checks.measure(percent, path)
        if percent > _WHOLE:
            checks.refuse(InvalidValue(path=path, reason="out_of_range"))
        values["discount_percent"] = measured if measured is not None else percent
    return values
