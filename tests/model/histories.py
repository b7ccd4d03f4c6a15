"""Random histories: what comes next, likely or unlikely, given what was accepted so far."""

from collections.abc import Sequence
from random import Random

from tests.model import credits_by_chance
from tests.model import goods_by_chance as goods
from tests.model import papers_by_chance as papers
from tests.model.centers_by_chance import with_centers
from tests.model.costs_by_chance import COSTLY
from tests.model.lots_by_chance import of_lots, with_lots
from tests.model.operations import ITEMS, Kind, Line, Operation
from tests.model.paid_by_chance import with_money
from tests.model.reference import NO_DAY, Reference
from tests.model.revalued_by_chance import across_currencies, revaluation, with_dollars
from tests.model.switches_by_chance import choose, of_services, switch
from tests.model.taxed_by_chance import TAXED
from tests.model.taxes_by_chance import with_discounts, with_taxes


def next_operation(
    random: Random, reference: Reference, no: int, kinds: Sequence[Kind]
) -> Operation:
    """One more operation; most are possible, some are not."""
    accepted = [operation for operation, _ in reference.accepted]
    if random.random() < 0.02:
        return Operation(
            no=no, kind=Kind.ALLOW, day=0, lines=(Line(item=random.choice(list(ITEMS))),)
        )
    if random.random() < 0.02:
        return _close(random, reference, no)
    if accepted and random.random() < 0.15:
        return Operation(no=no, kind=Kind.CANCEL, day=0, of=random.choice(accepted).no)
    makers = _MAKERS | _MADE_OTHERWISE.get(tuple(kinds), {})
    operation = with_taxes(random, makers[random.choice(kinds)](random, reference, no))
    operation = with_centers(random, operation)
    if kinds in (SWITCH_KINDS, TAX_KINDS, SCHEME_KINDS):
        operation = with_discounts(random, operation)
    if kinds == SERVICE_KINDS:
        operation = of_services(random, operation)
    if kinds == LOT_KINDS:
        operation = of_lots(random, operation)
    if kinds == PAID_KINDS:
        operation = with_money(random, operation)
    if kinds == REVALUED_KINDS:
        operation = across_currencies(random, reference, operation)
        operation = with_dollars(random, operation)
    return with_lots(random, reference, operation)


def _close(random: Random, _: Reference, no: int) -> Operation:
    return Operation(no=no, kind=Kind.CLOSE, day=random.choice((NO_DAY, 0, 1, 2, 3, 4)))


_MAKERS = {
    Kind.RECEIPT: goods.receipt,
    Kind.DELIVERY: goods.delivery,
    Kind.MATERIAL_RECEIPT: goods.material_receipt,
    Kind.MATERIAL_ISSUE: goods.material_issue,
    Kind.TRANSFER: goods.transfer,
    Kind.MAKE: goods.make,
    Kind.SEND: goods.send,
    Kind.ARRIVE: goods.arrive,
    Kind.LOSE: goods.lose,
    Kind.BILL: papers.bill,
    Kind.SALE: papers.sale,
    Kind.JOURNAL: papers.journal,
    Kind.CLEAR: papers.clear,
    Kind.PAY: papers.payment,
    Kind.COLLECT: papers.payment,
    Kind.ALLOCATE: papers.allocate,
    Kind.REVALUE: revaluation,
    Kind.COUNT: goods.count,
    Kind.METHOD: goods.change_method,
    Kind.LANDED_COST: goods.landed_cost,
    Kind.PURCHASE_RETURN: goods.purchase_return,
    Kind.SALES_RETURN: goods.sales_return,
    Kind.CREDIT_BILL: credits_by_chance.credit_bill,
    Kind.CREDIT_SALE: credits_by_chance.credit_sale,
    Kind.CLOSE: _close,
    Kind.SWITCH: switch,
    Kind.ALLOW: choose,
}
STOCK_KINDS = (
    Kind.RECEIPT, Kind.DELIVERY, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_ISSUE, Kind.TRANSFER,
)  # fmt: skip
LATE_KINDS = (Kind.COUNT, Kind.LANDED_COST, Kind.PURCHASE_RETURN, Kind.SALES_RETURN)
"""Kinds that change what earlier movements cost, or come to."""

