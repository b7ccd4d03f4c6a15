"""Items and services, with their barcodes."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from uuid_utils.compat import uuid7

from domain.accounts import Role
from domain.company import METHODS_OF_FLOW, CostingMethod, Flow, Scheme
from domain.errors import (
    Inactive,
    InUse,
    InvalidValue,
    NotSupported,
    Refused,
)
from domain.masters import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Change,
    Checks,
    ItemUnit,
    NewItem,
)
from domain.references import Ref
from domain.texts import CODE_LENGTH
from persistence.database import Database
from persistence.masters.barcodes import (
    read_barcodes,
    read_unit_barcodes,
    set_barcodes,
    taken_as,
)
from persistence.masters.lookups import find, find_company
from persistence.masters.rows import ItemGroupRow, ItemRow
from persistence.masters.store import (
    Outcome,
    References,
    apply,
    hold_postings,
    insert,
    is_referred_to,
    lock_company,
    locked,
    names_of,
    writing,
)
from persistence.tables import Item

SWITCHES = ("allow_negative_stock", "require_expiry")
"""The keys of `item.settings`: an item's own switches, left out where they are not set."""


async def create(database: Database, command: NewItem) -> Outcome:
    """Make an item.

    Raises:
        Refused: NOT_FOUND, REQUIRED, INVALID_VALUE, NOT_SUPPORTED, IS_GROUP, CODE_TAKEN (SKU or
            barcode), IDEMPOTENCY_CONFLICT.
    """
    company = await find_company(database, command.company)
    checks = Checks()
    references = References(database, company.id, checks)
    sku = checks.code(command.sku, ("sku",))
    refuse_method(checks, command.costing_method, Flow(company.flow))
    group = await _group(references, command.group)
    accounts = await _accounts(references, {name: getattr(command, name) for name in _ACCOUNTS})
    barcodes = read_barcodes(checks, command.barcodes)
    of_units = read_unit_barcodes(checks, command.unit_barcodes)
    details = _details(checks, {name: getattr(command, name) for name in _DETAILS})
    record = Item(
        company_id=company.id,
        id=command.id or uuid7(),
        sku=sku,
        name=checks.optional_text(command.name, ("name",), NAME_LENGTH) or sku,
        **accounts,
        is_stock_item=command.is_stock_item,
        costing_method=command.costing_method or await _method_of(database, group),
        group_id=group.id if group else None,
        settings=_settings({}, {name: getattr(command, name) for name in SWITCHES}),
        units=checks.units(command.units, details["uom"]),
        **details,
    )
    checks.refuse_if_any()
    codes = {
        "item_sku": ("item", sku, ("sku",)),
        "item_barcode_pkey": taken_as(barcodes, of_units),
    }
    async with writing(database, company.id, codes) as session:
        await lock_company(session, company.id)
        if await insert(session, record, (company.id, record.id), command.id):
            return Outcome(company.id, record.id, replayed=True)
        await set_barcodes(session, record, barcodes, of_units)
    return Outcome(company.id, record.id)


async def update(database: Database, change: Change) -> Outcome:
    """Change an item; how it is costed and whether it is stock only before it has moved.

    Raises:
        Refused: NOT_FOUND, VERSION_CONFLICT, INVALID_VALUE, NOT_SUPPORTED, IS_GROUP, IN_USE,
            CODE_TAKEN.
    """
    company = await find_company(database, change.company)
    row: ItemRow = await find(database, company.id, change.target, ("item",))
    checks = Checks()
    references = References(database, company.id, checks)
    values = names_of(change.values, checks)
    given, given_of_units = values.pop("barcodes", None), values.pop("unit_barcodes", None)
    units = values.pop("units", None)
    barcodes = None if given is None else read_barcodes(checks, given)
    of_units = None if given_of_units is None else read_unit_barcodes(checks, given_of_units)
    if "group" in values:
        group = await _group(references, values.pop("group"))
        values["group_id"] = group.id if group else None
    given_accounts = {name: values.pop(name) for name in _ACCOUNTS if name in values}
    values.update(await _accounts(references, given_accounts))
    values.update(_details(checks, {k: v for k, v in values.items() if k in _DETAILS}))
    refuse_method(checks, values.get("costing_method"), Flow(company.flow))
    switches = {name: values.pop(name) for name in SWITCHES if name in values}
    checks.refuse_if_any()
    codes = {
        "item_sku": ("item", values.get("sku", row.sku), ("sku",)),
        "item_barcode_pkey": taken_as(barcodes or (), of_units or ()),
    }
    async with writing(database, company.id, codes) as session:
        if _fixed_once_moved(Scheme(company.scheme)).keys() & values.keys():
            await hold_postings(session, company.id)
        record = await locked(session, Item, (company.id, row.id), change)
        await _refuse_if_moved(session, record, values, Scheme(company.scheme))
        if units is not None or "uom" in values:
            values["units"] = _units(record, values.get("uom", record.uom), units)
        if switches:
            values["settings"] = _settings(record.settings, switches)
        changed = apply(record, values)
        coded = barcodes is not None or of_units is not None
        if coded and await set_barcodes(session, record, barcodes, of_units) and not changed:
            record.version += 1
    return Outcome(company.id, row.id)


def refuse_method(checks: Checks, method: CostingMethod | None, flow: Flow) -> None:
    """Note a costing method that the company's flow of costs does not have."""
    supported = METHODS_OF_FLOW[flow]
    if method is not None and method not in supported:
        checks.refuse(
            NotSupported(
                path=("costingMethod",),
                feature="costingMethod",
                value=method,
                supported=tuple(str(one) for one in supported),
            )
        )


