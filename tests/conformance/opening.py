"""A scenario's company, set up through the API with all its masters."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.alike import made_alike
from tests.conformance.adapter import (
    ALWAYS,
    METHODS,
    ROLES,
    SCHEMES,
    SETTING_VALUES,
    SETTINGS,
    TAKEN_HEAD,
)
from tests.conformance.books import Books
from tests.conformance.client import Client, ServerError
from tests.conformance.decode import MalformedError, NotSupportedError, given
from tests.conformance.format import Dialect, Item, Party, Scenario, Warehouse
from tests.conformance.rules import check_rules, groups_named, tables_of, tax_input

MAIN = "Main"
_BOTH_ROLES = ["SUPPLIER", "CUSTOMER"]


def check_head(scenario: Scenario) -> None:
    """See that the API has a place for everything that the head says.

    Raises:
        NotSupportedError: it has none for something.
    """
    company = scenario.company
    if (scenario.dialect, company.mode) not in SCHEMES:
        raise NotSupportedError(f"company.mode {company.mode}")
    _check_names("settings", company.settings, {*SETTINGS, "costing"})
    _check_names("company.defaults", company.defaults, ROLES)
    for item in scenario.items:
        _check_names("items", given(item), TAKEN_HEAD["items"])
        _check_names("items.valuation", [item.valuation], METHODS)
    for party in scenario.parties:
        _check_names("parties", given(party), TAKEN_HEAD["parties"])
    check_rules(scenario.posting_rules)


def _check_names(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise NotSupportedError(f"{where}.{name}")


def open_company(client: Client, scenario: Scenario) -> dict[str, str]:
    """Set up the scenario's company under a code of its own; a reference to it.

    Raises:
        NotSupportedError: the product refuses something as not built yet.
        ServerError: it refuses something else.
    """
    company = {"code": f"{scenario.id} {uuid4().hex[:12]}"}
    head = scenario.company
    opened = {
        **company,
        "name": company["code"],
        "currency": head.currency,
        "chart": "NONE",
        "scheme": SCHEMES[scenario.dialect, head.mode],
        "costingMethod": METHODS[str(head.settings.get("costing", "FIFO"))]
        if scenario.dialect is Dialect.WEBERP
        else None,
        "settings": {**ALWAYS[scenario.dialect], **settings_of(head.settings)},
    }
    (_, accounts), *others = _masters(scenario)
    first = [opened, *({"company": company, **one} for one in accounts)]

    def make() -> None:
        _make(client, "createCompany", first[:1])
        _make(client, "createAccount", first[1:])

    made_alike(client.base, company["code"], first, make)
    for mutation, inputs in others:
        _make(client, mutation, [{"company": company, **one} for one in inputs])
    defaults = {ROLES[role]: {"code": name} for role, name in head.defaults.items()}
    described = {"name": scenario.title[:300], "defaults": defaults}
    _make(client, "updateCompany", [{"company": company, **described}])
    tables = tables_of(scenario.posting_rules)
    _make(client, "setPostingRules", [{"company": company, **table} for table in tables])
    _open_books(client, company, scenario)
    return company


def _open_books(client: Client, company: Mapping[str, str], scenario: Scenario) -> None:
    """Opening stock as a count, and what is then missing of the opening balances as a journal."""
    day = str(min(step.date for step in scenario.steps if step.date) - timedelta(days=1))
    lines = [
        {
            "item": {"sku": one.sku},
            "warehouse": {"code": warehouse},
            "quantity": str(quantity),
            "rate": _number(one.standard_cost),
        }
        for one in scenario.items
        for warehouse, quantity in (one.opening or {}).items()
    ]
    if lines:
        count = {"company": company, "postingDate": day, "lines": lines}
        _make(client, "submitStockReconciliation", [count])
    if not scenario.opening_balances:
        return
    now = Books(client, company).snapshot().balances
    wanted = {one.account: one.amount for one in scenario.opening_balances}
    changes = {
        account: wanted.get(account, Decimal(0)) - now.get(account, Decimal(0))
        for account in {*wanted, *now}
    }
    journal = [
        {"account": {"code": account}, "debit" if change > 0 else "credit": str(abs(change))}
        for account, change in sorted(changes.items())
        if change
    ]
    if journal:
        entry = {"company": company, "postingDate": day, "lines": journal}
        _make(client, "submitJournalEntry", [entry])


def settings_of(settings: Mapping[str, object]) -> dict[str, object]:
    """Switches as the API names them."""
    return {
        SETTINGS[name]: SETTING_VALUES.get(name, {}).get(value, value)
        if isinstance(value, str | bool)
        else value
        for name, value in settings.items()
        if name != "costing"
    }


def _masters(scenario: Scenario) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    # What the product makes by itself is listed too, but not made beforehand.
    by_itself = {one for step in scenario.steps for one in step.expect.accounts_created or ()}
    accounts = [one for one in scenario.accounts if one.name not in by_itself]
    yield "createAccount", [_account(one) for one in map(given, accounts)]
    centers = [center.name for center in scenario.cost_centers if center.name != MAIN]
    yield "createCostCenter", [{"code": name, "name": name} for name in centers]
    for level in _levels(scenario.warehouses):
        yield "createWarehouse", [_warehouse(one) for one in level]
    yield "createItemGroup", _groups(scenario)
    weberp = scenario.dialect is Dialect.WEBERP
    yield "createItem", [_item(one, weberp=weberp) for one in scenario.items]
    names = {party.name for party in scenario.parties}
    names |= {step.party for step in scenario.steps if step.party}
    described = {party.name: _party_details(party) for party in scenario.parties}
    parties = [
        {"code": name, "name": name, "roles": _BOTH_ROLES, **described.get(name, {})}
        for name in sorted(names)
    ]
    yield "createParty", parties
    yield "createTax", [tax_input(one) for one in (*scenario.taxes, *scenario.tax_authorities)]


def _groups(scenario: Scenario) -> list[dict[str, Any]]:
    """Groups that items or rules name, and stock categories with their accounts."""
    groups: dict[str, dict[str, Any]] = {
        one.code: {
            "stockAccount": {"code": one.stock},
            "adjustmentAccount": {"code": one.adjustment},
            "purchasePriceVarianceAccount": {"code": one.purchase_price_variance},
        }
        for one in scenario.categories
    }
    named = {one.item_group or one.category for one in scenario.items}
    for code in sorted({code for code in named if code} | groups_named(scenario.posting_rules)):
        groups.setdefault(code, {})
    return [{"code": code, "name": code, **accounts} for code, accounts in groups.items()]


def _party_details(party: Party) -> dict[str, Any]:
    return {"group": party.party_group, "area": party.area, "salesType": party.sales_type}


def _account(one: dict[str, Any]) -> dict[str, Any]:
    return {"code": one["name"], **one}


def _levels(warehouses: Sequence[Warehouse]) -> Iterator[list[Warehouse]]:
    """The tree from its top: a warehouse's parent is made before it."""
    made: set[str | None] = {None}
    left = list(warehouses)
    while left:
        level = [one for one in left if one.parent in made]
        if not level:
            raise MalformedError(f"warehouses have no such parent: {left[0].parent}")
        yield level
        made |= {one.name for one in level}
        left = [one for one in left if one.name not in made]


