"""Deactivating, activating and deleting masters: the same for all kinds.

What was ever used is never deleted, only deactivated: no new document may name it then.
"""

from typing import Any

from domain.errors import InUse, Refused
from domain.masters import Change
from domain.naming import camel
from persistence.database import Database
from persistence.masters.barcodes import set_barcodes
from persistence.masters.lookups import find, find_company
from persistence.masters.store import (
    Outcome,
    apply,
    hold_postings,
    is_referred_to,
    locked,
    run,
    writing,
)
from persistence.tables import (
    COMPANY_TABLES,
    LEDGER_TABLES,
    Account,
    Company,
    CostCenter,
    Item,
    ItemGroup,
    Party,
    PaymentTerm,
    Tax,
    Warehouse,
    metadata,
)

_TABLES: dict[str, type[Any]] = {
    "account": Account,
    "cost_center": CostCenter,
    "item": Item,
    "item_group": ItemGroup,
    "party": Party,
    "payment_term": PaymentTerm,
    "tax": Tax,
    "warehouse": Warehouse,
}


async def set_active(database: Database, change: Change, *, active: bool) -> Outcome:
    """Deactivate a record, or activate it again.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT.
    """
    company = await find_company(database, change.company)
    if change.target.kind == "company":
        async with writing(database, company.id) as session:
            await hold_postings(session, company.id)
            record = await locked(session, Company, company.id, change)
            apply(record, {"is_active": active})
        return Outcome(company.id, company.id)
    row = await find(database, company.id, change.target, (camel(change.target.kind),))
    async with writing(database, company.id) as session:
        kind = _TABLES[change.target.kind]
        await hold_postings(session, company.id)
        record = await locked(session, kind, (company.id, row.id), change)
        apply(record, {"is_active": active})
    return Outcome(company.id, row.id)


async def delete(database: Database, change: Change) -> Outcome:
    """Delete a record that nothing refers to.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, IN_USE.
    """
    company = await find_company(database, change.company)
    row = await find(database, company.id, change.target, (camel(change.target.kind),))
    kind = change.target.kind
    used = InUse(
        path=(camel(change.target.kind),), kind=kind, reference=getattr(row, "sku", "") or row.code
    )
    async with writing(database, company.id, used=used) as session:
        await hold_postings(session, company.id)
        record = await locked(session, _TABLES[kind], (company.id, row.id), change)
        if await is_referred_to(session, kind, company.id, row.id):
            raise Refused(used)
        if isinstance(record, Item):
            await set_barcodes(session, record, (), ())
            await session.flush()
        await session.delete(record)
    return Outcome(company.id, row.id)


async def delete_company(database: Database, change: Change) -> Outcome:
    """Delete a company in which nothing was ever recorded, with all its masters.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, IN_USE.
    """
    company = await find_company(database, change.company)
    used = InUse(path=("company",), kind="company", reference=company.code)
    async with writing(database, company.id, used=used) as session:
        await hold_postings(session, company.id)
        record = await locked(session, Company, company.id, change)
        found = await run(
            session,
            "select exists (select from document where company_id = :company)",
            company=company.id,
        )
        if found.scalar_one():
            raise Refused(used)
        for table in reversed(metadata.sorted_tables):
            if table.name in COMPANY_TABLES and table.name not in LEDGER_TABLES:
                statement = f"delete from {table.name} where company_id = :company"  # noqa: S608 - our names
                await run(session, statement, company=company.id)
        await session.delete(record)
    return Outcome(company.id, company.id)
