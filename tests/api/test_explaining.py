"""Explaining figures over the wire: every node adds up, and says where it comes from."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.desk import (
    Desk,
    bill,
    billed,
    charge,
    delivery,
    entries,
    goods,
    receipt,
    sale,
    stock_entry,
)
from tests.api.test_corrections import count, counted, given_back, is_clean, landed

NODES = """
nodes { id kind level amount quantity unitCost childCount canOpen sentence movement
        document { number } because { number } line { line } item { sku } account { code } }
"""
COST = f"""
query($company: CompanyRef!, $movement: ID!, $depth: Int! = 12) {{
  explained: explainCost(company: $company, movement: $movement, depth: $depth) {{ {NODES} }} }}
"""
LINE = f"""
query($company: CompanyRef!, $entry: LedgerEntryRef!, $line: Int!, $depth: Int! = 12) {{
  explained: explainJournalLine(company: $company, entry: $entry, line: $line, depth: $depth) {{
    {NODES} }} }}
"""
NODE = f"""
query($company: CompanyRef!, $id: ID!, $depth: Int! = 12) {{
  explained: explainNode(company: $company, id: $id, depth: $depth) {{ {NODES} }} }}
"""
BOOKS = """
query($company: CompanyRef!) {
  documents(company: $company, first: 500, sort: RECORDED_ASC) { nodes {
    number journalEntries { id lines { account { code } debit credit } }
    stockMovements { id quantity cost } } } }
"""
OF_DOCUMENT = """
query($id: ID!) { document(id: $id) {
  journalEntries { id because { number } lines { account { code } debit credit } }
  stockMovements { id warehouse { code } } } }
"""
Told = list[tuple[Any, ...]]


@pytest.fixture
def desk(server: str) -> Desk:
    return Desk(server)


def ask(desk: Desk, query: str, **more: Any) -> list[Any]:
    """The nodes of an explanation; each amount is the sum of the next level's."""
    nodes = desk.ask(query, **more)["explained"]["nodes"]
    for place, node in enumerate(nodes):
        children: list[Decimal] = []
        for below in nodes[place + 1 :]:
            if below["level"] <= node["level"]:
                break
            if below["level"] == node["level"] + 1:
                children.append(Decimal(below["amount"]))
        assert node["sentence"]
        assert (node["childCount"] or 0) == len(children)
        if children:
            assert sum(children) == Decimal(node["amount"]), node
    return nodes


def told(nodes: list[Any]) -> Told:
    """Level, kind, amount, quantity and cause of each node."""
    return [
        (one["level"], one["kind"], one["amount"], one["quantity"], one["because"]["number"])
        for one in nodes
    ]


def cost(desk: Desk, document: Any, place: int = 0, **more: Any) -> Told:
    """Why a movement of a document costs what it does."""
    found = desk.ask(OF_DOCUMENT, id=document["id"])["document"]["stockMovements"]
    return told(ask(desk, COST, movement=found[place]["id"], **more))


def adjusted(desk: Desk, document: Any, by: Any, account: str, **more: Any) -> Told:
    """Why a line of the entry about `document` because of `by` is what it is."""
    for entry in desk.ask(OF_DOCUMENT, id=document["id"])["document"]["journalEntries"]:
        if entry["because"]["number"] == by["number"]:
            codes = [line["account"]["code"] for line in entry["lines"]]
            where = {"entry": {"id": entry["id"]}, "line": codes.index(account) + 1}
            return told(ask(desk, LINE, **where, **more))
    raise AssertionError(f"{by['number']} wrote nothing about {document['number']}")


def assert_every_figure_is_explained(desk: Desk) -> set[str]:
    """Every cost and every ledger line of the books adds up; the kinds of nodes there were."""
    kinds: set[str] = set()
    for document in desk.ask(BOOKS)["documents"]["nodes"]:
        for movement in document["stockMovements"]:
            nodes = ask(desk, COST, movement=movement["id"])
            assert nodes[0]["amount"] == movement["cost"]
            kinds |= {node["kind"] for node in nodes}
        for entry in document["journalEntries"]:
            for no, line in enumerate(entry["lines"], start=1):
                nodes = ask(desk, LINE, entry={"id": entry["id"]}, line=no)
                amount = Decimal(line["debit"]) - Decimal(line["credit"])
                assert Decimal(nodes[0]["amount"]) == amount
                kinds |= {node["kind"] for node in nodes}
    assert is_clean(desk)
    return kinds


DUTY = [charge("Customs Duty", "150", category="VALUATION")]

# -- methods --------------------------------------------------------------------------------------


