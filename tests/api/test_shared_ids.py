"""An id is of one record: whoever makes one for two is refused, and `node` finds each."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import Desk, goods, receipt
from tests.api.test_drafts import save, submit

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
TAKEN = [{"code": "IDEMPOTENCY_CONFLICT", "path": ["id"]}]
PAPER = {"company": {"code": "?"}, "postingDate": "2026-01-10", "lines": []}
MADE = [
    ("createItem", {"sku": "X", "costingMethod": "FIFO"}),
    ("createParty", {"code": "X", "roles": ["SUPPLIER"]}),
    ("createAccount", {"code": "X", "type": "EXPENSE", "root": "EXPENSE"}),
    ("createWarehouse", {"code": "X", "account": {"code": "Stores"}}),
    ("createCostCenter", {"code": "X"}),
    ("createItemGroup", {"code": "X"}),
    ("createTax", {"code": "X", "rate": "0"}),
    ("createPaymentTerm", {"code": "X"}),
    ("saveDraft", {"document": {"journalEntry": PAPER}}),
]


def errors(desk: Desk, mutation: str, given: Any, id_: str) -> Any:
    """Of making something under an id."""
    input_type = mutation[0].upper() + mutation[1:] + "Input"
    more = {} if mutation == "saveDraft" else {"name": "X"}
    return desk.ask(
        f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input) {{"
        " errors { code path } replayed } }",
        input={"company": desk.company, "id": id_, **more, **given},
    )["done"]


@pytest.mark.parametrize(("mutation", "given"), MADE, ids=[name for name, _ in MADE])
def test_what_anything_is_called_nothing_else_is(desk: Desk, mutation: str, given: Any) -> None:
    posted = desk.post(receipt("2026-01-10", goods("1", "20")))["id"]
    item = desk.make("createItem", "item", company=desk.company, sku="Y", id=str(uuid4()))["id"]
    used = [posted, item] if mutation != "createItem" else [posted]
    assert [errors(desk, mutation, given, one)["errors"] for one in used] == [TAKEN] * len(used)
    own = str(uuid4())
    assert errors(desk, mutation, given, own) == {"errors": [], "replayed": False}
    assert errors(desk, mutation, given, own) == {"errors": [], "replayed": True}
    assert desk.ask(NODE, id=own)["node"]["id"] == own


def test_a_document_under_the_id_of_a_master_is_what_its_id_names(desk: Desk) -> None:
    one = str(uuid4())
    desk.make("createItem", "item", company=desk.company, sku="Y", id=one)
    desk.post(receipt("2026-01-10", goods("1", "20")), id=one)
    assert desk.ask(NODE, id=one)["node"]["__typename"] == "PurchaseReceipt"


def test_a_draft_and_its_document_are_two(desk: Desk) -> None:
    draft = save(desk, receipt("2026-01-10", goods("1", "20")), id=str(uuid4()))
    again = save(desk, receipt("2026-01-10", goods("1", "20")), id=draft["id"])
    assert again == draft
    document = submit(desk, draft)["document"]
    assert document["id"] == draft["documentId"] != draft["id"]
    found = [desk.ask(NODE, id=one)["node"]["__typename"] for one in (draft["id"], document["id"])]
    assert found == ["Draft", "PurchaseReceipt"]


def test_a_draft_of_an_earlier_release_is_saved_again(desk: Desk) -> None:
    """Its document had the draft's own id."""
    one, (kind, given) = str(uuid4()), receipt("2026-01-10", goods("1", "20"))
    former = save(desk, (kind, {**given, "id": one}), id=one)
    assert save(desk, (kind, given), id=one) == former
