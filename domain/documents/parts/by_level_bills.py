"""What receipts and bills post under BY_LEVEL, where goods are kept at a carried cost (webERP).

A receipt brings goods in at the cost in force, against received not billed (suspense). A bill takes
suspense off at what it was credited for just those goods, and nothing else; what it is dearer or
cheaper is a price variance, or at weighted average a change of cost for what is still on hand. Of
an order line the bill takes suspense off at the weighted cost of the line's receipts. Goods of a
shipment are billed into suspense at their price, and wait there until the shipment is closed.

A line of a bill that names no receipt receives its goods; a sale that names no delivery delivers
them. What the links keep from the ledger is left to the scheme (domain/schemes/by_level.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.cost_orders import Repricing
from domain.documents.parts.goods import NO_ITEM, Goods, expense_account, receive
from domain.documents.parts.matching import Match, match, read_counterpart
from domain.errors import InvalidValue, ItemMismatch, NotFound, OverBilled, WrongParty
from domain.facts import CompanyFacts, ItemFacts
from domain.links import Link
from domain.lookup import LookUp, Path
from domain.money import QUANTITY_DIGITS, ZERO, split
from domain.movements import Contra, EntryKind, Nature
from domain.records import BillingKind, ChargeRecord, LineRecord
from domain.references import Ref


def is_by_level(company: CompanyFacts) -> bool:
    """Whether links say what the ledger hears."""
    return company.scheme is Scheme.BY_LEVEL


def suspense(causes: Causes, look: LookUp) -> UUID | None:
    """The account on which received goods wait for their bill; None where they post nothing."""
    company = causes.facts.company
    if not company.posts_stock:
        return None
    if is_by_level(company) and not company.settings.is_linked(Link.STOCK, causes.posting_date):
        return None
    return look.role(Role.STOCK_RECEIVED_NOT_BILLED)


def take_in_at_cost(causes: Causes) -> None:
    """Goods of a receipt come in at the cost in force, whatever their price (flow CARRIED)."""
    if causes.facts.company.flow is not Flow.CARRIED:
        return
    for index, one in enumerate(causes.movements):
        if one.nature is Nature.PURCHASE and one.quantity > 0:
            others = tuple(given for given in one.given if given.kind is not EntryKind.DIRECT)
            causes.movements[index] = replace(one, given=others)
            causes.unpriced.add(one.id)


class BilledLine(Protocol):
    """A line of a purchase invoice, as far as it says what it bills."""

    @property
    def receipt_line(self) -> Ref | None:
        """The receipt line that it bills."""
        ...

    @property
    def order_line(self) -> tuple[str, int] | None:
        """The order line, all receipts of which it bills."""
        ...

    @property
    def shipment(self) -> str | None:
        """The shipment that it is a charge on."""
        ...

    @property
    def account(self) -> Ref | None:
        """Books the line there instead."""
        ...


def bill_purchase(
    causes: Causes,
    look: LookUp,
    goods: Sequence[Goods],
    lines: Sequence[BilledLine],
    charges: Sequence[ChargeRecord],
) -> None:
    """Take suspense off for what was received before; receive what was not."""
    matches: dict[int, list[Match]] = {}
    read = [_matched(causes, look, one, lines[one.index], matches) for one in goods]
    look.refuse_if_any()
    for record, one in receive(causes, read, charges, None):
        line = lines[one.index]
        if line.order_line is not None:
            code, number = line.order_line
            ordered = replace(record, order_code=code, order_line=number)
            causes.lines[record.line_no - 1] = ordered
        for found in matches.get(one.index, ()):
            _clear(causes, look, one, record, found)
        if one.index in matches:
            continue
        if line.shipment is not None:
            _charge_shipment(causes, look, one, record, line.shipment)
        elif one.pool is not None:
            _received_with_bill(causes, look, one, record)
        else:
            account = _expense(look, one, line.account)
            causes.post(account, causes.in_company_currency(one.amount), one.cost_center)


def _matched(
    causes: Causes,
    look: LookUp,
    one: Goods,
    line: BilledLine,
    matches: dict[int, list[Match]],
) -> Goods:
    """The line with what it bills, noted in `matches`; never more than came."""
    if line.order_line is not None:
        matches[one.index] = _of_order(causes, look, one, line.order_line)
        return one
    if line.receipt_line is None:
        return one
    kind = DocumentKind.PURCHASE_RECEIPT
    received = read_counterpart(causes, look, line.receipt_line, one, "receiptLine", kind)
    found = match(causes, look, received, one, ZERO) if received is not None else None
    if received is None or found is None:
        return one
    matches[one.index] = [found]
    return replace(one, against=received.id)


def _of_order(causes: Causes, look: LookUp, one: Goods, order_line: tuple[str, int]) -> list[Match]:
    """What came by an order line and waits, each receipt in proportion: at their weighted cost."""
    path = (*one.path, "orderLine")
    came = [
        causes.standing.get(line.id, line) for line in look.facts.order_lines.get(order_line, ())
    ]
    if not came:
        code, number = order_line
        look.refuse(NotFound(path=path, kind="order_line", reference=f"{code}, {number}"))
    for line in came:
        if line.item != one.item.id:
            expected = look.facts.items_by_id[line.item].sku
            look.refuse(ItemMismatch(path=path, expected=expected, given=one.item.sku))
        if causes.party is not None and line.party != causes.party.id:
            look.refuse(WrongParty(path=path, party=causes.party.code))
    waiting = [line for line in came if line.open_quantity > 0]
    whole = sum((line.open_quantity for line in waiting), ZERO)
    if one.billed > whole:
        look.refuse(
            OverBilled(
                path=(*one.path, "quantity"),
                open_quantity=whole,
                requested=one.billed,
                tolerance=ZERO,
            )
        )
        return []
    weights = [line.open_quantity for line in waiting]
    quantities = split(one.billed, weights, QUANTITY_DIGITS)
    amounts = split(one.amount, weights, causes.digits)
    parts = (
        replace(one, quantity=quantity, billed=quantity, amount=amount)
        for quantity, amount in zip(quantities, amounts, strict=True)
    )
    found = (
        match(causes, look, line, part, ZERO)
        for line, part in zip(waiting, parts, strict=True)
        if part.billed
    )
    return [each for each in found if each is not None]


def _clear(causes: Causes, look: LookUp, one: Goods, record: LineRecord, found: Match) -> None:
    """Take off what the receipt line was credited for; the rest is a variance, or changes cost.

    Of a service it is an expense, on the account that the line names.
    Goods of a shipment stand in suspense at their price until it is closed.
    """
    line, price = found.line, found.amount
    variance = None
    if one.item.is_stock_item:
        variance = look.role_for(Role.PURCHASE_VARIANCE, one.item, causes.party, one.path)
    if line.shipment is not None:
        causes.bill(line.id, BillingKind.BILLED, found.quantity, price, line.account)
        causes.post(line.account or variance, price)
        return
    causes.bill(line.id, BillingKind.BILLED, found.quantity, found.cleared, line.account)
    credited = found.cleared if line.account is not None else ZERO
    causes.post(line.account, credited)
    if not one.item.is_stock_item:
        causes.post(one.account, price - credited, one.cost_center)
        return
    causes.post(variance, price - credited, one.cost_center)
    reprice(causes, one, record.id, found, variance)


def _charge_shipment(
    causes: Causes, look: LookUp, one: Goods, record: LineRecord, shipment: str
) -> None:
    """A charge on a shipment waits in suspense until it is closed."""
    refuse_closed(look, shipment, (*one.path, "shipment"))
    causes.lines[record.line_no - 1] = replace(record, shipment=shipment)
    amount = causes.in_company_currency(one.amount)
    account = suspense(causes, look)
    causes.bill(record.id, BillingKind.BILLED, ZERO, amount, account)
    variance = account or look.role(Role.PURCHASE_VARIANCE, one.path)
    causes.post(variance, amount, one.cost_center)


def refuse_closed(look: LookUp, shipment: str, path: Path) -> None:
    """A shipment that was closed takes no more goods or charges."""
    look.code_fits(shipment, path)
    known = look.facts.shipments.get(shipment)
    if known is not None and known.is_closed:
        look.refuse(InvalidValue(path=path, reason="shipment_closed"))


def reprice(causes: Causes, one: Goods, line: UUID, found: Match, variance: UUID | None) -> None:
    """The goods cost what they are billed at: a weighted average takes up its part."""
    causes.repricings.append(
        Repricing(
            item=one.item.id,
            quantity=found.quantity,
            difference=found.difference,
            billed=found.amount,
            contra=Contra(variance) if variance is not None else None,
            line=line,
        )
    )


class Sold(Protocol):
    """A line that was sold, or whose sale is taken back: amounts in document currency."""

    @property
    def item(self) -> ItemFacts | None:
        """What was sold; None where the line names just an account."""
        ...

    @property
    def account(self) -> UUID | None:
        """The income account."""
        ...

    @property
    def amount(self) -> Decimal:
        """Net of the discount."""
        ...

    @property
    def list_amount(self) -> Decimal:
        """Before the discount."""
        ...

    @property
    def cost_center(self) -> UUID | None:
        """Of its profit and loss postings."""
        ...

    @property
    def path(self) -> Path:
        """Where the line stands in the input."""
        ...


def post_income(
    causes: Causes,
    look: LookUp,
    one: Sold,
    sign: int = -1,
    in_company: Decimal | None = None,
    discount: Decimal | None = None,
) -> None:
    """The income of a sale: net of its discount, or under BY_LEVEL full, the discount beside it.

    `sign` is -1 for income earned, 1 for income taken back. `in_company` is the net amount in
    company currency, `discount` what was taken off; None converts them.
    """
    net = causes.in_company_currency(one.amount) if in_company is None else in_company
    if discount is None:
        is_less = one.list_amount != one.amount
        discount = causes.in_company_currency(one.list_amount) - net if is_less else ZERO
    if not discount or not is_by_level(causes.facts.company):
        causes.post(one.account, sign * net, one.cost_center)
        return
    path, item = (*one.path, "discountPercent"), one.item or NO_ITEM
    account = look.role_for(Role.SALES_DISCOUNT, item, causes.party, path)
    causes.post(one.account, sign * (net + discount), one.cost_center)
    causes.post(account, -sign * discount, one.cost_center)


def _received_with_bill(causes: Causes, look: LookUp, one: Goods, record: LineRecord) -> None:
    """Goods that come with their bill: suspense is credited and debited by the same document."""
    price = causes.in_company_currency(one.amount)
    account = suspense(causes, look)
    if account is None:
        account = look.role_for(Role.PURCHASE_VARIANCE, one.item, causes.party, one.path)
    causes.post(account, price, one.cost_center)
    causes.bill(record.id, BillingKind.RECEIVED, one.quantity, price, None)
    causes.bill(record.id, BillingKind.BILLED, one.quantity, price, None)


def _expense(look: LookUp, one: Goods, named: Ref | None) -> UUID | None:
    if named is None:
        return expense_account(look, one.item, one.path)
    account = look.account(named, (*one.path, "account"))
    return account.id if account else None
