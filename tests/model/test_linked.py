"""Costs that travel along links against the naive model, and by batch against at once."""

from collections import Counter
from datetime import date
from decimal import Decimal
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
        "PURCHASE_RETURN", "CHARGE", "REVALUE",
    }  # fmt: skip
    assert min(kinds.values()) >= 10, "every kind has happened"
    assert {trial.history.rules.method for trial in trials} == set(METHODS)


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