def _warehouse(one: Warehouse) -> dict[str, Any]:
    return {
        "code": one.name,
        "name": one.name,
        "account": {"code": one.account} if one.account else None,
        "parent": {"code": one.parent} if one.parent else None,
        "isGroup": bool(one.group),
    }


def _item(one: Item, *, weberp: bool) -> dict[str, Any]:
    return {
        "sku": one.sku,
        "name": one.sku,
        # webERP costs all items of a company by one method.
        "costingMethod": None if weberp else METHODS[one.valuation],
        "isStockItem": one.is_stock is not False,
        "standardCost": _number(one.standard_cost),
        "weight": _number(one.weight),
        "unitCost": _number(one.unit_cost),
        "overheadRate": _number(one.overhead_rate),
        "indirectCostPercent": _number(one.indirect_cost_pct),
        "stockGroup": one.stock_group,
        "group": _group(one),
    }


def _group(one: Item) -> dict[str, str] | None:
    code = one.item_group or one.category
    return {"code": code} if code else None


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _make(client: Client, mutation: str, inputs: list[dict[str, Any]]) -> None:
    for payload in client.mutate_all(mutation, inputs):
        for error in payload["errors"]:
            where = f"{mutation} {'.'.join(error['path'])}"
            if error["code"] == "NOT_SUPPORTED":
                raise NotSupportedError(f"{where}: {error['message']}")
            raise ServerError(f"{where}: {error['code']}: {error['message']}")
