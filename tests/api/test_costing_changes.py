"""Another costing method from a day on, and new costs of stock on hand."""

from itertools import count
from typing import Any

import pytest

from tests.api.correcting import count as count_of
from tests.api.correcting import counted
from tests.api.desk import (
    IN_STORES,
    Desk,
    Paper,
    adjustments,
    cancelling,
    delivery,
    entries,
    goods,
    is_clean,
    moved,
    receipt,
    shown_and_kept,
    stock_entry,
)

STORES = "Stores"
ADJUSTMENT = "Stock Adjustment"
_names = count(1)


def method_change(day: str, method: str, sku: str = "RM0001", **more: Any) -> Paper:
    """The item comes under another method."""
    line = {"item": {"sku": sku}, "costingMethod": method}
    if "unitCost" in more:
        line["unitCost"] = more.pop("unitCost")
    return "CostingMethodChange", {"postingDate": day, "lines": [line], **more}


def method_of(desk: Desk, sku: str = "RM0001") -> str:
    query = "query($company: CompanyRef!, $item: ItemRef!) { item(company: $company, item: $item) { costingMethod } }"  # noqa: E501 - one query
    return desk.ask(query, item={"sku": sku})["item"]["costingMethod"]


def revalue(desk: Desk, day: str, *lines: Any, verb: str = "revalueStock", **more: Any) -> Any:
    """The payload of a revaluation."""
    made = (
        "document: stockRevaluation { id number journalLines { account { code } debit credit }"
        " stockMovements { item { sku } warehouse { code } quantity cost } }"
        " errors { code path ... on NothingToRevalue { item warehouse } }"
    )
    return desk.ask(
        f"mutation($input: RevalueStockInput!) {{ done: {verb}(input: $input) {{ {made} }} }}",
        input={"company": desk.company, "postingDate": day, "lines": list(lines), **more},
    )["done"]


def at_cost(unit_cost: str | None = None, sku: str = "RM0001", **more: Any) -> Any:
    line = {"item": {"sku": sku}, "warehouse": {"code": "Stores"}, **more}
    return line if unit_cost is None else {**line, "unitCost": unit_cost}


def test_a_refused_document_leaves_no_bin_to_change(desk: Desk) -> None:
    move = goods("2", toWarehouse={"code": "Finished Goods"})
    desk.refused(stock_entry("2026-01-02", "TRANSFER", move))
    made = desk.post(method_change("2026-01-03", "LIFO"))
    assert moved(made) == {}


# -- methods --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "second"),
    [
        ("FIFO", "MOVING_AVERAGE", "-30.00"),
        ("FIFO", "LIFO", "-30.00"),
        ("LIFO", "FIFO", "-24.00"),
        ("LIFO", "MOVING_AVERAGE", "-24.00"),
        ("MOVING_AVERAGE", "FIFO", "-27.00"),
        ("MOVING_AVERAGE", "LIFO", "-27.00"),
    ],
)
def test_what_is_there_becomes_one_layer_at_its_value(
    desk: Desk, before: str, after: str, second: str
) -> None:
    sku = f"M{next(_names)}"
    desk.item(sku, before)
    desk.post(receipt("2026-01-02", goods("4", "12", sku), goods("4", "15", sku)))
    desk.post(delivery("2026-01-03", goods("4", "50", sku)))
    change = shown_and_kept(desk, method_change("2026-01-10", after, sku))
    assert entries(change) == {}
    assert moved(change) == {f"{sku} in Stores": ("0", "0.00")}
    sold = desk.post(delivery("2026-01-12", goods("2", "50", sku)))
    assert moved(sold) == {f"{sku} in Stores": ("-2", second)}
    assert method_of(desk, sku) == after
    assert is_clean(desk)


def test_a_late_document_goes_by_the_method_of_its_day(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "12")))
    early = desk.post(delivery("2026-01-05", goods("2", "50")))
    desk.post(receipt("2026-01-06", goods("4", "15")))
    desk.post(method_change("2026-01-10", "MOVING_AVERAGE"))
    desk.post(receipt("2026-01-11", goods("6", "20")))
    sold = desk.post(delivery("2026-01-12", goods("6", "50")))
    assert moved(sold) == {IN_STORES: ("-6", "-102.00")}
    late = desk.post(receipt("2026-01-01", goods("2", "6")))
    # FIFO before the change: the delivery takes the two at 6; average after it: 228 of 14.
    assert adjustments(late) == {
        early["number"]: {STORES: "12.00", "Cost of Goods Sold": "-12.00"},
        sold["number"]: {STORES: "4.29", "Cost of Goods Sold": "-4.29"},
    }
    assert is_clean(desk)
    desk.cancelled(late)
    assert desk.stock()[IN_STORES] == ("6", "102.00")
    assert is_clean(desk)