def test_fifo_layers_charges_and_what_came_later(desk: Desk) -> None:
    first = desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    desk.post(receipt("2026-01-11", goods("10", "220")))
    sold = desk.post(delivery("2026-01-12", goods("12", "300")))
    assert cost(desk, sold) == [
        (0, "COST", "-2590.00", "-12", "DN-2026-00001"),
        (1, "LAYER", "-2150.00", "-10", "PR-2026-00001"),
        (2, "DIRECT", "-2000.00", None, "PR-2026-00001"),
        (2, "CHARGE", "-150.00", None, "PR-2026-00001"),
        (1, "LAYER", "-440.00", "-2", "PR-2026-00002"),
        (2, "DIRECT", "-440.00", None, "PR-2026-00002"),
    ]
    later = desk.post(landed("2026-01-20", first))
    assert adjusted(desk, sold, later, "Cost of Goods Sold") == [
        (0, "JOURNAL_LINE", "60.00", None, "LC-2026-00001"),
        (1, "ADJUSTMENT", "60.00", None, "LC-2026-00001"),
        (2, "CHANGE", "60.00", "10", "PR-2026-00001"),
        (3, "LANDED_COST", "60.00", None, "LC-2026-00001"),
    ]
    late = desk.post(receipt("2026-01-09", goods("5", "100")))
    assert adjusted(desk, sold, late, "Stores") == [
        (0, "JOURNAL_LINE", "603.00", None, "PR-2026-00003"),
        (1, "ADJUSTMENT", "603.00", None, "PR-2026-00003"),
        (2, "LAYER", "-500.00", "-5", "PR-2026-00003"),
        (3, "DIRECT", "-500.00", None, "PR-2026-00003"),
        (2, "LAYER", "663.00", "3", "PR-2026-00001"),
        (3, "DIRECT", "600.00", None, "PR-2026-00001"),
        (3, "CHARGE", "45.00", None, "PR-2026-00001"),
        (3, "LANDED_COST", "18.00", None, "LC-2026-00001"),
        (2, "LAYER", "440.00", "2", "PR-2026-00002"),
        (3, "DIRECT", "440.00", None, "PR-2026-00002"),
    ]
    # What was written first still says what was known then.
    assert adjusted(desk, sold, sold, "Stores", depth=2) == [
        (0, "JOURNAL_LINE", "-2590.00", None, "DN-2026-00001"),
        (1, "ISSUE", "-2590.00", None, "DN-2026-00001"),
        (2, "LAYER", "-2150.00", "-10", "PR-2026-00001"),
        (2, "LAYER", "-440.00", "-2", "PR-2026-00002"),
    ]
    back = desk.cancelled(late)
    assert adjusted(desk, sold, back, "Stores", depth=1)[1][1] == "ADJUSTMENT"
    assert_every_figure_is_explained(desk)


