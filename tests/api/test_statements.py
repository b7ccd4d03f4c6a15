"""Profit and loss and the balance sheet: by the tree, with signs, dates, labels, cost centers."""

from typing import Any

import pytest

from tests.api.desk import Desk, bill, billed, goods, journal, receipt, sale

ROWS = "sections { label total rows { level isGroup account { code } amount } } result resultLabel"


@pytest.fixture
def desk(server: str) -> Desk:
    """2025: a sale of 100. 2026: goods of 500, 2 of 10 sold at 90, a service of 30 billed."""
    made = Desk(server)
    made.post(journal("2025-12-01", {"Bank": "100", "Sales": "-100"}))
    made.post(receipt("2026-01-05", goods("10", "50")))
    made.post(sale("2026-01-10", goods("2", "90"), updateStock=True))
    made.post(bill("2026-02-01", billed("1", "30", sku="SV0001")))
    return made


def _rows(section: Any) -> list[str]:
    return [
        f"{'  ' * row['level']}{row['account']['code']} {row['amount']}" for row in section["rows"]
    ]


def _profit(desk: Desk, arguments: str = "", **headers: str) -> Any:
    query = f"""query($company: CompanyRef!) {{ profitAndLoss(company: $company {arguments}) {{
      from asOf income expenses {ROWS} }} }}"""
    desk.client.headers.update(headers)
    return desk.ask(query)["profitAndLoss"]


def _sheet(desk: Desk, arguments: str = "") -> Any:
    query = f"""query($company: CompanyRef!) {{ balanceSheet(company: $company {arguments}) {{
      asOf assets liabilities equity {ROWS} }} }}"""
    return desk.ask(query)["balanceSheet"]


def test_income_is_positive_and_cost_negative_by_the_tree(desk: Desk) -> None:
    found = _profit(desk, 'asOf: "2026-12-31"')
    assert (found["from"], found["income"], found["expenses"], found["result"]) == (
        "2026-01-01", "180.00", "-130.00", "50.00",
    )  # fmt: skip
    income, expenses = found["sections"]
    assert (income["label"], income["total"]) == ("Income", "180.00")
    assert _rows(income) == ["Income 180.00", "  Direct Income 180.00", "    Sales 180.00"]
    assert _rows(expenses) == [
        "Expenses -130.00", "  Direct Expenses -130.00", "    Stock Expenses -130.00",
        "      Cost of Goods Sold -130.00",
    ]  # fmt: skip
    assert found["resultLabel"] == "Result of the period"


def test_a_period_has_its_first_and_its_last_day(desk: Desk) -> None:
    assert _profit(desk, 'asOf: "2026-01-31"')["result"] == "80.00"
    assert _profit(desk, 'asOf: "2025-12-31"')["result"] == "100.00"
    assert _profit(desk, 'from: "2025-12-01", asOf: "2026-12-31"')["result"] == "150.00"
    assert _profit(desk, 'from: "2026-02-01"')["result"] == "-30.00"


def test_the_balance_sheet_holds_the_result_so_far_in_equity(desk: Desk) -> None:
    found = _sheet(desk, 'asOf: "2026-12-31"')
    assert {name: found[name] for name in ("assets", "liabilities", "equity", "result")} == {
        "assets": "680.00", "liabilities": "530.00", "equity": "150.00", "result": "150.00",
    }  # fmt: skip
    assets, liabilities, equity = found["sections"]
    assert _rows(assets) == [
        "Assets 680.00", "  Debtors 180.00", "  Stock Assets 400.00", "    Stores 400.00",
        "  Bank and Cash 100.00", "    Bank 100.00",
    ]  # fmt: skip
    assert _rows(liabilities) == [
        "Liabilities 530.00", "  Creditors 30.00", "  Stock Liabilities 500.00",
        "    Stock Received But Not Billed 500.00",
    ]  # fmt: skip
    assert (_rows(equity), equity["total"]) == ([], "150.00")
    early = _sheet(desk, 'asOf: "2025-12-31"')
    assert (early["assets"], early["liabilities"], early["equity"]) == ("100.00", "0.00", "100.00")


