"""A company of any scheme at the desk: items CHAIR and MEAN, one tax, a supplier, a customer."""

from dataclasses import dataclass
from typing import Any

from tests.api.clerk import Clerk
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

    def __post_init__(self) -> None:
        clerk = Clerk(self.base)
        clerk.open(scheme=self.scheme, chart="PERPETUAL_EN", currency=self.currency)
        self.client, self.code, self.company = clerk.client, clerk.code, clerk.company
        for code in ("Stores", "Finished Goods"):
            clerk.made("createWarehouse", "warehouse", code=code, account={"code": code})
        chair, mean = _METHODS[self.scheme]
        standard = {"standardCost": "80"} if self.scheme == "BY_LEVEL" else {}
        clerk.made("createItem", "item", sku="CHAIR", costingMethod=chair, **standard)
        clerk.made("createItem", "item", sku="MEAN", costingMethod=mean,
                   **({"standardCost": "1"} if standard else {}))  # fmt: skip
        clerk.made("createItem", "item", sku="SERVICE", isStockItem=False)
        vat = {"code": "VAT"}
        clerk.made("createTax", "tax", code="VAT10", rate="10", salesAccount=vat,
                   purchaseAccount=vat)  # fmt: skip
        for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER")):
            clerk.made("createParty", "party", code=code, roles=[role])

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
