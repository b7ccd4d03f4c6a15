"""Batches and serial numbers: their dates corrected, held and released; each change on record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import select
from uuid_utils.compat import uuid7

from domain.errors import InvalidValue, NotFound, Refused
from domain.records import LotHold
from domain.references import Ref
from persistence.database import Database
from persistence.masters.lookups import find, find_company
from persistence.masters.store import (
    Outcome,
    apply,
    hold_postings,
    refuse_other_version,
    run,
    writing,
)
from persistence.tables import Lot

_INSERT = """
insert into lot_change (company_id, id, lot_id, expiry_date, manufactured_on, hold, reason,
                        recorded_by)
values (:company, :id, :lot, :expiry, :manufactured, :hold, :reason, :by)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChange:
    """What is to change of a lot: `values` may hold `expiry_date`, `manufactured_on`, `hold`."""

    company: Ref
    item: Ref
    code: str
    values: dict[str, Any]
    reason: str | None
    by: str
    expected_version: int | None = None


async def update(database: Database, change: LotChange) -> Outcome:
    """Change a batch or serial number. Documents that are being decided on it decide again.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE.
    """
    company = await find_company(database, change.company)
    item = await find(database, company.id, change.item, ("item",))
    async with writing(database, company.id) as session:
        await hold_postings(session, company.id)
        found = await session.exec(
            select(Lot)
            .where(Lot.company_id == company.id, Lot.item_id == item.id, Lot.code == change.code)
            .with_for_update()
        )
        lot = found.first()
        if lot is None:
            raise Refused(NotFound(path=("code",), kind="lot", reference=change.code))
        refuse_other_version(lot, "lot", change.expected_version)
        if apply(lot, _checked(lot, change.values)):
            await run(
                session,
                _INSERT,
                company=company.id,
                id=uuid7(),
                lot=lot.id,
                expiry=lot.expiry_date,
                manufactured=lot.manufactured_on,
                hold=lot.hold,
                reason=change.reason,
                by=change.by,
            )
        lot_id: UUID = lot.id
    return Outcome(company.id, lot_id)


def _checked(lot: Lot, values: dict[str, Any]) -> dict[str, Any]:
    if "hold" in values:
        hold = values["hold"]
        values = {**values, "hold": None if hold is LotHold.AVAILABLE else hold.value}
    expiry = values.get("expiry_date", lot.expiry_date)
    made = values.get("manufactured_on", lot.manufactured_on)
    if expiry is not None and made is not None and expiry < made:
        raise Refused(InvalidValue(path=("expiryDate",), reason="before_manufacture"))
    return values
