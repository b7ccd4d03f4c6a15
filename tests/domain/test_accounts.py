"""Roots of accounts, what may fill a role, and where a warehouse's stock account comes from."""

from uuid import UUID

import pytest

from domain.accounts import (
    GENERAL_TYPE,
    ROOTS_OF_ROLE,
    ROOTS_OF_TYPE,
    TYPES_OF_ROLE,
    AccountSource,
    AccountType,
    Role,
    Root,
    WarehouseFacts,
    expected_of,
    fits,
    resolve_stock_account,
    root_of,
)
from domain.company import (
    CompanySettings,
    InvoiceRatePolicy,
    Scheme,
    default_cost_center_of,
    pending_defaults_of,
    posts_stock_from,
)


@pytest.mark.parametrize(
    ("type_", "given", "parent", "root"),
    [
        (AccountType.STOCK, None, None, Root.ASSET),
        (AccountType.TAX, None, None, Root.LIABILITY),
        (AccountType.TAX, None, Root.ASSET, Root.ASSET),
        (AccountType.TAX, Root.ASSET, None, Root.ASSET),
        (AccountType.STOCK, Root.EXPENSE, None, None),
        (AccountType.STOCK, None, Root.EXPENSE, None),
        (None, Root.EQUITY, None, Root.EQUITY),
        (None, None, Root.INCOME, Root.INCOME),
        (None, None, None, None),
    ],
)
def test_the_root_is_given_inherited_or_implied_by_the_type(
    type_: AccountType | None, given: Root | None, parent: Root | None, root: Root | None
) -> None:
    assert root_of(type_, given, parent) is root


def test_every_type_role_and_root_is_provided_for() -> None:
    assert set(ROOTS_OF_TYPE) == set(AccountType)
    assert set(GENERAL_TYPE) == set(Root)
    assert set(TYPES_OF_ROLE) | set(ROOTS_OF_ROLE) == set(Role)
    assert not set(TYPES_OF_ROLE) & set(ROOTS_OF_ROLE)


@pytest.mark.parametrize(
    ("role", "type_", "root", "fit"),
    [
        (Role.STOCK_IN_HAND, AccountType.STOCK, Root.ASSET, True),
        (Role.STOCK_IN_HAND, AccountType.ASSET, Root.ASSET, False),
        (Role.RECEIVABLE, AccountType.BANK, Root.ASSET, False),
        (Role.COST_OF_GOODS_SOLD, AccountType.INVENTORY_VARIATION, Root.EXPENSE, True),
        (Role.COST_OF_GOODS_SOLD, AccountType.TAX, Root.LIABILITY, False),
        (Role.TEMPORARY_OPENING, AccountType.EQUITY, Root.EQUITY, True),
        (Role.TEMPORARY_OPENING, AccountType.STOCK, Root.ASSET, False),
    ],
)
def test_a_role_takes_accounts_that_fit(
    role: Role, type_: AccountType, root: Root, *, fit: bool
) -> None:
    assert fits(role, type_, root) is fit


def test_what_a_role_expects_can_be_said() -> None:
    assert expected_of(Role.BANK) == "BANK, CASH"
    assert expected_of(Role.INCOME) == "EXPENSE, INCOME"


DEPOT, AISLE, BIN, SHOP, VAN = (UUID(int=number) for number in range(1, 6))
DEPOT_ACCOUNT, SHOP_ACCOUNT, DEFAULT = (UUID(int=number) for number in range(11, 14))
WAREHOUSES = {
    warehouse.id: warehouse
    for warehouse in (
        WarehouseFacts(DEPOT, "Depot", "Depot", None, DEPOT_ACCOUNT, is_group=True),
        WarehouseFacts(AISLE, "Aisle", "Aisle", DEPOT, None, is_group=True),
        WarehouseFacts(BIN, "Bin 1", "Bin 1", AISLE, None),
        WarehouseFacts(SHOP, "Shop", "Shop", DEPOT, SHOP_ACCOUNT),
        WarehouseFacts(VAN, "Van", "Van", None, None),
    )
}


@pytest.mark.parametrize(
    ("warehouse", "default", "resolved"),
    [
        (SHOP, DEFAULT, (SHOP_ACCOUNT, AccountSource.WAREHOUSE)),
        (BIN, DEFAULT, (DEPOT_ACCOUNT, AccountSource.PARENT)),
        (VAN, DEFAULT, (DEFAULT, AccountSource.COMPANY_DEFAULT)),
        (VAN, None, None),
    ],
)
def test_a_warehouses_account_is_its_own_then_its_parents_then_the_companys(
    warehouse: UUID, default: UUID | None, resolved: tuple[UUID, AccountSource] | None
) -> None:
    assert resolve_stock_account(warehouse, WAREHOUSES, default) == resolved


def test_switches_survive_being_stored() -> None:
    chosen = CompanySettings(
        require_cost_center=True, invoice_rate_policy=InvoiceRatePolicy.KEEP_DIFFERENCE
    )
    assert CompanySettings.of(chosen.stored()) == chosen
    assert CompanySettings.of({}) == CompanySettings()
    assert CompanySettings.of({"over_billing_tolerance": "2.5"}).stored()[
        "over_billing_tolerance"
    ] == "2.5"  # fmt: skip


def test_what_waits_and_what_is_set_is_read_from_the_settings() -> None:
    center = UUID(int=7)
    stored = {"default_cost_center": str(center), "pending_defaults": {"bank": "1300"}}
    assert default_cost_center_of(stored) == center
    assert pending_defaults_of(stored) == {"bank": "1300"}
    assert (default_cost_center_of({}), pending_defaults_of({})) == (None, {})


def test_only_periodic_companies_do_not_post_stock() -> None:
    assert posts_stock_from(Scheme.PERIODIC) is None
    assert posts_stock_from(Scheme.PERPETUAL) is not None
