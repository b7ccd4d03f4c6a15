"""Random histories: goods come, are billed at other prices, go, come back, move, cost more.

Some items are kept by batch, of some more may go than there is; stock is counted, and documents are
cancelled.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from domain.company import AverageCostCalcType, AverageCostPeriod

FIRST_DAY = date(2026, 1, 20)
WAREHOUSES = ("A", "B", "C")
METHODS = ("FIFO", "LIFO", "AVERAGE_PERIOD", "STANDARD", "SPECIFIC")
STANDARD_COST = Decimal("7.37")
LOTS = ("L1", "L2")
FIXED = ("SELL_FIXED", "TRANSFER_FIXED")
MOVING = {"TRANSFER", "TRANSFER_FIXED"}
BRINGING = {"RECEIVE", "BUY", "SALES_RETURN", *MOVING}


@dataclass(frozen=True, slots=True)
class Operation:
    """One document of one line. `of` is the number of the document that it bills, charges, returns.

    RECEIVE and SELL are billed by INVOICE and BILL, BUY and SELL_BILLED at once. `amount` is the
    price in all, the charge, or for REVALUE the new cost of a unit. `to` is a transfer's target.
    COUNT says that there are `quantity`, at `rate` what was found (None: at the cost in force);
    CANCEL takes `of` back. SELL_FIXED and TRANSFER_FIXED take the goods of just `of`.
    """

    no: int
    kind: str
    day: date
    warehouse: str = "A"
    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    of: int = 0
    to: str = ""
    lot: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the only item is costed, whether more may go than there is, whether it has batches."""

    method: str
    period: AverageCostPeriod = AverageCostPeriod.DAY
    type: AverageCostCalcType = AverageCostCalcType.ITEM
    negative: bool = False
    lots: bool = False


@dataclass(slots=True)
class History:
    """The operations so far, and what of them may still be billed or come back."""

    rules: Rules
    random: Random
    operations: list[Operation] = field(default_factory=list)
    unbilled: dict[int, Decimal] = field(default_factory=dict)
    unreturned: dict[int, Decimal] = field(default_factory=dict)
    cancelled: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, seed: int) -> "History":
        """The history of a seed, still without operations."""
        random = Random(seed)
        rules = Rules(
            random.choice(METHODS),
            random.choice((AverageCostPeriod.DAY, AverageCostPeriod.MONTH)),
            random.choice(tuple(AverageCostCalcType)),
            negative=random.random() < 0.4,
            lots=random.random() < 0.3,
        )
        return cls(rules, random)

    def next(self) -> Operation:
        """Another operation, which may turn out to be refused."""
        no, random = len(self.operations) + 1, self.random
        kinds = ["RECEIVE", "BUY", "SELL", "SELL", "SELL_BILLED", "TRANSFER", "TRANSFER"]
        kinds += [kind for kind in ("INVOICE", "INVOICE", "BILL") if self._of(kind)]
        more = ("SALES_RETURN", "PURCHASE_RETURN", "CHARGE", "CANCEL", *FIXED)
        kinds += ["COUNT", *(kind for kind in more if self._of(kind))]
        if self.rules.method != "SPECIFIC":
            kinds.append("REVALUE")
        kind = random.choice(kinds)
        earlier = random.choice(self._of(kind) or [None])
        day = FIRST_DAY + timedelta(days=random.randrange(25))
        if earlier is not None:
            day = max(day, earlier.day)
        quantity = Decimal(random.randint(1, 20 if kind in {"RECEIVE", "BUY"} else 7))
        if earlier is not None and kind not in {"CANCEL", *FIXED}:
            quantity = min(quantity, self._left(kind)[earlier.no])
        amount = Decimal(random.randint(1, 9999)).scaleb(-2)
        if kind == "REVALUE":
            amount = Decimal(random.randint(0, 2000)).scaleb(-2)
        warehouse = random.choice(("A", *WAREHOUSES))
        if kind in {"PURCHASE_RETURN", *FIXED} and earlier is not None:
            warehouse = earlier.to if earlier.kind in MOVING else earlier.warehouse
        to = random.choice([one for one in WAREHOUSES if one != warehouse])
        lot = random.choice(LOTS) if self.rules.lots else ""
        if earlier is not None:
            lot = earlier.lot
        rate = Decimal(random.randint(0, 1500)).scaleb(-2)
        if self.rules.negative and random.random() < 0.5:
            rate = None
        return Operation(
            no, kind, day, warehouse, quantity, amount, earlier.no if earlier else 0, to, lot,
            rate if kind == "COUNT" else None,
        )  # fmt: skip

    def _left(self, kind: str) -> dict[int, Decimal]:
        return self.unbilled if kind in {"INVOICE", "BILL"} else self.unreturned

    def _of(self, kind: str) -> list[Operation]:
        """The earlier operations that one of this kind may refer to."""
        live = [one for one in self.operations if one.no not in self.cancelled]
        if kind == "CANCEL":
            needed = {one.of for one in live}
            return [one for one in live if one.kind != "CANCEL" and one.no not in needed]
        wanted = {
            "INVOICE": {"RECEIVE"}, "BILL": {"SELL", "SELL_FIXED"},
            "SALES_RETURN": {"SELL", "SELL_BILLED", "SELL_FIXED"},
            "PURCHASE_RETURN": {"RECEIVE", "BUY"}, "CHARGE": {"RECEIVE", "BUY"},
            "SELL_FIXED": BRINGING, "TRANSFER_FIXED": BRINGING,
        }.get(kind, set[str]())  # fmt: skip
        left, any_left = self._left(kind), kind in {"CHARGE", *FIXED}
        return [one for one in live if one.kind in wanted and (any_left or left.get(one.no))]

    def accept(self, operation: Operation) -> None:
        """The operation took place."""
        self.operations.append(operation)
        if operation.kind in {"RECEIVE", "SELL", "SELL_FIXED"}:
            self.unbilled[operation.no] = operation.quantity
        if operation.kind in {"RECEIVE", "BUY", "SELL", "SELL_BILLED", "SELL_FIXED"}:
            self.unreturned[operation.no] = operation.quantity
        if operation.kind in {"INVOICE", "BILL"}:
            self.unbilled[operation.of] -= operation.quantity
        if operation.kind in {"SALES_RETURN", "PURCHASE_RETURN"}:
            self.unreturned[operation.of] -= operation.quantity
        if operation.kind == "CANCEL":
            self._take_back(self.operations[operation.of - 1])

    def _take_back(self, operation: Operation) -> None:
        self.cancelled.add(operation.no)
        if operation.kind in {"INVOICE", "BILL"}:
            self.unbilled[operation.of] += operation.quantity
        if operation.kind in {"SALES_RETURN", "PURCHASE_RETURN"}:
            self.unreturned[operation.of] += operation.quantity
