"""Chart templates: every account under its root, every role filled by an account that fits."""

import pytest

from domain.accounts import ROOTS_OF_TYPE, AccountType, Role, Root, fits
from domain.charts import CHARTS, Chart, ChartTemplate

TEMPLATES = [pytest.param(CHARTS[chart], id=chart) for chart in Chart if chart != Chart.NONE]


@pytest.mark.parametrize("template", TEMPLATES)
def test_groups_come_before_what_they_hold_and_share_its_root(template: ChartTemplate) -> None:
    groups: dict[str, Root] = {}
    for account in template.accounts:
        if account.parent is None:
            assert account.is_group
        else:
            assert groups[account.parent] is account.root
        if account.is_group:
            groups[account.code] = account.root


@pytest.mark.parametrize("template", TEMPLATES)
def test_codes_are_unique_and_types_fit_their_root(template: ChartTemplate) -> None:
    codes = [account.code for account in template.accounts]
    assert len(set(codes)) == len(codes)
    assert all(account.root in ROOTS_OF_TYPE[account.type] for account in template.accounts)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_default_is_a_posting_account_that_fits(template: ChartTemplate) -> None:
    accounts = {account.code: account for account in template.accounts if not account.is_group}
    for role, code in template.defaults.items():
        assert fits(role, accounts[code].type, accounts[code].root), role


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_role_that_a_scheme_or_a_switch_can_ask_for_is_filled(
    template: ChartTemplate,
) -> None:
    assert set(Role) - set(template.defaults) == {Role.NEGATIVE_STOCK_ADJUSTMENT}  # optional


def test_the_english_chart_is_that_of_the_worked_example() -> None:
    template = CHARTS[Chart.PERPETUAL_EN]
    under = {account.code: account.parent for account in template.accounts}
    assert all(account.code == account.name for account in template.accounts)
    assert {
        "Debtors": "Assets", "Stock In Hand": "Stock Assets", "Stores": "Stock Assets",
        "Finished Goods": "Stock Assets", "Work In Progress": "Stock Assets", "VAT": "Tax Assets",
        "Cash": "Bank and Cash", "Bank": "Bank and Cash", "Creditors": "Liabilities",
        "Stock Received But Not Billed": "Stock Liabilities", "Service Tax": "Tax Liabilities",
        "Opening Balance Equity": "Equity", "Retained Earnings": "Equity",
        "Sales": "Direct Income", "Cost of Goods Sold": "Stock Expenses",
        "Expenses Included In Valuation": "Stock Expenses", "Stock Adjustment": "Stock Expenses",
        "Round Off": "Indirect Expenses", "Exchange Gain/Loss": "Indirect Expenses",
        "Shipping Charges": "Stock Expenses", "Customs Duty": "Stock Expenses",
    }.items() <= under.items()  # fmt: skip


def test_the_spanish_chart_has_the_same_shape() -> None:
    english, spanish = CHARTS[Chart.PERPETUAL_EN], CHARTS[Chart.PERPETUAL_ES]
    assert [(a.type, a.root, a.is_group) for a in english.accounts] == [
        (a.type, a.root, a.is_group) for a in spanish.accounts
    ]
    assert set(english.defaults) == set(spanish.defaults)
    assert spanish.defaults[Role.COST_OF_GOODS_SOLD] == "Coste de Ventas"


def test_the_plan_general_has_its_accounts_and_610_is_cost_of_goods_sold() -> None:
    template = CHARTS[Chart.PGC_ES]
    types = {account.code: account.type for account in template.accounts}
    assert {
        "300", "310", "400", "4009", "430", "472", "477", "570", "572", "600", "608", "610",
        "700", "708",
    } <= set(types)  # fmt: skip
    assert template.defaults[Role.COST_OF_GOODS_SOLD] == "610"
    assert template.defaults[Role.STOCK_RECEIVED_NOT_BILLED] == "4009"
    assert types["300"] is AccountType.STOCK


def test_chart_none_begins_empty() -> None:
    assert CHARTS[Chart.NONE] == ChartTemplate((), {})
