"""A desk at which documents are posted over the wire: short inputs, small tables of what they did.

Amounts are signed text, debit positive: `{"Stores": "2250.00", "Creditors": "-2250.00"}`.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias
from uuid import uuid4

from tests.api.bookkeeper import Bookkeeper, Master, make_all

Paper: TypeAlias = tuple[str, dict[str, Any]]
"""A document to be handed in: its kind and input, without the company."""

Signed: TypeAlias = dict[str, str]
"""Amounts by account."""

ACCRUAL = "Stock Received But Not Billed"
COGS = "Cost of Goods Sold"
IN_STORES = "RM0001 in Stores"

VERBS = {
    "Cancellation": "CancelDocument",
    "CostAdjustment": "AdjustCosts",
    "InventoryPosting": "PostInventoryCost",
    "ItemGroupChange": "ChangeItemGroup",
    "Migration": "MigrateCompany",
    "ShipmentClosing": "CloseShipment",
    "StandardCostChange": "ChangeStandardCost",
    "StockRevaluation": "RevalueStock",
}
"""What is not submitted has a verb of its own."""

DOCUMENT = """
fragment DocumentFields on Document {
  id number status kind postingDate postingTime netTotal chargesTotal grandTotal
  lines { id line item { sku } quantity rate amount valuationAmount valuationRate billedQuantity }
  journalLines { account { code } debit credit costCenter { code } party { code } }
  causedJournalLines {
    account { code } debit credit entry { source postingDate document { number } }
  }
  stockMovements {
    item { sku } warehouse { code } quantity cost quantityAfter valueAfter unitCostAfter
  }
}
"""
ERRORS = """
errors {
  code message path retryable
  ... on InsufficientStock { item warehouse available requested postingDate }
  ... on OverBilled { openQuantity requested }
  ... on OverAllocated { openAmount requested }
  ... on HasDependents { documents }
}
"""
CONTENTS = """
query($company: CompanyRef!) {
  trialBalance(company: $company) { rows { account { code } closingDebit closingCredit } }
  stockBalance(company: $company, first: 100) {
    nodes { item { sku } warehouse { code } quantity value }
  }
  documents(company: $company, first: 500, sort: RECORDED_ASC) { nodes { sequence number } }
}
"""


class Contents(NamedTuple):
    """What is in a company's books."""

    balances: Signed
    stock: dict[str, tuple[str, str]]
    numbers: list[str]


