"""What goods come in at: expected until invoiced, with overhead, at standard cost where it is so.

Documents say what was paid and how much of it is invoiced. This adds what costing makes of that:
the expected cost that an invoice replaces, the item's overhead, and for items at standard cost the
variance between the standard and what it really cost.
"""

from dataclasses import replace
from decimal import Decimal

from domain.costing.linked.node import STANDARD, Node
from domain.facts import ItemFacts
from domain.money import ZERO, multiply, round_to, share
from domain.movements import EntryKind, Given, Nature


def entered(node: Node, given: Given, item: ItemFacts, digits: int) -> list[Given]:
    """A cost as it enters the books on a receipt: itself, and what goes with it."""
    if given.kind is EntryKind.DIRECT and node.movement.nature is Nature.PURCHASE:
        return _purchased(node, given, item, digits)
    if item.costing_method == STANDARD:
        return _at_standard(node, given, item, digits)
    return [given]


def _purchased(node: Node, given: Given, item: ItemFacts, digits: int) -> list[Given]:
    """Bought goods: expected at what they should cost, invoiced at what they do cost."""
    if not given.invoiced:
        return [_expected(node, given, item, digits)]
    if given.invoiced < 0:  # billed, and written off again: it is only expected
        return [replace(given, expected=-given.amount)]
    replaced = _expected_share(node, given, digits)
    direct = replace(given, expected=-replaced)
    overhead = _overhead(given.invoiced, given.amount, item, digits)
    entries = [direct]
    if overhead:
        entries.append(Given(EntryKind.OVERHEAD, overhead))
    if item.costing_method == STANDARD:
        standard = replaced
        if node.is_new:
            standard = _standard(item, given.invoiced, digits)
        variance = standard - given.amount - overhead
        if variance:
            entries.append(Given(EntryKind.VARIANCE, variance))
    return entries


def _expected(node: Node, given: Given, item: ItemFacts, digits: int) -> Given:
    """Received and not invoiced: the price with its overhead, or the standard cost."""
    amount = given.amount + given.expected
    if item.costing_method == STANDARD:
        amount = _standard(item, node.quantity, digits)
    else:
        amount += _overhead(node.quantity, amount, item, digits)
    return replace(given, amount=ZERO, expected=amount)


def _expected_share(node: Node, given: Given, digits: int) -> Decimal:
    """How much of what is expected the invoice replaces; the last one replaces all of it."""
    if node.is_new:
        return ZERO
    expected = node.facts.given_expected + sum((one.expected for one in node.given), ZERO)
    waiting = node.quantity - node.billed
    if given.invoiced >= waiting:
        return expected
    return round_to(share(expected, given.invoiced, waiting), digits)


def _overhead(quantity: Decimal, amount: Decimal, item: ItemFacts, digits: int) -> Decimal:
    """Indirect cost: a rate per unit, and a percentage of the direct cost."""
    exact = multiply(item.overhead_rate, quantity)
    exact += multiply(amount, item.indirect_cost_percent.scaleb(-2))
    return round_to(exact, digits)


def _standard(item: ItemFacts, quantity: Decimal, digits: int) -> Decimal:
    return round_to(multiply(item.standard_cost or ZERO, quantity), digits)


def _at_standard(node: Node, given: Given, item: ItemFacts, digits: int) -> list[Given]:
    """An item at standard cost: charges are variance at once, other receipts come in at it."""
    if given.kind in {EntryKind.CHARGE, EntryKind.PRICE}:
        return [given, Given(EntryKind.VARIANCE, -given.amount)]
    if given.kind is EntryKind.DIRECT and node.is_new and node.movement.nature is not Nature.SALE:
        return [replace(given, amount=_standard(item, node.quantity, digits))]
    return [given]
