"""Lines of goods: what receipts and purchase invoices, deliveries and sales invoices share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.accounts import Role
from domain.documents.causes import Causes, line_paths
from domain.documents.parts.charges import given_total, spread
from domain.documents.parts.lots import LotLine, Lots, read_lots, refuse_unusable
from domain.errors import Required
from domain.facts import ItemFacts
from domain.lookup import LookUp, Path
from domain.money import RATE_DIGITS, ZERO, divide, multiply, split
from domain.movements import Contra, EntryKind, Given, Leg, Nature, Pool, Returned
from domain.records import ChargeRecord, LineRecord
from domain.references import Ref
from domain.units import Unit, kept_unit, read_unit
from domain.values import quickly_made

_PERCENT = Decimal("0.01")

WHATEVER = repeat(None)
"""For each lot: it is taken of what the costing method says."""

NO_ITEM = ItemFacts(UUID(int=0), "", "", "", is_stock_item=False)
"""What a line of a bill is about that names an account instead of an item."""


class PricedLine(LotLine, Protocol):
    """A document line with an item, a quantity and a price."""

    @property
    def item(self) -> Ref | None:
        """The item; bills may have lines without one."""
        ...

    @property
    def uom(self) -> str | None:
        """The unit of its quantity and its rate; None = the item's stock unit."""
        ...

    @property
    def quantity(self) -> Decimal:
        """In its unit."""
        ...

    @property
    def rate(self) -> Decimal | None:
        """Per unit, in document currency."""
        ...

    @property
    def counterpart(self) -> Ref | None:
        """The line of another document that it bills, or was billed with."""
        ...

    @property
    def discount_percent(self) -> Decimal:
        """Taken off the rate."""
        ...

    @property
    def cost_center(self) -> Ref | None:
        """Of its profit and loss postings."""
        ...

    @property
    def description(self) -> str | None:
        """Free text."""
        ...


class Billing(NamedTuple):
    """What the lines of a bill refer to, one by one, and the field that names it."""

    field: str
    lines: Sequence[Ref | None]

    def of(self, index: int) -> tuple[str, Ref] | None:
        """The field's name and the line billed; None: it bills none."""
        ref = self.lines[index]
        return (self.field, ref) if ref is not None else None


@quickly_made
@dataclass(frozen=True, slots=True)
class Goods:
    """A line read: its item, where its goods come or go (None: no stock moves), its amount.

    `rate` and `amount` are in the document's currency, net of `discount_percent` of `list_rate`.
    `list_amount` is what they would be without it. `lots` say which batches or serial numbers
    the quantity consists of. Rejected goods come into a pool of their own; `billed` is the quantity
    that the amount is for, with the rejected goods where they are paid for. `against` is the line
    of another document that it bills, or was billed with; `account` the income or expense account
    that an invoice posts it to; `more` what goods cost besides. Quantities and rates are in the
    item's stock unit; `unit` is the one that the line was entered in, if it named one. `takes` are
    what the lots are taken of, one by one, where the line says of which other (`takes_line`).
    `cost_account` is where a sale's line says that their cost goes.
    """

    index: int
    item: ItemFacts
    pool: Pool | None
    lots: Lots
    quantity: Decimal
    billed: Decimal
    rate: Decimal
    amount: Decimal
    cost_center: UUID | None
    description: str | None
    rejected: Decimal = ZERO
    rejected_pool: Pool | None = None
    against: UUID | None = None
    account: UUID | None = None
    more: tuple[Given, ...] = ()
    list_rate: Decimal = ZERO
    discount_percent: Decimal = ZERO
    list_amount: Decimal = ZERO
    unit: Unit | None = None
    takes: tuple[Returned, ...] = ()
    takes_line: UUID | None = None
    cost_account: UUID | None = None

    @property
    def path(self) -> Path:
        """Where the line stands in the input."""
        return ("lines", str(self.index))