_TOLERANCES = {
    "over_receipt_tolerance": "overReceiptTolerance",
    "over_delivery_tolerance": "overDeliveryTolerance",
    "over_billing_tolerance": "overBillingTolerance",
}
_MEASURES = {
    "standard_cost": "standardCost",
    "unit_cost": "unitCost",
    "overhead_rate": "overheadRate",
    "indirect_cost_percent": "indirectCostPercent",
    "weight": "weight",
    "volume": "volume",
}
_DETAILS = ("description", "uom", "stock_group", *_MEASURES, *_TOLERANCES)


_ACCOUNTS: Mapping[str, tuple[str, Role | None]] = {
    "expense_account": ("expenseAccount", None),
    "income_account": ("incomeAccount", None),
    "cost_of_goods_sold_account": ("costOfGoodsSoldAccount", Role.COST_OF_GOODS_SOLD),
}
"""Each account of an item: its field in the API, and the role that its type has to fit, if any."""


async def _accounts(references: References, given: Mapping[str, Ref | None]) -> dict[str, Any]:
    """The ids of the accounts that were given."""
    found: dict[str, Any] = {}
    for name, ref in given.items():
        field, role = _ACCOUNTS[name]
        path = (field,)
        account = await (
            references.account(ref, path)
            if role is None
            else references.account_for(ref, path, role)
        )
        found[f"{name}_id"] = account.id if account else None
    return found


async def _group(references: References, ref: Ref | None) -> ItemGroupRow | None:
    """The group named, which must be active."""
    found: ItemGroupRow | None = await references.find(ref, ("group",))
    if found is not None and not found.is_active:
        references.refuse(Inactive(path=("group",), kind="item_group", reference=found.code))
    return found


async def _method_of(database: Database, group: ItemGroupRow | None) -> str | None:
    """What an item made in the group costs unless it says so itself; null = as the company."""
    if group is None:
        return None
    if group.costing_method is not None or group.parent_id is None:
        return group.costing_method
    query = """
    with recursive above as (
        select g.parent_id, g.costing_method, 1 as level from item_group g
         where g.company_id = %(company)s and g.id = %(parent)s
        union all
        select g.parent_id, g.costing_method, above.level + 1 from above
          join item_group g on g.company_id = %(company)s and g.id = above.parent_id
    )
    select costing_method from above where costing_method is not null order by level limit 1
    """
    async with database.transaction(group.company_id) as connection:
        found = await connection.execute(
            query, {"company": group.company_id, "parent": group.parent_id}
        )
        row = await found.fetchone()
    return row[0] if row else None


def _details(checks: Checks, given: dict[str, Any]) -> dict[str, Any]:
    """The descriptive fields that were given, checked."""
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name in _MEASURES:
            checked[name] = checks.measure(value, (_MEASURES[name],))
        elif name in _TOLERANCES:
            checked[name] = checks.tolerance(value, (_TOLERANCES[name],))
        elif name == "description":
            checked[name] = checks.optional_text(
                value, ("description",), DESCRIPTION_LENGTH, lines=True
            )
        elif name == "uom":
            checked[name] = checks.code(value, ("uom",))
        else:
            checked[name] = checks.optional_text(value, ("stockGroup",), CODE_LENGTH)
    return checked


def _settings(now: dict[str, Any], switches: dict[str, bool | None]) -> dict[str, Any]:
    """The switches with those that were given; null leaves one out again."""
    both = {**now, **switches}
    return {name: value for name, value in both.items() if value is not None}


def _units(item: Item, stock_unit: str, given: Sequence[ItemUnit] | None) -> dict[str, str] | None:
    """The units that the item has from now on: those given, or its own beside another stock unit.

    Raises:
        Refused: INVALID_VALUE for each that cannot be.
    """
    checks = Checks()
    if given is not None:
        units = checks.units(given, stock_unit)
    else:
        units = dict(item.units or {})
        if units.pop(stock_unit, "1") != "1":
            checks.refuse(InvalidValue(path=("uom",), reason="other_factor"))
    checks.refuse_if_any()
    return units or None


_COSTING: Mapping[str, str] = {"costing_method": "costingMethod", "is_stock_item": "isStockItem"}

_ACCOUNTED: Mapping[Scheme, Mapping[str, str]] = {
    Scheme.PERPETUAL: {},
    Scheme.PERIODIC: {},
    Scheme.CONTINENTAL: {"stock_group": "stockGroup"},
    Scheme.BY_LEVEL: {
        "group_id": "group",
        "standard_cost": "standardCost",
        "unit_cost": "unitCost",
    },
}
"""What of an item chooses its stock account, or is its cost in force: documents change it later."""


def _fixed_once_moved(scheme: Scheme) -> dict[str, str]:
    """The fields that stay as they are once the item has moved, with their names in the API."""
    return {**_COSTING, **_ACCOUNTED[scheme]}


async def _refuse_if_moved(
    session: AsyncSession, item: Item, values: dict[str, Any], scheme: Scheme
) -> None:
    fixed = _fixed_once_moved(scheme)
    if item.costing_method == CostingMethod.STANDARD:
        fixed["standard_cost"] = "standardCost"
    for name, path in fixed.items():
        if name not in values or values[name] == getattr(item, name):
            continue
        if await is_referred_to(session, "item", item.company_id, item.id):
            raise Refused(InUse(path=(path,), kind="item", reference=item.sku))
