"""A bookkeeper at the other end of the wire: one company, documents, and questions about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias

from tests import wire
from tests.alike import made_alike

Master: TypeAlias = tuple[str, dict[str, Any]]
"""A master to be made: the mutation and its input."""

_codes = count(1)

PURCHASE_CHARGES = [
    {"account": {"code": "Shipping Charges"}, "amount": "100", "category": "VALUATION_AND_TOTAL"},
    {"account": {"code": "VAT"}, "rate": "10", "category": "TOTAL"},
    {"account": {"code": "Customs Duty"}, "amount": "150", "category": "VALUATION"},
]
"""The charges of the worked example's receipt."""


def make_all(ask: Callable[..., Any], masters: Sequence[Master]) -> None:
    """What mutations make of their inputs, by one request; none may be refused."""
    given = {f"i{number}": input_ for number, (_, input_) in enumerate(masters)}
    names = dict(zip(given, (mutation for mutation, _ in masters), strict=True))
    declared = ", ".join(
        f"${one}: {name[0].upper()}{name[1:]}Input!" for one, name in names.items()
    )
    fields = " ".join(
        f"{one}: {name}(input: ${one}) {{ errors {{ code message path }} }}"
        for one, name in names.items()
    )
    made = ask(f"mutation({declared}) {{ {fields} }}", **given)
    assert all(one["errors"] == [] for one in made.values()), made


def interim_accounts(company: dict[str, str]) -> list[Master]:
    """Accounts on which expected cost stands until it is billed, as the company's defaults."""
    accounts = (
        ("stockInterim", "Stock Interim", "STOCK_INTERIM", "Assets"),
        ("accrualInterim", "Accrual Interim", "LIABILITY", "Liabilities"),
        ("cogsInterim", "Cost Interim", "COGS_INTERIM", "Expenses"),
    )
    of = {"company": company}
    return [
        *(("createAccount", {**of, "code": name, "name": name, "type": type_,
                             "parent": {"code": parent}})
          for _, name, type_, parent in accounts),
        ("updateCompany", {**of, "defaults": {role: {"code": name}
                                              for role, name, *_ in accounts}}),
    ]  # fmt: skip


@dataclass
class Bookkeeper:
    """Works on a fresh company with the chart PERPETUAL_EN, warehouses, an item and parties."""

    base: str
    code: str = field(default_factory=lambda: f"CO{next(_codes)}")
    token: str = ""

    def __post_init__(self) -> None:
        self.sign_in()
        masters = self.masters()
        made_alike(self.base, self.code, masters, lambda: make_all(self.ask, masters))

    def masters(self) -> list[Master]:
        """The company, and what it has from the start."""
        company, named = {"company": self.company}, {"code": self.code, "name": self.code}
        return [
            ("createCompany", {**named, "currency": "USD", "chart": "PERPETUAL_EN",
                               "scheme": "PERPETUAL"}),
            *(("createWarehouse", {**company, "code": name, "name": name,
                                   "account": {"code": name}})
              for name in ("Stores", "Finished Goods")),
            ("createItem", {**company, "sku": "RM0001", "name": "Raw material",
                            "costingMethod": "FIFO"}),
            *(("createParty", {**company, "code": code, "name": code, "roles": [role]})
              for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER"))),
        ]  # fmt: skip

    def sign_in(self) -> None:
        """Begin to talk to the server, with the token if there is one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.client = wire.client(self.base, timeout=60, headers=headers)
        self.company = {"code": self.code}

    def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that has no errors; `$company` is always there."""
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def answer(self, query: str, **variables: Any) -> Any:
        """The whole answer."""
        variables = {"company": self.company, **variables} if "$company" in query else variables
        body = {"query": query, "variables": variables}
        return self.client.post("/graphql", json=body).json()

    def make(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """What a mutation made; it must not be refused."""
        name = mutation[0].upper() + mutation[1:]
        data = self.ask(
            f"mutation($input: {name}Input!) {{ done: {mutation}(input: $input) {{"
            f" {thing} {{ {fields} }} errors {{ code message path }} }} }}",
            input=given,
        )["done"]
        assert data["errors"] == []
        return data[thing]

    def receive(self, day: str, quantity: str = "10", rate: str = "200", **more: Any) -> Any:
        """A purchase receipt of RM0001 into Stores."""
        line = {"item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"}}
        return self.make(
            "submitPurchaseReceipt", "purchaseReceipt", "id number lines { id }",
            company=self.company, supplier={"code": "ARCU"}, postingDate=day,
            lines=[{**line, "quantity": quantity, "rate": rate}], **more,
        )  # fmt: skip

    def bill(self, receipt: Any, day: str, quantity: str = "10", rate: str = "200") -> Any:
        """A purchase invoice of a receipt's first line."""
        return self.make(
            "submitPurchaseInvoice", "purchaseInvoice", "id number",
            company=self.company, supplier={"code": "ARCU"}, postingDate=day,
            lines=[{
                "item": {"sku": "RM0001"}, "quantity": quantity, "rate": rate,
                "receiptLine": {"id": receipt["lines"][0]["id"]},
            }],
        )  # fmt: skip

    def deliver(self, day: str, quantity: str = "5", rate: str = "300") -> Any:
        """A delivery note of RM0001 from Stores."""
        return self.make(
            "submitDeliveryNote", "deliveryNote", "id number",
            company=self.company, customer={"code": "UTAH"}, postingDate=day,
            lines=[{
                "item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"},
                "quantity": quantity, "rate": rate,
            }],
        )  # fmt: skip

    def cancel(self, document: Any) -> Any:
        """Cancel a document."""
        return self.make("cancelDocument", "document", "id status", document={"id": document["id"]})