def read_goods(
    causes: Causes,
    look: LookUp,
    lines: Sequence[PricedLine],
    warehouses: Sequence[Ref | None],
    *,
    incoming: bool = False,
    moving: Sequence[bool] | None = None,
    plain: bool = False,
    billing: Billing | None = None,
) -> list[Goods]:
    """Resolve the lines and add up the net total.

    `warehouses` names, line by line, where stock moves; it is needed for stock items unless it is
    an empty sequence, which says that the document moves none. `incoming` goods may bring in new
    batches and serial numbers. `moving` tells lines apart whose goods move with the document;
    `plain` allows lines that name no item. A line that bills another one (`billing`) needs to
    name none: it is the other's.
    """
    if not lines:
        look.refuse(Required(path=("lines",)))
    goods: list[Goods] = []
    for index, path in line_paths(len(lines)):
        warehouse = warehouses[index] if warehouses else None
        moves = bool(warehouses) and (moving is None or moving[index])
        one = _read_line(
            causes,
            look,
            lines[index],
            index,
            path,
            warehouse,
            moves=moves,
            new=incoming,
            plain=plain,
            bills=billing.of(index) if billing else None,
        )
        if one is not None:
            causes.net_total += one.amount
            goods.append(one)
    return goods


def _read_line(
    causes: Causes,
    look: LookUp,
    line: PricedLine,
    index: int,
    path: Path,
    warehouse: Ref | None,
    *,
    moves: bool,
    new: bool,
    plain: bool,
    bills: tuple[str, Ref] | None,
) -> Goods | None:
    item = _item_of(look, line, path, plain=plain, bills=bills)
    center = look.cost_center(line.cost_center, (*path, "costCenter"))
    look.positive(line.quantity, (*path, "quantity"))
    rate = line.rate if line.rate is not None else ZERO
    look.not_negative(rate, (*path, "rate"), RATE_DIGITS)
    look.percent(line.discount_percent, (*path, "discountPercent"))
    net = net_rate(rate, line.discount_percent)
    if item is None:
        return None
    amount = causes.amount(line.quantity, net)
    list_amount = amount if net == rate else causes.amount(line.quantity, rate)
    quantity, unit = line.quantity, None
    if line.uom is not None or item.scanned_uom is not None:
        named = line.counterpart.id if line.counterpart is not None else None
        other = look.facts.lines.get(named) if named is not None else None
        unit = read_unit(look, line.uom, item, path, other)
        if unit is not None:
            quantity = unit.quantity(look, quantity, (*path, "quantity"))
            rate = unit.rate(look, rate, (*path, "rate"))
            net = divide(net, unit.factor)
    pool, lots = None, ()
    if moves and item.is_stock_item:
        pool = read_pool(look, item, warehouse, path)
        lots = read_lots(causes, look, item, line, quantity, path, may_be_new=new)
        if not new:
            refuse_unusable(causes, look, item, lots, path)
    return Goods(
        index=index,
        item=item,
        pool=pool,
        lots=lots,
        quantity=quantity,
        billed=quantity,
        rate=net,
        amount=amount,
        cost_center=center.id if center else None,
        description=line.description,
        list_rate=rate,
        discount_percent=line.discount_percent,
        list_amount=list_amount,
        unit=unit,
    )


def _item_of(
    look: LookUp, line: PricedLine, path: Path, *, plain: bool, bills: tuple[str, Ref] | None
) -> ItemFacts | None:
    """The item that a line names, or that of the line which it bills; none where it may be so."""
    if line.item is not None:
        return look.item(line.item, (*path, "item"))
    if bills is not None:
        return look.item_of_line(bills[1], (*path, bills[0]))
    if plain:
        return NO_ITEM
    look.refuse(Required(path=(*path, "item")))
    return None


def net_rate(rate: Decimal, discount_percent: Decimal) -> Decimal:
    """A price after its discount, exact."""
    if not discount_percent:
        return rate
    return rate - multiply(multiply(rate, discount_percent), _PERCENT)


def read_pool(
    look: LookUp, item: ItemFacts, warehouse: Ref | None, path: Path, name: str = "warehouse"
) -> Pool | None:
    """Where goods of the item come or go; `name` is the field that says so."""
    if warehouse is None:
        look.refuse(Required(path=(*path, name)))
        return None
    id_ = look.warehouse(warehouse, (*path, name))
    return Pool(item.id, id_) if id_ is not None else None


