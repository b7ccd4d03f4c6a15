"""A company under PERIODIC at the other end of the wire, and questions about its migration."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from tests import wire
from tests.alike import made_alike
from tests.api.bookkeeper import Master, make_all

_codes = count(1)

AS_OF = "2026-03-31"
AFTER = "2026-04-01"

PLAN = """
problems { code message fix blocking path error { __typename } }
warehouses { warehouse { code } account { code } accountSource stockValue }
accounts { account { code } stockValue ledgerBalance difference }
openReceipts { receipt { number } line { line item { sku } } pendingAmount }
billedNotReceived { invoice { number } amount }
journals { purpose lines { account { code } debit credit } }
journalLines { account { code } debit credit } asOf postsStockFrom blocked
"""
MIGRATION = """
id number kind status postingDate netTotal company { scheme postsStockFrom }
journalEntries { number purpose source postingDate lines { account { code } debit credit } }
journalLines { account { code } debit credit } stockMovements { id } lines { id }
"""


@dataclass
class Periodic:
    """A fresh company with warehouses on all three levels, items and parties."""

    base: str
    code: str = field(default_factory=lambda: f"PERIODIC{next(_codes)}")

    def __post_init__(self) -> None:
        self.client = wire.client(self.base, timeout=60)
        self.company = {"code": self.code}
        masters = self.masters()
        made_alike(self.base, self.code, masters, lambda: make_all(self.ask, masters))

    def masters(self) -> list[Master]:
        """The company, and what it has from the start."""
        company, named = self.company, {"code": self.code, "name": self.code}
        return [
            ("createCompany", {**named, "currency": "USD", "chart": "PERPETUAL_EN",
                               "scheme": "PERIODIC"}),
            *(("createWarehouse", {"company": company, "code": name, "name": name,
                                   "account": {"code": account} if account else None})
              for name, account in (("Stores", "Stores"), ("Yard", None))),
            *(("createItem", {"company": company, "sku": sku, "name": sku,
                              "costingMethod": "FIFO"})
              for sku in ("RM0001", "RM0002")),
            *(("createParty", {"company": company, "code": code, "name": code, "roles": [role]})
              for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER"))),
        ]  # fmt: skip

    # -- asking -----------------------------------------------------------------------------------

    def answer(self, query: str, **variables: Any) -> Any:
        """The whole answer; `$company` is always there."""
        variables = {"company": self.company, **variables} if "$company" in query else variables
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql", json=body).json()

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that has no top-level errors."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def payload(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """The payload of a mutation."""
        name = mutation[0].upper() + mutation[1:]
        if name == "PreviewMigrateToPerpetual":
            name = "MigrateToPerpetual"
        return self.ask(
            f"mutation($input: {name}Input!) {{ done: {mutation}(input: $input) {{"
            f" {thing} {{ {fields} }} errors {{ code message path retryable }} replayed }} }}",
            input=given,
        )["done"]

    def make(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """What a mutation made; it must not be refused."""
        done = self.payload(mutation, thing, fields, **given)
        assert done["errors"] == []
        return done[thing]

    def refused(self, mutation: str, thing: str, **given: Any) -> list[tuple[str, str]]:
        """(code, path) of each refusal; nothing was made."""
        done = self.payload(mutation, thing, "__typename", **given)
        assert done[thing] is None
        return [(error["code"], ".".join(error["path"])) for error in done["errors"]]

    # -- documents --------------------------------------------------------------------------------

    def document(self, kind: str, day: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The input of a purchase or sale."""
        party = (
            {"supplier": {"code": "ARCU"}}
            if kind.startswith("Purchase")
            else {"customer": {"code": "UTAH"}}
        )
        common = {"company": self.company, "postingDate": day, **party}
        return {**common, "lines": list(lines), **more}

    def line(self, quantity: str, rate: str, where: str | None = None, **more: Any) -> Any:
        """A line of RM0001."""
        place = {"warehouse": {"code": where}} if where else {}
        return {"item": {"sku": "RM0001"}, "quantity": quantity, "rate": rate, **place, **more}

    def submit(self, kind: str, day: str, *lines: dict[str, Any], **more: Any) -> Any:
        """A purchase or sale, submitted."""
        thing = kind[0].lower() + kind[1:]
        given = self.document(kind, day, *lines, **more)
        fields = "id number lines { id } journalLines { account { code } debit credit }"
        return self.make(f"submit{kind}", thing, fields, **given)

    def receive(self, day: str, quantity: str, rate: str, where: str = "Stores") -> Any:
        """A receipt."""
        return self.submit("PurchaseReceipt", day, self.line(quantity, rate, where))

    def bill(self, receipt: Any, day: str, quantity: str, rate: str) -> Any:
        """An invoice of a receipt's first line."""
        of: Any = {"receiptLine": {"id": receipt["lines"][0]["id"]}}
        return self.submit("PurchaseInvoice", day, self.line(quantity, rate, **of))

    def deliver(self, day: str, quantity: str, where: str = "Stores") -> Any:
        """A delivery."""
        return self.submit("DeliveryNote", day, self.line(quantity, "300", where))

    def journal(self, day: str, debit: str, credit: str, amount: str) -> dict[str, Any]:
        """The input of a journal entry."""
        lines = [
            {"account": {"code": debit}, "debit": amount},
            {"account": {"code": credit}, "credit": amount},
        ]
        return {"company": self.company, "postingDate": day, "lines": lines}

    # -- migrating --------------------------------------------------------------------------------

    def request(self, **more: Any) -> dict[str, Any]:
        """The input of a migration."""
        return {"company": self.company, "asOf": AS_OF, "id": str(uuid4()), **more}

    def plan(self, **more: Any) -> Any:
        """The plan of a migration."""
        return self.make("previewMigrateToPerpetual", "plan", PLAN, **self.request(**more))

    def problems(self, **more: Any) -> list[tuple[str, bool]]:
        """(code, blocking) of each problem."""
        return [(one["code"], one["blocking"]) for one in self.plan(**more)["problems"]]

    def migrate(self, **more: Any) -> Any:
        """The migration."""
        return self.make("migrateToPerpetual", "migration", MIGRATION, **self.request(**more))

    # -- the books --------------------------------------------------------------------------------

    def balances(self, as_of: str | None = None) -> dict[str, str]:
        """The ledger's balances, debit positive, without zeros."""
        rows = self.ask(
            "query($company: CompanyRef!, $asOf: Date) { trialBalance(company: $company,"
            " asOf: $asOf) { rows { account { code } closingDebit closingCredit } } }",
            asOf=as_of,
        )["trialBalance"]["rows"]
        return {
            row["account"]["code"]: row["closingDebit"]
            if float(row["closingDebit"])
            else f"-{row['closingCredit']}"
            for row in rows
            if float(row["closingDebit"]) or float(row["closingCredit"])
        }

    def out_of_step(self, as_of: str | None = None) -> dict[str, str]:
        """Stock accounts whose balance is not the value of their stock: account -> difference."""
        rows = self.ask(
            "query($company: CompanyRef!, $asOf: Date) { stockVersusLedger(company: $company,"
            " asOf: $asOf) { rows { account { code } difference } } }",
            asOf=as_of,
        )["stockVersusLedger"]["rows"]
        return {
            row["account"]["code"]: row["difference"] for row in rows if float(row["difference"])
        }

    def accrual(self, as_of: str | None = None) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """Received-not-billed: its totals, and (kind, amount) of each residue."""
        report = self.ask(
            "query($company: CompanyRef!, $asOf: Date) { receivedNotBilled(company: $company,"
            " asOf: $asOf) { totals { pendingAmount accountBalance difference }"
            " residues { kind amount } } }",
            asOf=as_of,
        )["receivedNotBilled"]
        return report["totals"], [(one["kind"], one["amount"]) for one in report["residues"]]

    def faults(self) -> list[tuple[str, str, str, str, str]]:
        """Where a rule of the books is broken."""
        rules = self.ask(
            "query($company: CompanyRef!) { booksCheck(company: $company) { rules { rule findings {"
            " subject problem expected found isExplained } } } }"
        )["booksCheck"]["rules"]
        return [
            (rule["rule"], one["subject"], one["problem"], one["expected"], one["found"])
            for rule in rules
            for one in rule["findings"]
            if not one["isExplained"]
        ]

    def movements(self) -> list[tuple[str, str, str]]:
        """The stock ledger: (document, quantity, value after)."""
        nodes = self.ask(
            "query($company: CompanyRef!) { stockLedger(company: $company, first: 100) {"
            " nodes { document { number } quantity valueAfter } } }"
        )["stockLedger"]["nodes"]
        return [
            (node["document"]["number"], node["quantity"], node["valueAfter"]) for node in nodes
        ]
