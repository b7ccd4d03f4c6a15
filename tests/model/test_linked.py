"""Costs that travel along links against the naive model, and by batch against at once."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import product
from random import Random

import pytest

from domain.company import AverageCostCalcType, AverageCostPeriod
from tests.model.linked.books import LinkedBooks
from tests.model.linked.histories import METHODS, History, Operation, Rules
from tests.model.linked.trial import Trial, live_through

SEEDS = range(60)
"""Few in the tests; `make model OF=linked` lives through as many as one likes."""


def test_random_histories_agree_at_once_and_by_batch() -> None:
    trials = [live_through(History.of(seed)) for seed in SEEDS]

    kinds = Counter(one.kind for trial in trials for one in trial.history.operations)
    assert kinds.keys() >= {
        "RECEIVE", "BUY", "INVOICE", "SELL", "SELL_BILLED", "BILL", "TRANSFER", "SALES_RETURN",
        "PURCHASE_RETURN", "CHARGE", "REVALUE", "COUNT", "CANCEL", "SELL_FIXED", "TRANSFER_FIXED",
    }  # fmt: skip
    assert min(kinds.values()) >= 10, "every kind has happened"
    rules = [trial.history.rules for trial in trials]
    assert {one.method for one in rules} == set(METHODS)
    assert {(one.negative, one.lots) for one in rules} == {*product((True, False), repeat=2)}


def by_location(period: AverageCostPeriod) -> Rules:
    return Rules("AVERAGE_PERIOD", period, AverageCostCalcType.ITEM_WAREHOUSE)


def done(
    no: int, kind: str, day: str, quantity: int, amount: str = "0", **more: object
) -> Operation:
    return Operation(
        no, kind, date.fromisoformat(f"2026-{day}"), quantity=Decimal(quantity),
        amount=Decimal(amount), **more,  # type: ignore[arg-type] - fields of Operation
    )  # fmt: skip


def cost_of(books: LinkedBooks, no: int) -> list[Decimal]:
    return [books.kept[id_].cost for id_ in books.of_document[no]]


def lived(rules: Rules, operations: list[Operation]) -> Trial:
    """The operations lived through, none of them refused."""
    trial = Trial(History(rules, Random(0)))
    for operation in operations:
        assert trial.step(operation, run_batch=False)
    trial.finish()
    return trial


def test_goods_that_came_back_in_the_period_of_their_sale_are_revalued_once() -> None:
    """11 are left and come to 7.78: 85.58, so that 4 of them cost 31.12."""
    trial = lived(by_location(AverageCostPeriod.DAY), [
        done(1, "BUY", "02-05", 15, "53.24"),
        done(2, "SELL", "01-30", 6),
        done(3, "SALES_RETURN", "02-01", 2, of=2),
        done(4, "REVALUE", "02-06", 0, "7.78"),
        done(5, "SELL_BILLED", "02-13", 4),
    ])  # fmt: skip
    assert cost_of(trial.at_once, 5) == [Decimal("-31.12")]
    assert cost_of(trial.by_batch, 5) == [Decimal("-31.12")]


def test_cents_that_go_to_and_fro_keep_no_larger_change_from_arriving() -> None:
    """A (12 worth 140.88, and 2 of C) sends 8 to C (8 worth 11.31): one unit of A costs 10.9456.

    a = (140.88 + 2 c) / 14 and c = (11.31 + 8 a) / 16. The return to the supplier counts on the
    13th and is worked out last, when the cents of the transfers have long been swinging.
    """
    trial = lived(by_location(AverageCostPeriod.MONTH), [
        done(2, "RECEIVE", "01-31", 20, "82.88"),
        done(3, "INVOICE", "02-03", 3, "21.99", of=2),
        done(4, "RECEIVE", "02-04", 8, "0.92", warehouse="C"),
        done(6, "INVOICE", "01-31", 4, "13.98", of=2),
        done(8, "INVOICE", "02-13", 7, "6.81", of=4),
        done(9, "PURCHASE_RETURN", "01-31", 2, of=2),
        done(10, "INVOICE", "02-05", 3, "89.75", of=2),
        done(11, "SELL", "01-29", 2, warehouse="C"),
        done(12, "INVOICE", "02-04", 1, "4.50", of=4),
        done(13, "PURCHASE_RETURN", "02-13", 6, of=2),
        done(14, "TRANSFER", "02-05", 2, warehouse="C", to="A"),
        done(16, "INVOICE", "02-05", 3, "62.82", of=2),
        done(17, "CHARGE", "02-11", 0, "17.25", of=2),
        done(20, "TRANSFER", "02-13", 2, to="C"),
        done(22, "TRANSFER", "02-11", 6, to="C"),
    ])  # fmt: skip
    for books in (trial.at_once, trial.by_batch):
        assert cost_of(books, 22)[0] == pytest.approx(Decimal("-65.67"), abs=Decimal("0.01"))
        assert cost_of(books, 20)[0] == pytest.approx(Decimal("-21.90"), abs=Decimal("0.01"))


@pytest.mark.parametrize(
    "to_be_taken",
    [
        [done(2, "SELL", "02-02", 4), done(3, "SALES_RETURN", "02-03", 3, of=2)],
        [done(3, "TRANSFER", "02-03", 4, to="B")],
    ],
    ids=["what came back", "what moved"],
)
def test_goods_at_the_very_average_are_taken_at_it(to_be_taken: list[Operation]) -> None:
    """5 at 10 and a charge of 5: all are at 11. Were the 3 taken out of it, it would never end."""
    place = to_be_taken[-1].to or "A"
    trial = lived(Rules("AVERAGE_PERIOD", AverageCostPeriod.MONTH), [
        done(1, "BUY", "02-01", 5, "50.00"),
        *to_be_taken,
        done(4, "SELL_FIXED", "02-04", 3, of=3, warehouse=place),
        done(5, "CHARGE", "02-05", 0, "5.00", of=1),
    ])  # fmt: skip
    assert cost_of(trial.at_once, 4) == cost_of(trial.by_batch, 4) == [Decimal("-33.00")]


AVERAGE_BY_DAY = Rules("AVERAGE_PERIOD")
AVERAGE_BY_MONTH = by_location(AverageCostPeriod.MONTH)


@pytest.mark.parametrize("rules", [AVERAGE_BY_DAY, AVERAGE_BY_MONTH], ids=["day", "month"])
def test_a_receipt_that_is_cancelled_leaves_the_average(rules: Rules) -> None:
    """10 at 10 and 10 at 20: 5 cost 75, and 50 without the second."""
    before = [
        done(1, "BUY", "02-05", 10, "100.00"),
        done(2, "BUY", "02-05", 10, "200.00"),
        done(3, "SELL_BILLED", "02-05", 5),
    ]
    assert cost_of(lived(rules, before).at_once, 3) == [Decimal("-75.00")]
    trial = lived(rules, [*before, done(4, "CANCEL", "02-05", 0, of=2)])
    assert cost_of(trial.at_once, 3) == cost_of(trial.by_batch, 3) == [Decimal("-50.00")]


@pytest.mark.parametrize("undone", [3, 1], ids=["revaluation", "revalued receipt"])
def test_a_revaluation_leaves_the_average_with_its_cancellation(undone: int) -> None:
    """11 for 19.46 and 8 for 80, which come to 11.32 apiece: 66.94 and 48.68 more.

    Without, 3 of 19 for 99.46 cost 15.70; without the 11, 3 of 8 for 128.68 cost 48.26.
    """
    before = [
        done(1, "BUY", "02-06", 11, "19.46"),
        done(2, "BUY", "01-28", 8, "80.00"),
        done(3, "REVALUE", "02-09", 0, "11.32"),
        done(4, "SELL", "02-13", 3),
    ]
    trial = lived(AVERAGE_BY_MONTH, [*before, done(5, "CANCEL", "02-09", 0, of=undone)])
    without = {3: Decimal("-15.70"), 1: Decimal("-48.26")}
    assert cost_of(trial.at_once, 4) == cost_of(trial.by_batch, 4) == [without[undone]]


def test_what_is_found_of_an_item_at_standard_cost_comes_in_at_it() -> None:
    """6 at 7.37, although the count says that they are worth nothing."""
    trial = lived(Rules("STANDARD"), [done(1, "COUNT", "01-30", 6, rate=Decimal(0))])
    assert cost_of(trial.at_once, 1) == [Decimal("44.22")]


def test_the_left_over_cent_of_a_receipt_goes_when_it_is_open_again() -> None:
    """3 for 10.00 go one by one at 3.33: the cent is settled, until the last one comes back."""
    sales = [done(no, "SELL_BILLED", "02-06", 1) for no in (2, 3, 4)]
    trial = Trial(History(Rules("FIFO"), Random(0)))
    for operation in (done(1, "BUY", "02-05", 3, "10.00"), *sales):
        assert trial.step(operation, run_batch=True)
    assert cost_of(trial.by_batch, 1) == [Decimal("9.99")]
    assert trial.step(done(5, "CANCEL", "02-06", 0, of=4), run_batch=False)
    trial.finish()
    assert cost_of(trial.at_once, 1) == cost_of(trial.by_batch, 1) == [Decimal("10.00")]


def below_zero(method: str) -> Rules:
    return Rules(method, AverageCostPeriod.MONTH, AverageCostCalcType.ITEM_WAREHOUSE, negative=True)


@pytest.mark.parametrize("method", ["FIFO", "LIFO"])
def test_goods_do_not_cover_the_sale_that_they_came_back_from(method: str) -> None:
    """4 go that are not there, 3 come back and are moved to where they went from.

    The transfer covers another sale there, and never the one that its own cost comes from.
    """
    trial = lived(below_zero(method), [
        done(1, "BUY", "02-01", 1, "5.00", warehouse="C"),
        done(2, "SELL", "02-02", 4, warehouse="B"),
        done(3, "SALES_RETURN", "02-03", 3, of=2),
        done(4, "TRANSFER", "02-04", 2, to="B"),
        done(5, "SELL", "02-05", 5, warehouse="B"),
        done(6, "TRANSFER", "02-06", 1, to="B"),
    ])  # fmt: skip
    opened = {no: [trial.at_once.kept[id_].open for id_ in ids]
              for no, ids in trial.at_once.of_document.items()}  # fmt: skip
    assert opened[2] == [Decimal(-4)]
    assert opened[5] == [Decimal(-2)], "2 that were there, and 1 that came later"
    assert cost_of(trial.at_once, 2) == [Decimal("-20.00")], "4 at the cost in force"
    assert cost_of(trial.at_once, 3) == [Decimal("15.00")]


def test_two_layers_moved_at_once_close_no_loop() -> None:
    """Moved together, goods of the first sale cover the second: the second's not the first."""
    trial = lived(below_zero("FIFO"), [
        done(1, "BUY", "02-01", 1, "5.00", warehouse="C"),
        done(2, "SELL", "02-03", 7, warehouse="B"),
        done(3, "SALES_RETURN", "02-03", 4, of=2),
        done(4, "SELL", "02-02", 7, warehouse="B"),
        done(5, "SALES_RETURN", "02-04", 4, of=4),
        done(6, "TRANSFER", "02-04", 5, to="B"),
    ])  # fmt: skip
    books = trial.at_once
    assert [books.kept[id_].open for no in (2, 4) for id_ in books.of_document[no]] == [-7, -3]


