"""What bills and returns post under CONTINENTAL: purchases and sales, never stock.

A bill of goods is debited to purchases, a sale credited to income, by the posting rules of party
and item. What the goods cost is another pair of entries, by the scheme. A purchase invoice line
that names no receipt receives its goods, a sales invoice line that names no delivery delivers
them; one that names it invoices what came or went: expected cost becomes actual.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.accounts import Role
from domain.company import Flow, Scheme
from domain.costing.replay import Regiven
from domain.documents.causes import Causes
from domain.documents.document import DocumentKind
from domain.documents.parts.delivering import deliver
from domain.documents.parts.goods import Goods, receive
from domain.documents.parts.matching import Match, match, read_counterpart
from domain.facts import CompanyFacts, ItemFacts, OriginalMovement, PartyFacts
from domain.lookup import LookUp
from domain.money import QUANTITY_DIGITS, ZERO, split
from domain.movements import Contra, EntryKind, Given
from domain.records import BillingKind, ChargeRecord
from domain.references import Ref


def is_continental(company: CompanyFacts) -> bool:
    """Whether bills go into purchases and sales."""
    return company.scheme is Scheme.CONTINENTAL


def moving(lines: Sequence[tuple[Ref | None, bool]]) -> list[bool]:
    """Whether the goods of each line move with the bill.

    Lines are (counterpart, booked elsewhere): goods move unless the line names what came or went
    before, or books the bill on an account of its own.
    """
    return [other is None and not elsewhere for other, elsewhere in lines]


def bill_purchase(
    causes: Causes,
    look: LookUp,
    goods: Sequence[Goods],
    receipt_lines: Sequence[Ref | None],
    accounts: Sequence[Ref | None],
    charges: Sequence[ChargeRecord],
) -> None:
    """Debit purchases; receive what was not received before, invoice what was."""
    matches: dict[int, Match] = {}
    kind = DocumentKind.PURCHASE_RECEIPT
    read = [_matched(causes, look, one, receipt_lines[one.index], kind, matches) for one in goods]
    for record, one in receive(causes, read, charges, None, invoiced=True):
        amount = causes.in_company_currency(one.amount)
        account = _purchases(causes, look, one, accounts[one.index])
        found = matches.get(one.index)
        accrued = ZERO if found is None or found.line.account is None else found.cleared
        causes.post(account, amount - accrued, one.cost_center)
        if found is not None:
            _invoice_receipt(causes, found)
        elif one.pool is not None:
            causes.bill(record.id, BillingKind.RECEIVED, one.quantity, amount, None)
            causes.bill(record.id, BillingKind.BILLED, one.quantity, amount, None)


def bill_sale(
    causes: Causes,
    look: LookUp,
    goods: Sequence[Goods],
    delivery_lines: Sequence[Ref | None],
) -> None:
    """Deliver what was not delivered before, invoice what was."""
    matches: dict[int, Match] = {}
    kind = DocumentKind.DELIVERY_NOTE
    read = [_matched(causes, look, one, delivery_lines[one.index], kind, matches) for one in goods]
    for record, one in deliver(causes, look, read, invoiced=True):
        amount = causes.in_company_currency(one.amount)
        found = matches.get(one.index)
        if found is not None:
            causes.bill(found.line.id, BillingKind.BILLED, found.quantity, found.cleared, None)
            invoice_goods(causes, found.line.id, found.quantity, None, "OUT")
        elif one.pool is not None:
            causes.bill(record.id, BillingKind.DELIVERED, one.quantity, amount, None)
            causes.bill(record.id, BillingKind.BILLED, one.quantity, amount, None)


def _matched(
    causes: Causes,
    look: LookUp,
    one: Goods,
    ref: Ref | None,
    kind: DocumentKind,
    matches: dict[int, Match],
) -> Goods:
    """The line with the one of an earlier document that it bills, noted in `matches`.

    Never more than came or went: what is billed besides moves with a line of its own.
    """
    if ref is None:
        return one
    name = "receiptLine" if kind is DocumentKind.PURCHASE_RECEIPT else "deliveryLine"
    line = read_counterpart(causes, look, ref, one, name, kind)
    if line is None:
        return one
    found = match(causes, look, line, one, ZERO)
    if found is None:
        return one
    matches[one.index] = found
    return replace(one, against=line.id)


def _purchases(causes: Causes, look: LookUp, one: Goods, named: Ref | None) -> UUID | None:
    path = (*one.path, "account")
    if named is not None:
        account = look.account(named, path)
        return account.id if account else None
    return purchases_account(look, one.item, causes.party, path)


def purchases_account(
    look: LookUp, item: ItemFacts, party: PartyFacts | None, path: tuple[str, ...] = ()
) -> UUID | None:
    """Where a bill of the item goes: a service's own account, else by the rules."""
    if not item.is_stock_item and item.expense_account is not None:
        return look.own_account(item.expense_account, path)
    return look.role_for(Role.PURCHASES, item, party, path)


