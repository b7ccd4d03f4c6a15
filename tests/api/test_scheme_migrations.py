"""Companies change their scheme, from each to each: stock, accruals and deliveries go on.

Before the migration of 2026-03-31: 10 of RM0001 came at 100 and were billed (1000), 5 at 110 came
and were not billed (550), and 4 went out, of which nothing was billed. FIFO: the 4 cost 400, and
11 are left, worth 600 + 550 = 1150. BY_LEVEL takes the 5 in at its cost in force: 500, so that the
11 are worth 1100; its sales and their cost go to account 1, for want of rules.

After it: 3 of the 5 are billed at 110 (330), 2 come at 120 (240), 3 go out, 1 of the 4 comes back
at the 100 that it had cost, the other 3 are billed at 300.

    PERPETUAL    3 of 11 go at 313.64 (of one layer of 1150; FIFO stays FIFO: 300; moving average
                 of 1100 + 240 for 13: 309.23); what BY_LEVEL had accrued at 300 is billed at 330
    CONTINENTAL  what goes or comes and is not billed is expected: only the 100 reach the ledger
    BY_LEVEL     2 come at 1150 / 11 each (209.09), 3 go at 313.64
    PERIODIC     the ledger hears of the bill alone

Compared by FIFO the 7 cost 700 and the one that came back 100, whatever migrated in between: 600,
and 1000 + 550 + 240 - 600 = 1190 are left.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.bookkeeper import Master, interim_accounts, make_all
from tests.api.periodic import AS_OF, MIGRATION, PLAN, Periodic

METHODS = {
    "PERPETUAL": "FIFO",
    "PERIODIC": "FIFO",
    "CONTINENTAL": "FIFO",
    "BY_LEVEL": "WEIGHTED_AVERAGE",
}
ROLES = {
    "purchases": ("Purchases", "PURCHASES"),
    "directCostApplied": ("Direct Cost Applied", "DIRECT_COST_APPLIED"),
    "purchaseVariance": ("Price Variance", "PURCHASE_PRICE_VARIANCE"),
}


class Books(Periodic):
    """A company that buys and sells RM0001 under a scheme of its own."""

    def __init__(self, base: str, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(base)

    def masters(self) -> list[Master]:
        """As ever, with the scheme, its method and its accounts."""
        (open_company, company), *others = super().masters()
        method = {"costingMethod": METHODS[self.scheme]}
        expense = {"company": self.company, "root": "EXPENSE", "parent": {"code": "Expenses"}}
        defaults = {role: {"code": code} for role, (code, _) in ROLES.items()}
        return [
            (open_company, {**company, "scheme": self.scheme, **method}),
            *(("createAccount", {**expense, "code": code, "name": code, "type": type_})
              for code, type_ in ROLES.values()),
            ("updateCompany", {"company": self.company, "defaults": defaults}),
            *((mutation, {**given, **method} if mutation == "createItem" else given)
              for mutation, given in others),
        ]  # fmt: skip

    def make(self, mutation: str, thing: str, fields: str = "id", **given: Any) -> Any:
        """As ever, with the scheme's method."""
        if mutation == "createItem":
            given |= {"costingMethod": METHODS[self.scheme]}
        return super().make(mutation, thing, fields, **given)

    def expect_cost(self) -> None:
        """Cost that is expected stands on interim accounts, and a batch posts what is not."""
        make_all(self.ask, interim_accounts(self.company))
        settings = {"expectedCostPosting": True, "automaticCostPosting": False}
        self.make("updateCompany", "company", company=self.company, settings=settings)

    def change_to(self, scheme: str, as_of: str = AS_OF) -> tuple[Any, Any]:
        """The plan and the migration."""
        given = {**self.request(), "asOf": as_of, "scheme": scheme}
        plan = self.ask(
            "mutation($input: MigrateCompanyInput!) { done: previewMigrateCompany(input: $input) {"
            f" plan {{ {PLAN} scheme }} errors {{ code }} }} }}",
            input=given,
        )["done"]
        assert plan["errors"] == []
        made = self.make("migrateCompany", "migration", MIGRATION, **given)
        return plan["plan"], made

    def compared_by_fifo(self) -> Any:
        """What there would be of RM0001 and what its sales would have cost, or why not."""
        answer = self.answer(
            'query($company: CompanyRef!) { whatIf(company: $company, items: [{sku: "RM0001"}],'
            " methods: [FIFO]) { outcomes { quantity value costOfSales } } }"
        )
        if "errors" in answer:
            (error,) = answer["errors"]
            return error["extensions"]["code"], error["message"]
        return answer["data"]["whatIf"][0]["outcomes"][0]