PAPER_KINDS = (
    Kind.BILL, Kind.SALE, Kind.JOURNAL, Kind.PAY, Kind.COLLECT, Kind.ALLOCATE, Kind.CLEAR,
)  # fmt: skip
MAKING_KINDS = (*STOCK_KINDS, *LATE_KINDS, Kind.METHOD, Kind.MAKE, Kind.MAKE, Kind.MAKE)
"""Goods turn into others, among all that changes what they cost."""

METHOD_KINDS = (*STOCK_KINDS, *LATE_KINDS, Kind.METHOD, Kind.METHOD)
"""Goods move, and their items come under other costing methods."""

TRANSIT_KINDS = (
    Kind.RECEIPT, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_RECEIPT, Kind.DELIVERY, Kind.LANDED_COST,
    Kind.COUNT, Kind.SEND, Kind.SEND, Kind.ARRIVE, Kind.ARRIVE, Kind.ARRIVE, Kind.LOSE,
)  # fmt: skip
"""Goods travel in two steps, cost more on the way, and are lost on it."""

MONEY_KINDS = (
    Kind.BILL, Kind.SALE, Kind.SALE, Kind.PAY, Kind.COLLECT, Kind.COLLECT, Kind.ALLOCATE,
    Kind.ALLOCATE, Kind.ALLOCATE,
)  # fmt: skip
"""Bills are paid, in advance too, and open items set against each other."""

REVALUED_KINDS = (
    Kind.BILL, Kind.SALE, Kind.SALE, Kind.PAY, Kind.COLLECT, Kind.COLLECT, Kind.ALLOCATE,
    Kind.JOURNAL, Kind.JOURNAL, Kind.SALES_RETURN, Kind.CREDIT_BILL, Kind.CREDIT_SALE,
    Kind.LANDED_COST, Kind.SWITCH, Kind.CLOSE, *(Kind.REVALUE,) * 4,
)  # fmt: skip
"""What is open or held in another currency is brought to closing rates."""

LOT_KINDS = (
    Kind.RECEIPT, Kind.RECEIPT, Kind.MATERIAL_RECEIPT, Kind.MATERIAL_RECEIPT, Kind.BILL,
    Kind.DELIVERY, Kind.DELIVERY, Kind.SALE, Kind.TRANSFER, Kind.TRANSFER, Kind.MATERIAL_ISSUE,
    Kind.PURCHASE_RETURN, Kind.SALES_RETURN, Kind.LANDED_COST, Kind.COUNT, Kind.MAKE,
    Kind.SEND, Kind.ARRIVE,
)  # fmt: skip
"""Most goods are of a batch, or have serial numbers."""

CREDIT_KINDS = (
    Kind.RECEIPT, Kind.DELIVERY, Kind.MATERIAL_RECEIPT, Kind.BILL, Kind.BILL, Kind.SALE, Kind.SALE,
    Kind.PURCHASE_RETURN, Kind.SALES_RETURN, Kind.PURCHASE_RETURN, Kind.SALES_RETURN,
    *(Kind.CREDIT_BILL, Kind.CREDIT_SALE) * 4,
    Kind.PAY, Kind.COLLECT, Kind.ALLOCATE, Kind.LANDED_COST, Kind.CLEAR,
)  # fmt: skip
"""Invoices are credited: for goods that go back, and for prices that were too high."""

