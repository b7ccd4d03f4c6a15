"""What a late document changes of earlier ones: listed in its preview, and kept with it."""

from typing import Any

from tests.api.correcting import count, counted, landed
from tests.api.desk import Desk, Paper, delivery, goods, is_clean, receipt, stock_entry

CHANGED = """
changedDocuments { document { number kind postingDate } costBefore costAfter change
                   accounts { account { code } change } }
"""


def changed(shown: Any) -> list[tuple[Any, ...]]:
    return [
        (one["document"]["number"], one["costBefore"], one["costAfter"], one["change"],
         {each["account"]["code"]: each["change"] for each in one["accounts"]})
        for one in shown["changedDocuments"]
    ]  # fmt: skip


def previewed_and_posted(desk: Desk, paper: Paper) -> list[tuple[Any, ...]]:
    """What the preview, the payload and the books say is changed: the same."""
    kind, given = paper
    field = kind[0].lower() + kind[1:]
    told: list[list[tuple[Any, ...]]] = []
    for verb in ("preview", "submit"):
        done = desk.ask(
            f"mutation($input: Submit{kind}Input!) {{ done: {verb}{kind}(input: $input) {{"
            f" document: {field} {{ id {CHANGED} }} errors {{ code }} }} }}",
            input={"company": desk.company, **given},
        )["done"]
        assert done["errors"] == []
        told.append(changed(done["document"]))
    query = f"query($id: ID!) {{ document(id: $id) {{ {CHANGED} }} }}"
    told.append(changed(desk.ask(query, id=done["document"]["id"])["document"]))
    assert told[0] == told[1] == told[2]
    assert is_clean(desk)
    return told[0]


def test_a_late_receipt_lists_what_it_changes(desk: Desk) -> None:
    assert previewed_and_posted(desk, receipt("2026-01-10", goods("10", "200"))) == []
    desk.post(delivery("2026-01-12", goods("5", "300")))
    desk.post(stock_entry("2026-01-11", "TRANSFER", goods(
        "2", toWarehouse={"code": "Finished Goods"})))  # fmt: skip
    desk.post(count("2026-01-13", counted("3", "190")))
    assert previewed_and_posted(desk, receipt("2026-01-09", goods("4", "100"))) == [
        ("SE-2026-00001", "0.00", "0.00", "0.00",
         {"Stores": "200.00", "Finished Goods": "-200.00"}),
        ("DN-2026-00001", "-1000.00", "-800.00", "200.00",
         {"Stores": "200.00", "Cost of Goods Sold": "-200.00"}),
        ("SR-2026-00001", "-30.00", "-830.00", "-800.00",
         {"Stores": "-800.00", "Stock Adjustment": "800.00"}),
    ]  # fmt: skip


def test_a_landed_cost_changes_its_receipt_and_what_has_left(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    desk.post(delivery("2026-01-12", goods("5", "300")))
    assert previewed_and_posted(desk, landed("2026-01-20", bought)) == [
        ("PR-2026-00001", "2000.00", "2060.00", "60.00",
         {"Stores": "60.00", "Customs Duty": "-60.00"}),
        ("DN-2026-00001", "-1000.00", "-1030.00", "-30.00",
         {"Stores": "-30.00", "Cost of Goods Sold": "30.00"}),
    ]  # fmt: skip


def test_the_list_has_pages(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    for day in (11, 12, 13):
        desk.post(delivery(f"2026-01-{day}", goods("1", "300")))
    late = desk.post(receipt("2026-01-09", goods("5", "100")))
    query = """query($id: ID!, $first: Int!, $offset: Int!) { document(id: $id) {
        changedDocuments(first: $first, offset: $offset) { document { number } } } }"""
    pages = [
        desk.ask(query, id=late["id"], first=2, offset=offset)["document"]["changedDocuments"]
        for offset in (0, 2, 4)
    ]
    numbers = [[one["document"]["number"] for one in page] for page in pages]
    assert numbers == [["DN-2026-00001", "DN-2026-00002"], ["DN-2026-00003"], []]
    for first, offset, path in ((501, 0, "first"), (1, -1, "offset")):
        (error,) = desk.answer(query, id=late["id"], first=first, offset=offset)["errors"]
        assert error["extensions"]["code"] == "INVALID_VALUE"
        assert error["extensions"]["path"] == [path]