def net(plan_or_migration: Any) -> dict[str, str]:
    """What the journals come to, account by account."""
    sums: dict[str, Decimal] = {}
    for line in plan_or_migration["journalLines"]:
        code = line["account"]["code"]
        amount = Decimal(line["debit"]) - Decimal(line["credit"])
        sums[code] = sums.get(code, Decimal(0)) + amount
    return {code: str(amount) for code, amount in sums.items() if amount}


ACCRUED = "Stock Received But Not Billed"
COST = "Cost of Goods Sold"
_BILLED = {"Debtors": "900.00", "Creditors": "-1330.00"}
_SOLD = {**_BILLED, "Sales": "-900.00"}
_BOUGHT = {"Purchases": "1000.00", "Direct Cost Applied": "-1000.00"}
_LEFT = {"1": "400.00"}
_IN_STOCK = {"Stores": "1150.00", COST: "-600.00", ACCRUED: "-550.00"}
_BY_LINKS = {"Stores": "1250.00", ACCRUED: "-220.00", COST: "300.00"}
_CARRIED = {"Stores": "1145.45", ACCRUED: "-429.09", COST: "400.00", "1": "-686.36"}

PAIRS: dict[tuple[str, str], tuple[dict[str, str], dict[str, str]]] = {
    ("PERPETUAL", "CONTINENTAL"): ({}, _SOLD | _BY_LINKS),
    ("PERPETUAL", "BY_LEVEL"): ({}, _BILLED | _CARRIED),
    ("PERPETUAL", "PERIODIC"): (
        {"Stores": "-1150.00", COST: "600.00", ACCRUED: "550.00"},
        _SOLD | {COST: "1330.00"},
    ),
    ("CONTINENTAL", "PERPETUAL"): (
        {"Stores": "150.00", COST: "400.00", ACCRUED: "-550.00"},
        _SOLD | _BOUGHT | {"Stores": "1176.36", ACCRUED: "-460.00", COST: "613.64"},
    ),
    ("CONTINENTAL", "BY_LEVEL"): (
        {"Stores": "150.00", COST: "400.00", ACCRUED: "-550.00"},
        _BILLED | _BOUGHT | _CARRIED,
    ),
    ("CONTINENTAL", "PERIODIC"): (
        {"Stores": "-1000.00", COST: "1000.00"},
        _SOLD | _BOUGHT | {COST: "1330.00"},
    ),
    ("BY_LEVEL", "PERPETUAL"): (
        {},
        _SOLD | _LEFT | {"Stores": "1130.77", ACCRUED: "-440.00", COST: "239.23"},
    ),
    ("BY_LEVEL", "CONTINENTAL"): (
        {},
        _SOLD
        | _LEFT
        | {"Stores": "1200.00", ACCRUED: "-200.00", COST: "-100.00", "Purchases": "30.00"},
    ),
    ("BY_LEVEL", "PERIODIC"): (
        {"Stores": "-1100.00", COST: "600.00", ACCRUED: "500.00"},
        _SOLD | _LEFT | {COST: "930.00"},
    ),
    ("PERIODIC", "PERPETUAL"): (
        _IN_STOCK,
        _SOLD | {"Stores": "1190.00", ACCRUED: "-460.00", COST: "600.00"},
    ),
    ("PERIODIC", "CONTINENTAL"): (_IN_STOCK, _SOLD | _BY_LINKS),
    ("PERIODIC", "BY_LEVEL"): (_IN_STOCK, _BILLED | _CARRIED),
}
"""What the journals come to, and the balances in the end."""


