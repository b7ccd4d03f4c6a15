"""What happens in a history: operations in plain words, the same for the model and the product."""

from copy import copy
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import NamedTuple, Self

SERVICE = "service"
WAREHOUSES = {"main": "Stock A", "shop": "Stock B", "yard": "Stock A", "road": "Stock B"}
"""Each warehouse with its stock account; the yard has its own from the company's default."""

ROAD = "road"
"""The warehouse of goods that are on their way."""

ITEMS = {
    "fifo": "FIFO",
    "lifo": "LIFO",
    "average": "MOVING_AVERAGE",
    "fifo-": "FIFO",
    "lifo-": "LIFO",
    "average-": "MOVING_AVERAGE",
}
"""Items with their costing methods; those with a minus may go below zero."""

LOT_ITEMS = {"batch": "BATCH", "serial": "SERIAL"}
"""Items that are kept by batch or serial number, each at its actual cost; never below zero."""

ALL_ITEMS = ITEMS | LOT_ITEMS
BATCHES: tuple[str, ...] = ("B1", "B2")
SERIALS: tuple[str, ...] = ("S1", "S2", "S3", "S4")

WEIGHTS: dict[str, Decimal | None] = {
    "fifo": Decimal(2), "lifo": Decimal("0.4"), "average": Decimal(0), "fifo-": Decimal("1.25"),
    "lifo-": None, "average-": Decimal(3), "batch": Decimal("0.333"), "serial": Decimal(12),
}  # fmt: skip
VOLUMES: dict[str, Decimal | None] = {item: Decimal("0.007") for item in ALL_ITEMS} | {
    "average": None, "serial": Decimal("1.5"),
}  # fmt: skip
"""What landed costs may be spread by; of some items nobody has recorded it."""

ACCOUNTS = {
    "Stock A": "STOCK",
    "Stock B": "STOCK",
    "Accrual": "STOCK_RECEIVED_NOT_BILLED",
    "Adjustment": "STOCK_ADJUSTMENT",
    "Opening": "TEMPORARY_OPENING",
    "Freight": "EXPENSES_INCLUDED_IN_VALUATION",
    "Duty": "EXPENSES_INCLUDED_IN_VALUATION",
    "COGS": "COGS",
    "Sales": "INCOME",
    "Debtors": "RECEIVABLE",
    "Creditors": "PAYABLE",
    "Bank": "BANK",
    "Round off": "ROUND_OFF",
    "Exchange": "EXCHANGE_GAIN_LOSS",
    "Services": "EXPENSE",
    "Samples": "EXPENSE",
    "Capital": "EQUITY",
    "Discounts": "EXPENSE",
    "Write-offs": "EXPENSE",
    "Carriage": "FREIGHT",
    "Shortfall": "COGS",
    "Purchases": "EXPENSE",
    "Owed services": "PROVISIONAL",
    "Variance": "PURCHASE_PRICE_VARIANCE",
    "Rebates": "INCOME",
    "Tax charged": "TAX",
    "Tax paid": "TAX",
    "Levies": "TAX",
    "Dollars": "BANK",
}
KEPT_IN = {"Dollars": "USD"}
"""Accounts that are kept in another currency than the company's."""

CENTERS = ("north", "south", "house")
"""Cost centers; the last is the company's default, if it has one."""

ROLES = {
    "stockInHand": "Stock A",
    "stockReceivedNotBilled": "Accrual",
    "stockAdjustment": "Adjustment",
    "temporaryOpening": "Opening",
    "expensesIncludedInValuation": "Freight",
    "costOfGoodsSold": "COGS",
    "income": "Sales",
    "receivable": "Debtors",
    "payable": "Creditors",
    "roundOff": "Round off",
    "exchangeGainLoss": "Exchange",
    "expense": "Services",
    "bank": "Bank",
    "paymentDiscount": "Discounts",
    "writeOff": "Write-offs",
    "freight": "Carriage",
    "servicesReceivedNotBilled": "Owed services",
}
APART = "Shortfall"
"""Where receipts true up what had left before them, if the company wants it apart."""

TOLERANT = {"lifo": Decimal(20), "average-": Decimal(50)}
"""Items of which more may be billed, received and delivered: by how many percent."""

POLICIES = ("MUST_MATCH", "KEEP_DIFFERENCE", "ADJUST_RECEIPT_COST")
"""What becomes of a bill at another rate than its receipt."""


class Tax(NamedTuple):
    """A tax: percent, its place on a line, whether it takes in the taxes before it, accounts."""

    rate: Decimal
    order: int = 1
    on_tax: bool = False
    sales: str | None = "Tax charged"
    purchases: str | None = "Tax paid"


