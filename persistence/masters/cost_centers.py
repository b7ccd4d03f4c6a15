"""Cost centers: a tree, of which the leaves hold postings."""

from uuid import UUID

from uuid_utils.compat import uuid7

from domain.errors import InUse, Refused
from domain.masters import Change, Checks, NewCostCenter
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import CostCenterRow
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    hold_postings,
    insert,
    is_referred_to,
    locked,
    names_of,
    refuse_loop,
    writing,
)
from persistence.tables import CostCenter


async def create(database: Database, command: NewCostCenter) -> Outcome:
    """Make a cost center.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, INVALID_PARENT, CODE_TAKEN,
            IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    code, name = checks.code_and_name(command.code, command.name)
    parent = await References(database, company.id, checks).group(command.parent, ("parent",))
    checks.refuse_if_any()
    record = CostCenter(
        company_id=company.id,
        id=command.id or uuid7(),
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        is_group=command.is_group,
    )
    codes = {"cost_center_code": ("cost_center", code, ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        replayed = await insert(session, record, (company.id, record.id), command.id)
    return Outcome(company.id, record.id, replayed)


async def update(database: Database, change: Change) -> Outcome:
    """Change a cost center.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, INVALID_PARENT, IN_USE, CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: CostCenterRow = await find(database, company.id, change.target, ("costCenter",))
    checks = Checks()
    values = names_of(change.values, checks)
    if "parent" in values:
        references = References(database, company.id, checks)
        parent = await references.group(values.pop("parent"), ("parent",))
        values["parent_id"] = parent.id if parent else None
    checks.refuse_if_any()
    codes = {"cost_center_code": ("cost_center", values.get("code", row.code), ("code",))}
    async with writing(database, company.id, codes) as session:
        await hold_postings(session, company.id)
        record = await locked(session, CostCenter, (company.id, row.id), change)
        becomes_other = values.get("is_group", record.is_group) != record.is_group
        if becomes_other and await is_referred_to(session, "cost_center", company.id, row.id):
            raise Refused(InUse(path=("isGroup",), kind="cost_center", reference=row.code))
        parent_id = values.get("parent_id")
        if isinstance(parent_id, UUID):
            await refuse_loop(session, CostCenter, record, parent_id, ("parent",))
        apply(record, values)
    return Outcome(company.id, row.id)