class Desk(Bookkeeper):
    """One fresh company, with warehouse Work In Progress and a service besides."""

    def masters(self) -> list[Master]:
        """What every company has, and these."""
        company, name = {"company": self.company}, "Work In Progress"
        return [
            *super().masters(),
            ("createWarehouse", {**company, "code": name, "name": name, "account": {"code": name}}),
            ("createItem", {**company, "sku": "SV0001", "name": "Service", "isStockItem": False}),
        ]

    def item(self, sku: str, method: str = "FIFO", **more: Any) -> None:
        """Another item."""
        self.make("createItem", "item", company=self.company, sku=sku, name=sku,
                  costingMethod=method, **more)  # fmt: skip

    def items(self, skus: Sequence[str]) -> None:
        """Other items, made by one request."""
        item = {"company": self.company, "costingMethod": "FIFO"}
        make_all(self.ask, [("createItem", {**item, "sku": sku, "name": sku}) for sku in skus])

    def hand_in(self, paper: Paper, verb: str = "submit", **more: Any) -> Any:
        """The payload of submitting or previewing a paper; `document` is the document in it."""
        kind, given = paper
        name = VERBS.get(kind, f"Submit{kind}")
        operation = name[0].lower() + name[1:]
        if verb != "submit":
            operation = verb + name.removeprefix("Submit")
        input_type, field = f"{name}Input", kind[0].lower() + kind[1:]
        return self.ask(
            f"mutation($input: {input_type}!) {{ done: {operation}(input: $input) {{"
            f" document: {field} {{ ...DocumentFields }} {ERRORS} replayed }} }} {DOCUMENT}",
            input={"company": self.company, **given, **more},
        )["done"]

    def post(self, paper: Paper, **more: Any) -> Any:
        """The document that was submitted; it must not be refused."""
        payload = self.hand_in(paper, **more)
        assert payload["errors"] == [], payload["errors"]
        return payload["document"]

    def refused(self, paper: Paper, verb: str = "submit", **more: Any) -> list[Any]:
        """The errors of a paper that must be refused; nothing of it is left behind."""
        before = self.books()
        payload = self.hand_in(paper, verb, **more)
        assert payload["document"] is None
        assert payload["errors"]
        assert not payload["replayed"]
        assert self.books() == before
        return payload["errors"]

    def cancelled(self, document: Any) -> Any:
        """The cancellation of a document."""
        return self.post(cancelling(document))

    # -- questions --------------------------------------------------------------------------------

    def books(self) -> "Contents":
        """What may not change where nothing is written."""
        data = self.ask(CONTENTS)
        nodes = data["documents"]["nodes"]
        assert [node["sequence"] for node in nodes] == list(range(1, len(nodes) + 1))
        return Contents(
            _signed(
                (row["account"]["code"], row["closingDebit"], row["closingCredit"])
                for row in data["trialBalance"]["rows"]
            ),
            {_bin(row): (row["quantity"], row["value"]) for row in data["stockBalance"]["nodes"]},
            [node["number"] for node in nodes],
        )

    def balances(self) -> Signed:
        """Every account with a balance, debit positive."""
        return self.books().balances

    def stock(self) -> dict[str, tuple[str, str]]:
        """Quantity and value by "SKU in warehouse"."""
        return self.books().stock

    def numbers(self) -> list[str]:
        """The numbers of all documents in the order in which they were recorded."""
        return self.books().numbers

    def outstanding(self, invoice: Any) -> str:
        """What is still to be paid of an invoice."""
        return self.ask(
            "query($id: ID!) { document(id: $id) { ... on PurchaseInvoice { outstandingAmount }"
            " ... on SalesInvoice { outstandingAmount } } }",
            id=invoice["id"],
        )["document"]["outstandingAmount"]

    def status(self, document: Any) -> str:
        """Whether a document counts."""
        query = "query($id: ID!) { document(id: $id) { status } }"
        return self.ask(query, id=document["id"])["document"]["status"]


# -- papers ---------------------------------------------------------------------------------------


def goods(quantity: str, rate: str | None = None, sku: str = "RM0001", **more: Any) -> Any:
    """A line of goods, in Stores unless another warehouse is named."""
    line: dict[str, Any] = {"item": {"sku": sku}, "quantity": quantity}
    if rate is not None:
        line["rate"] = rate
    return {**line, "warehouse": {"code": "Stores"}, **more}


def billed(quantity: str, rate: str, line: Any = None, sku: str = "RM0001", **more: Any) -> Any:
    """A line of an invoice that moves no goods; `line` is the receipt line that it bills."""
    against = {"receiptLine": {"id": line["id"]}} if line else {}
    return {"item": {"sku": sku}, "quantity": quantity, "rate": rate, **against, **more}


def charge(account: str, amount: str | None = None, **more: Any) -> Any:
    """A charge or tax."""
    given = {"amount": amount} if amount is not None else {}
    return {"account": {"code": account}, **given, **more}


def receipt(day: str, *lines: Any, **more: Any) -> Paper:
    """A purchase receipt of ARCU."""
    return "PurchaseReceipt", _dated(day, lines, {"supplier": {"code": "ARCU"}, **more})


def bill(day: str, *lines: Any, **more: Any) -> Paper:
    """A purchase invoice of ARCU."""
    return "PurchaseInvoice", _dated(day, lines, {"supplier": {"code": "ARCU"}, **more})


def delivery(day: str, *lines: Any, **more: Any) -> Paper:
    """A delivery note for UTAH."""
    return "DeliveryNote", _dated(day, lines, {"customer": {"code": "UTAH"}, **more})


def sale(day: str, *lines: Any, **more: Any) -> Paper:
    """A sales invoice for UTAH."""
    return "SalesInvoice", _dated(day, lines, {"customer": {"code": "UTAH"}, **more})