def income_account(
    look: LookUp, item: ItemFacts, party: PartyFacts | None, path: tuple[str, ...] = ()
) -> UUID | None:
    """Where a sale of the item to the party goes: the item's own account, else by the rules."""
    if item.income_account is not None:
        return look.own_account(item.income_account, path)
    return look.role_for(Role.INCOME, item, party, path)


def _invoice_receipt(causes: Causes, found: Match) -> None:
    """Expected cost becomes actual; what an earlier scheme accrued is taken off its account."""
    accrual = found.line.account
    causes.bill(found.line.id, BillingKind.BILLED, found.quantity, found.cleared, accrual)
    if accrual is not None:
        causes.post(accrual, found.cleared)
        return
    if causes.facts.company.flow is Flow.LINKED:
        invoice_goods(causes, found.line.id, found.quantity, found.amount, "IN")
        return
    if found.difference:
        moved = _moved(causes, found.line.id, "IN")
        price = split(found.difference, [abs(m.quantity) for m in moved], _digits(causes))
        _regive(causes, moved, [Given(EntryKind.PRICE, part) for part in price])


def invoice_goods(
    causes: Causes,
    line: UUID,
    quantity: Decimal,
    amount: Decimal | None,
    leg: str,
    contra: Contra | None = None,
) -> None:
    """What came or went by a line is invoiced: at `amount`, or (None) at whatever it costs.

    `contra` is the other side of the amount, where it is not the scheme's.
    """
    moved = _moved(causes, line, leg)
    if not moved or causes.facts.company.flow is not Flow.LINKED:
        return
    weights = [abs(one.quantity) for one in moved]
    quantities = split(quantity, weights, QUANTITY_DIGITS)
    if amount is None:
        given = [Given(EntryKind.ISSUE, Decimal(0), invoiced=part) for part in quantities]
    else:
        prices = split(amount, weights, _digits(causes))
        given = [
            Given(EntryKind.DIRECT, price, contra, invoiced=part)
            for price, part in zip(prices, quantities, strict=True)
        ]
    _regive(causes, moved, given)


def is_expected_cost(causes: Causes, line: UUID) -> bool:
    """Whether the cost of a line's goods is expected until it is billed: of this flow of costs."""
    is_linked = causes.facts.company.flow is Flow.LINKED
    return is_linked and bool(_moved(causes, line, "IN") or _moved(causes, line, "OUT"))


def _moved(causes: Causes, line: UUID, leg: str) -> list[OriginalMovement]:
    """What a line moved and a bill of it is for: rejected goods too, where they are paid for."""
    original = causes.facts.originals.get(line)
    if original is None:
        return []
    company = causes.facts.company
    went_out = (one for one in original.movements if one.leg == "OUT")
    return [
        one
        for one in (original.paid_for if leg == "IN" else went_out)
        if not company.is_of_earlier_flow(one.key)
    ]


def _regive(causes: Causes, moved: Sequence[OriginalMovement], given: Sequence[Given]) -> None:
    causes.regiven.extend(
        Regiven(one.id, one.pool, one.key, (part,)) for one, part in zip(moved, given, strict=True)
    )


def _digits(causes: Causes) -> int:
    return causes.facts.company.digits
