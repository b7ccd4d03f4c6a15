"""Goods that come, go, turn into others, or are counted."""

from fractions import Fraction

from tests.model.operations import (
    ROAD,
    SERVICE,
    WAREHOUSES,
    Kind,
    Line,
    LineOf,
    Operation,
)
from tests.model.register import Register
from tests.model.states import (
    Effects,
    Entry,
    Move,
    at,
    company,
    moving,
)
from tests.model.valuing import cents, exact, product


class Goods(Register):
    """Reads the documents that move goods, and those that change how they are costed."""

    def _receipt(self, operation: Operation, effects: Effects) -> None:
        dearer: dict[int, tuple[Entry, ...]] = {}
        for index, line in enumerate(operation.lines):
            taken = self._come_of(operation, effects, line, Kind.BILL) if line.of else None
            if taken is not None or line.of is None:
                self._keep(operation, index, line)
                if line.item == SERVICE:
                    own, billed = LineOf(operation.no, index), taken.amount if taken else 0
                    self._keep_service(operation, effects, own, billed)
            if taken is None:
                continue
            self._settle_own(effects, LineOf(operation.no, index), taken)
            more = self._differ(operation, effects, line, taken, -1)
            dearer[index] = (more,) if more is not None else ()
        self._receive(operation, effects, "Accrual", dearer)

    def _delivery(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            taken = self._come_of(operation, effects, line, Kind.SALE) if line.of else None
            if line.item != SERVICE:
                for lot in line.lots():
                    effects.moves.append(moving(operation, index, line, -1, "COGS", lot=lot))
            if taken is not None or line.of is None:
                self._keep(operation, index, line)
            if taken is not None:
                self._settle_own(effects, LineOf(operation.no, index), taken)

    def _material_receipt(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            contra = line.account or "Adjustment"
            for lot in line.lots():
                price = company(operation, product(lot[1], line.rate))
                given = ((contra, price),)
                move = moving(operation, index, line, 1, contra, given=given, lot=lot)
                move.differs_on_one = True
                effects.moves.append(move)

    def _material_issue(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            contra = line.account or "Adjustment"
            for lot in line.lots():
                effects.moves.append(moving(operation, index, line, -1, contra, lot=lot))

    def _transfer(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            if line.warehouse == line.to:
                self.reasons.add("INVALID_VALUE")
            for lot in line.lots():
                leaving = moving(operation, index, line, -1, "", lot=lot)
                coming = moving(
                    operation, index, line, 1, "Adjustment", takes_from=leaving, lot=lot
                )
                coming.warehouse = line.to or ""
                effects.moves += [leaving, coming]

    def _arrive(self, operation: Operation, effects: Effects) -> None:
        """What was sent leaves the road at what it came there for, to arrive or to be lost."""
        lost = operation.kind is Kind.LOSE
        for index, line in enumerate(operation.lines):
            parts = self._parts_left(effects, line, self._sent(operation, line))
            if sum((quantity for _, quantity in parts), Fraction(0)) < exact(line.quantity):
                self.reasons.add("RECEIVED_EXCEEDS_SENT")
            if line.to == ROAD:
                self.reasons.add("INVALID_VALUE")
            for sent, quantity in parts:
                leaving = moving(operation, index, line, -1, "Adjustment" if lost else "")
                leaving.item, leaving.warehouse, leaving.lot = sent.pool
                leaving.quantity, leaving.gives_back = -quantity, sent
                effects.moves.append(leaving)
                if lost:
                    continue
                coming = moving(operation, index, line, 1, "Adjustment", takes_from=leaving)
                coming.item, coming.warehouse, coming.lot = sent.item, line.to or "", sent.lot
                coming.quantity = quantity
                effects.moves.append(coming)

    def _sent(self, operation: Operation, line: Line) -> list[Move]:
        """The movements that brought the goods onto the road."""
        known = self.effects.get(line.of.no) if line.of else None
        if line.of is None or known is None or known.operation.kind is not Kind.SEND:
            self.reasons.add("NOT_FOUND")
            return []
        sent = [m for m in known.moves if m.line == line.of.line and m.quantity > 0]
        at = 24 * 60 if operation.minute is None else operation.minute
        if (operation.day, at) < sent[0].key[:2]:
            self.reasons.add("INVALID_VALUE")
        if line.of.no in self.cancelled:
            self.reasons |= {"INACTIVE", "RECEIVED_EXCEEDS_SENT"}
        return sent

    def _make(self, operation: Operation, effects: Effects) -> None:
        """What is consumed becomes products, relieved of scrap; charges are on a single one."""
        lines = [*enumerate(operation.lines)]
        consumed = [
            moving(operation, index, line, -1, "", lot=lot)
            for index, line in lines
            if line.to is None
            for lot in line.lots()
        ]
        effects.moves += consumed
        worth = 0
        for index, line in lines:
            if line.scrap:
                for lot in line.lots():
                    given = (("", product(lot[1], line.rate)),)
                    scrap = moving(operation, index, line, 1, "Adjustment", given=given, lot=lot)
                    scrap.warehouse = line.to or ""
                    effects.moves.append(scrap)
                    worth += given[0][1]
        charges = [
            (at(charge.account, charge.center), cents(exact(charge.amount)))
            for charge in operation.charges
        ]
        made = [(i, one) for i, one in lines if one.to is not None and not one.scrap]
        shares = [exact(one.quantity if one.share is None else one.share) for _, one in made]
        before, whole = Fraction(0), sum(shares)
        for (index, line), share in zip(made, shares, strict=True):
            for lot in line.lots():
                until = before + share * exact(lot[1]) / exact(line.quantity) / whole
                coming = moving(operation, index, line, 1, "Adjustment", lot=lot)
                coming.part, before = (before, until), until
                coming.given = (("", -coming.part_of(worth)), *charges)
                coming.made_of = tuple(consumed)
                coming.warehouse = line.to or ""
                effects.moves.append(coming)

    def _count(self, operation: Operation, effects: Effects) -> None:
        for index, line in enumerate(operation.lines):
            lot = line.lots()[0]
            contra = "Opening" if operation.reason == "OPENING" else "Adjustment"
            move = moving(operation, index, line, 0, line.account or contra, lot=lot)
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
                move = moving(operation, index, line, 0, "Adjustment")
                move.warehouse = warehouse
                move.counted = (None, None if line.keeps == "rate" else exact(line.rate))
                effects.moves.append(move)
