"""The default accounts of a company: one field for each role, in and out."""

import types
from typing import Any

import strawberry

from api.masters.accounts import Account
from api.masters.cost_centers import CostCenter
from api.types.refs import AccountRef, CostCenterRef
from domain.accounts import Role
from domain.references import Ref

ROLE_TEXTS = {
    Role.STOCK_IN_HAND: "Stock of warehouses that have no account of their own nor above them.",
    Role.STOCK_RECEIVED_NOT_BILLED: "Goods received whose invoice is still to come.",
    Role.STOCK_ADJUSTMENT: "Counts and stock entries that name no other account.",
    Role.NEGATIVE_STOCK_ADJUSTMENT: "What receipts cost more or less than goods that had left "
    "before them at a provisional cost; unset: where the scheme puts differences.",
    Role.EXPENSES_INCLUDED_IN_VALUATION: "Charges that become part of stock's cost.",
    Role.COST_OF_GOODS_SOLD: "The cost of what is delivered.",
    Role.INCOME: "Sales.",
    Role.RECEIVABLE: "What customers owe.",
    Role.PAYABLE: "What is owed to suppliers.",
    Role.ROUND_OFF: "Differences from rounding totals.",
    Role.EXCHANGE_GAIN_LOSS: "Differences between exchange rates.",
    Role.TEMPORARY_OPENING: "The other side of opening entries.",
    Role.SERVICES_RECEIVED_NOT_BILLED: "Services received whose invoice is still to come.",
    Role.EXPENSE: "Purchases of what is not kept in stock.",
    Role.BANK: "Payments that name no other account.",
    Role.CASH: "Payments in cash.",
    Role.RETAINED_EARNINGS: "The results of earlier fiscal years, where a report carries them.",
    Role.STOCK_INTERIM: "Stock whose cost is still expected (continental).",
    Role.ACCRUAL_INTERIM: "The other side of expected purchase cost (continental).",
    Role.COGS_INTERIM: "Cost of sales still expected (continental).",
    Role.DIRECT_COST_APPLIED: "Direct cost that purchases brought into stock (continental).",
    Role.OVERHEAD_APPLIED: "Overhead added to stock (continental).",
    Role.PURCHASE_VARIANCE: "Price differences to the cost in force (continental, by level).",
    Role.PURCHASES: "Purchases as billed (continental).",
    Role.SALES_DISCOUNT: "Discounts on the lines of sales (by level).",
    Role.FREIGHT: "Freight charged to customers (by level).",
    Role.PAYMENT_DISCOUNT: "Discounts on payments.",
    Role.WRITE_OFF: "What is written off of a debt: small differences, goods credited and not "
    "taken back.",
}
"""What each role's account is for."""


def _python_name(role: Role) -> str:
    return role.name.lower()


_NAMES = {role: _python_name(role) for role in Role}


def _class(name: str, annotation: Any, fields: dict[str, Any]) -> Any:
    members: dict[str, Any] = dict(fields)
    members["__annotations__"] = dict.fromkeys(fields, annotation)
    members["__module__"] = __name__
    return types.new_class(name, exec_body=lambda namespace: namespace.update(members))


def _output() -> Any:
    fields = {
        _NAMES[role]: strawberry.field(name=role.value, description=text, default=None)
        for role, text in ROLE_TEXTS.items()
    }
    made = _class("CompanyDefaults", Account | None, fields)
    made.cost_center = strawberry.field(
        description="The cost center of lines that name none.", default=None
    )
    made.__annotations__["cost_center"] = CostCenter | None
    return strawberry.type(
        made, description="What postings use where nothing nearer names an account."
    )


def _input() -> Any:
    fields = {
        _NAMES[role]: strawberry.field(name=role.value, description=text, default=strawberry.UNSET)
        for role, text in ROLE_TEXTS.items()
    }
    made = _class("CompanyDefaultsInput", AccountRef | None, fields)
    made.cost_center = strawberry.field(
        description="The cost center of lines that name none.", default=strawberry.UNSET
    )
    made.__annotations__["cost_center"] = CostCenterRef | None
    return strawberry.input(
        made,
        description="Default accounts by their roles; null clears one, what is left out stays. "
        "A code may name an account that is not made yet: the role is filled when it is.",
    )


CompanyDefaults = _output()
"""Each role's account, or null."""

CompanyDefaultsInput = _input()
"""Each role's account, as a reference."""


def roles_of(given: Any) -> dict[Role, Ref | None]:
    """The roles that were given, null included."""
    found: dict[Role, Ref | None] = {}
    for role, name in _NAMES.items():
        value = getattr(given, name)
        if value is not strawberry.UNSET:
            found[role] = value.to_ref() if value is not None else None
    return found


def defaults_of(accounts: dict[str, Any], cost_center: Any) -> Any:
    """The output, from role -> account row."""
    filled = {_NAMES[Role(role)]: account for role, account in accounts.items()}
    return CompanyDefaults(**filled, cost_center=cost_center)
