"""Records named by their ids in upper case or without dashes, as some platforms write them."""

from typing import Any

from tests.api.correcting import landed
from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    entries,
    goods,
    journal,
    payment,
    receipt,
    sale,
)
from tests.api.house import House, note, of_bill


def _loud(value: Any) -> Any:
    """The same input with every id in upper case."""
    if isinstance(value, list):
        return [_loud(one) for one in value]
    if isinstance(value, dict):
        return {
            name: one.upper() if name == "id" and isinstance(one, str) else _loud(one)
            for name, one in value.items()
        }
    return value


def _posted(desk: Desk, paper: Paper) -> Any:
    kind, given = paper
    return desk.post((kind, _loud(given)))


def test_documents_and_lines_are_found(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "20")))
    by_hand = [{"line": {"id": bought["lines"][0]["id"]}, "amount": "60"}]
    for more in ({"appliesTo": [by_hand[0]["line"]]}, {"basis": "MANUAL", "lines": by_hand}):
        late = _posted(desk, landed("2026-01-11", bought, **more))
        assert [line["amount"] for line in late["lines"]] == ["60.00"]
    _posted(desk, bill("2026-01-12", billed("10", "20", bought["lines"][0])))


def test_items_are_found_without_dashes(desk: Desk) -> None:
    query = "query($company: CompanyRef!) { items(company: $company) { nodes { id sku } } }"
    ids = {one["sku"]: one["id"] for one in desk.ask(query)["items"]["nodes"]}
    line = {**goods("1", "20"), "item": {"id": ids["RM0001"].replace("-", "").upper()}}
    assert desk.post(receipt("2026-01-10", line))["lines"][0]["item"] == {"sku": "RM0001"}


def test_invoices_are_credited_and_paid(desk: Desk) -> None:
    invoice = desk.post(sale("2026-01-12", billed("1", "100", sku="SV0001")))
    named = {"id": invoice["id"]}
    line = of_bill(invoice, amount="5")
    _posted(desk, note("SALES", "OVERCHARGE", "2026-01-13", line, invoice=named))
    paid = {"allocations": [{"invoice": named, "amount": "95"}]}
    _posted(desk, payment("2026-01-14", "RECEIVE", "95", {}, **paid))
    assert desk.outstanding(invoice) == "0.00"


def test_a_residue_is_found(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("1", "20")))
    accrual = {"Stock Received But Not Billed": "7", "Cash": "-7"}
    wrong = desk.post(journal("2026-01-11", accrual))
    residue = {"postingDate": "2026-01-12", "lines": [{"residueOf": {"id": wrong["id"]}}]}
    cleared = entries(_posted(desk, ("AccrualClearing", residue)))
    assert cleared["Stock Received But Not Billed"] == "-7.00"


def test_a_group_is_found(server: str) -> None:
    house = House(server, scheme="BY_LEVEL")
    wood = house.make("createItemGroup", "itemGroup", company=house.company, code="WOOD")
    lines = [{"item": {"sku": "CHAIR"}, "group": wood}]
    given = _loud({"company": house.company, "postingDate": "2026-01-13", "lines": lines})
    assert house.make("changeItemGroup", "itemGroupChange", "number", **given)["number"]
