"""The paper side of the model: what was billed, what is owed, and each document's own ledger lines.

Operations are taken in the order in which they were recorded. Money is in cents, of the document's
currency or of the company's as the name says.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.model.operations import (
    ITEMS,
    SERVICE,
    TOLERANT,
    WAREHOUSES,
    Kind,
    Line,
    LineOf,
    Operation,
    Switches,
)
from tests.model.valuing import ZERO, cents, exact, product

Entry = tuple[str, int]


@dataclass(slots=True)
class Move:
    """Goods that come or go; `cost` and what follows are found by replaying."""

    no: int
    line: int
    key: tuple[int, int, int, int]
    item: str
    warehouse: str
    quantity: Fraction
    contra: str
    given: tuple[Entry, ...] | None = None
    takes_from: "Move | None" = None
    made_of: tuple["Move", ...] = ()
    fraction: Fraction = Fraction(1)
    gives_back: "Move | None" = None
    counted: tuple[Fraction | None, Fraction | None] | None = None
    cost: int = 0
    quantity_after: Fraction = ZERO
    value_after: int = 0
    rejected: bool = False

    @property
    def pool(self) -> tuple[str, str]:
        return (self.item, self.warehouse)


class MethodChange(NamedTuple):
    """From `key` on an item is costed by `method`."""

    key: tuple[int, int, int, int]
    method: str


@dataclass(slots=True)
class LineState:
    """A line of a receipt or delivery, or of an invoice that came first: what is open of it."""

    operation: Operation
    line: Line
    quantity: Fraction
    amount: int
    billed_quantity: Fraction = ZERO
    billed_amount: int = 0
    returned_quantity: Fraction = ZERO
    returned_amount: int = 0
    cleared_quantity: Fraction = ZERO
    cleared_amount: int = 0

    @property
    def open_quantity(self) -> Fraction:
        settled = self.billed_quantity + self.returned_quantity + self.cleared_quantity
        return self.quantity - settled

    @property
    def open_amount(self) -> int:
        return self.amount - self.billed_amount - self.returned_amount - self.cleared_amount


@dataclass(slots=True)
class OpenState:
    """An invoice: its total and what is settled of it in document currency, in its own direction.

    `in_company` is what is still open in the company's currency.
    """

    operation: Operation
    amount: int
    in_company: int = 0
    settled: int = 0


@dataclass(slots=True)
class Effects:
    """What one document did on paper, so that its cancelling can take it back."""

    operation: Operation
    journal: list[Entry] = field(default_factory=list)
    billed: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    settled: list[tuple[int, int, int]] = field(default_factory=list)
    returned: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    came: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    cleared: list[tuple[LineOf, Fraction, int]] = field(default_factory=list)
    gave: list[tuple[Move, Entry]] = field(default_factory=list)
    party: list[tuple[str, str, int]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a line takes of an earlier one, at its own amount, and what goes beyond it."""

    quantity: Fraction
    cleared: int
    amount: int
    excess: Fraction
    excess_amount: int

    @property
    def difference(self) -> int:
        return self.amount - self.cleared