TAX_KINDS = (
    Kind.BILL, Kind.BILL, Kind.SALE, Kind.SALE, Kind.PURCHASE_RETURN, Kind.PURCHASE_RETURN,
    *(Kind.SALES_RETURN, Kind.CREDIT_BILL, Kind.CREDIT_SALE) * 3, Kind.COLLECT, Kind.ALLOCATE,
)  # fmt: skip
"""Taxed invoices are credited in parts, to the end."""

PAID_KINDS = (
    *(Kind.BILL, Kind.SALE, Kind.PURCHASE_RETURN, Kind.SALES_RETURN) * 2, Kind.SALES_RETURN,
    Kind.CREDIT_BILL, Kind.CREDIT_SALE, Kind.CREDIT_SALE, Kind.PAY, Kind.COLLECT, Kind.ALLOCATE,
)  # fmt: skip
"""Taxed invoices are paid at once, and money is given back."""

COST_KINDS = (
    Kind.RECEIPT, Kind.RECEIPT, Kind.BILL, Kind.MATERIAL_RECEIPT, Kind.DELIVERY, Kind.TRANSFER,
    Kind.TRANSFER, Kind.SEND, Kind.ARRIVE, Kind.PURCHASE_RETURN, Kind.COUNT, Kind.PAY, Kind.MAKE,
    Kind.SALES_RETURN, *(Kind.LANDED_COST,) * 6,
)  # fmt: skip
"""Goods cost more later, by every basis, and while they move."""

CLOSING_KINDS = (
    Kind.RECEIPT, Kind.RECEIPT, Kind.RECEIPT, Kind.DELIVERY, Kind.TRANSFER, Kind.MAKE, Kind.BILL,
    Kind.COUNT, Kind.SALES_RETURN, Kind.LANDED_COST, Kind.LANDED_COST, Kind.LANDED_COST,
    Kind.DELIVERY, Kind.BILL, Kind.BILL, Kind.CLOSE, Kind.CLOSE,
)  # fmt: skip
"""Goods come and go, cost more later, and days are closed and opened."""

SWITCH_KINDS = (
    *STOCK_KINDS, *LATE_KINDS, *PAPER_KINDS, *STOCK_KINDS, *LATE_KINDS, Kind.MAKE,
    Kind.CREDIT_BILL, Kind.CREDIT_SALE, *(Kind.SWITCH,) * 4, Kind.ALLOW, Kind.ALLOW,
)  # fmt: skip
"""Documents of all kinds, while the company changes its mind, and its items theirs."""

SERVICE_KINDS = (
    *(Kind.RECEIPT, Kind.BILL, Kind.CREDIT_BILL) * 4, *(Kind.PURCHASE_RETURN, Kind.CLEAR) * 2,
    Kind.SWITCH,
)  # fmt: skip
"""Services are received, billed, credited and given back; most of what is bought is some."""

SWITCHING = (SWITCH_KINDS, SERVICE_KINDS, REVALUED_KINDS)
"""Histories that begin under any switches."""

SCHEME_KINDS = (
    Kind.RECEIPT, Kind.RECEIPT, Kind.DELIVERY, *(Kind.BILL, Kind.SALE) * 3, Kind.PURCHASE_RETURN,
    Kind.SALES_RETURN, *(Kind.CREDIT_BILL, Kind.CREDIT_SALE) * 2, Kind.PURCHASE_RETURN,
    Kind.SALES_RETURN, Kind.PAY, Kind.COLLECT, Kind.ALLOCATE, Kind.JOURNAL, Kind.SWITCH,
    Kind.REVALUE, Kind.CLEAR,
)  # fmt: skip
"""What a company of any scheme hands in."""

_MADE_OTHERWISE = {TAX_KINDS: TAXED, PAID_KINDS: TAXED, COST_KINDS: COSTLY}
"""What histories of some kinds make in ways of their own."""

ALL_KINDS = (
    *STOCK_KINDS, *STOCK_KINDS, *LATE_KINDS, *PAPER_KINDS, Kind.SEND, Kind.ARRIVE,
)  # fmt: skip
"""Goods move more often than papers do."""