def stock_entry(day: str, purpose: str, *lines: Any, **more: Any) -> Paper:
    """A stock entry; `purpose` without its MATERIAL_."""
    return "StockEntry", _dated(day, lines, {"purpose": f"MATERIAL_{purpose}", **more})


def journal(day: str, amounts: dict[str, str], **more: Any) -> Paper:
    """A journal entry, debits positive."""
    lines = [
        {"account": {"code": code}, _side(amount): amount.lstrip("-")}
        for code, amount in amounts.items()
    ]
    return "JournalEntry", _dated(day, lines, more)


def payment(day: str, type_: str, amount: str, paid: dict[str, str], **more: Any) -> Paper:
    """A payment of UTAH (RECEIVE) or to ARCU (PAY); `paid` are amounts by invoice id."""
    party = "UTAH" if type_ == "RECEIVE" else "ARCU"
    allocations = [{"invoice": {"id": one}, "amount": part} for one, part in paid.items()]
    given = {"type": type_, "party": {"code": party}, "amount": amount}
    return "Payment", {"postingDate": day, **given, "allocations": allocations, **more}


def cancelling(document: Any, **more: Any) -> Paper:
    """The cancelling of a document."""
    return "Cancellation", {"document": {"id": document["id"]}, **more}


def _side(amount: str) -> str:
    return "credit" if amount.startswith("-") else "debit"


def _dated(day: str, lines: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {"postingDate": day, "lines": list(lines), **more}


# -- tables ---------------------------------------------------------------------------------------


def entries(document: Any) -> Signed:
    """A document's own journal lines by account, debit positive."""
    return _signed((line["account"]["code"], line["debit"], line["credit"])
                   for line in document["journalLines"])  # fmt: skip


def adjustments(document: Any) -> dict[str, Signed]:
    """What a document made us write about others, by their number."""
    found: dict[str, list[Any]] = defaultdict(list)
    for line in document["causedJournalLines"]:
        if line["entry"]["source"] == "COST_ADJUSTMENT":
            found[line["entry"]["document"]["number"]].append(line)
    return {number: entries({"journalLines": lines}) for number, lines in found.items()}


def moved(document: Any) -> dict[str, tuple[str, str]]:
    """Quantity and cost of a document's movements by "SKU in warehouse"."""
    return {_bin(one): (one["quantity"], one["cost"]) for one in document["stockMovements"]}


def _bin(row: Any) -> str:
    return f"{row['item']['sku']} in {row['warehouse']['code']}"


def _signed(rows: Any) -> Signed:
    sums: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for code, debit, credit in rows:
        sums[code] += Decimal(debit) - Decimal(credit)
    return {code: str(amount) for code, amount in sums.items() if amount}


# -- checks ---------------------------------------------------------------------------------------


def shown_and_kept(desk: Desk, paper: Paper) -> Any:
    """The document; its preview says the same and keeps nothing, sending it again adds nothing."""
    paper = paper[0], {"id": str(uuid4()), **paper[1]}
    before = desk.books()
    preview = desk.hand_in(paper, "preview")
    assert preview["errors"] == []
    assert desk.books() == before
    document = desk.post(paper)
    again = desk.hand_in(paper)
    assert again["replayed"]
    assert again["document"]["number"] == document["number"]
    for figures in (entries, adjustments, moved):
        assert figures(preview["document"]) == figures(document)
        assert figures(again["document"]) == figures(document)
    return document


def is_clean(desk: Desk) -> bool:
    """Whether the check of the books finds nothing."""
    query = "query($company: CompanyRef!) { booksCheck(company: $company) { isClean } }"
    return desk.ask(query)["booksCheck"]["isClean"]


def refusals(desk: Desk, paper: Paper) -> list[tuple[str, str]]:
    """Code and path of each refusal, the same in the preview."""
    found = [(one["code"], ".".join(one["path"])) for one in desk.refused(paper)]
    assert [one["code"] for one in desk.refused(paper, "preview")] == [code for code, _ in found]
    return found
