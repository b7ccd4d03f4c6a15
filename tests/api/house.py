"""A company of any scheme at the desk: items CHAIR and MEAN, one tax, a supplier, a customer."""

from dataclasses import dataclass
from typing import Any

from tests.api.bookkeeper import Master
from tests.api.desk import Desk, Paper

VAT: dict[str, Any] = {"taxes": [{"code": "VAT10"}]}
_METHODS = {
    "BY_LEVEL": ("STANDARD", "WEIGHTED_AVERAGE"),
    "CONTINENTAL": ("FIFO", "AVERAGE_PERIOD"),
    "PERPETUAL": ("FIFO", "MOVING_AVERAGE"),
    "PERIODIC": ("FIFO", "MOVING_AVERAGE"),
}


@dataclass
class House(Desk):
    """CHAIR costs 80 where costs are standard; a tax of ten percent on account VAT."""

    scheme: str = "CONTINENTAL"
    currency: str = "USD"

    def masters(self) -> list[Master]:
        """The company and its masters; what is standard has a cost from the start."""
        of, named, vat = {"company": self.company}, {"code": self.code, "name": self.code}, "VAT"
        chair, mean = _METHODS[self.scheme]
        costs = ("80", "1") if self.scheme == "BY_LEVEL" else (None, None)
        return [
            ("createCompany", {**named, "currency": self.currency, "chart": "PERPETUAL_EN",
                               "scheme": self.scheme}),
            *(("createWarehouse", {**of, "code": code, "account": {"code": code}})
              for code in ("Stores", "Finished Goods")),
            ("createItem", {**of, "sku": "CHAIR", "costingMethod": chair,
                            "standardCost": costs[0]}),
            ("createItem", {**of, "sku": "MEAN", "costingMethod": mean,
                            "standardCost": costs[1]}),
            ("createItem", {**of, "sku": "SERVICE", "isStockItem": False}),
            ("createTax", {**of, "code": "VAT10", "rate": "10", "salesAccount": {"code": vat},
                           "purchaseAccount": {"code": vat}}),
            *(("createParty", {**of, "code": code, "roles": [role]})
              for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER"))),
        ]  # fmt: skip

    def settings(self, **switches: object) -> None:
        """Turn switches of the company."""
        answer = self.ask(
            "mutation($input: UpdateCompanyInput!) { done: updateCompany(input: $input)"
            " { errors { code path } } }",
            input={"company": self.company, "settings": switches},
        )
        assert answer["done"]["errors"] == []

    def check(self) -> list[tuple[str, str, str]]:
        """No rule of the books is broken; (rule, expected, found) of what is explained."""
        rules = self.ask("""query($company: CompanyRef!) { booksCheck(company: $company) { rules {
            rule findings { subject problem expected found isExplained } } } }""")
        found = [(rule["rule"], one) for rule in rules["booksCheck"]["rules"]
                 for one in rule["findings"]]  # fmt: skip
        unexplained = [one for one in found if not one[1]["isExplained"]]
        assert unexplained == [], unexplained
        return [(rule, one["expected"], one["found"]) for rule, one in found]


def back(kind: str, day: str, document: Any, quantity: str, line: int = 0) -> Paper:
    """A return of one line of a document."""
    of = {"line": {"id": document["lines"][line]["id"]}, "quantity": quantity}
    return kind, {"postingDate": day, "lines": [of]}


def note(side: str, kind: str, day: str, *lines: Any, **more: Any) -> Paper:
    """A credit note to UTAH or from ARCU."""
    party = {"code": "UTAH" if side == "SALES" else "ARCU"}
    head = {"side": side, "creditKind": kind, "party": party, "postingDate": day}
    return "CreditNote", {**head, "lines": list(lines), **more}


def of_bill(document: Any, line: int = 0, **more: Any) -> dict[str, Any]:
    """A line of a credit note that credits a line of an invoice."""
    return {"invoiceLine": {"id": document["lines"][line]["id"]}, **more}


def of_return(document: Any, line: int = 0, **more: Any) -> dict[str, Any]:
    """A line of a credit note that credits the line of a return."""
    return {"returnLine": {"id": document["lines"][line]["id"]}, **more}
