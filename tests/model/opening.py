"""The company of the model in a real database, written by the owner row by row."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

from domain.accounts import ROOTS_OF_TYPE, AccountType
from domain.company import BEGINNING, DEFAULT_COST_CENTER
from tests.model.in_units import STOCK_UNIT, UNITS
from tests.model.operations import (
    ACCOUNTS,
    ALL_ITEMS,
    APART,
    CENTERS,
    KEPT_IN,
    PARTIES,
    ROAD,
    ROLES,
    SERVICE,
    TAXES,
    TOLERANT,
    VOLUMES,
    WAREHOUSES,
    WEIGHTS,
    Switches,
)

OWN_ACCOUNT = {"main": "Stock A", "shop": "Stock B", "yard": None, "road": "Stock B"}
"""The yard's account is the company's default, so that it shares that of the main warehouse."""


def open_company(connection: psycopg.Connection, code: str, switches: Switches) -> UUID:
    """The chart, warehouses, items and parties of the model; committed."""
    company = uuid7()
    settings = {
        "invoice_rate_policy": switches.policy,
        "value_rejected": switches.value_rejected,
        "adjustment_dating": "FIRST_OPEN_PERIOD" if switches.adjusts_late else "OWN_PERIOD",
    }
    _insert(
        connection, "company",
        id=company, code=code, name=code, currency="EUR", chart="NONE", scheme="PERPETUAL",
        flow="REPLAY", costing_method="FIFO", fiscal_year_start_month=1,
        posts_stock_from=BEGINNING, settings=json.dumps(settings),
    )  # fmt: skip
    connection.execute("select set_config('app.company_id', %s, true)", (str(company),))

    def own(table: str, **fields: Any) -> UUID:
        _insert(connection, table, company_id=company, **fields)
        return fields.get("id", company)

    connection.execute("insert into company_counter values (%s, 0, now(), 1)", (company,))
    accounts = {
        name: own(
            "account", id=uuid7(), code=name, name=name, type=kind,
            root=ROOTS_OF_TYPE[AccountType(kind)][0].value, is_group=False, position=position,
            currency=KEPT_IN.get(name),
        )
        for position, (name, kind) in enumerate(ACCOUNTS.items())
    }  # fmt: skip
    centers = {
        code: own("cost_center", id=uuid7(), code=code, name=code, is_group=False)
        for code in CENTERS
    }
    if switches.center:
        settings[DEFAULT_COST_CENTER] = str(centers[switches.center])
        connection.execute(
            "update company set settings = %s where id = %s", (json.dumps(settings), company)
        )
    _make_masters(own, accounts)
    connection.commit()
    return company


def _make_masters(own: Callable[..., UUID], accounts: Mapping[str, UUID]) -> None:
    """Roles of accounts, warehouses, items, taxes and parties."""
    for role, name in ROLES.items():
        own("account_role", role=role, account_id=accounts[name])
    for name in WAREHOUSES:
        own_account = OWN_ACCOUNT[name]
        own(
            "warehouse", id=uuid7(), code=name, name=name, is_group=False,
            account_id=accounts[own_account] if own_account else None, is_transit=name == ROAD,
        )  # fmt: skip
    for sku in (*ALL_ITEMS, SERVICE):
        own(
            "item", id=uuid7(), sku=sku, name=sku, uom=STOCK_UNIT, is_stock_item=sku != SERVICE,
            costing_method=ALL_ITEMS.get(sku),
            settings=json.dumps({"allow_negative_stock": sku.endswith("-")}),
            units=json.dumps({uom: str(factor) for uom, factor in UNITS.items()}),
            over_receipt_tolerance=TOLERANT.get(sku), over_billing_tolerance=TOLERANT.get(sku),
            over_delivery_tolerance=TOLERANT.get(sku),
            weight=WEIGHTS.get(sku), volume=VOLUMES.get(sku),
        )  # fmt: skip
    for name, tax in TAXES.items():
        own(
            "tax", id=uuid7(), code=name, name=name, rate=tax.rate, position=tax.order,
            on_tax=tax.on_tax, sales_account_id=accounts.get(tax.sales or ""),
            purchase_account_id=accounts.get(tax.purchases or ""),
        )  # fmt: skip
    for party, role in PARTIES.items():
        own("party", id=uuid7(), code=party, name=party, roles=[role])


def settings_of(switches: Switches) -> dict[str, Any]:
    """What `updateCompany` is told so that the company has these switches."""
    apart = {"code": APART} if switches.trues_up_apart else None
    return {
        "settings": {
            "invoiceRatePolicy": switches.policy,
            "valueRejected": switches.value_rejected,
            "adjustmentDating": "FIRST_OPEN_PERIOD" if switches.adjusts_late else "OWN_PERIOD",
            "requireCostCenter": switches.requires_center,
            "allowNegativeStock": switches.below_zero,
            "requireParty": switches.requires_party,
            "provisionalForNonStock": switches.accrues_services,
        },
        "defaults": {"negativeStockAdjustment": apart},
        "defaultCostCenter": {"code": switches.center} if switches.center else None,
    }


def _insert(connection: psycopg.Connection, table: str, **fields: Any) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, fields))
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(fields))
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table), names, marks
    )
    connection.execute(statement, list(fields.values()))
