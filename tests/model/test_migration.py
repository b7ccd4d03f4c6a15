"""Random periodic histories, migrated: the plan is what a naive model says, to the cent."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.api.periodic import AFTER, PLAN, Periodic

SEEDS = range(6)
STEPS = 14
ACCOUNT_OF = {"Stores": "Stores", "Yard": "Stock In Hand"}
ACCRUAL = "Stock Received But Not Billed"

Moved = tuple[str, int, str, Fraction, Fraction]
"""Day, order of recording, warehouse, signed quantity, price of a receipt."""


def cents(value: Fraction) -> Decimal:
    """Rounded half away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def stock_value(moved: list[Moved], warehouse: str) -> Decimal:
    """A queue of layers, replayed from nothing in posting order; None of it remembers anything."""
    layers: list[list[Fraction]] = []
    for _, _, where, quantity, price in sorted(moved):
        if where != warehouse:
            continue
        if quantity > 0:
            layers.append([quantity, price])
            continue
        left = -quantity
        while left:
            taken = min(left, layers[0][0])
            layers[0][0] -= taken
            left -= taken
            if not layers[0][0]:
                layers.pop(0)
    return cents(sum((quantity * price for quantity, price in layers), Fraction(0)))


def net(lines: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Debits less credits by account."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        code = line["account"]["code"]
        amount = Decimal(line["debit"]) - Decimal(line["credit"])
        sums[code] = sums.get(code, Decimal(0)) + amount
    return sums


class History:
    """A periodic company's life so far: in the product, and as plain lists."""

    def __init__(self, books: Periodic, seed: int) -> None:
        self.books, self.random = books, Random(seed)
        self.moved: list[Moved] = []
        self.open: list[tuple[Any, Fraction, Fraction]] = []

    def step(self) -> None:
        """Receive, bill or deliver something on any day of the quarter."""
        random = self.random
        day = f"2026-0{random.randint(1, 3)}-{random.randint(1, 28):02}"
        where = random.choice(list(ACCOUNT_OF))
        kind = random.choice(["receive", "receive", "deliver", "bill"])
        quantity = random.randint(1, 9)
        if kind == "receive":
            price = Fraction(random.randint(100, 99999), 1000)
            rate = str(Decimal(price.numerator) / Decimal(price.denominator))
            receipt = self.books.receive(day, str(quantity), rate, where)
            amount = Fraction(cents(quantity * price))
            self.moved.append((day, len(self.moved), where, Fraction(quantity), amount / quantity))
            self.open.append((receipt, Fraction(quantity), price))
        elif kind == "bill" and self.open:
            receipt, left, price = self.open.pop(random.randrange(len(self.open)))
            self.books.bill(receipt, "2026-03-30", str(left), self._rate(price))
        elif kind == "deliver":
            self._deliver(day, where, quantity)

    def _deliver(self, day: str, where: str, quantity: int) -> None:
        line = self.books.line(str(quantity), "300", where)
        given = self.books.document("DeliveryNote", day, line)
        done = self.books.payload("submitDeliveryNote", "deliveryNote", **given)
        if not done["errors"]:
            self.moved.append((day, len(self.moved), where, Fraction(-quantity), Fraction(0)))

    def finish(self) -> None:
        """The bills that were still to come."""
        for receipt, left, price in self.open:
            self.books.bill(receipt, AFTER, str(left), self._rate(price))

    @staticmethod
    def _rate(price: Fraction) -> str:
        return str(Decimal(price.numerator) / Decimal(price.denominator))


def migrated_as_the_model_says(books: Periodic, history: History) -> Any:
    """The migration, whose plan and journal are what the model works out."""
    request = books.request()
    plan = books.make("previewMigrateToPerpetual", "plan", PLAN, **request)
    assert not plan["blocked"]
    expected = {ACCOUNT_OF[where]: stock_value(history.moved, where) for where in ACCOUNT_OF}
    found = {one["account"]["code"]: Decimal(one["stockValue"]) for one in plan["accounts"]}
    assert {code: value for code, value in found.items() if value} == {
        code: value for code, value in expected.items() if value
    }
    pending = sum((cents(left * price) for _, left, price in history.open), Decimal(0))
    assert (
        sum((Decimal(one["pendingAmount"]) for one in plan["openReceipts"]), Decimal(0)) == pending
    )
    made = books.make(
        "migrateToPerpetual",
        "migration",
        "id journalLines { account { code } debit credit }",
        **request,
    )
    posted = net(made["journalLines"])
    assert posted == net(plan["journalLines"])
    assert sum(posted.values(), Decimal(0)) == 0
    assert posted.get(ACCRUAL, Decimal(0)) == -pending
    assert {code: posted.get(code, Decimal(0)) for code in expected} == expected
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_history_is_migrated_as_the_model_says(server: str, seed: int) -> None:
    """Every other one twice: the first migration is cancelled, and life goes on as before it."""
    books = Periodic(server, code=f"RANDOM{seed}")
    history = History(books, seed)
    for _ in range(STEPS):
        history.step()
    if seed % 2:
        before = books.balances()
        made = migrated_as_the_model_says(books, history)
        books.make("cancelDocument", "cancellation", document={"id": made["id"]})
        assert books.balances() == before
        for _ in range(STEPS // 3):
            history.step()
    migrated_as_the_model_says(books, history)
    history.finish()
    answer = books.ask(
        "query($company: CompanyRef!) { booksCheck(company: $company) { isClean }"
        " receivedNotBilled(company: $company) { totals { accountBalance pendingAmount } } }"
    )
    assert answer["booksCheck"]["isClean"]
    assert Decimal(answer["receivedNotBilled"]["totals"]["accountBalance"]) == 0