def keep_line(causes: Causes, goods: Goods, **more: object) -> LineRecord:
    """Keep a line as it was read."""
    if goods.unit is not None:
        more |= kept_unit(goods.unit)
    if goods.takes_line is not None:
        more["takes_line_id"] = goods.takes_line
    return causes.new_line(
        item_id=None if goods.item is NO_ITEM else goods.item.id,
        warehouse_id=goods.pool.warehouse if goods.pool else None,
        quantity=goods.quantity,
        rate=goods.rate,
        amount=goods.amount,
        cost_center_id=goods.cost_center,
        description=goods.description,
        against_line_id=goods.against,
        account_id=goods.account,
        list_rate=goods.list_rate if goods.discount_percent else None,
        discount_percent=goods.discount_percent or None,
        **more,
    )


def receive(
    causes: Causes,
    goods: Sequence[Goods],
    charges: Sequence[ChargeRecord],
    contra: Contra | None,
    *,
    invoiced: bool = False,
) -> list[tuple[LineRecord, Goods]]:
    """Keep the lines and let goods come in at their price and their share of the charges.

    `contra` is what the price of the goods stands against (an accrual, a supplier); None leaves it
    to the scheme. `invoiced` says that the price is billed with it. Returns every line with what
    was read.
    """
    stock = [(one.amount, one.billed) for one in goods if one.pool is not None]
    shares = iter(spread(causes, charges, stock))
    kept: list[tuple[LineRecord, Goods]] = []
    for one in goods:
        if one.pool is None:
            kept.append((keep_line(causes, one), one))
            continue
        price = causes.in_company_currency(one.amount)
        besides = (*one.more, *next(shares))
        record = keep_line(causes, one, valuation_amount=price + given_total(besides))
        billed = one.billed if invoiced else ZERO
        direct = Given(EntryKind.DIRECT, price, contra, invoiced=billed)
        _take_in(causes, one, one.pool, record, (direct, *besides))
        kept.append((record, one))
    return kept


def _take_in(
    causes: Causes, one: Goods, pool: Pool, record: LineRecord, given: Sequence[Given]
) -> None:
    """A movement for each lot, and one for what was rejected, each with its part of the cost."""
    parts = [(pool.of_lot(lot), quantity, Leg.IN) for lot, quantity in one.lots]
    rejected = one.rejected_pool
    if rejected is not None and one.billed > one.quantity:
        parts.append((rejected, one.rejected, Leg.REJECTED))
    costs = split_given(given, [quantity for _, quantity, _ in parts], causes)
    for (place, quantity, leg), cost in zip(parts, costs, strict=True):
        causes.move(place, quantity, Nature.PURCHASE, record, given=cost, leg=leg)
    if rejected is not None and one.billed == one.quantity:
        causes.move(rejected, one.rejected, Nature.PURCHASE, record, leg=Leg.REJECTED)


def split_given(
    given: Sequence[Given], weights: Sequence[Decimal], causes: Causes
) -> list[tuple[Given, ...]]:
    """Each cost split in proportion to the weights; the last part takes the cents."""
    if len(weights) == 1:
        return [tuple(given)]
    digits = causes.facts.company.digits
    parts = [split(one.amount, list(weights), digits) for one in given]
    return [
        tuple(
            replace(one, amount=part[index], invoiced=weights[index] if one.invoiced else ZERO)
            for one, part in zip(given, parts, strict=True)
        )
        for index in range(len(weights))
    ]


def expense_account(look: LookUp, item: ItemFacts, path: Path) -> UUID | None:
    """Where a service, or goods that the ledger does not hear of, are expensed."""
    roles, at = look.company.roles, (*path, "account")
    if item.expense_account is not None:
        return look.own_account(item.expense_account, at)
    if item.is_stock_item and (own := look.cost_of_sales(item)) is not None:
        return own
    if not item.is_stock_item and Role.EXPENSE in roles:
        return roles[Role.EXPENSE]
    return look.role(Role.COST_OF_GOODS_SOLD, at)