def test_a_cancelled_receipt_leaves_the_cost_in_force() -> None:
    """10 at 10 and 10 at 20 are 15 a piece; without the second what is not there costs 10."""
    trial = lived(below_zero("FIFO"), [
        done(1, "BUY", "02-01", 10, "100.00"),
        done(2, "BUY", "02-01", 10, "200.00", warehouse="B"),
        done(3, "CANCEL", "02-01", 0, of=2),
        done(4, "SELL", "02-02", 1, warehouse="C"),
    ])  # fmt: skip
    assert cost_of(trial.at_once, 4) == [Decimal("-10.00")]


def test_what_came_back_counts_from_when_its_sale_is_covered() -> None:
    """Though the cost stays as it was: the sale of January takes goods of February."""
    trial = lived(below_zero("AVERAGE_PERIOD"), [
        done(1, "SELL", "01-30", 4, warehouse="B"),
        done(2, "SALES_RETURN", "01-31", 2, of=1),
        done(3, "COUNT", "02-12", 5, warehouse="B", rate=Decimal(0)),
    ])  # fmt: skip
    (back,) = trial.at_once.of_document[2]
    assert trial.at_once.kept[back].valuation_date == date(2026, 2, 12)


def test_a_sale_counts_later_with_the_transfer_that_covers_it() -> None:
    """What is moved was revalued on the 6th: so is the sale of the 31st that it covers."""
    trial = lived(below_zero("AVERAGE_PERIOD"), [
        done(1, "BUY", "01-28", 10, "100.00"),
        done(2, "REVALUE", "02-06", 0, "13.27"),
        done(3, "SELL", "01-31", 2, warehouse="C"),
        done(4, "TRANSFER", "01-31", 6, to="C"),
    ])  # fmt: skip
    (sale,) = trial.at_once.of_document[3]
    assert trial.at_once.kept[sale].valuation_date == date(2026, 2, 6)
    assert cost_of(trial.at_once, 3) == [Decimal("-26.54")]


