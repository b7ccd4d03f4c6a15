"""Carried costs under BY_LEVEL, in tables: what was before, a document, its entries, and after."""

import pytest

from tests.domain.carried import CarriedBooks, posted
from tests.domain.carried_story import Row, Story, told

RECEIVED = ["receive 10 84"]
SUSPENSE = {"Stock A": "800.00", "Accrual": "-800.00"}
STANDARD: dict[str, Row] = {
    "a receipt comes in at standard cost": Row(
        RECEIVED, {"stock": SUSPENSE}, {"yard": ("10", "800.00")}, "80.0000"
    ),
    "an invoice leaves the price variance": Row(
        [*RECEIVED, "bill 1 10 84"],
        {
            "purchases": {"Creditors": "-840.00", "Variance": "40.00"},
            "purchases & stock": {"Accrual": "800.00"},
            "purchases - stock": {"Variance": "800.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "a part of the goods, a part of suspense": Row(
        [*RECEIVED, "bill 1 4 84"],
        {
            "purchases": {"Creditors": "-336.00", "Variance": "16.00"},
            "purchases & stock": {"Accrual": "320.00"},
            "purchases - stock": {"Variance": "320.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "suspense is debited only for what was credited to it": Row(
        [*RECEIVED, "standard 85", "bill 1 10 84"],
        {
            "purchases": {"Creditors": "-840.00", "Variance": "40.00"},
            "purchases & stock": {"Accrual": "800.00"},
            "purchases - stock": {"Variance": "800.00"},
        },
        {"yard": ("10", "850.00")},
        "85.0000",
    ),
    "goods of no known receipt are a variance where suspense has not heard of them": Row(
        [*RECEIVED, "send-back 2 84", "credit 2"],
        {
            "purchases": {"Creditors": "168.00"},
            "purchases & stock": {"Accrual": "-168.00"},
            "purchases - stock": {"Variance": "-168.00"},
        },
        {"yard": ("8", "640.00")},
        "80.0000",
    ),
    "goods given back leave stock at one cost and suspense at the other": Row(
        [*RECEIVED, "standard 85", "give-back 1 4"],
        {"stock": {"Stock A": "-340.00", "Accrual": "320.00", "Variance": "20.00"}},
        {"yard": ("6", "510.00")},
        "85.0000",
    ),
    "a sale": Row(
        [*RECEIVED, "sell 4 150"],
        {
            "sales": {"Debtors": "600.00", "Sales": "-600.00"},
            "stock": {"COGS": "320.00", "Stock A": "-320.00"},
        },
        {"yard": ("6", "480.00")},
        "80.0000",
    ),
    "a linked return comes back at the cost of its sale": Row(
        [*RECEIVED, "sell 4 150", "standard 85", "take-back 2 2"],
        {
            "sales": {"Debtors": "-300.00", "Sales": "300.00"},
            "stock": {"Stock A": "170.00", "COGS": "-160.00", "Adjustment": "-10.00"},
        },
        {"yard": ("8", "680.00")},
        "85.0000",
    ),
    "goods written off come back to nowhere": Row(
        [*RECEIVED, "write-off 2 150"],
        {
            "sales": {"Debtors": "-300.00", "Sales": "300.00"},
            "stock": {"COGS": "-160.00", "Write-offs": "160.00"},
        },
        {"yard": ("10", "800.00")},
        "80.0000",
    ),
    "goods found come in at standard cost, whatever was said": Row(
        [*RECEIVED, "find 2"],
        {"stock": {"Stock A": "160.00", "Adjustment": "-160.00"}},
        {"yard": ("12", "960.00")},
        "80.0000",
    ),
    "goods lost": Row(
        [*RECEIVED, "lose 3"],
        {"stock": {"Stock A": "-240.00", "Adjustment": "240.00"}},
        {"yard": ("7", "560.00")},
        "80.0000",
    ),
    "a count": Row(
        [*RECEIVED, "count 7"],
        {"stock": {"Stock A": "-240.00", "Adjustment": "240.00"}},
        {"yard": ("7", "560.00")},
        "80.0000",
    ),
    "a transfer": Row(
        [*RECEIVED, "move 4"],
        {"stock": {"Stock A": "-320.00", "Stock B": "320.00"}},
        {"yard": ("6", "480.00"), "shop": ("4", "320.00")},
        "80.0000",
    ),
    "a new standard cost, in each warehouse": Row(
        [*RECEIVED, "move 4", "standard 85"],
        {"stock": {"Stock A": "30.00", "Stock B": "20.00", "Adjustment": "-50.00"}},
        {"yard": ("6", "510.00"), "shop": ("4", "340.00")},
        "85.0000",
    ),
    "another category takes its goods along, but those on an account of their warehouse": Row(
        [*RECEIVED, "move 4", "group SPARE"],
        {"stock": {"Stock A": "-480.00", "Spare": "480.00"}},
        {"yard": ("6", "480.00"), "shop": ("4", "320.00")},
        "80.0000",
    ),
    "a cancelled receipt leaves no value": Row(
        [*RECEIVED, "standard 85", "cancel 1"],
        {"stock": {"Stock A": "-850.00", "Accrual": "800.00", "Adjustment": "50.00"}},
        {"yard": ("0", "0.00")},
        "85.0000",
    ),
    "a cancelled standard cost brings the one before into force": Row(
        [*RECEIVED, "standard 85", "sell 4 150", "cancel 2"],
        {"stock": {"Stock A": "-30.00", "Adjustment": "30.00"}},
        {"yard": ("6", "480.00")},
        "80.0000",
    ),
}
CAME = ["receive 10 1", "bill 1 10 1.6"]
AVERAGE: dict[str, Row] = {
    "a receipt comes in at the average in force, not at its price": Row(
        ["receive 100 1", "receive 10 1.5"],
        {"stock": {"Stock A": "10.00", "Accrual": "-10.00"}},
        {"yard": ("110", "110.00")},
        "1.0000",
    ),
    "an invoice changes the average of what is on hand": Row(
        ["receive 100 1", "receive 10 1.5", "bill 2 10 1.5"],
        {
            "purchases": {"Creditors": "-15.00"},
            "purchases & stock": {"Accrual": "10.00", "Stock A": "5.00"},
            "purchases - stock": {"Variance": "15.00"},
        },
        {"yard": ("110", "115.00")},
        "1.0455",
    ),
    "what is no longer on hand is a price variance: 8 of 10": Row(
        ["receive 10 1", "sell 8 3", "bill 1 10 1.5"],
        {
            "purchases": {"Creditors": "-15.00", "Variance": "4.00"},
            "purchases & stock": {"Accrual": "10.00", "Stock A": "1.00"},
            "purchases - stock": {"Variance": "11.00"},
        },
        {"yard": ("2", "3.00")},
        "1.5000",
    ),
    "a linked return is averaged in at the cost of its sale: 9.60 and 2.00 of 8": Row(
        ["receive 10 1", "sell 4 3", "bill 1 10 1.6", "take-back 2 2"],
        {
            "sales": {"Debtors": "-6.00", "Sales": "6.00"},
            "stock": {"Stock A": "2.00", "COGS": "-2.00"},
        },
        {"yard": ("8", "11.60")},
        "1.4500",
    ),
    "a sale": Row(
        [*CAME, "sell 4 3"],
        {
            "sales": {"Debtors": "12.00", "Sales": "-12.00"},
            "stock": {"COGS": "6.40", "Stock A": "-6.40"},
        },
        {"yard": ("6", "9.60")},
        "1.6000",
    ),
    "goods given back leave at the average, suspense at what it was credited": Row(
        [*CAME, "give-back 1 4"],
        {"stock": {"Stock A": "-6.40", "Accrual": "4.00", "Variance": "2.40"}},
        {"yard": ("6", "9.60")},
        "1.6000",
    ),
    "a transfer": Row(
        [*CAME, "move 4"],
        {"stock": {"Stock A": "-6.40", "Stock B": "6.40"}},
        {"yard": ("6", "9.60"), "shop": ("4", "6.40")},
        "1.6000",
    ),
    "goods lost": Row(
        [*CAME, "lose 3"],
        {"stock": {"Stock A": "-4.80", "Adjustment": "4.80"}},
        {"yard": ("7", "11.20")},
        "1.6000",
    ),
    "goods written off cost what they cost now": Row(
        [*CAME, "write-off 2 3"],
        {
            "sales": {"Debtors": "-6.00", "Sales": "6.00"},
            "stock": {"COGS": "-3.20", "Write-offs": "3.20"},
        },
        {"yard": ("10", "16.00")},
        "1.6000",
    ),
    "a cost that is set": Row(
        [*CAME, "move 4", "standard 2"],
        {"stock": {"Stock A": "2.40", "Stock B": "1.60", "Adjustment": "-4.00"}},
        {"yard": ("6", "12.00"), "shop": ("4", "8.00")},
        "2.0000",
    ),
    "another category": Row(
        [*CAME, "group SPARE"],
        {"stock": {"Stock A": "-16.00", "Spare": "16.00"}},
        {"yard": ("10", "16.00")},
        "1.6000",
    ),
}


@pytest.mark.parametrize("row", STANDARD.values(), ids=STANDARD)
def test_at_standard_cost_each_link_hears_of_its_own(row: Row) -> None:
    told("STANDARD", "80", row)


@pytest.mark.parametrize("row", AVERAGE.values(), ids=AVERAGE)
def test_at_weighted_average_each_link_hears_of_its_own(row: Row) -> None:
    told("WEIGHTED_AVERAGE", "1", row)


def test_the_last_goods_given_back_leave_no_cent_in_suspense() -> None:
    """Three at 3.3333 come in for 10.00, and go back one by one: 3.33, 3.33 and 3.34."""
    story = Story(CarriedBooks("STANDARD", "3.3333", frozenset()))
    told = [story.tell(words) for words in ("receive 3 4", *("give-back 1 1",) * 3)]
    assert [posted(one)["Accrual"] for one in told] == ["-10.00", "3.33", "3.33", "3.34"]