def trade(books: Books) -> tuple[Any, Any]:
    """What happens before the migration: the receipt to be billed, the delivery."""
    first = books.receive("2026-03-01", "10", "100")
    books.bill(first, "2026-03-02", "10", "100")
    second = books.receive("2026-03-03", "5", "110")
    return second, books.deliver("2026-03-04", "4")


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_books_go_on_under_another_scheme(server: str, pair: tuple[str, str]) -> None:
    before, after = pair
    journal, in_the_end = PAIRS[pair]
    books = Books(server, before)
    received, sent = trade(books)
    plan, made = books.change_to(after)
    assert (plan["problems"], plan["scheme"]) == ([], after)
    assert net(plan) == net(made) == journal
    assert made["company"]["scheme"] == after
    assert books.faults() == []
    books.bill(received, "2026-04-02", "3", "110")
    books.receive("2026-04-03", "2", "120")
    books.deliver("2026-04-04", "3")
    line = {"id": sent["lines"][0]["id"]}
    back = {"company": books.company, "postingDate": "2026-04-05"}
    books.make("submitSalesReturn", "salesReturn", **back, lines=[{"line": line, "quantity": "1"}])
    books.submit("SalesInvoice", "2026-04-06", books.line("3", "300", deliveryLine=line))
    assert books.balances() == in_the_end
    assert books.faults() == []
    compared = books.compared_by_fifo()
    assert compared == {"quantity": "11", "value": "1190.00", "costOfSales": "600.00"}
    late = books.document("PurchaseReceipt", AS_OF, books.line("1", "100", "Stores"))
    assert books.refused("submitPurchaseReceipt", "purchaseReceipt", **late) == [
        ("PERIOD_CLOSED", "postingDate")
    ]


def test_there_and_back_again(server: str) -> None:
    """Each migration takes up what the one before has left: 1150 stay 1150, 550 stay accrued."""
    books = Books(server, "PERPETUAL")
    trade(books)
    before = books.balances()
    for day, scheme in enumerate(("CONTINENTAL", "BY_LEVEL", "PERIODIC", "PERPETUAL"), start=1):
        _, made = books.change_to(scheme, f"2026-04-{day:02}")
        assert books.faults() == []
        assert made["number"] == f"MIG-2026-{day:05}"
    assert books.balances() == before


def test_what_waits_blocks_and_interim_accounts_are_cleared(server: str) -> None:
    """Expected cost of 550 and 400 stands on interim accounts, and all of it leaves them."""
    books = Books(server, "CONTINENTAL")
    books.expect_cost()
    trade(books)
    given = {**books.request(), "scheme": "PERPETUAL"}
    assert books.refused("migrateCompany", "migration", **given) == [
        ("INVENTORY_COST_NOT_POSTED", "")
    ]
    assert books.refused("migrateCompany", "migration", **{**given, "scheme": "CONTINENTAL"}) == [
        ("ALREADY_IN_SCHEME", "scheme")
    ]
    by_hand = {**given, "journals": "NONE"}
    assert ("INVALID_VALUE", "journals") in books.refused("migrateCompany", "migration", **by_hand)
    for limit in (-1, 0, 10_001):
        run = {"company": books.company, "postingDate": AS_OF, "limit": limit}
        refused = books.refused("postInventoryCost", "inventoryPosting", **run)
        assert refused == [("INVALID_VALUE", "limit")]
    books.make("postInventoryCost", "inventoryPosting", company=books.company, postingDate=AS_OF)
    held = books.balances()
    assert (held["Stock Interim"], held["Accrual Interim"]) == ("150.00", "-550.00")
    _, made = books.change_to("PERPETUAL")
    assert [one["purpose"] for one in made["journalEntries"]] == [
        "STOCK_IN_HAND",
        "RECEIVED_NOT_BILLED",
        "EXPECTED_COST",
    ]
    assert books.balances() == _BOUGHT | {
        "Stores": "1150.00",
        "Creditors": "-1000.00",
        ACCRUED: "-550.00",
        COST: "400.00",
    }
    assert books.faults() == []


def test_a_receipt_of_before_is_not_revalued_but_what_is_left_of_it_is(server: str) -> None:
    """11 are left, worth 1150, in one receipt since the migration; a unit comes to 110."""
    books = Books(server, "PERPETUAL")
    received, _ = trade(books)
    books.change_to("CONTINENTAL")
    line = {"item": {"sku": "RM0001"}, "unitCost": "110"}
    given = {"company": books.company, "postingDate": "2026-04-02"}
    named = {**line, "receiptLine": {"id": received["lines"][0]["id"]}}
    before = books.balances()
    refused = books.refused("revalueStock", "stockRevaluation", **given, lines=[named])
    assert refused == [("PERIOD_CLOSED", "lines.0.receiptLine")]
    assert books.balances() == before
    whole = {**line, "warehouse": {"code": "Stores"}}
    books.make("revalueStock", "stockRevaluation", **given, lines=[whole])
    assert books.balances()["Stores"] == "1210.00"
    assert books.faults() == []
