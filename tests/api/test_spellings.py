"""A name is the same with its accents composed (NFC) or apart (NFD): both find what there is."""

from importlib import import_module
from typing import Any
from unicodedata import normalize

import psycopg
import pytest

from tests.api.desk import Desk, Paper, delivery, goods, receipt

CAFE, APART = "Café", normalize("NFD", "Café")
ASK = """
query($company: CompanyRef!, $item: ItemRef!, $party: PartyRef!, $search: String) {
  item(company: $company, item: $item) { sku }
  party(company: $company, party: $party) { code }
  items(company: $company, search: $search) { nodes { sku } }
}
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Masters whose names were typed with accents apart."""
    company = {"company": desk.company, "code": APART, "name": APART}
    desk.make("createItem", "item", company=desk.company, sku=APART, costingMethod="BATCH",
              barcodes=[f"{APART} 1"], units=[{"uom": APART, "factor": "12"}])  # fmt: skip
    desk.make("createParty", "party", **company, roles=["SUPPLIER", "CUSTOMER"])
    account = {"type": "STOCK", "root": "ASSET", "parent": {"code": "Stock Assets"}}
    desk.make("createAccount", "account", **company, **account)
    desk.make("createWarehouse", "warehouse", **company, account={"code": f"{APART} {APART}"})
    return desk


def came(name: str, by: str = "sku") -> Paper:
    """A dozen of the item into the warehouse, from the party, as a batch, all of one name."""
    item = {by: f"{name} 1" if by == "barcode" else name}
    line = {"item": item, "warehouse": {"code": name}, "uom": name, "batch": name}
    given = {**goods("1", "20"), **line}
    return receipt("2026-01-10", given, supplier={"code": name})


def test_names_are_kept_composed_and_found_either_way(shop: Desk) -> None:
    for name in (CAFE, APART):
        found = shop.ask(ASK, item={"sku": name}, party={"code": name}, search=name[1:])
        assert found == {
            "item": {"sku": CAFE}, "party": {"code": CAFE}, "items": {"nodes": [{"sku": CAFE}]},
        }  # fmt: skip
        for by in ("sku", "barcode"):
            shop.post(came(name, by))
    for name, unit_cost in ((CAFE, "3"), (APART, "4")):
        line = {"item": {"sku": name}, "warehouse": {"code": name}, "batch": name}
        lines = [{**line, "unitCost": unit_cost}]
        shop.post(("StockRevaluation", {"postingDate": "2026-01-11", "lines": lines}))
    assert shop.stock() == {f"{CAFE} in {CAFE}": ("48", "192.00")}
    lots = "query($company: CompanyRef!, $code: String) { lots(company: $company, code: $code) { nodes { code stock { quantity } } } }"  # noqa: E501 - one query
    for name in (CAFE, APART):
        assert shop.ask(lots, code=name)["lots"]["nodes"] == [
            {"code": CAFE, "stock": [{"quantity": "48"}]}
        ]


@pytest.mark.parametrize("name", [CAFE, APART])
def test_no_second_name_looks_the_same(shop: Desk, name: str) -> None:
    def errors(mutation: str, **given: Any) -> Any:
        input_type = mutation[0].upper() + mutation[1:] + "Input"
        return shop.ask(
            f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input) {{"
            " errors { code path } } }",
            input={"company": shop.company, **given},
        )["done"]["errors"]

    party = errors("createParty", code=name, roles=["SUPPLIER"])
    item = errors("createItem", sku=name, costingMethod="FIFO")
    assert (party, item) == (
        [{"code": "CODE_TAKEN", "path": ["code"]}], [{"code": "CODE_TAKEN", "path": ["sku"]}],
    )  # fmt: skip


def test_a_document_sent_again_is_what_it_was(shop: Desk) -> None:
    """What was given is its identity; the same in another spelling is another content."""
    kind, given = came(APART)
    given = {**given, "id": "01900000-0000-7000-8000-0000000cafe1"}
    shop.post((kind, given))
    assert shop.hand_in((kind, given))["replayed"]
    (error,) = shop.hand_in((kind, {**came(CAFE)[1], "id": given["id"]}))["errors"]
    assert error["code"] == "IDEMPOTENCY_CONFLICT"


def test_names_of_earlier_releases_are_composed_unless_two_look_the_same(
    fresh_server: str, database_url: str
) -> None:
    """Before the upgrade each is found as it is kept, and twins are so after it."""
    desk = Desk(fresh_server)
    for sku in ("1", "2", "3"):
        desk.item(sku, "FIFO", barcodes=[f"b{sku}"], stockGroup="g")
    kept = {"1": APART, "2": f"{APART}s", "3": f"{CAFE}s"}
    with psycopg.connect(database_url, autocommit=True) as owner:
        company = owner.execute("select id from company where code = %s", (desk.code,)).fetchone()
        assert company
        owner.execute("select set_config('app.company_id', %s, false)", (str(company[0]),))
        for sku, name in kept.items():
            owner.execute(
                "update item set sku = %s, stock_group = %s, version = version + 1,"
                " units = jsonb_build_object(%s::text, '2') where sku = %s",
                (name, APART, APART, sku),
            )  # fmt: skip
    for name in kept.values():
        desk.post(receipt("2026-01-10", goods("1", "20", name)))
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(import_module("migrations.versions.0051_composed_names").COMPOSE)
        owner.execute("select set_config('app.company_id', %s, false)", (str(company[0]),))
        found = owner.execute("select sku, stock_group, units from item where sku like 'Caf%'")
        assert sorted(found.fetchall()) == sorted(
            (name, CAFE, {CAFE: "2"}) for name in (CAFE, f"{APART}s", f"{CAFE}s")
        )
    for name in (CAFE, *kept.values()):
        desk.post(delivery("2026-01-12", goods("0.25", "50", name)))
    assert desk.stock() == {
        f"{CAFE} in Stores": ("0.5", "10.00"), f"{APART}s in Stores": ("0.75", "15.00"),
        f"{CAFE}s in Stores": ("0.75", "15.00"),
    }  # fmt: skip
