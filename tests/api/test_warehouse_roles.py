"""Roles that are limited to warehouses: what they move, see and are told."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.correcting import given_back
from tests.api.desk import Desk, delivery, goods, receipt, sale, stock_entry
from tests.api.staff import Staff, codes, desk_of_the_operator, staffed
from tests.api.test_live import events


@pytest.fixture(scope="module")
def staff(postgres: Any) -> Iterator[Staff]:
    with staffed(postgres) as people:
        yield people


@pytest.fixture(scope="module")
def operator(staff: Staff) -> Desk:
    return desk_of_the_operator(staff)


def test_a_limited_role_moves_and_sees_only_its_warehouses(staff: Staff, operator: Desk) -> None:
    keeper = staff.at(operator.code, "limited", "WAREHOUSE", "Stores")
    done = keeper.post(delivery("2026-01-08", goods("1", "300")))
    away = {"code": "Work In Progress"}
    other = operator.post(receipt("2026-01-08", goods("1", "100", warehouse=away)))
    for paper, paths in (
        (delivery("2026-01-08", goods("1", "300"), goods("1", "300", warehouse=away)),
         [["lines", "1", "warehouse"]]),
        (stock_entry("2026-01-08", "TRANSFER", goods("1", toWarehouse=away)),
         [["lines", "0", "toWarehouse"]]),
        (("Cancellation", {"document": {"id": other["id"]}}), None),
    ):  # fmt: skip
        for verb in ("submit", "preview"):
            errors = keeper.hand_in(paper, verb)["errors"]
            assert {error["code"] for error in errors} == {"WAREHOUSE_FORBIDDEN"}
            if paths is not None:
                assert [error["path"] for error in errors] == paths
    query = """
    query($company: CompanyRef!, $away: WarehouseRef!) {
      stockBalance(company: $company) { nodes { warehouse { code } quantity }
        totals { value } }
      past: stockBalance(company: $company, asOf: "2026-12-31") { nodes { warehouse { code } } }
      other: stockBalance(company: $company, warehouse: $away) {
        nodes { quantity } totals { value } }
      stockLedger(company: $company) { nodes { warehouse { code } } }
      idleStock(company: $company) { nodes { warehouse { code } } }
      lots: lotBalance(company: $company, warehouse: $away) { nodes { quantity } }
      ages: stockAgeing(company: $company, warehouse: $away) { nodes { quantity } }
      all: stockAgeing(company: $company) { nodes { quantity } totals { value } }
      inventoryValuation(company: $company, from: "2026-01-08") { nodes { warehouse { code } } }
      documents(company: $company) { nodes { stockMovements { warehouse { code } } } }
    }
    """
    data = keeper.ask(query, away=away)
    for name in ("stockBalance", "past", "stockLedger", "idleStock", "inventoryValuation"):
        assert {row["warehouse"]["code"] for row in data[name]["nodes"]} == {"Stores"}, name
    assert data["lots"] == data["ages"] == {"nodes": []}
    seen = data["stockBalance"]
    assert data["all"] == {
        "nodes": [{"quantity": row["quantity"]} for row in seen["nodes"]],
        "totals": seen["totals"],
    }
    assert data["other"] == {"nodes": [], "totals": {"value": "0.00"}}
    for node in data["documents"]["nodes"]:
        assert "Stores" in {row["warehouse"]["code"] for row in node["stockMovements"]}
    _sees_only_its_documents(keeper, done, other)
    me = keeper.ask("{ me { access { limited warehouses { code } } } }")["me"]["access"]
    assert me[0]["warehouses"] == [{"code": "Stores"}]
    assert "STOCK_POST" in me[0]["limited"]
    own = {"company": {"code": operator.code}, "id": other["id"]}
    again = keeper.hand_in(("PurchaseReceipt", {**receipt(
        "2026-01-08", goods("1", "100", warehouse=away))[1], **own}))  # fmt: skip
    assert [error["code"] for error in again["errors"]] == ["FORBIDDEN"]
    transit = keeper.answer(
        "query($company: CompanyRef!) { goodsInTransit(company: $company) { __typename } }"
    )
    assert codes(transit) == ["FORBIDDEN"]


def _sees_only_its_documents(keeper: Desk, done: Any, other: Any) -> None:
    by_id = "query($id: ID!) { document(id: $id) { id } node(id: $id) { id } }"
    assert keeper.ask(by_id, id=other["id"]) == {"document": None, "node": None}
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [other["id"], done["id"], "none"]
    assert keeper.ask(nodes, ids=ids)["nodes"] == [None, {"id": done["id"]}, None]
    assert keeper.ask(by_id, id=done["id"])["document"] == {"id": done["id"]}


def test_who_keeps_a_warehouse_gives_no_money_back(staff: Staff, operator: Desk) -> None:
    keeper = staff.at(operator.code, "counter", "WAREHOUSE")
    kind, given = given_back("SalesReturn", "2026-01-09", _sold_for_cash(operator), "1")
    paid = (kind, {**given, "refundAccount": {"code": "Cash"}})
    for verb in ("submit", "preview"):
        (error,) = keeper.hand_in(paid, verb)["errors"]
        assert (error["code"], error["path"]) == ("FORBIDDEN", [])
    back = operator.post(paid)
    (error,) = keeper.hand_in(("Cancellation", {"document": {"id": back["id"]}}))["errors"]
    assert error["code"] == "FORBIDDEN"
    operator.cancelled(back)
    keeper.cancelled(keeper.post((kind, given)))


def _sold_for_cash(desk: Desk) -> Any:
    more = {"updateStock": True, "paidInto": {"code": "Cash"}}
    return desk.post(sale("2026-01-08", goods("2", "300"), **more))


def test_of_what_a_document_names_a_limited_role_sees_its_own(staff: Staff, operator: Desk) -> None:
    operator.item("LINKED")
    away = {"code": "Work In Progress"}
    moves = goods("2", None, "LINKED", toWarehouse=away)
    operator.post(receipt("2026-01-08", goods("5", "10", "LINKED")))
    moved = operator.post(stock_entry("2026-01-09", "TRANSFER", moves))["id"]
    sold = operator.post(delivery("2026-01-10", goods("2", "30", "LINKED", warehouse=away)))["id"]
    late = operator.post(receipt("2026-01-07", goods("3", "7", "LINKED")))["id"]
    at_stores = staff.at(operator.code, "linked", "WAREHOUSE", "Stores")
    at_away = staff.at(operator.code, "linked-away", "WAREHOUSE", away["code"])

    def asked(desk: Desk, document: str, fields: str) -> Any:
        return desk.answer(f"query($id: ID!) {{ document(id: $id) {{ {fields} }} }}", id=document)

    def shown(desk: Desk, document: str, fields: str) -> Any:
        return asked(desk, document, fields)["data"]["document"]

    movements = "stockMovements { warehouse { code } }"
    for desk, places in ((operator, ["Stores", away["code"]]), (at_away, [away["code"]])):
        rows = shown(desk, moved, movements)["stockMovements"]
        assert [row["warehouse"]["code"] for row in rows] == places
    changes = (
        "changedDocuments { document { id } } causedJournalLines { entry { document { id } } }"
    )
    for desk, others in ((operator, {moved, sold}), (at_stores, {moved})):
        found = shown(desk, late, changes)
        assert {one["document"]["id"] for one in found["changedDocuments"]} == others
        told = {one["entry"]["document"]["id"] for one in found["causedJournalLines"]}
        assert told == {late, *others}
    because = "journalEntries { because { grandTotal } }"
    entries = shown(operator, sold, because)["journalEntries"]
    assert [one["because"]["grandTotal"] for one in entries] == ["60.00", "21.00"]
    explained = "stockMovements { explanation { root { amount } } }"
    for fields, needed in ((because, "DOCUMENTS_READ"), (explained, "BOOKS_READ")):
        refused = asked(at_away, sold, fields)
        assert [one["extensions"]["params"] for one in refused["errors"]] == [
            {"permission": needed}
        ]
    clerk = staff.at(operator.code, "unlimited", "WAREHOUSE")
    assert codes(asked(clerk, sold, explained)) == ["FORBIDDEN"]


def test_a_limited_role_sees_lots_and_their_traces_in_its_warehouses(
    staff: Staff, operator: Desk
) -> None:
    keeper = staff.at(operator.code, "traced", "WAREHOUSE", "Stores")
    operator.item("BATCHED", "BATCH")
    away = {"code": "Work In Progress"}
    operator.post(receipt(
        "2026-01-08", goods("5", "2", "BATCHED", batch="BOTH"),
        goods("5", "2", "BATCHED", batch="LEFT"),
        goods("5", "2", "BATCHED", batch="ELSEWHERE", warehouse=away)))  # fmt: skip
    moved = [
        goods(quantity, None, "BATCHED", batch=batch, toWarehouse=away)
        for quantity, batch in (("2", "BOTH"), ("5", "LEFT"))
    ]
    operator.post(stock_entry("2026-01-09", "TRANSFER", *moved))
    query = """
    query($company: CompanyRef!, $inStock: Boolean, $warehouse: WarehouseRef) {
      lots(company: $company, inStock: $inStock, warehouse: $warehouse) { nodes {
        id code status stock { warehouse { code } quantity }
        trace { warehouse { code } quantity document { number } } } } }
    """

    def listed(desk: Desk, **which: Any) -> dict[str, Any]:
        return {one["code"]: one for one in desk.ask(query, **which)["lots"]["nodes"]}

    everything, seen = listed(operator), listed(keeper)
    assert sorted(everything) == ["BOTH", "ELSEWHERE", "LEFT"]
    assert sorted(seen) == ["BOTH", "LEFT"]
    stores = {"warehouse": {"code": "Stores"}}
    assert seen["BOTH"]["stock"] == [{**stores, "quantity": "3"}]
    assert [one["quantity"] for one in seen["BOTH"]["trace"]] == ["5", "-2"]
    assert seen["LEFT"]["stock"] == []
    assert seen["LEFT"]["status"] == everything["LEFT"]["status"] == "AVAILABLE"
    assert {one["warehouse"]["code"] for one in seen["LEFT"]["trace"]} == {"Stores"}
    assert list(listed(keeper, inStock=True)) == ["BOTH"]
    assert list(listed(keeper, inStock=False)) == ["LEFT"]
    assert listed(keeper, warehouse=away) == {}
    node = "query($id: ID!) { node(id: $id) { ... on Lot { code } } }"
    assert keeper.ask(node, id=everything["BOTH"]["id"])["node"] == {"code": "BOTH"}
    assert keeper.ask(node, id=everything["ELSEWHERE"]["id"])["node"] is None


@pytest.mark.anyio
async def test_a_limited_role_follows_the_stock_of_its_warehouses(
    staff: Staff, operator: Desk
) -> None:
    keeper = await asyncio.to_thread(staff.at, operator.code, "follower", "WAREHOUSE", "Stores")
    sign_in = {"authorization": f"Bearer {keeper.token}"}
    query = """
    subscription($company: CompanyRef!, $place: WarehouseRef!) {
      stockLevels(company: $company, warehouse: $place, after: 0) { levels { warehouse { code } } }
    }
    """
    for code, outcome in (("Stores", None), ("Work In Progress", "WAREHOUSE_FORBIDDEN")):
        given = {"company": keeper.company, "place": {"code": code}}
        async with events(staff.base, query, sign_in, **given) as stream:
            _, _, data = await stream.next()
        if outcome is None:
            levels = data["data"]["stockLevels"]["levels"]
            assert {one["warehouse"]["code"] for one in levels} == {code}
        else:
            assert data["errors"][0]["extensions"]["code"] == outcome


def test_a_limited_role_reads_its_own_drafts(staff: Staff, operator: Desk) -> None:
    keeper = staff.at(operator.code, "drafter", "WAREHOUSE", "Stores")
    save = """
    mutation($input: SaveDraftInput!) { saveDraft(input: $input) { draft { id } errors { code } } }
    """
    ids: dict[str, str] = {}
    for desk in (keeper, operator):
        kind, fields = delivery("2026-01-08", goods("1", "300"))
        document = {kind[0].lower() + kind[1:]: {"company": desk.company, **fields}}
        given = {"company": desk.company, "document": document}
        ids[desk.token] = desk.ask(save, input=given)["saveDraft"]["draft"]["id"]
    read = """
    query($company: CompanyRef!, $own: UUID!, $other: UUID!) {
      drafts(company: $company) { nodes { id } }
      own: draft(company: $company, id: $own) { id }
      other: draft(company: $company, id: $other) { id }
    }
    """
    own, other = ids[keeper.token], ids[operator.token]
    data = keeper.ask(read, own=own, other=other)
    assert data == {"drafts": {"nodes": [{"id": own}]}, "own": {"id": own}, "other": None}


def test_of_a_draft_of_others_a_limited_role_learns_nothing_by_its_id(
    staff: Staff, operator: Desk
) -> None:
    keeper = staff.at(operator.code, "prober", "WAREHOUSE", "Stores")
    kind, fields = delivery("2026-01-08", goods("1", "300"))
    document = {kind[0].lower() + kind[1:]: {"company": operator.company, **fields}}
    given = {"company": operator.company, "document": document}
    saved = "mutation($input: SaveDraftInput!) { done: saveDraft(input: $input) { %s } }"
    shown = "draft { id content } errors { code ... on VersionConflict { record { id } } }"
    made = operator.ask(saved % shown, input=given)["done"]["draft"]
    update = {**given, "draft": made["id"], "expectedVersion": 1}
    operator.ask(
        "mutation($input: UpdateDraftInput!) { updateDraft(input: $input) { errors { code } } }",
        input=update,
    )
    aimed = {"company": operator.company, "draft": made["id"], "expectedVersion": 1}
    attempts: list[tuple[str, str, Any, str]] = [
        ("updateDraft", "UpdateDraftInput", update, "NOT_FOUND"),
        ("deleteDraft", "DraftInput", aimed, "NOT_FOUND"),
        ("submitDraft", "DraftInput", aimed, "NOT_FOUND"),
        ("approveDocument", "DraftInput", aimed, "NOT_FOUND"),
        ("rejectDocument", "RejectDocumentInput", {**aimed, "reason": "-"}, "NOT_FOUND"),
        ("saveDraft", "SaveDraftInput", {**given, "id": made["id"]}, "IDEMPOTENCY_CONFLICT"),
    ]
    for mutation, type_, sent, code in attempts:
        fields = (
            shown
            if "Document" not in mutation and mutation != "deleteDraft"
            else ("errors { code ... on VersionConflict { record { id } } }")
        )
        done = keeper.ask(
            f"mutation($input: {type_}!) {{ done: {mutation}(input: $input) {{ {fields} }} }}",
            input=sent,
        )["done"]
        assert (done.get("draft"), done["errors"]) == (None, [{"code": code}]), mutation
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert keeper.ask(node, id=made["id"])["node"] is None
    assert operator.ask(node, id=made["id"])["node"] == {"id": made["id"]}
