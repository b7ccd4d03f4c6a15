"""The barcodes of items: those of their stock units, and those that stand for another unit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.errors import CodeTaken, InvalidValue, Refused, UnitNotOfItem
from domain.masters import MOST_BARCODES, Checks, UnitBarcode
from persistence.arrays import array_of
from persistence.database import Database
from persistence.masters.store import run
from persistence.round_trip import Statement
from persistence.tables import Item, ItemBarcode


def read_barcodes(checks: Checks, given: Sequence[str]) -> tuple[str, ...]:
    """Barcodes of an item, each once."""
    if len(given) > MOST_BARCODES:
        checks.refuse(InvalidValue(path=("barcodes",), reason="too_long"))
        return ()
    texts = (
        checks.code(barcode, ("barcodes", str(number))) for number, barcode in enumerate(given)
    )
    return tuple(dict.fromkeys(texts))


def read_unit_barcodes(checks: Checks, given: Sequence[UnitBarcode]) -> tuple[UnitBarcode, ...]:
    """Barcodes of units, each once; whether the item has the units is found where it is known."""
    if len(given) > MOST_BARCODES:
        checks.refuse(InvalidValue(path=("unitBarcodes",), reason="too_long"))
        return ()
    found: dict[str, UnitBarcode] = {}
    for number, one in enumerate(given):
        path = ("unitBarcodes", str(number))
        read = UnitBarcode(
            checks.code(one.uom, (*path, "uom")), checks.code(one.barcode, (*path, "barcode"))
        )
        if found.setdefault(read.barcode, read) != read:
            checks.refuse(InvalidValue(path=(*path, "barcode"), reason="given_twice"))
    return tuple(found.values())


async def set_barcodes(
    session: AsyncSession,
    item: Item,
    barcodes: Sequence[str] | None,
    of_units: Sequence[UnitBarcode] | None,
) -> bool:
    """Give the item exactly these barcodes, of either sort; None: as they are. Whether any changed.

    Raises:
        Refused: CODE_TAKEN for each barcode of another item or of the other sort,
            UNIT_NOT_OF_ITEM.
    """
    wanted = _paths_of(barcodes or (), of_units or ())
    _refuse_unknown_units(item, of_units or ())
    found = await session.exec(
        select(ItemBarcode).where(
            ItemBarcode.company_id == item.company_id, ItemBarcode.item_id == item.id
        )
    )
    own = {row.barcode: row for row in found}
    stays = {code for code, row in own.items() if (of_units if row.uom else barcodes) is None}
    taken = await run(
        session,
        "select barcode from item_barcode where company_id = :company"
        " and barcode = any(:wanted) and item_id <> :item",
        company=item.company_id,
        wanted=[*wanted],
        item=item.id,
    )
    twice = {one.barcode for one in of_units or ()} & set(barcodes or ())
    others = stays | twice | set(taken.scalars())
    if others & wanted.keys():
        raise Refused(
            *(
                CodeTaken(path=path, kind="barcode", value=code)
                for code, (_, path) in wanted.items()
                if code in others
            )
        )
    return await _write_barcodes(session, item, own, stays, wanted)


_Wanted = dict[str, tuple[str | None, tuple[str, ...]]]
"""The unit of each barcode, and where in the input it stands."""


def _paths_of(barcodes: Sequence[str], of_units: Sequence[UnitBarcode]) -> _Wanted:
    wanted: _Wanted = {
        code: (None, ("barcodes", str(number))) for number, code in enumerate(barcodes)
    }
    for number, one in enumerate(of_units):
        wanted[one.barcode] = (one.uom, ("unitBarcodes", str(number), "barcode"))
    return wanted


def _refuse_unknown_units(item: Item, of_units: Sequence[UnitBarcode]) -> None:
    known = (item.uom, *(item.units or {}))
    unknown = [
        UnitNotOfItem(
            path=("unitBarcodes", str(number), "uom"), item=item.sku, uom=one.uom, units=known
        )
        for number, one in enumerate(of_units)
        if one.uom not in known
    ]
    if unknown:
        raise Refused(*unknown)


async def _write_barcodes(
    session: AsyncSession,
    item: Item,
    own: Mapping[str, ItemBarcode],
    stays: set[str],
    wanted: _Wanted,
) -> bool:
    gone = own.keys() - wanted.keys() - stays
    for code in gone:
        await session.delete(own[code])
    moved = False
    for code, (uom, _) in wanted.items():
        row = own.get(code)
        moved |= row is None or row.uom != uom
        if row is None:
            session.add(
                ItemBarcode(company_id=item.company_id, barcode=code, item_id=item.id, uom=uom)
            )
        else:
            row.uom = uom
    return moved or bool(gone)


def taken_as(
    barcodes: Sequence[str], of_units: Sequence[UnitBarcode]
) -> tuple[str, str, tuple[str, ...]]:
    """What is taken where the database finds a barcode to be so."""
    return "barcode", ", ".join((*barcodes, *(one.barcode for one in of_units))), ("barcodes",)


_BARCODES = Statement.of("""
select item_id, array_agg(barcode order by barcode) from item_barcode
 where company_id = %(company)s and item_id = any(%(items)s::uuid[]) and uom is null
 group by item_id
""")
_UNIT_BARCODES = Statement.of("""
select item_id, jsonb_agg(jsonb_build_array(uom, barcode) order by barcode) from item_barcode
 where company_id = %(company)s and item_id = any(%(items)s::uuid[]) and uom is not null
 group by item_id
""")


async def barcodes_of(
    database: Database, company_id: UUID, items: Sequence[UUID]
) -> dict[UUID, list[str]]:
    """The barcodes of items, in alphabetical order; those of their stock units."""
    params = {"company": company_id, "items": array_of("uuid", items)}
    return dict(await database.ask(company_id, _BARCODES, params))


async def unit_barcodes_of(
    database: Database, company_id: UUID, items: Sequence[UUID]
) -> dict[UUID, list[UnitBarcode]]:
    """The barcodes of items' other units, in alphabetical order."""
    params = {"company": company_id, "items": array_of("uuid", items)}
    rows = await database.ask(company_id, _UNIT_BARCODES, params)
    return {item: [UnitBarcode(*one) for one in found] for item, found in rows}
