"""Explanations over the wire as short tables: each node adds up, and says where it comes from."""

from decimal import Decimal
from typing import Any

from tests.api.desk import Desk, charge, is_clean

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
DUTY = [charge("Customs Duty", "150", category="VALUATION")]
"""Charges that make goods dearer."""


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
    assert "UNEXPLAINED" not in kinds
    assert is_clean(desk)
    return kinds
