"""The register of what is open: lines that wait for their bill or their goods, and their costs."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tests.model.operations import (
    ALL_ITEMS,
    SERVICE,
    TOLERANT,
    Kind,
    Line,
    LineOf,
    Operation,
    Switches,
)
from tests.model.states import (
    Effects,
    Entry,
    LineState,
    MethodChange,
    Move,
    OpenState,
    Taken,
    at,
    at_rate_of,
    company,
    moving,
)
from tests.model.valuing import ZERO, cents, exact, split


class Register:
    """All documents so far; `reasons` are those against the one that is being read.

    `switches` are those of the one that is being read, `under` those under which each was read.
    `additional` is what the movements that a document lets come in take of its additional costs,
    `worth` what the goods of earlier lines cost when a landed cost was handed in.
    """

    tolerances: Mapping[str, Decimal] = TOLERANT

    def __init__(
        self,
        switches: Switches,
        additional: Mapping[int, list[list[int]]] | None = None,
        worth: Mapping[int, Mapping[LineOf, int]] | None = None,
    ) -> None:
        self.switches = switches
        self.under: dict[int, Switches] = {}
        self.additional = additional or {}
        self.worth = worth or {}
        self.lines: dict[LineOf, LineState] = {}
        self.open: dict[int, OpenState] = {}
        self.effects: dict[int, Effects] = {}
        self.cancelled: set[int] = set()
        self.reasons: set[str] = set()
        self.methods: dict[str, list[MethodChange]] = {}
        self.lots: set[tuple[str, str]] = set()

    def method(self, item: str) -> str:
        """The costing method of an item now."""
        live = [one for one in self.methods.get(item, ()) if one.key[2] not in self.cancelled]
        return live[-1].method if live else ALL_ITEMS[item]

    def live(self) -> list[Effects]:
        return [e for e in self.effects.values() if e.operation.no not in self.cancelled]

    def _parts_left(
        self, effects: Effects, line: Line, originals: list[Move]
    ) -> list[tuple[Move, Fraction]]:
        """How much of each movement makes up a line's quantity, of the lots named if any are."""
        other_count = bool(line.serials) and len(line.serials) != line.quantity
        is_serial = any(move.item == "serial" for move in originals)
        if other_count or (is_serial and line.quantity % 1):
            self.reasons.add("LOTS_MISMATCH")
        named = {line.batch} if line.batch else set(line.serials)
        wanted = exact(line.quantity)
        parts: list[tuple[Move, Fraction]] = []
        for original in originals:
            back = sum(abs(m.quantity) for e in (*self.live(), effects) for m in e.moves
                       if m.gives_back is original)  # fmt: skip
            part = min(wanted, abs(original.quantity) - back)
            if part > 0 and (not named or original.lot in named):
                parts.append((original, part))
                wanted -= part
        return parts

    def paid_quantity(self, line: Line) -> Fraction:
        """What a line's price is for: with the goods that it rejects where they are paid for."""
        return exact(line.quantity + (line.rejected if self.switches.value_rejected else 0))

    def _pays_rejected(self, of: LineOf | None) -> bool:
        """Whether goods that a receipt rejected were paid for."""
        return of is not None and self.under[of.no].value_rejected

    def price(self, line: Line) -> int:
        """What that comes to, in cents of the document's currency."""
        return cents(self.paid_quantity(line) * exact(line.rate))

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

    def _add_billed(self, of: LineOf, quantity: Fraction, amount: int) -> None:
        self.lines[of].billed_quantity += quantity
        self.lines[of].billed_amount += amount
        if not quantity:
            self.lines[of].overcharged -= amount

    def _add_cleared(self, of: LineOf, quantity: Fraction, amount: int) -> None:
        self.lines[of].cleared_quantity += quantity
        self.lines[of].cleared_amount += amount

    def _keep(self, operation: Operation, index: int, line: Line) -> None:
        amount = company(operation, self.price(line))
        self.lines[LineOf(operation.no, index)] = LineState(
            operation, line, self.paid_quantity(line), amount
        )

    def _keep_service(
        self, operation: Operation, effects: Effects, of: LineOf, billed: int
    ) -> None:
        """A service that was received, but for what was billed: perhaps an expense from now on."""
        state = self.lines[of]
        state.accrued = self.switches.accrues_services
        if state.accrued:
            place = at("Services", operation.lines[of.line].center)
            effects.journal.append((place, state.amount - billed))
            effects.journal.append(("Owed services", billed - state.amount))

    def _of_service(self, differences: list[Entry], expense: str) -> list[Entry]:
        """What a service costs more or less is an expense, if the policy says so."""
        adjusts = self.switches.policy == "ADJUST_RECEIPT_COST"
        price = expense if adjusts else "Owed services"
        of_goods = {"Accrual", "COGS"}
        return [
            (price if place.partition("@")[0] in of_goods else place, amount)
            for place, amount in differences
        ]

    def _keep_billed(self, operation: Operation, index: int, line: Line) -> None:
        """Goods that come or go with their bill: nothing of them waits for another."""
        self._keep(operation, index, line)
        state = self.lines[LineOf(operation.no, index)]
        state.billed_quantity, state.billed_amount = state.quantity, state.amount
        state.moved_with_bill = True

    def moves_with_bill(self, operation: Operation, line: Line) -> bool:
        """Whether goods of an invoice's line come or go with it."""
        return operation.update_stock and line.item != SERVICE

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
        sign = 1 if bills else -1
        cleared = cents(Fraction(sign * known.open_amount, 100) * part / waiting) if part else 0
        amount = company(operation, self.price(line))
        beyond = company(operation, cents((quantity - part) * exact(line.rate)))
        return Taken(part, cleared, amount - beyond, quantity - part, beyond)

    def _beyond(self, of: LineOf, known: LineState, *, bills: bool) -> Fraction:
        """How much more than is open may be taken: the tolerance less what was taken of it."""
        percent = Fraction(self.tolerances.get(known.line.item, 0))
        others = [state for state in self.lines.values() if state.line.of == of]
        billed = sum((state.billed_quantity for state in others), ZERO)
        came = sum((state.quantity for state in others), ZERO)
        kept = known.quantity - known.returned_quantity - known.cleared_quantity
        whole = kept if bills else known.billed_quantity
        return whole * percent / 100 - (billed - came if bills else came - known.quantity)

    def _differ(
        self, operation: Operation, effects: Effects, line: Line, taken: Taken, sign: int
    ) -> Entry | None:
        """Where a difference between bill and goods goes; what it makes the goods dearer by.

        `sign` is 1 where the bill comes second, and -1 where the goods do: their price is on the
        accrual already, so that what goes elsewhere is taken off there.
        """
        known = self.lines[line.of] if line.of else None
        if known is None:
            return None
        if line.rate != known.line.rate and self.switches.policy == "MUST_MATCH":
            self.reasons.add("RATE_MISMATCH")
        account = "Exchange" if operation.foreign != known.operation.foreign else "Round off"
        price, elsewhere = 0, taken.difference
        if line.rate != known.line.rate or known.overcharged:
            account = "Exchange"
            if sign > 0:
                elsewhere = taken.amount - at_rate_of(known.operation, operation, taken.amount)
            else:
                elsewhere = at_rate_of(operation, known.operation, taken.cleared) - taken.cleared
            price = taken.difference - elsewhere
        effects.journal.append((account, sign * elsewhere))
        effects.journal.append(("Accrual", price if sign > 0 else elsewhere))
        is_kept = self.switches.policy == "KEEP_DIFFERENCE"
        return ("Accrual", sign * price) if price and not is_kept else None

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
            for lot in line.lots():
                effects.moves.append(moving(operation, index, line, 1, "COGS", given=(), lot=lot))
            if line.rejected and line.serials:
                self.reasons.add("INVALID_VALUE")
            if line.rejected:
                if line.rejected_to == line.warehouse:
                    self.reasons.add("INVALID_VALUE")
                away = moving(operation, index, line, 1, "COGS", given=())
                away.quantity, away.rejected = exact(line.rejected), True
                away.warehouse, away.lot = line.rejected_to or "", line.batch or ""
                effects.moves.append(away)
            for entry in (price, *dearer.get(index, ()), *share):
                self._share_out(effects, LineOf(operation.no, index), entry)

    def _give(self, effects: Effects, of: LineOf, entry: Entry) -> None:
        """Make the goods of an earlier line dearer."""
        effects.gave += self._share_out(self.effects[of.no], of, entry)

    def _share_out(self, effects: Effects, of: LineOf, entry: Entry) -> list[tuple[Move, Entry]]:
        """A cost of a line by quantity over what is paid for; the last takes the cents."""
        account, left = entry
        moves = [move for move in effects.moves if move.line == of.line and move.quantity > 0]
        paid_too = self.under[effects.operation.no].value_rejected
        paid = [one for one in moves if not one.rejected or paid_too]
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
        for share, part in zip(shares, split(whole, weights), strict=True):
            share.append((at(charge.account, charge.center), part))
    return [tuple(share) for share in shares]


_TOO_MUCH = {
    Kind.RECEIPT: "OVER_BILLED",
    Kind.DELIVERY: "OVER_BILLED",
    Kind.BILL: "OVER_RECEIVED",
    Kind.SALE: "OVER_DELIVERED",
}
"""Why no more can be taken of a line, by the kind of its document."""