def test_nothing_of_a_step_on_the_way_stays_in_an_average_below_zero() -> None:
    """Nobody knew a cost when 4 were sold: with 2 missing still, 3 for 25.34 change nothing."""
    trial = lived(Rules("AVERAGE_PERIOD", negative=True), [
        done(1, "SELL", "01-30", 4, warehouse="B"),
        done(2, "SALES_RETURN", "02-03", 2, of=1, warehouse="B"),
        done(3, "SELL", "01-23", 3),
        done(4, "RECEIVE", "02-04", 3, "25.34", warehouse="B"),
    ])  # fmt: skip
    assert [cost_of(trial.at_once, no) for no in (1, 2, 3)] == [[0], [0], [0]]


@pytest.mark.parametrize("undone", [5, 4], ids=["revaluation", "transfer"])
def test_a_revaluation_from_before_its_goods_counted_goes_too(undone: int) -> None:
    """What was moved on the 21st counts from the 3rd, as its goods do; it was revalued between."""
    trial = lived(AVERAGE_BY_DAY, [
        done(1, "COUNT", "01-22", 2, rate=Decimal("9.24"), warehouse="C"),
        done(2, "COUNT", "02-12", 3, rate=Decimal("8.70"), warehouse="C"),
        done(3, "TRANSFER", "02-03", 3, warehouse="C", to="A"),
        done(4, "TRANSFER", "01-21", 3, to="B"),
        done(5, "REVALUE", "01-28", 0, "9.33", warehouse="B"),
        done(6, "CANCEL", "01-28", 0, of=undone),
    ])  # fmt: skip
    moved = [Decimal(amount) for amount in ("-18.48", "18.48", "-9.06", "9.06")]
    assert cost_of(trial.at_once, 3) == cost_of(trial.by_batch, 3) == moved