def test_both_statements_show_what_was_known(desk: Desk) -> None:
    query = "query($company: CompanyRef!) { balanceSheet(company: $company) { knownAt } }"
    known = desk.ask(query)["balanceSheet"]["knownAt"]
    desk.post(journal("2026-01-15", {"Bank": "7", "Sales": "-7"}))
    assert _sheet(desk)["equity"] == "157.00"
    assert _sheet(desk, f'knownAt: "{known}"')["equity"] == "150.00"
    assert _profit(desk, f'knownAt: "{known}", asOf: "2026-12-31"')["income"] == "180.00"


def test_a_cost_center_is_filtered_with_those_below_it(desk: Desk) -> None:
    desk.make("createCostCenter", "costCenter", company=desk.company, code="North", isGroup=True)
    desk.make("createCostCenter", "costCenter", company=desk.company, code="Shop",
              parent={"code": "North"})  # fmt: skip
    desk.post(bill("2026-03-01", billed("1", "12", sku="SV0001", costCenter={"code": "Shop"})))
    assert _profit(desk, 'costCenter: {code: "North"}')["result"] == "-12.00"
    assert _profit(desk, 'costCenter: {code: "Main"}, from: "2026-01-01"')["result"] == "50.00"


def test_headings_speak_the_readers_language_and_zeros_can_be_shown(desk: Desk) -> None:
    found = _profit(desk, "includeZero: true", **{"accept-language": "es"})
    assert [section["label"] for section in found["sections"]] == ["Ingresos", "Gastos"]
    assert found["resultLabel"] == "Resultado del periodo"
    assert "    Round Off 0.00" in _rows(found["sections"][1])
    labels = [section["label"] for section in _sheet(desk)["sections"]]
    assert labels == ["Activo", "Pasivo", "Patrimonio neto"]
    del desk.client.headers["accept-language"]


def test_books_without_a_posting_are_empty(server: str) -> None:
    empty = Desk(server)
    assert (_profit(empty)["result"], _profit(empty)["from"]) == ("0.00", None)
    assert _sheet(empty)["assets"] == "0.00"


def test_results_of_earlier_years_are_told_apart_and_carried_to_equity(desk: Desk) -> None:
    parts = "resultBroughtForward resultOfYear result"
    query = f"query($company: CompanyRef!) {{ balanceSheet(company: $company, %s) {{ {parts} }} }}"
    for as_of, expected in (
        ("2025-12-31", ("0.00", "100.00", "100.00")),
        ("2026-12-31", ("100.00", "50.00", "150.00")),
        ("2027-01-01", ("150.00", "0.00", "150.00")),
    ):
        found = desk.ask(query % f'asOf: "{as_of}"')["balanceSheet"]
        assert tuple(found.values()) == expected, as_of
    query = """query($company: CompanyRef!, $from: Date!) { trialBalance(company: $company,
      from: $from, asOf: "2026-12-31", carryResults: true) { rows { account { code }
      openingDebit openingCredit closingDebit closingCredit }
      totals { openingDebit openingCredit closingDebit closingCredit } } }"""
    for first, opening in (("2026-01-01", None), ("2026-02-01", ("0.00", "180.00"))):
        found = desk.ask(query, **{"from": first})["trialBalance"]
        rows = {one.pop("account")["code"]: tuple(one.values()) for one in found["rows"]}
        assert rows["Retained Earnings"] == ("0.00", "100.00", "0.00", "100.00")
        assert rows["Sales"] == (*(opening or ("0.00", "0.00")), "0.00", "180.00")
        totals = found["totals"]
        assert totals["openingDebit"] == totals["openingCredit"]
        assert totals["closingDebit"] == totals["closingCredit"] == "810.00"