def test_lifo_takes_from_the_top(desk: Desk) -> None:
    desk.item("L", "LIFO")
    desk.post(receipt("2026-01-10", goods("10", "10", "L")))
    desk.post(receipt("2026-01-11", goods("10", "12", "L")))
    sold = desk.post(delivery("2026-01-12", goods("12", "30", "L")))
    assert cost(desk, sold, depth=1) == [
        (0, "COST", "-140.00", "-12", "DN-2026-00001"),
        (1, "LAYER", "-120.00", "-10", "PR-2026-00002"),
        (1, "LAYER", "-20.00", "-2", "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_a_moving_average_is_its_balance_and_its_last_receipt(desk: Desk) -> None:
    desk.item("A", "MOVING_AVERAGE")
    desk.post(receipt("2026-01-10", goods("10", "10", "A")))
    desk.post(delivery("2026-01-11", goods("4", "30", "A")))
    second = desk.post(receipt("2026-01-12", goods("4", "15", "A")))
    sold = desk.post(delivery("2026-01-13", goods("5", "30", "A")))
    assert cost(desk, sold) == [
        (0, "COST", "-60.00", "-5", "DN-2026-00002"),
        (1, "AVERAGE", "-60.00", "-5", "PR-2026-00002"),
        (2, "AVERAGE", "-30.00", "-3", "PR-2026-00001"),
        (3, "RECEIPT", "-30.00", "-3", "PR-2026-00001"),
        (4, "DIRECT", "-30.00", None, "PR-2026-00001"),
        (2, "RECEIPT", "-30.00", "-2", "PR-2026-00002"),
        (3, "DIRECT", "-30.00", None, "PR-2026-00002"),
    ]
    later = desk.post(landed("2026-01-20", second))
    assert adjusted(desk, sold, later, "Stores", depth=4) == [
        (0, "JOURNAL_LINE", "-30.00", None, "LC-2026-00001"),
        (1, "ADJUSTMENT", "-30.00", None, "LC-2026-00001"),
        (2, "AVERAGE", "-90.00", "-5", "PR-2026-00002"),
        (3, "AVERAGE", "-30.00", "-3", "PR-2026-00001"),
        (4, "RECEIPT", "-30.00", "-3", "PR-2026-00001"),
        (3, "RECEIPT", "-60.00", "-2", "PR-2026-00002"),
        (4, "DIRECT", "-30.00", None, "PR-2026-00002"),
        (4, "LANDED_COST", "-30.00", None, "LC-2026-00001"),
        (2, "AVERAGE", "60.00", "5", "PR-2026-00002"),
        (3, "AVERAGE", "30.00", "3", "PR-2026-00001"),
        (4, "RECEIPT", "30.00", "3", "PR-2026-00001"),
        (3, "RECEIPT", "30.00", "2", "PR-2026-00002"),
        (4, "DIRECT", "30.00", None, "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_a_long_average_is_found_beyond_snapshots(desk: Desk) -> None:
    desk.item("A", "MOVING_AVERAGE")
    desk.post(receipt("2026-01-10", goods("100", "10", "A")))
    for _ in range(65):
        desk.post(delivery("2026-01-11", goods("1", "30", "A")))
    sold = desk.post(delivery("2026-01-13", goods("5", "30", "A")))
    assert cost(desk, sold, depth=2) == [
        (0, "COST", "-50.00", "-5", "DN-2026-00066"),
        (1, "AVERAGE", "-50.00", "-5", "PR-2026-00001"),
        (2, "RECEIPT", "-50.00", "-5", "PR-2026-00001"),
    ]


@pytest.mark.parametrize(("method", "lot"), [("BATCH", {"batch": "B1"}), ("SERIAL", None)])
def test_batches_and_serial_numbers(desk: Desk, method: str, lot: Any) -> None:
    desk.item("B", method)
    both, one = lot or {"serials": ["S1", "S2"]}, lot or {"serials": ["S2"]}
    desk.post(receipt("2026-01-10", goods("2", "10", "B", **both), charges=DUTY))
    sold = desk.post(delivery("2026-01-12", goods("1", "30", "B", **one)))
    assert cost(desk, sold) == [
        (0, "COST", "-85.00", "-1", "DN-2026-00001"),
        (1, "AVERAGE", "-85.00", "-1", "PR-2026-00001"),
        (2, "RECEIPT", "-85.00", "-1", "PR-2026-00001"),
        (3, "DIRECT", "-10.00", None, "PR-2026-00001"),
        (3, "CHARGE", "-75.00", None, "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_cents_that_rounding_leaves_over_are_named(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("3", "33.333333")))
    sold = [desk.post(delivery("2026-01-12", goods("1", "50"))) for _ in range(3)]
    assert [cost(desk, one, depth=1) for one in sold] == [
        [
            (0, "COST", "-33.33", "-1", "DN-2026-00001"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
        ],
        [
            (0, "COST", "-33.34", "-1", "DN-2026-00002"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
            (1, "ROUNDING", "-0.01", None, "DN-2026-00002"),
        ],
        [
            (0, "COST", "-33.33", "-1", "DN-2026-00003"),
            (1, "LAYER", "-33.33", "-1", "PR-2026-00001"),
        ],
    ]


# -- documents ------------------------------------------------------------------------------------


def test_a_transfer_passes_on_what_it_took(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    moved = desk.post(stock_entry("2026-01-11", "TRANSFER", goods(
        "4", toWarehouse={"code": "Finished Goods"})))  # fmt: skip
    assert cost(desk, moved, 1) == [
        (0, "COST", "860.00", "4", "SE-2026-00001"),
        (1, "TRANSFER", "860.00", None, "SE-2026-00001"),
        (2, "LAYER", "860.00", "4", "PR-2026-00001"),
        (3, "DIRECT", "800.00", None, "PR-2026-00001"),
        (3, "CHARGE", "60.00", None, "PR-2026-00001"),
    ]
    late = desk.post(receipt("2026-01-09", goods("1", "100")))
    assert adjusted(desk, moved, late, "Finished Goods", depth=3) == [
        (0, "JOURNAL_LINE", "-115.00", None, "PR-2026-00002"),
        (1, "ADJUSTMENT", "-115.00", None, "PR-2026-00002"),
        (2, "CHANGE", "-115.00", None, "SE-2026-00001"),
        (3, "ADJUSTMENT", "-115.00", None, "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_what_was_made_costs_what_was_consumed(desk: Desk) -> None:
    desk.item("FG")
    desk.post(receipt("2026-01-10", goods("10", "20")))
    kind, paper = stock_entry(
        "2026-01-11", "RECEIPT", goods("5"),
        {"item": {"sku": "FG"}, "quantity": "2", "toWarehouse": {"code": "Finished Goods"}},
        charges=[{"account": {"code": "Customs Duty"}, "amount": "60"}],
    )  # fmt: skip
    made = desk.post((kind, {**paper, "purpose": "MANUFACTURE"}))
    assert cost(desk, made, 1) == [
        (0, "COST", "160.00", "2", "SE-2026-00001"),
        (1, "CHARGE", "60.00", None, "SE-2026-00001"),
        (1, "CONSUMPTION", "100.00", None, "SE-2026-00001"),
        (2, "LAYER", "100.00", "5", "PR-2026-00001"),
        (3, "DIRECT", "100.00", None, "PR-2026-00001"),
    ]
    assert_every_figure_is_explained(desk)


def test_returns_and_counts(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    sold = desk.post(sale("2026-01-11", goods("4", "300"), updateStock=True))
    came = desk.post(given_back("SalesReturn", "2026-01-12", sold, "1"))
    assert cost(desk, came, depth=2) == [
        (0, "COST", "215.00", "1", "SRET-2026-00001"),
        (1, "RETURN", "215.00", None, "SI-2026-00001"),
        (2, "LAYER", "215.00", "1", "PR-2026-00001"),
    ]
    went = desk.post(given_back("PurchaseReturn", "2026-01-13", bought, "2"))
    assert cost(desk, went, depth=1) == [
        (0, "COST", "-430.00", "-2", "PRET-2026-00001"),
        (1, "LAYER", "-430.00", "-2", "PR-2026-00001"),
    ]
    assert adjusted(desk, went, went, "Cost of Goods Sold", depth=2) == [
        (0, "JOURNAL_LINE", "30.00", None, "PRET-2026-00001"),
        (1, "DIFFERENCE", "30.00", None, "PRET-2026-00001"),
        (2, "LAYER", "430.00", "2", "PR-2026-00001"),
        (2, "DIRECT", "-400.00", None, "PRET-2026-00001"),
    ]
    found = desk.post(count("2026-01-14", counted("6", "210")))
    assert cost(desk, found, depth=1) == [
        (0, "COST", "185.00", "1", "SR-2026-00001"),
        (1, "COUNT", "1260.00", "6", "SR-2026-00001"),
        (1, "BALANCE", "-1075.00", "-5", "SR-2026-00001"),
    ]
    left = desk.post(delivery("2026-01-15", goods("2", "300")))
    assert cost(desk, left) == [
        (0, "COST", "-420.00", "-2", "DN-2026-00001"),
        (1, "LAYER", "-420.00", "-2", "SR-2026-00001"),
        (2, "COUNT", "-420.00", "-2", "SR-2026-00001"),
    ]
    desk.post(receipt("2026-01-11", goods("3", "100")))
    desk.cancelled(left)
    assert_every_figure_is_explained(desk)


def test_goods_that_leave_before_they_come(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    desk.post(receipt("2026-01-02", goods("2", "10")))
    sold = desk.post(delivery("2026-01-05", goods("5", "20")))
    assert cost(desk, sold, depth=1) == [
        (0, "COST", "-50.00", "-5", "DN-2026-00001"),
        (1, "LAYER", "-20.00", "-2", "PR-2026-00001"),
        (1, "PROVISIONAL", "-30.00", "-3", "DN-2026-00001"),
    ]
    bought = desk.post(receipt("2026-01-08", goods("10", "12")))
    assert cost(desk, bought) == [
        (0, "COST", "114.00", "10", "PR-2026-00002"),
        (1, "DIRECT", "120.00", None, "PR-2026-00002"),
        (1, "NEGATIVE_STOCK", "-6.00", None, "PR-2026-00002"),
        (2, "PROVISIONAL", "30.00", "3", "PR-2026-00002"),
        (2, "COVERED", "-36.00", "-3", "PR-2026-00002"),
    ]
    assert_every_figure_is_explained(desk)


def test_an_invoice_at_another_price(desk: Desk) -> None:
    desk.make("updateCompany", "company", company=desk.company,
              settings={"invoiceRatePolicy": "ADJUST_RECEIPT_COST"})  # fmt: skip
    bought = desk.post(receipt("2026-01-10", goods("10", "200")))
    sold = desk.post(delivery("2026-01-11", goods("4", "300")))
    invoice = desk.post(bill("2026-01-12", billed("10", "210", bought["lines"][0])))
    assert adjusted(desk, sold, invoice, "Cost of Goods Sold") == [
        (0, "JOURNAL_LINE", "40.00", None, "PI-2026-00001"),
        (1, "ADJUSTMENT", "40.00", None, "PI-2026-00001"),
        (2, "CHANGE", "40.00", "4", "PR-2026-00001"),
        (3, "PRICE_DIFFERENCE", "40.00", None, "PI-2026-00001"),
    ]
    assert entries(invoice)
    assert_every_figure_is_explained(desk)


# -- manner ---------------------------------------------------------------------------------------


def test_nodes_open_by_their_id_in_the_readers_language(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200"), charges=DUTY))
    sold = desk.post(delivery("2026-01-12", goods("3", "300")))
    movement = desk.ask(OF_DOCUMENT, id=sold["id"])["document"]["stockMovements"][0]["id"]
    closed = ask(desk, COST, movement=movement, depth=1)[1]
    assert (closed["childCount"], closed["canOpen"], closed["unitCost"]) == (None, True, "215")
    assert closed["item"] == {"sku": "RM0001"}
    assert closed["line"] == {"line": 1}
    opened = ask(desk, NODE, id=closed["id"])
    assert told(opened) == [
        (0, "LAYER", "-645.00", "-3", "PR-2026-00001"),
        (1, "DIRECT", "-600.00", None, "PR-2026-00001"),
        (1, "CHARGE", "-45.00", None, "PR-2026-00001"),
    ]
    assert opened[2]["account"] == {"code": "Customs Duty"}
    assert opened[0]["sentence"] == "3 of RM0001 at 215, brought in by PR-2026-00001."
    desk.client.headers["Accept-Language"] = "es"
    spanish = ask(desk, NODE, id=closed["id"])[0]["sentence"]
    assert spanish == "3 de RM0001 a 215, que trajo PR-2026-00001."


def test_lines_and_movements_explain_themselves(desk: Desk) -> None:
    parts = "explanation(depth: 1) { root { amount children(first: 1) { kind } } }"
    shown = f"journalLines {{ {parts} }} stockMovements {{ {parts} }}"
    day = {"company": desk.company, "supplier": {"code": "ARCU"}, "postingDate": "2026-01-10"}
    given = {**day, "lines": [goods("10", "200")]}
    done = [
        desk.ask(
            f"mutation($input: SubmitPurchaseReceiptInput!) {{ done: {verb}PurchaseReceipt("
            f"input: $input) {{ purchaseReceipt {{ {shown} }} }} }}",
            input=given,
        )["done"]["purchaseReceipt"]
        for verb in ("preview", "submit")
    ]
    nothing = {"explanation": None}
    assert done[0] == {"journalLines": [nothing, nothing], "stockMovements": [nothing]}
    direct = {"root": {"amount": "2000.00", "children": [{"kind": "DIRECT"}]}}
    assert done[1]["stockMovements"] == [{"explanation": direct}]
    assert done[1]["journalLines"][0]["explanation"] == direct
    by_number = ask(desk, LINE, entry={"number": "PR-2026-00001"}, line=2)
    assert told(by_number)[1] == (1, "DIRECT", "-2000.00", None, "PR-2026-00001")


@pytest.mark.parametrize(
    ("query", "more", "code"),
    [
        (COST, {"movement": "x"}, "NOT_FOUND"),
        (COST, {"movement": "0190d0a0-0000-7000-8000-000000000000"}, "NOT_FOUND"),
        (COST, {"movement": "x", "depth": 13}, "INVALID_VALUE"),
        (LINE, {"entry": {"number": "PR-2026-00009"}, "line": 1}, "NOT_FOUND"),
        (LINE, {"entry": {"id": "0190d0a0-0000-7000-8000-000000000000"}, "line": 0}, "NOT_FOUND"),
        (NODE, {"id": "bm90aGluZw"}, "NOT_FOUND"),
        (NODE, {"id": "WyJMQVlFUiIsIngiLDEsIjEiLG51bGwsMF0"}, "NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_not_explained(
    desk: Desk, query: str, more: dict[str, Any], code: str
) -> None:
    (error,) = desk.answer(query, **more)["errors"]
    assert error["extensions"]["code"] == code


def test_a_question_has_its_limits(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("10", "200")))
    entry = {"number": "PR-2026-00001"}
    (error,) = desk.answer(LINE, entry=entry, line=1, depth=13)["errors"]
    assert error["extensions"]["code"] == "INVALID_VALUE"
    assert error["extensions"]["path"] == ["depth"]
