"""Every code of the error catalogue is met by some test; here are those that others do not meet."""

import subprocess
from pathlib import Path

import pytest

from domain.errors import catalogue
from tests.api.clerk import Clerk
from tests.api.test_linked_corrections import CAME, EAST, WENT, opened, posted

ROOT = Path(__file__).parents[2]


def test_every_code_is_met() -> None:
    named = ["git", "grep", "--untracked", "-hoE", r"\b[A-Z][A-Z_]+[A-Z]\b", "--", "tests"]
    told = subprocess.run(named, cwd=ROOT, capture_output=True, text=True, check=True)
    met = set(told.stdout.split())
    assert {refusal.code for refusal in catalogue()} - met == set()


@pytest.mark.parametrize("scheme", ["PERPETUAL", "PERIODIC"])
def test_nothing_is_adjusted_or_posted_by_batch_where_costs_are_not_linked(
    server: str, scheme: str
) -> None:
    clerk = Clerk(server)
    clerk.open(scheme=scheme)
    clerk.made("createItem", "item", sku="CHAIR", costingMethod="FIFO")
    of = {"postingDate": "2026-01-31"}
    adjusted = clerk.refused("adjustCosts", "costAdjustment", **of)
    assert adjusted == [("NOT_LINKED", "company")]
    run = clerk.refused("postInventoryCost", "inventoryPosting", **of)
    assert run == [("NOT_POSTED_BY_BATCH", "company")]
    line = {"item": {"sku": "CHAIR"}, "standardCost": "3"}
    changed = clerk.refused("changeStandardCost", "standardCostChange", **of, lines=[line])
    assert ("NOT_AT_STANDARD_COST", "lines.0.item") in changed


def test_a_linked_receipt_that_was_taken_from_stays(server: str) -> None:
    clerk = opened(server, "FIFO")
    came = posted(
        clerk, "StockEntry", "02-01", {"warehouse": EAST, "quantity": "8", "rate": "10"}, **CAME
    )
    went = posted(clerk, "StockEntry", "02-02", {"warehouse": EAST, "quantity": "3"}, **WENT)
    refused = clerk.refused("cancelDocument", "cancellation", document={"id": came["id"]})
    assert [code for code, _ in refused] == ["RECEIPT_USED"]
    clerk.made("cancelDocument", "cancellation", document={"id": went["id"]})
    clerk.made("cancelDocument", "cancellation", document={"id": came["id"]})


def test_a_migration_tells_of_drafts(server: str) -> None:
    clerk = Clerk(server)
    clerk.open(scheme="PERIODIC")
    note = {"company": clerk.company, "postingDate": "2026-02-01", "lines": []}
    clerk.made("saveDraft", "draft", document={"deliveryNote": {**note, "customer": {"code": "A"}}})
    plan = clerk.ask(
        "mutation($input: MigrateToPerpetualInput!) { done: previewMigrateToPerpetual("
        "input: $input) { plan { problems { code blocking } } errors { code } } }",
        input={"company": clerk.company, "asOf": "2026-12-31"},
    )["done"]
    assert {"code": "OPEN_DRAFTS", "blocking": False} in plan["plan"]["problems"]