TAXES = {
    "VAT": Tax(Decimal(21)),
    "SURTAX": Tax(Decimal("5.2"), order=3, on_tax=True),
    "FEE": Tax(Decimal("0.375"), order=2, sales="Levies", purchases="Levies"),
    "FREE": Tax(Decimal(0), order=2),
    "IMPORT": Tax(Decimal("7.77"), on_tax=True, sales=None, purchases="Levies"),
}
"""Two of them share an account, one has none for sales, and one is charged at nothing."""

PARTIES = {"supplier": "SUPPLIER", "customer": "CUSTOMER"}


class Kind(StrEnum):
    """The kinds of documents, as the model calls them."""

    RECEIPT = "RECEIPT"
    BILL = "BILL"
    DELIVERY = "DELIVERY"
    SALE = "SALE"
    MATERIAL_RECEIPT = "MATERIAL_RECEIPT"
    MATERIAL_ISSUE = "MATERIAL_ISSUE"
    TRANSFER = "TRANSFER"
    MAKE = "MAKE"
    SEND = "SEND"
    ARRIVE = "ARRIVE"
    LOSE = "LOSE"
    JOURNAL = "JOURNAL"
    PAY = "PAY"
    COLLECT = "COLLECT"
    ALLOCATE = "ALLOCATE"
    REVALUE = "REVALUE"
    COUNT = "COUNT"
    LANDED_COST = "LANDED_COST"
    PURCHASE_RETURN = "PURCHASE_RETURN"
    SALES_RETURN = "SALES_RETURN"
    METHOD = "METHOD"
    CLEAR = "CLEAR"
    CREDIT_BILL = "CREDIT_BILL"
    CREDIT_SALE = "CREDIT_SALE"
    CANCEL = "CANCEL"
    ALLOW = "ALLOW"
    """No document: from now on an item may go below zero, or no longer."""
    CLOSE = "CLOSE"
    """No document: from now on all days through its day are closed; a day before all opens them."""
    SWITCH = "SWITCH"
    """No document: from now on the company has settled on other `switches`."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What a company has settled on.

    One of `POLICIES`; whether rejected goods are paid for; whether what a document makes others
    cost is dated as it is itself, if that is later, or as they are. `center` is the cost center of
    what names none, and may have to be there. Receipts may true up what had left before them on an
    account `apart`; items that have no choice of their own may go `below_zero`. What is posted to
    parties' accounts by hand may have to name its party. Under BY_LEVEL the ledger hears of stock,
    or it does not. Received services may be accrued.
    """

    policy: str = "MUST_MATCH"
    value_rejected: bool = False
    adjusts_late: bool = False
    center: str | None = None
    requires_center: bool = False
    trues_up_apart: bool = False
    below_zero: bool = False
    requires_party: bool = False
    integrates_stock: bool = True
    accrues_services: bool = False

    @classmethod
    def of(cls, random: Random) -> Self:
        """Drawn by chance; the cost center aside, so that seeds keep their histories."""
        center = Random(copy(random).random()).choice((None, CENTERS[-1]))
        return cls(
            random.choice(POLICIES),
            value_rejected=random.random() < 0.5,
            adjusts_late=random.random() < 0.5,
            center=center,
        )

    def others(self, random: Random) -> Self:
        """What a company may settle on next: one switch turned, seldom all of them."""
        drawn = self.any_of(random)
        if random.random() < 0.1:
            return drawn
        turned = random.choice([field.name for field in fields(self)])
        return replace(self, **{turned: getattr(drawn, turned)})

    @classmethod
    def any_of(cls, random: Random) -> Self:
        """Whatever a company may settle on."""
        return cls(
            random.choice(POLICIES),
            value_rejected=random.random() < 0.5,
            adjusts_late=random.random() < 0.5,
            center=random.choice((None, *CENTERS, *CENTERS)),
            requires_center=random.random() < 0.5,
            trues_up_apart=random.random() < 0.5,
            below_zero=random.random() < 0.5,
            requires_party=random.random() < 0.5,
            integrates_stock=random.random() < 0.5,
            accrues_services=random.random() < 0.5,
        )


