"""Cost centers of charges: each stands on its own, or on that of the goods that it makes dearer."""

from typing import Any

import pytest

from tests.api.correcting import landed
from tests.api.desk import (
    ACCRUAL,
    Desk,
    charge,
    goods,
    payment,
    receipt,
    refusals,
    sale,
    shown_and_kept,
    stock_entry,
)
from tests.api.explaining import assert_every_figure_is_explained

NORTH: dict[str, Any] = {"costCenter": {"code": "North"}}
SOUTH: dict[str, Any] = {"costCenter": {"code": "South"}}

RESULT = """
query($company: CompanyRef!, $code: String!) {
  profitAndLoss(company: $company, costCenter: {code: $code}) { result } }
"""


@pytest.fixture
def desk(server: str) -> Desk:
    desk = Desk(server)
    for code in ("North", "South"):
        desk.make("createCostCenter", "costCenter", company=desk.company, code=code, name=code)
    return desk


def result(desk: Desk, code: str) -> str:
    """Profit (positive) or loss of a cost center."""
    return desk.ask(RESULT, code=code)["profitAndLoss"]["result"]


def placed(document: Any) -> dict[tuple[str, str], str]:
    """What a document posts by account and cost center, debit positive."""
    return {
        (line["account"]["code"], (line["costCenter"] or {"code": ""})["code"]): (
            line["debit"] if line["debit"] != "0.00" else f"-{line['credit']}"
        )
        for line in document["journalLines"]
    }


def test_charges_in_valuation_stand_on_their_own_cost_center(desk: Desk) -> None:
    charges = [
        charge("Customs Duty", "100", category="VALUATION", **NORTH),
        charge("Customs Duty", "50", category="VALUATION"),
        charge("Customs Duty", "20", category="VALUATION", **SOUTH),
    ]
    paper = receipt("2026-01-10", goods("10", "200", **SOUTH), charges=charges)
    bought = shown_and_kept(desk, paper)
    assert placed(bought) == {
        ("Stores", ""): "2170.00", (ACCRUAL, ""): "-2000.00",
        ("Customs Duty", "North"): "-100.00", ("Customs Duty", "South"): "-70.00",
    }  # fmt: skip
    assert "DOCUMENT" not in assert_every_figure_is_explained(desk)
    desk.cancelled(bought)
    assert desk.balances() == {}
    assert_every_figure_is_explained(desk)


def test_additional_costs_stand_on_their_own_cost_center(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    line = goods("2", None, toWarehouse={"code": "Finished Goods"}, **SOUTH)
    costs = [charge("Customs Duty", "30", **NORTH)]
    moved = shown_and_kept(desk, stock_entry("2026-01-11", "TRANSFER", line, charges=costs))
    assert placed(moved) == {
        ("Stores", ""): "-400.00", ("Finished Goods", ""): "430.00",
        ("Customs Duty", "North"): "-30.00",
    }  # fmt: skip
    assert_every_figure_is_explained(desk)


def test_a_billed_landed_cost_leaves_nothing_on_any_cost_center(desk: Desk) -> None:
    lines = (goods("10", "200", **NORTH), goods("10", "100", "OTHER", **SOUTH))
    desk.item("OTHER")
    bought = desk.post(receipt("2026-01-10", *lines))
    late = shown_and_kept(desk, landed("2026-01-11", bought, supplier={"code": "ARCU"}))
    assert placed(late) == {
        ("Customs Duty", "North"): "40.00", ("Customs Duty", "South"): "20.00",
        ("Creditors", ""): "-60.00",
    }  # fmt: skip
    for code in ("North", "South", "Main"):
        assert result(desk, code) == "0.00"
    assert_every_figure_is_explained(desk)


def test_a_charge_that_names_its_cost_center_needs_no_other(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company, defaults={"costCenter": None},
              settings={"requireCostCenter": True})  # fmt: skip
    named = [charge("Customs Duty", "30", category="VALUATION", **NORTH)]
    bought = desk.post(receipt("2026-01-10", goods("10", "200"), charges=named))
    assert placed(bought)["Customs Duty", "North"] == "-30.00"


def test_landed_charges_stand_on_the_cost_centers_that_they_name(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200", **SOUTH)))
    charges = [charge("Customs Duty", "30", **NORTH), charge("Customs Duty", "20")]
    late = shown_and_kept(desk, landed("2026-01-11", bought, charges=charges))
    assert result(desk, "North") == "30.00"
    assert result(desk, "South") == "20.00"
    assert "DOCUMENT" not in assert_every_figure_is_explained(desk)
    desk.cancelled(late)
    assert (result(desk, "North"), result(desk, "South")) == ("0.00", "0.00")
    billed = landed("2026-01-12", bought, charges=charges, supplier={"code": "ARCU"})
    shown_and_kept(desk, billed)
    assert (result(desk, "North"), result(desk, "South")) == ("0.00", "0.00")
    assert_every_figure_is_explained(desk)


def test_what_a_payment_settles_without_money_stands_on_its_cost_center(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company, defaults={"costCenter": None},
              settings={"requireCostCenter": True})  # fmt: skip
    sold = desk.post(sale("2026-01-10", goods("1", "100", "SV0001", **SOUTH)))
    part = {"invoice": {"id": sold["id"]}, "amount": "95", "discount": "3", "writeOff": "2"}
    paper = payment("2026-01-11", "RECEIVE", "95", {}, allocations=[part],
                    discountAccount={"code": "Cost of Goods Sold"},
                    writeOffAccount={"code": "Stock Adjustment"})  # fmt: skip
    assert refusals(desk, paper) == [("COST_CENTER_REQUIRED", "lines")] * 2
    kind, given = paper
    paid = shown_and_kept(desk, (kind, {**given, **NORTH}))
    assert placed(paid) == {
        ("Bank", ""): "95.00", ("Debtors", ""): "-100.00",
        ("Cost of Goods Sold", "North"): "3.00", ("Stock Adjustment", "North"): "2.00",
    }  # fmt: skip
    assert_every_figure_is_explained(desk)
    desk.cancelled(paid)
    assert result(desk, "North") == "0.00"
