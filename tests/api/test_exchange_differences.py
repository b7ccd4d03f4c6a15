"""Bills and goods at other exchange rates, and prices: what each makes, over the wire."""

import pytest

from tests.api.correcting import given_back
from tests.api.desk import (
    ACCRUAL,
    COGS,
    IN_STORES,
    Desk,
    bill,
    billed,
    entries,
    goods,
    is_clean,
    receipt,
    shown_and_kept,
)
from tests.api.house import note, of_bill
from tests.api.test_billing import of, open_lines, tolerate
from tests.api.test_returns_without_original import residues


def test_exchange_rates_differ_between_bill_and_goods(desk: Desk) -> None:
    ahead = desk.post(bill("2026-01-05", billed("10", "10"), currency="EUR", exchangeRate="1.1"))
    paper = receipt("2026-01-06", of(goods("4", "10"), ahead), currency="EUR", exchangeRate="1.2")
    came = shown_and_kept(desk, paper)
    assert entries(came) == {
        "Stores": "48.00", ACCRUAL: "-44.00", "Exchange Gain/Loss": "-4.00",
    }  # fmt: skip
    assert open_lines(desk)["billed"] == ["PI-2026-00001/1 6 66.00"]
    assert is_clean(desk)


_THEN, _NOW = ({"currency": "EUR", "exchangeRate": rate} for rate in ("1.1", "1.2"))


@pytest.mark.parametrize(
    ("policy", "worth", "kept"), [("ADJUST_RECEIPT_COST", "132.00", {}),
                                  ("KEEP_DIFFERENCE", "110.00", {"KEPT_DIFFERENCE": "-22.00"})],
)  # fmt: skip
def test_price_and_exchange_rate_both_differ(
    desk: Desk, policy: str, worth: str, kept: dict[str, str]
) -> None:
    """10 at 10 came at 1.1 (110), billed at 12 and 1.2 (144): 2 x 1.1 each are price, 1.2 rates."""
    tolerate(desk, invoiceRatePolicy=policy)
    came = desk.post(receipt("2026-01-05", goods("10", "10"), **_THEN))
    late = shown_and_kept(desk, bill("2026-01-06", billed("10", "12", came["lines"][0]), **_NOW))
    assert entries(late) == {
        ACCRUAL: "132.00", "Exchange Gain/Loss": "12.00", "Creditors": "-144.00",
    }  # fmt: skip
    assert desk.stock()[IN_STORES] == ("10", worth)
    assert residues(desk) == kept
    assert is_clean(desk)


def test_a_credit_takes_back_what_price_and_exchange_rate_had_made(desk: Desk) -> None:
    """Of the 12 of rates 4.80 go back with 4 of the goods, and 1 with 1 less for each of 10."""
    tolerate(desk, invoiceRatePolicy="ADJUST_RECEIPT_COST")
    came = desk.post(receipt("2026-01-05", goods("10", "10"), **_THEN))
    late = desk.post(bill("2026-01-06", billed("10", "12", came["lines"][0]), **_NOW))
    less = shown_and_kept(
        desk, note("PURCHASE", "OVERCHARGE", "2026-01-07", of_bill(late, rate="1"))
    )
    assert entries(less) == {
        "Creditors": "12.00", ACCRUAL: "-11.00", "Exchange Gain/Loss": "-1.00",
    }  # fmt: skip
    assert desk.stock()[IN_STORES] == ("10", "121.00")
    desk.cancelled(less)
    back = desk.post(given_back("PurchaseReturn", "2026-01-08", came, "4"))
    assert entries(back) == {ACCRUAL: "44.00", "Stores": "-52.80", COGS: "8.80"}
    line = of_bill(late, returnLine={"id": back["lines"][0]["id"]})
    credit = shown_and_kept(desk, note("PURCHASE", "RETURN", "2026-01-09", line))
    assert entries(credit) == {
        "Creditors": "57.60", ACCRUAL: "-44.00", "Exchange Gain/Loss": "-4.80", COGS: "-8.80",
    }  # fmt: skip
    assert desk.balances() == {
        "Stores": "79.20", "Exchange Gain/Loss": "7.20", "Creditors": "-86.40",
    }  # fmt: skip
    assert is_clean(desk)


def test_goods_cost_their_bills_price_at_the_rate_of_their_own_day(desk: Desk) -> None:
    """Billed ahead: 10 at 12 and 1.2 (144); they come at 10 and 1.1, and cost 12 x 1.1 each."""
    tolerate(desk, invoiceRatePolicy="ADJUST_RECEIPT_COST")
    ahead = desk.post(bill("2026-01-05", billed("10", "12"), **_NOW))
    came = shown_and_kept(desk, receipt("2026-01-06", of(goods("10", "10"), ahead), **_THEN))
    assert entries(came) == {
        "Stores": "132.00", ACCRUAL: "-144.00", "Exchange Gain/Loss": "12.00",
    }  # fmt: skip
    assert residues(desk) == {}
    assert is_clean(desk)