class Papers:
    """All documents so far; `reasons` are those against the one that is being read."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.lines: dict[LineOf, LineState] = {}
        self.open: dict[int, OpenState] = {}
        self.effects: dict[int, Effects] = {}
        self.cancelled: set[int] = set()
        self.reasons: set[str] = set()
        self.methods: dict[str, list[MethodChange]] = {}

    def method(self, item: str) -> str:
        """The costing method of an item now."""
        live = [one for one in self.methods.get(item, ()) if one.key[2] not in self.cancelled]
        return live[-1].method if live else ITEMS[item]

    def read(self, operation: Operation, minute: int) -> Effects:
        """Take in one more document, dated at `minute` of its day."""
        effects = Effects(operation)
        if operation.kind is Kind.CANCEL:
            self._cancel(operation.of)
        else:
            _READERS[operation.kind](self, operation, effects)
        for ordinal, move in enumerate(effects.moves):
            move.key = (operation.day, minute, operation.no, ordinal)
        if operation.kind is Kind.METHOD:
            key = (operation.day, minute, operation.no, 0)
            for line in operation.lines:
                change = MethodChange(key, line.method or "")
                self.methods.setdefault(line.item, []).append(change)
        self.effects[operation.no] = effects
        return effects

    def paid_quantity(self, line: Line) -> Fraction:
        """What a line's price is for: with the goods that it rejects where they are paid for."""
        return exact(line.quantity + (line.rejected if self.switches.value_rejected else 0))

    def price(self, line: Line) -> int:
        """What that comes to, in cents of the document's currency."""
        return cents(self.paid_quantity(line) * exact(line.rate))

    def live(self) -> list[Effects]:
        return [e for e in self.effects.values() if e.operation.no not in self.cancelled]

    # -- goods ------------------------------------------------------------------------------------

    def _receipt(self, operation: Operation, effects: Effects) -> None:
        dearer: dict[int, tuple[Entry, ...]] = {}
        for index, line in enumerate(operation.lines):
            taken = self._come_of(operation, effects, line, Kind.BILL) if line.of else None
            if taken is not None or line.of is None:
                self._keep(operation, index, line)
            if taken is None:
                continue
            self._settle_own(effects, LineOf(operation.no, index), taken)
            more = self._differ(operation, effects, line, taken.difference, -1)
            dearer[index] = (more,) if more is not None else ()
        self._receive(operation, effects, "Accrual", dearer)

    def _receive(
        self,
        operation: Operation,
        effects: Effects,
        contra: str,
        dearer: dict[int, tuple[Entry, ...]],
    ) -> None:
        goods = [(i, line) for i, line in enumerate(operation.lines) if line.item != SERVICE]
        weights = [(self.price(line), self.paid_quantity(line)) for _, line in goods]
        shares = spread(operation, weights)
        for (index, line), share in zip(goods, shares, strict=True):
            price = (contra, company(operation, self.price(line)))
            move = _move(operation, index, line, 1, "COGS", given=())
            effects.moves.append(move)
            if line.rejected:
                if line.rejected_to == line.warehouse:
                    self.reasons.add("INVALID_VALUE")
                away = _move(operation, index, line, 1, "COGS", given=())
                away.quantity, away.rejected = exact(line.rejected), True
                away.warehouse = line.rejected_to or ""
                effects.moves.append(away)
            for entry in (price, *dearer.get(index, ()), *share):
                self._share_out(effects, LineOf(operation.no, index), entry)

    def _delivery(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            taken = self._come_of(operation, effects, line, Kind.SALE) if line.of else None
            if line.item != SERVICE:
                effects.moves.append(_move(operation, index, line, -1, "COGS"))
            if taken is not None or line.of is None:
                self._keep(operation, index, line)
            if taken is not None:
                self._settle_own(effects, LineOf(operation.no, index), taken)

    def _come_of(
        self, operation: Operation, effects: Effects, line: Line, kind: Kind
    ) -> Taken | None:
        """Goods that come or go of an invoice that was there first."""
        taken = self._take(operation, line, kind)
        if taken is not None and line.of is not None:
            effects.came.append((line.of, taken.quantity, taken.cleared))
            self._add_came(line.of, taken.quantity, taken.cleared)
        return taken

    def _settle_own(self, effects: Effects, own: LineOf, taken: Taken) -> None:
        """So much of the line needs no further bill."""
        effects.billed.append((own, taken.quantity, taken.amount))
        self._add_billed(own, taken.quantity, taken.amount)

    def _add_came(self, of: LineOf, quantity: Fraction, amount: int) -> None:
        self.lines[of].quantity += quantity
        self.lines[of].amount += amount

    def _keep(self, operation: Operation, index: int, line: Line) -> None:
        amount = company(operation, self.price(line))
        self.lines[LineOf(operation.no, index)] = LineState(
            operation, line, self.paid_quantity(line), amount
        )

    def _keep_billed(self, operation: Operation, index: int, line: Line) -> None:
        """Goods that come or go with their bill: nothing of them waits for another."""
        self._keep(operation, index, line)
        state = self.lines[LineOf(operation.no, index)]
        state.billed_quantity, state.billed_amount = state.quantity, state.amount

    def _material_receipt(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            contra = line.account or "Adjustment"
            given = ((contra, company(operation, line_cents(line))),)
            effects.moves.append(_move(operation, index, line, 1, contra, given=given))

    def _material_issue(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            contra = line.account or "Adjustment"
            effects.moves.append(_move(operation, index, line, -1, contra))

    def _transfer(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            if line.warehouse == line.to:
                self.reasons.add("INVALID_VALUE")
            leaving = _move(operation, index, line, -1, "")
            coming = _move(operation, index, line, 1, "Adjustment", takes_from=leaving)
            coming.warehouse = line.to or ""
            effects.moves += [leaving, coming]

    def _make(self, operation: Operation, effects: Effects) -> None:
        """What is consumed becomes one product, which takes charges and is relieved of scrap."""
        lines = [*enumerate(operation.lines)]
        consumed = [
            _move(operation, index, line, -1, "") for index, line in lines if line.to is None
        ]
        effects.moves += consumed
        worth = 0
        for index, line in lines:
            if line.scrap:
                amount = line_cents(line)
                by_product = _move(operation, index, line, 1, "Adjustment", given=(("", amount),))
                by_product.warehouse = line.to or ""
                effects.moves.append(by_product)
                worth += amount
        (made,) = [(i, one) for i, one in lines if one.to is not None and not one.scrap]
        charges = [(charge.account, cents(exact(charge.amount))) for charge in operation.charges]
        product = _move(operation, *made, 1, "Adjustment", given=(("", -worth), *charges))
        product.made_of = tuple(consumed)
        product.warehouse = made[1].to or ""
        effects.moves.append(product)

    # -- invoices ---------------------------------------------------------------------------------

    def _bill(self, operation: Operation, effects: Effects) -> None:
        through_stock = 0
        if operation.update_stock:
            self._receive(operation, effects, "Creditors", {})
            through_stock = sum(move.given[0][1] for move in effects.moves if move.given)
        for index, line in enumerate(operation.lines):
            amount = company(operation, line_cents(line))
            if operation.update_stock and line.item != SERVICE:
                self._keep_billed(operation, index, line)
            elif not operation.update_stock and (line.of or line.item != SERVICE):
                self._clear(operation, effects, index, line, amount)
            else:
                effects.journal.append((line.account or "Services", amount))
        total = self._owe(operation, effects, 1)
        effects.journal.append(("Creditors", through_stock - total))
        effects.party.append(("supplier", "Creditors", -total))
        balance(effects)

    def _clear(
        self, operation: Operation, effects: Effects, index: int, line: Line, amount: int
    ) -> None:
        own = LineOf(operation.no, index)
        if line.of is None:
            self._bill_ahead(operation, effects, index, line, exact(line.quantity), amount)
            effects.journal.append(("Accrual", amount))
            return
        taken = self._bill_line(operation, effects, index, line, Kind.RECEIPT)
        if taken is None:
            return
        if line.item == SERVICE:
            effects.journal.append((line.account or "Services", amount))
            self._differ(operation, Effects(operation), line, taken.difference, 1)
            return
        effects.journal.append(("Accrual", taken.cleared))
        if own in self.lines:
            effects.journal.append(("Accrual", taken.excess_amount))
        more = self._differ(operation, effects, line, taken.difference, 1)
        if self.lines[line.of].line.rate != line.rate:
            effects.journal.append(("Accrual", taken.difference))
        if more is not None:
            self._give(effects, line.of, more)

    def _differ(
        self, operation: Operation, effects: Effects, line: Line, difference: int, sign: int
    ) -> Entry | None:
        """Where a difference between bill and goods goes; what it makes the goods dearer by.

        `sign` is 1 where the bill comes second, and -1 where the goods do: their price is on the
        accrual already, so that what goes elsewhere is taken off there.
        """
        known = self.lines[line.of] if line.of else None
        if known is None:
            return None
        if line.rate != known.line.rate:
            if self.switches.policy == "MUST_MATCH":
                self.reasons.add("RATE_MISMATCH")
            adjusts = self.switches.policy == "ADJUST_RECEIPT_COST"
            return ("Accrual", sign * difference) if adjusts and difference else None
        account = "Exchange" if operation.foreign != known.operation.foreign else "Round off"
        effects.journal.append((account, sign * difference))
        if sign < 0:
            effects.journal.append(("Accrual", difference))
        return None

    def _bill_ahead(
        self,
        operation: Operation,
        effects: Effects,
        index: int,
        line: Line,
        quantity: Fraction,
        amount: int,
    ) -> None:
        """Goods that are billed before they come or go."""
        own = LineOf(operation.no, index)
        self.lines[own] = LineState(operation, line, ZERO, 0)
        effects.billed.append((own, quantity, amount))
        self._add_billed(own, quantity, amount)

    def _bill_line(
        self, operation: Operation, effects: Effects, index: int, line: Line, kind: Kind
    ) -> Taken | None:
        """Bill an earlier line, and what goes beyond it on the invoice's own."""
        taken = self._take(operation, line, kind)
        if taken is None or line.of is None:
            return None
        if taken.quantity:
            effects.billed.append((line.of, taken.quantity, taken.cleared))
            self._add_billed(line.of, taken.quantity, taken.cleared)
        if taken.excess:
            self._bill_ahead(operation, effects, index, line, taken.excess, taken.excess_amount)
        return taken

    def _take(self, operation: Operation, line: Line, kind: Kind) -> Taken | None:
        """Take the line's quantity off what is open of an earlier line."""
        known = self.lines.get(line.of) if line.of else None
        if line.of is None or known is None or known.operation.kind is not kind:
            self.reasons.add("NOT_FOUND")
            return None
        if line.of.no in self.cancelled:
            self.reasons.add("INACTIVE")
        if known.line.item != line.item:
            self.reasons.add("ITEM_MISMATCH")
        if known.operation.update_stock:
            self.reasons.add("INVALID_VALUE")
        bills = kind in {Kind.RECEIPT, Kind.DELIVERY}
        waiting = known.open_quantity if bills else -known.open_quantity
        quantity = self.paid_quantity(line)
        if quantity > waiting + self._beyond(line.of, known, bills=bills):
            self.reasons.add(_TOO_MUCH[kind])
            return None
        part = min(quantity, max(waiting, ZERO))
        cleared = cents(abs(Fraction(known.open_amount, 100)) * part / waiting) if part else 0
        amount = company(operation, self.price(line))
        beyond = company(operation, cents((quantity - part) * exact(line.rate)))
        return Taken(part, cleared, amount - beyond, quantity - part, beyond)

    def _beyond(self, of: LineOf, known: LineState, *, bills: bool) -> Fraction:
        """How much more than is open may be taken: the tolerance less what was taken of it."""
        percent = Fraction(TOLERANT.get(known.line.item, 0))
        others = [state for state in self.lines.values() if state.line.of == of]
        billed = sum((state.billed_quantity for state in others), ZERO)
        came = sum((state.quantity for state in others), ZERO)
        whole = known.quantity if bills else known.billed_quantity
        return whole * percent / 100 - (billed - came if bills else came - known.quantity)

    def _add_billed(self, of: LineOf, quantity: Fraction, amount: int) -> None:
        self.lines[of].billed_quantity += quantity
        self.lines[of].billed_amount += amount

    def _sale(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            amount = company(operation, line_cents(line))
            effects.journal.append((line.account or "Sales", -amount))
            if operation.update_stock and line.item != SERVICE:
                effects.moves.append(_move(operation, index, line, -1, "COGS"))
                self._keep_billed(operation, index, line)
            elif line.of is not None:
                self._bill_line(operation, effects, index, line, Kind.DELIVERY)
            elif line.item != SERVICE:
                self._bill_ahead(operation, effects, index, line, exact(line.quantity), amount)
        total = self._owe(operation, effects, -1)
        effects.journal.append(("Debtors", total))
        effects.party.append(("customer", "Debtors", total))
        balance(effects)

    def _owe(self, operation: Operation, effects: Effects, sign: int) -> int:
        """Charges, rounding to a whole unit, and the open item; the total in company cents."""
        total = sum(line_cents(line) for line in operation.lines)
        for charge in operation.charges:
            if charge.category != "VALUATION":
                amount = cents(exact(charge.amount))
                total += amount
                effects.journal.append((charge.account, sign * company(operation, amount)))
        if operation.rounded_total:
            rounded = cents(Fraction(cents(Fraction(total, 10000)), 100) * 100)
            difference = company(operation, rounded) - company(operation, total)
            effects.journal.append(("Round off", sign * difference))
            total = rounded
        in_company = company(operation, total)
        self.open[operation.no] = OpenState(operation, total, in_company)
        return in_company

    # -- writing off ------------------------------------------------------------------------------

    def _clear_off(self, operation: Operation, effects: Effects) -> None:
        """Nothing will come of what is open of earlier lines, or of a part of it."""
        for line in operation.lines:
            known = self.lines.get(line.of) if line.of else None
            if line.of is None or known is None:
                self.reasons.add("NOT_FOUND")
                continue
            if line.of.no in self.cancelled:
                self.reasons.add("INACTIVE")
            if known.operation.update_stock:
                self.reasons.add("INVALID_VALUE")
                continue
            if operation.day < known.operation.day:
                self.reasons.add("INVALID_VALUE")
            self._write_off(effects, line.of, known, exact(line.quantity))

    def _write_off(self, effects: Effects, of: LineOf, known: LineState, wanted: Fraction) -> None:
        whole, amount = known.open_quantity, known.open_amount
        if not whole and not amount:
            self.reasons.add("NOTHING_OPEN")
            return
        if wanted > abs(whole):
            self.reasons.add("OVER_CLEARED")
            return
        part = Fraction(1) if not wanted else wanted / abs(whole)
        quantity, amount = whole * part, cents(Fraction(amount, 100) * part)
        effects.cleared.append((of, quantity, amount))
        self._add_cleared(of, quantity, amount)
        if known.operation.kind in {Kind.RECEIPT, Kind.BILL} and known.line.item != SERVICE:
            effects.journal += [("Accrual", amount), ("Adjustment", -amount)]

    def _add_cleared(self, of: LineOf, quantity: Fraction, amount: int) -> None:
        self.lines[of].cleared_quantity += quantity
        self.lines[of].cleared_amount += amount

    # -- later facts about goods -----------------------------------------------------------------

    def _count(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            move = _move(operation, index, line, 0, line.account or "Adjustment")
            move.counted = (
                None if line.keeps == "quantity" else exact(line.quantity),
                None if line.keeps == "rate" else exact(line.rate),
            )
            if any(move.pool == other.pool for other in effects.moves):
                self.reasons.add("INVALID_VALUE")
            effects.moves.append(move)

    def _change_method(self, operation: Operation, effects: Effects) -> None:
        """A mark in every bin that the item ever had: a count of nothing, or of a new cost."""
        for index, line in enumerate(operation.lines):
            if line.method == self.method(line.item):
                self.reasons.add("INVALID_VALUE")
            live = [o for o in self.methods.get(line.item, ()) if o.key[2] not in self.cancelled]
            if live:
                day, minute = live[-1].key[:2]
                own = minute if operation.minute is None else operation.minute
                if (operation.day, own) < (day, minute):
                    self.reasons.add("LATER_METHOD_CHANGE")
            bins = {m.warehouse for e in self.effects.values() for m in e.moves
                    if m.item == line.item}  # fmt: skip
            for warehouse in (one for one in WAREHOUSES if one in bins):
                move = _move(operation, index, line, 0, "Adjustment")
                move.warehouse = warehouse
                move.counted = (None, None if line.keeps == "rate" else exact(line.rate))
                effects.moves.append(move)

    def _landed_cost(self, operation: Operation, effects: Effects) -> None:
        lines = [
            (of, state)
            for of, state in sorted(self.lines.items())
            if of.no in operation.refers_to() and state.line.item != SERVICE
        ]
        if operation.refers_to() - {of.no for of, _ in lines}:
            self.reasons.add("NOT_FOUND")
        if operation.refers_to() & self.cancelled:
            self.reasons.add("INACTIVE")
        for of, _ in lines:
            came = next(m.key for m in self.effects[of.no].moves if m.line == of.line)
            at = 24 * 60 if operation.minute is None else operation.minute
            if (operation.day, at) < came[:2]:
                self.reasons.add("INVALID_VALUE")
        weights = [state.amount for _, state in lines]
        if not any(weights):
            self.reasons |= {"NOTHING_TO_DISTRIBUTE_ON", "NOT_FOUND"}
            return
        largest = max(index for index, weight in enumerate(weights) if weight == max(weights))
        for charge in operation.charges:
            whole = company(operation, cents(exact(charge.amount)))
            parts = [cents(Fraction(whole * weight, 100 * sum(weights))) for weight in weights]
            parts[largest] += whole - sum(parts)
            for (of, _), part in zip(lines, parts, strict=True):
                self._give(effects, of, (charge.account, part))

    def _give(self, effects: Effects, of: LineOf, entry: Entry) -> None:
        """Make the goods of an earlier line dearer."""
        effects.gave += self._share_out(self.effects[of.no], of, entry)

    def _share_out(self, effects: Effects, of: LineOf, entry: Entry) -> list[tuple[Move, Entry]]:
        """A cost of a line by quantity over what is paid for; the last takes the cents."""
        account, left = entry
        moves = [move for move in effects.moves if move.line == of.line]
        paid = [one for one in moves if not one.rejected or self.switches.value_rejected]
        whole = sum((one.quantity for one in paid), ZERO)
        shares: list[tuple[Move, Entry]] = []
        for move in paid:
            part = (
                left if move is paid[-1] else cents(Fraction(entry[1], 100) * move.quantity / whole)
            )
            left -= part
            move.given = (*(move.given or ()), (account, part))
            shares.append((move, (account, part)))
        return shares

    def _purchase_return(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                self._send_back(operation, effects, index, line)
                continue
            known, original = self._returned(operation, line, effects)
            if known is None or original is None:
                continue
            paid = not line.of_rejected or self.switches.value_rejected
            price = self._price_back(line, known) if paid else 0
            move = _move(operation, index, line, -1, "COGS", given=(("Accrual", -price),))
            self._take_back(effects, line, move, original, price, paid=paid)

    def _price_back(self, line: Line, known: LineState) -> int:
        """What goes back at its price in company cents; the last of it takes what is left."""
        quantity = exact(line.quantity)
        if not known.line.rate:
            return 0
        if known.returned_quantity + quantity == known.quantity:
            return known.amount - known.returned_amount
        if quantity == known.open_quantity:
            return known.open_amount
        return company(known.operation, product(line.quantity, known.line.rate))

    def _send_back(self, operation: Operation, effects: Effects, index: int, line: Line) -> None:
        """Goods of no known receipt; their price waits for the supplier's credit."""
        price = company(self._money_of(operation), line_cents(line))
        given = (("Accrual", -price),)
        effects.moves.append(_move(operation, index, line, -1, "COGS", given=given))
        own = LineOf(operation.no, index)
        self.lines[own] = LineState(operation, line, ZERO, 0)
        effects.returned.append((own, exact(line.quantity), price))
        self.lines[own].returned_quantity += exact(line.quantity)
        self.lines[own].returned_amount += price

    def _money_of(self, operation: Operation) -> Operation:
        """The operation whose currency a return is in: that of its first original, or itself."""
        known = (
            self.lines[line.of] for line in operation.lines if line.of in self.lines and line.of
        )
        return next((state.operation for state in known), operation)

    def _sales_return(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            if line.of is None and line.item:
                cost = company(self._money_of(operation), line_cents(line))
                given = (("COGS", cost),)
                effects.moves.append(_move(operation, index, line, 1, "COGS", given=given))
                continue
            known, original = self._returned(operation, line, effects)
            if known is None or original is None:
                continue
            price = self._price_back(line, known)
            move = _move(operation, index, line, 1, "COGS", takes_from=original)
            move.fraction = exact(line.quantity) / -original.quantity
            self._take_back(effects, line, move, original, price)

    def _returned(
        self, operation: Operation, line: Line, effects: Effects
    ) -> tuple[LineState | None, Move | None]:
        """The line that is given back and its movement, if there is that much of it."""
        known = self.lines.get(line.of) if line.of else None
        if line.of is None or known is None or known.line.item == SERVICE:
            self.reasons.add("NOT_FOUND")
            return None, None
        first = self._money_of(operation)
        went = next(m.key for m in self.effects[line.of.no].moves if m.line == line.of.line)
        if (operation.day, 24 * 60 if operation.minute is None else operation.minute) < went[:2]:
            self.reasons.add("INVALID_VALUE")
        if first.foreign != known.operation.foreign or (
            operation.foreign is not None and known.operation.foreign is None
        ):
            self.reasons.add("INVALID_VALUE")
        if line.of.no in self.cancelled:
            self.reasons |= {"INACTIVE", "RETURN_EXCEEDS_ORIGINAL"}
            return None, None
        of = [m for m in self.effects[line.of.no].moves if m.line == line.of.line]
        original = next((m for m in of if m.rejected == line.of_rejected), None)
        if original is None:
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")
            return None, None
        back = sum(abs(m.quantity) for e in (*self.live(), effects) for m in e.moves
                   if m.gives_back is original)  # fmt: skip
        if exact(line.quantity) > abs(original.quantity) - back:
            self.reasons.add("RETURN_EXCEEDS_ORIGINAL")
        return known, original

    def _take_back(
        self,
        effects: Effects,
        line: Line,
        move: Move,
        original: Move,
        price: int,
        *,
        paid: bool = True,
    ) -> None:
        move.item, move.warehouse = original.item, original.warehouse
        move.gives_back = original
        effects.moves.append(move)
        if line.of is not None and paid:
            effects.returned.append((line.of, exact(line.quantity), price))
            self.lines[line.of].returned_quantity += exact(line.quantity)
            self.lines[line.of].returned_amount += price

    # -- money ------------------------------------------------------------------------------------

    def _journal(self, operation: Operation, effects: Effects) -> None:
        for line in operation.lines:
            amount = company(operation, cents(exact(line.amount)))
            effects.journal.append((line.account or "", amount))
            if line.account in {"Stock A", "Stock B"}:
                self.reasons.add("STOCK_ACCOUNT_LOCKED")
            if line.party:
                effects.party.append((line.party, line.account or "", amount))
                if line.account not in {"Debtors", "Creditors"}:
                    self.reasons.add("INVALID_VALUE")
        balance(effects)
        if sum(line.amount for line in operation.lines):
            self.reasons.add("UNBALANCED_ENTRY")

    def _payment(self, operation: Operation, effects: Effects) -> None:
        collects = operation.kind is Kind.COLLECT
        sign = 1 if collects else -1
        party, control = ("customer", "Debtors") if collects else ("supplier", "Creditors")
        left = cents(exact(operation.amount))
        for line in operation.lines:
            amount = cents(exact(line.amount))
            left -= amount
            invoice = self.open.get(line.of.no) if line.of else None
            if line.of is None or invoice is None:
                self.reasons.add("NOT_FOUND")
                continue
            own = self._settle(operation, invoice, amount)
            left += amount - own
            at_invoice_rate = company(invoice.operation, own)
            if invoice.settled == invoice.amount:
                at_invoice_rate = invoice.in_company
            invoice.in_company -= at_invoice_rate
            effects.settled.append((line.of.no, own, at_invoice_rate))
            effects.journal.append((control, -sign * at_invoice_rate))
            effects.party.append((party, control, -sign * at_invoice_rate))
        if left < 0:
            self.reasons.add("OVER_ALLOCATED")
        on_account = company(operation, max(left, 0))
        effects.journal.append((control, -sign * on_account))
        effects.party.append((party, control, -sign * on_account))
        effects.journal.append(("Bank", sign * company(operation, cents(exact(operation.amount)))))
        difference = sum(amount for _, amount in effects.journal)
        effects.journal.append(("Exchange", -difference))

    def _settle(self, operation: Operation, invoice: OpenState, amount: int) -> int:
        """Take an amount off an invoice in its own direction: one of less than nothing pays us."""
        wanted = Kind.SALE if operation.kind is Kind.COLLECT else Kind.BILL
        if invoice.operation.kind is not wanted:
            self.reasons.add("WRONG_PARTY")
        if invoice.operation.no in self.cancelled:
            self.reasons.add("INACTIVE")
        if (invoice.operation.foreign is None) != (operation.foreign is None):
            self.reasons.add("INVALID_VALUE")
        own = amount if (invoice.amount - invoice.settled or invoice.amount) > 0 else -amount
        if amount > abs(invoice.amount - invoice.settled) or invoice.operation.kind is not wanted:
            self.reasons.add("OVER_ALLOCATED")
        invoice.settled += own
        return own

    # -- cancelling -------------------------------------------------------------------------------

    def _cancel(self, no: int) -> None:
        target = self.effects[no]
        if no in self.cancelled or target.operation.kind is Kind.CANCEL:
            self.reasons.add("ALREADY_CANCELLED")
        for other in self.live():
            refers = [line.of.no for line in other.operation.lines if line.of is not None]
            if no in refers or self._moved_after(target, other):
                self.reasons.add("HAS_DEPENDENTS")
        if not self.reasons:
            self._take_out(no, target)

    def _moved_after(self, target: Effects, other: Effects) -> bool:
        """Whether an item's method was changed by one and the item moved by the other later."""
        if target.operation.kind is not Kind.METHOD or other.operation.no <= target.operation.no:
            return False
        changed = {line.item for line in target.operation.lines}
        moved = {move.item for move in other.moves}
        if other.operation.kind is Kind.METHOD:
            moved |= {line.item for line in other.operation.lines}
        return bool(changed & moved)

    def _take_out(self, no: int, target: Effects) -> None:
        """As if it had never been, but for what others have come to since."""
        self.cancelled.add(no)
        for of, state in self.lines.items():
            if of.no == no:
                state.quantity, state.amount = ZERO, 0
                if target.operation.update_stock:
                    state.billed_quantity, state.billed_amount = ZERO, 0
        for of, quantity, amount in target.billed:
            self._add_billed(of, -quantity, -amount)
        for of, quantity, amount in target.came:
            self._add_came(of, -quantity, -amount)
        for of, quantity, amount in target.cleared:
            self._add_cleared(of, -quantity, -amount)
        for of, quantity, amount in target.returned:
            self.lines[of].returned_quantity -= quantity
            self.lines[of].returned_amount -= amount
        for invoice, amount, in_company in target.settled:
            self.open[invoice].settled -= amount
            self.open[invoice].in_company += in_company
        for move, entry in target.gave:
            given = list(move.given or ())
            given.remove(entry)
            move.given = tuple(given)


def line_cents(line: Line) -> int:
    """Quantity x price in cents of the document's currency."""
    return product(line.quantity, line.rate)


def company(operation: Operation, amount: int) -> int:
    """Cents of the document's currency in cents of the company's."""
    if operation.foreign is None:
        return amount
    return cents(Fraction(amount, 100) * exact(operation.foreign))


def spread(operation: Operation, goods: list[tuple[int, Fraction]]) -> list[tuple[Entry, ...]]:
    """What each line takes of the charges that make goods dearer; the last takes the cents.

    `goods` are the price and the quantity of each.
    """
    shares: list[list[Entry]] = [[] for _ in goods]
    weights = [Fraction(price) for price, _ in goods]
    if not any(weights):
        weights = [quantity for _, quantity in goods]
    for charge in operation.charges:
        if charge.category == "TOTAL" or not goods:
            continue
        whole = company(operation, cents(exact(charge.amount)))
        parts = [cents(Fraction(whole, 100) * weight / sum(weights)) for weight in weights]
        last = max(index for index, weight in enumerate(weights) if weight)
        parts[last] += whole - sum(parts)
        for share, part in zip(shares, parts, strict=True):
            share.append((charge.account, part))
    return [tuple(share) for share in shares]


def balance(effects: Effects) -> None:
    """Lines converted one by one may miss the converted total by cents: they are rounding."""
    difference = sum(amount for _, amount in effects.journal)
    effects.journal.append(("Round off", -difference))


def _move(
    operation: Operation,
    index: int,
    line: Line,
    sign: int,
    contra: str,
    *,
    given: tuple[Entry, ...] | None = None,
    takes_from: Move | None = None,
) -> Move:
    return Move(
        no=operation.no,
        line=index,
        key=(0, 0, 0, 0),
        item=line.item,
        warehouse=line.warehouse or "",
        quantity=sign * exact(line.quantity),
        contra=contra,
        given=given,
        takes_from=takes_from,
    )


_TOO_MUCH = {
    Kind.RECEIPT: "OVER_BILLED",
    Kind.DELIVERY: "OVER_BILLED",
    Kind.BILL: "OVER_RECEIVED",
    Kind.SALE: "OVER_DELIVERED",
}
"""Why no more can be taken of a line, by the kind of its document."""

_READERS = {
    Kind.RECEIPT: Papers._receipt,
    Kind.DELIVERY: Papers._delivery,
    Kind.MATERIAL_RECEIPT: Papers._material_receipt,
    Kind.MATERIAL_ISSUE: Papers._material_issue,
    Kind.TRANSFER: Papers._transfer,
    Kind.MAKE: Papers._make,
    Kind.BILL: Papers._bill,
    Kind.SALE: Papers._sale,
    Kind.JOURNAL: Papers._journal,
    Kind.CLEAR: Papers._clear_off,
    Kind.COUNT: Papers._count,
    Kind.METHOD: Papers._change_method,
    Kind.LANDED_COST: Papers._landed_cost,
    Kind.PURCHASE_RETURN: Papers._purchase_return,
    Kind.SALES_RETURN: Papers._sales_return,
    Kind.PAY: Papers._payment,
    Kind.COLLECT: Papers._payment,
}