class LineOf(NamedTuple):
    """A line of an earlier operation: its number, and its place counted from zero."""

    no: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: goods (`item`, `quantity`, ...), a journal's amount, or a payment's allocation.

    Of a count, `keeps` is what stays as it is: the quantity or the rate. Of a change of costing
    method, `method` is the new one, and the rate stays unless `keeps` is None. Of an item's choice
    to go below zero `keeps` "company" leaves it to the company. Of goods that turn into others,
    what has only a `warehouse` is consumed, and what has only a `to` is made: a product, which has
    its `share` of the cost, or `scrap` at its rate. A receipt may reject goods beside those that it
    accepts, into another warehouse; what goes back may be `of_rejected` ones. An allocation may
    settle an item by a `discount`, or a sum `written_off`, besides. A credit is `of` a line of an
    invoice, of the line of a return (`came_back`), of both or of neither; without a quantity of all
    that is left, without a rate and an amount at the price that there was. Goods may be of one
    `batch`, or have `serials`, one a unit. `taxes` are of lines of invoices; of a credit None are
    those of the invoice's line. `held` is what a journal's line moves in the currency that its
    account is kept in; `of_item` what an allocation settles of an item in another currency.
    """

    item: str = ""
    warehouse: str | None = None
    to: str | None = None
    quantity: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    of: LineOf | None = None
    account: str | None = None
    amount: Decimal = Decimal(0)
    party: str | None = None
    discount: Decimal = Decimal(0)
    written_off: Decimal = Decimal(0)
    keeps: str | None = None
    scrap: bool = False
    share: Decimal | None = None
    rejected: Decimal = Decimal(0)
    rejected_to: str | None = None
    of_rejected: bool = False
    came_back: LineOf | None = None
    batch: str | None = None
    serials: tuple[str, ...] = ()
    method: str | None = None
    taxes: tuple[str, ...] | None = None
    center: str | None = None
    off: Decimal = Decimal(0)
    held: Decimal | None = None
    of_item: Decimal | None = None

    @property
    def list_rate(self) -> Decimal:
        """The price before so much percent is taken `off`."""
        return self.rate * 100 / (100 - self.off) if self.off else self.rate

    def lots(self) -> list[tuple[str, Decimal]]:
        """The lots that its goods consist of, and how much of each."""
        if self.serials:
            return [(serial, Decimal(1)) for serial in self.serials]
        return [(self.batch or "", self.quantity)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge of a fixed amount; of a landed cost perhaps in a currency of its own, at a rate."""

    account: str
    amount: Decimal
    category: str
    center: str | None = None
    currency: str | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One document, or the cancelling of one. `minute` of the day None = after what is there.

    `of` is what is cancelled, or the invoice that a credit names as a whole. `reason` is why it is
    credited, what a landed cost is spread by, what a count or the making of goods is for. The lines
    of a landed cost name its receipts (-1), then the only lines that take it, or of what each takes
    by hand so much; it may be `billed` by the supplier.
    """

    no: int
    kind: Kind
    day: int
    minute: int | None = None
    lines: tuple[Line, ...] = ()
    charges: tuple[Charge, ...] = ()
    of: int = -1
    amount: Decimal = Decimal(0)
    update_stock: bool = False
    billed: bool = False
    rounded_total: bool = False
    reason: str = "RETURN"
    freight: Decimal = Decimal(0)
    freight_taxes: tuple[str, ...] = ()
    foreign: Decimal | None = None
    """Euro per dollar, where the document is in dollars."""
    paid: tuple[Decimal, ...] = ()
    """Parts of it that are paid, or given back, at once."""
    pays_rest: bool = False
    """Whether all the rest is, too; but for what is given up."""
    given_up: Decimal = Decimal(0)
    switches: Switches | None = None
    """What the company settles on, where it does."""
    account: str | None = None
    """Where a payment's money is, unless it is where it usually is."""
    held: Decimal | None = None
    """What a payment moves in the currency of that account."""
    closing: Decimal | None = None
    """Euro per dollar at the end of the day, where a revaluation is told."""
    gains: str | None = None
    """Where it puts gains, unless on the usual account; `losses` the same."""
    losses: str | None = None
    center: str | None = None
    """The cost center of both."""

    def refers_to(self) -> set[int]:
        """The numbers of the operations that must have been accepted before."""
        lines = (of for line in self.lines for of in (line.of, line.came_back))
        earlier = {of.no for of in lines if of is not None}
        return earlier | {self.of} if self.of >= 0 else earlier


def told(value: object) -> str:
    """An operation, or a part of one, in a line: without what is as it is unless it is said."""
    if isinstance(value, LineOf):
        return f"{value.no}.{value.line}"
    if isinstance(value, tuple):
        return f"({', '.join(map(told, value))})"
    if isinstance(value, Operation | Line | Charge):
        said = [
            f"{field.name}={told(getattr(value, field.name))}"
            for field in fields(value)
            if getattr(value, field.name) != field.default
        ]
        return f"{type(value).__name__}({', '.join(said)})"
    return str(value)
