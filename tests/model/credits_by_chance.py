"""Credit notes by chance: of invoices as a whole, of their lines, of goods that went back."""

from decimal import Decimal
from random import Random

from tests.model.chance import AMOUNTS, MINUTES, QUANTITIES, RATES, some_day, some_number
from tests.model.operations import ITEMS, SERVICE, Charge, Kind, Line, LineOf, Operation
from tests.model.papers_by_chance import bill, sale
from tests.model.reference import Reference


def credit_bill(random: Random, reference: Reference, no: int) -> Operation:
    return _credit(random, reference, no, Kind.CREDIT_BILL)


def credit_sale(random: Random, reference: Reference, no: int) -> Operation:
    return _credit(random, reference, no, Kind.CREDIT_SALE)


def _credit(random: Random, reference: Reference, no: int, kind: Kind) -> Operation:
    """Mostly of one invoice, with goods of it that went back; seldom of nothing known."""
    sales = kind is Kind.CREDIT_SALE
    invoice = _earlier(random, reference, Kind.SALE if sales else Kind.BILL)
    if invoice is None:
        return (sale if sales else bill)(random, reference, no)
    reason = random.choice(("RETURN", "RETURN", "RETURN", "OVERCHARGE", "OVERCHARGE", "WRITE_OFF"))
    back = Kind.SALES_RETURN if sales else Kind.PURCHASE_RETURN
    index = None
    of_returns = _of_returns(reference, back)
    if of_returns and random.random() < 0.6:
        (number, index), reason = random.choice(of_returns)
        invoice = reference.operation(number)
    lines = [
        _line(random, reference, invoice, back, reason, index) for _ in range(some_number(random))
    ]
    names_it = random.random() < 0.3
    late = max([invoice.day, *(_day_of(reference, line) for line in lines)])
    return Operation(
        no=no,
        kind=kind,
        day=random.choice((late, late, max(late, some_day(random)), some_day(random))),
        minute=random.choice(MINUTES),
        lines=tuple(lines),
        of=invoice.no if names_it else -1,
        reason=reason,
        charges=_charges(random),
        rounded_total=random.random() < 0.1,
        freight=random.choice((Decimal(0),) * 6 + (Decimal("0.5"),)),
        foreign=invoice.foreign if random.random() < 0.2 else None,
    )


def _earlier(random: Random, reference: Reference, kind: Kind) -> Operation | None:
    cancelled = reference.books.papers.cancelled
    known = [one for one, _ in reference.accepted if one.kind is kind]
    live = [one for one in known if one.no not in cancelled]
    return random.choice(live if live and random.random() < 0.97 else known) if known else None


def _day_of(reference: Reference, line: Line) -> int:
    return reference.operation(line.came_back.no).day if line.came_back else 0


def _of_returns(reference: Reference, back: Kind) -> list[tuple[LineOf, str]]:
    """Lines of invoices whose goods went back, each to be credited for that, or for its price.

    Of goods that the invoice moved itself the return is the credit already.
    """
    cancelled = reference.books.papers.cancelled
    live = [one for one, _ in reference.accepted if one.no not in cancelled]
    went = {line.of for one in live if one.kind is back for line in one.lines if line.of}
    credited = {line.came_back for one in live for line in one.lines if line.came_back}
    found: list[tuple[LineOf, str]] = []
    for one in live:
        if one.kind not in {Kind.BILL, Kind.SALE}:
            continue
        for index, line in enumerate(one.lines):
            own = LineOf(one.no, index)
            if own in went or (line.of in went and credited):
                found.append((own, "OVERCHARGE"))
            if line.of in went:
                found.append((own, "RETURN"))
    return found


def _line(
    random: Random,
    reference: Reference,
    invoice: Operation,
    back: Kind,
    reason: str,
    index: int | None,
) -> Line:
    index = random.randrange(len(invoice.lines)) if index is None else index
    of: LineOf | None = LineOf(invoice.no, index)
    item = invoice.lines[index].item
    came_back = _went_back(random, reference, invoice, index, back) if reason == "RETURN" else None
    if random.random() < (0.4 if came_back else 0.1):
        of = None
    if of is None and came_back is None:
        return Line(
            item=random.choice((SERVICE, *ITEMS)),
            rate=random.choice(RATES),
            quantity=random.choice(QUANTITIES),
            account=random.choice((None, "Samples")),
        )
    priced = {}
    if reason == "OVERCHARGE" or random.random() < 0.25:
        name = random.choice(("rate", "amount", "amount"))
        priced[name] = random.choice(RATES if name == "rate" else AMOUNTS[:5])
        if name == "amount" and random.random() < 0.8:
            billed = invoice.lines[index].quantity * invoice.lines[index].rate
            part = random.choice((Decimal(1), Decimal("0.5"), Decimal("0.1"))) * billed
            priced[name] = max(round(part, 2), Decimal("0.01"))
    quantity = random.choice((Decimal(0), Decimal(0), Decimal(1), random.choice(QUANTITIES)))
    if of is not None and quantity > invoice.lines[index].quantity and random.random() < 0.8:
        quantity = Decimal(0)
    return Line(
        item=item if random.random() < 0.2 else "",
        of=of,
        came_back=came_back,
        quantity=quantity,
        account=random.choice((None,) * 9 + ("Samples",)),
        **priced,
    )


def _went_back(
    random: Random, reference: Reference, invoice: Operation, index: int, back: Kind
) -> LineOf | None:
    """A line of a return: mostly of the goods that the invoice's line billed."""
    cancelled = reference.books.papers.cancelled
    known = [
        (LineOf(one.no, number), line)
        for one, _ in reference.accepted
        if one.kind is back and (one.no not in cancelled or random.random() < 0.1)
        for number, line in enumerate(one.lines)
    ]
    billed = invoice.lines[index].of
    same = [of for of, line in known if billed is not None and line.of == billed]
    if same and random.random() < 0.9:
        return random.choice(same)
    return random.choice(known)[0] if known and random.random() < 0.3 else None


def _charges(random: Random) -> tuple[Charge, ...]:
    if random.random() < 0.9:
        return ()
    return (Charge(account="Freight", amount=Decimal("0.5"), category="TOTAL"),)