def test_a_late_change_values_what_follows_anew(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10")))
    desk.post(receipt("2026-01-03", goods("4", "20")))
    desk.post(stock_entry("2026-01-04", "TRANSFER",
                          goods("2", toWarehouse={"code": "Finished Goods"})))  # fmt: skip
    sold = desk.post(delivery("2026-01-12", goods("3", "50")))
    assert moved(sold) == {IN_STORES: ("-3", "-40.00")}
    change = shown_and_kept(desk, method_change("2026-01-10", "LIFO"))
    assert adjustments(change) == {
        sold["number"]: {STORES: "-10.00", "Cost of Goods Sold": "10.00"}
    }
    assert is_clean(desk)
    desk.cancelled(change)
    assert method_of(desk) == "FIFO"
    assert desk.stock()[IN_STORES] == ("3", "60.00")
    assert is_clean(desk)


def test_goods_of_before_a_change_stay_when_the_only_ones_after_it_are_cancelled(
    desk: Desk,
) -> None:
    """The change comes before the item's first goods, so that no bin is marked with it."""
    desk.post(method_change("2026-01-20", "MOVING_AVERAGE"))
    after = desk.post(receipt("2026-01-25", goods("1", "3")))
    desk.post(receipt("2026-01-10", goods("3", "7.77")))
    desk.cancelled(after)
    late = desk.post(receipt("2026-01-11", goods("3", "10")))
    assert moved(late) == {IN_STORES: ("3", "30.00")}
    assert desk.stock() == {IN_STORES: ("6", "53.31")}
    assert is_clean(desk)


def test_goods_that_first_come_late_begin_under_the_old_method(desk: Desk) -> None:
    finished = {"code": "Finished Goods"}
    desk.post(receipt("2026-01-02", goods("1", "10")))
    desk.post(method_change("2026-01-10", "MOVING_AVERAGE"))
    desk.post(receipt("2026-01-04", goods("2", "10", warehouse=finished)))
    desk.post(receipt("2026-01-05", goods("2", "16", warehouse=finished)))
    before = desk.post(delivery("2026-01-06", goods("2", "50", warehouse=finished)))
    after = desk.post(delivery("2026-01-12", goods("1", "50", warehouse=finished)))
    desk.post(receipt("2026-01-13", goods("1", "30", warehouse=finished)))
    last = desk.post(delivery("2026-01-14", goods("1", "50", warehouse=finished)))
    costs = [moved(one)["RM0001 in Finished Goods"][1] for one in (before, after, last)]
    assert costs == ["-20.00", "-16.00", "-23.00"]
    assert is_clean(desk)


def test_below_zero_what_is_owed_stays_at_its_cost(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    desk.post(receipt("2026-01-02", goods("2", "10")))
    desk.post(delivery("2026-01-05", goods("5", "20")))
    for day, method in (("2026-01-06", "MOVING_AVERAGE"), ("2026-01-07", "LIFO"),
                        ("2026-01-08", "MOVING_AVERAGE"), ("2026-01-09", "FIFO")):  # fmt: skip
        desk.post(method_change(day, method))
        assert desk.stock() == {IN_STORES: ("-3", "-30.00")}
        assert is_clean(desk)
    desk.post(receipt("2026-01-10", goods("5", "12")))
    assert desk.stock() == {IN_STORES: ("2", "24.00")}
    assert is_clean(desk)


def test_a_new_unit_cost_revalues(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10"), goods("4", "20")))
    paper = method_change("2026-01-10", "MOVING_AVERAGE", unitCost="16")
    change = shown_and_kept(desk, paper)
    assert entries(change) == {STORES: "8.00", ADJUSTMENT: "-8.00"}
    late = desk.post(receipt("2026-01-01", goods("2", "10")))
    assert adjustments(late) == {change["number"]: {STORES: "12.00", ADJUSTMENT: "-12.00"}}
    assert desk.stock() == {IN_STORES: ("10", "160.00")}
    assert is_clean(desk)


def test_a_change_shows_its_items(desk: Desk) -> None:
    change = desk.post(method_change("2026-01-10", "LIFO"))
    query = """query($company: CompanyRef!) { costingMethodChanges(company: $company) { nodes {
        number changes { item { sku } methodBefore methodAfter } } } }"""
    assert desk.ask(query)["costingMethodChanges"]["nodes"] == [{
        "number": change["number"],
        "changes": [{"item": {"sku": "RM0001"}, "methodBefore": "FIFO", "methodAfter": "LIFO"}],
    }]  # fmt: skip


def test_changes_that_are_refused(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.post(receipt("2026-01-02", goods("4", "10")))

    def codes(paper: Paper) -> list[tuple[str, str]]:
        found = [(one["code"], ".".join(one["path"])) for one in desk.refused(paper)]
        assert [one["code"] for one in desk.refused(paper, "preview")] == [c for c, _ in found]
        return found

    method = "lines.0.costingMethod"
    assert codes(method_change("2026-01-10", "FIFO")) == [("INVALID_VALUE", method)]
    assert codes(method_change("2026-01-10", "BATCH")) == [("METHOD_NEEDS_LOTS", method)]
    assert codes(method_change("2026-01-10", "STANDARD")) == [("NOT_SUPPORTED", method)]
    assert codes(method_change("2026-01-10", "FIFO", "B")) == [("METHOD_NEEDS_LOTS", method)]
    assert codes(method_change("2026-01-10", "LIFO", "SV0001")) == [
        ("NOT_A_STOCK_ITEM", "lines.0.item")
    ]
    twice = method_change("2026-01-10", "LIFO")
    twice[1]["lines"] *= 2
    assert codes(twice) == [("INVALID_VALUE", "lines.1.item")]
    desk.post(method_change("2026-01-10", "LIFO"))
    assert codes(method_change("2026-01-09", "FIFO")) == [("LATER_METHOD_CHANGE", "postingDate")]
    desk.make("closePeriod", "company", company=desk.company, through="2026-01-31")
    assert ("PERIOD_CLOSED", "postingDate") in codes(method_change("2026-01-20", "FIFO"))


def test_a_change_is_undone_only_while_nothing_depends_on_it(desk: Desk) -> None:
    desk.post(receipt("2026-01-02", goods("4", "10")))
    change = desk.post(method_change("2026-01-10", "LIFO"))
    late = desk.post(receipt("2026-01-01", goods("4", "10")))
    (error,) = desk.refused(cancelling(change))
    assert (error["code"], error["documents"]) == ("HAS_DEPENDENTS", [late["number"]])
    desk.cancelled(late)
    again = desk.post(method_change("2026-01-20", "FIFO"))
    (error,) = desk.refused(cancelling(change))
    assert error["documents"] == [again["number"]]
    desk.cancelled(again)
    desk.cancelled(change)
    assert method_of(desk) == "FIFO"
    assert desk.post(method_change("2026-01-05", "LIFO"))
    assert is_clean(desk)


# -- costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["FIFO", "LIFO", "MOVING_AVERAGE"])
@pytest.mark.parametrize("line", [at_cost("16"), at_cost(value="128")], ids=["cost", "value"])
def test_stock_on_hand_is_revalued(desk: Desk, method: str, line: Any) -> None:
    sku = f"V{next(_names)}"
    desk.item(sku, method)
    desk.post(receipt("2026-01-02", goods("4", "10", sku), goods("4", "20", sku)))
    sold = desk.post(delivery("2026-01-20", goods("4", "50", sku)))
    line = {**line, "item": {"sku": sku}}
    preview = revalue(desk, "2026-01-10", line, verb="previewRevalueStock")["document"]
    done = revalue(desk, "2026-01-10", line)["document"]
    assert entries(done) == entries(preview) == {STORES: "8.00", ADJUSTMENT: "-8.00"}
    assert moved(done) == {f"{sku} in Stores": ("0", "8.00")}
    assert desk.stock() == {f"{sku} in Stores": ("4", "64.00")}
    assert is_clean(desk)
    late = desk.post(receipt("2026-01-05", goods("2", "16", sku)))
    value = "96.00" if "unitCost" in line else "76.80"
    assert desk.stock() == {f"{sku} in Stores": ("6", value)}
    assert is_clean(desk)
    desk.cancelled(late)
    desk.cancelled(done)
    kept = {"FIFO": "80.00", "LIFO": "40.00", "MOVING_AVERAGE": "60.00"}[method]
    assert desk.stock() == {f"{sku} in Stores": ("4", kept)}
    assert desk.status(sold) == "SUBMITTED"
    assert is_clean(desk)


def test_an_item_is_revalued_everywhere(desk: Desk) -> None:
    finished = {"code": "Finished Goods"}
    desk.post(receipt("2026-01-02", goods("4", "10"), goods("5", "20", warehouse=finished)))
    line = {"item": {"sku": "RM0001"}, "unitCost": "15"}
    account = {"code": "Customs Duty"}
    done = revalue(desk, "2026-01-10", line, differenceAccount=account)["document"]
    assert entries(done) == {STORES: "20.00", "Finished Goods": "-25.00", "Customs Duty": "5.00"}
    assert is_clean(desk)


def test_a_batch_is_revalued_alone(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.post(receipt("2026-01-02", goods("4", "10", "B", batch="B1"),
                      goods("4", "20", "B", batch="B2")))  # fmt: skip
    done = revalue(desk, "2026-01-10", at_cost("30", "B", batch="B2"))["document"]
    assert entries(done) == {STORES: "40.00", ADJUSTMENT: "-40.00"}
    assert is_clean(desk)


def test_what_is_left_is_revalued_beside_a_batch_that_is_used_up(desk: Desk) -> None:
    desk.item("B", "BATCH")
    desk.post(receipt("2026-01-02", goods("4", "10", "B", batch="B1"),
                      goods("4", "20", "B", batch="B2")))  # fmt: skip
    desk.post(delivery("2026-01-03", goods("4", "50", "B", batch="B1")))
    nothing = [{"code": "NOTHING_TO_REVALUE", "path": ["lines", "0"], "item": "B",
                "warehouse": "Stores"}]  # fmt: skip
    assert revalue(desk, "2026-01-10", at_cost("30", "B", batch="B1"))["errors"] == nothing
    done = revalue(desk, "2026-01-10", at_cost("30", "B"))["document"]
    assert entries(done) == {STORES: "40.00", ADJUSTMENT: "-40.00"}
    desk.post(delivery("2026-01-12", goods("4", "50", "B", batch="B2")))
    assert revalue(desk, "2026-01-13", at_cost("30", "B"))["errors"] == nothing
    assert is_clean(desk)


def test_revaluations_that_are_refused(desk: Desk) -> None:
    def codes(*lines: Any) -> list[tuple[str, str]]:
        before = desk.books()
        found = revalue(desk, "2026-01-10", *lines)
        assert found["document"] is None
        assert desk.books() == before
        return [(one["code"], ".".join(one["path"])) for one in found["errors"]]

    assert codes(at_cost("1")) == [("NOTHING_TO_REVALUE", "lines.0")]
    desk.post(receipt("2026-01-20", goods("4", "10")))
    assert codes(at_cost("1")) == [("NOTHING_TO_REVALUE", "lines.0")]
    nowhere = {"item": {"sku": "RM0001"}, "unitCost": "1"}
    assert codes(nowhere) == [("NOTHING_TO_REVALUE", "lines.0")]
    assert codes(at_cost()) == [("INVALID_VALUE", "lines.0")]
    assert codes(at_cost("1", value="1")) == [("INVALID_VALUE", "lines.0")]
    assert codes(at_cost("-1")) == [("INVALID_VALUE", "lines.0.unitCost")]
    desk.post(receipt("2026-01-05", goods("4", "10"),
                      goods("4", "10", warehouse={"code": "Finished Goods"})))  # fmt: skip
    assert codes(at_cost("1"), at_cost("2")) == [("INVALID_VALUE", "lines.1.item")]
    everywhere = {"item": {"sku": "RM0001"}, "value": "100"}
    assert codes(everywhere) == [("INVALID_VALUE", "lines.0.value")]
    assert codes(at_cost("1", batch="no")) == [
        ("NOT_FOUND", "lines.0.batch"), ("NOTHING_TO_REVALUE", "lines.0")
    ]  # fmt: skip
    assert codes() == [("REQUIRED", "lines")]


def test_a_count_of_before_is_no_hindrance_though_something_late_had_corrected_it(
    desk: Desk,
) -> None:
    desk.post(receipt("2026-01-02", goods("4", "12")))
    desk.post(count_of("2026-01-05", counted("3")))
    change = desk.post(method_change("2026-01-10", "LIFO"))
    late = desk.post(receipt("2026-01-03", goods("5", "10")))
    refused = desk.refused(cancelling(change))
    assert [one["documents"] for one in refused] == [[late["number"]]]
    desk.cancelled(late)
    desk.cancelled(change)
    assert desk.stock() == {IN_STORES: ("3", "36.00")}
    assert is_clean(desk)
