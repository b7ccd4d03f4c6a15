"""The cost entries that a valued document appends in the LINKED flow, and the dates they count for.

What a document gives counts on its own date. A first cost counts on the date of its movement, and
again with the date of the invoice that makes it actual; a later adjustment as the movement's
invoicing, or on the first open day where that is closed. Left-over cents count as the receipt's
last invoicing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.company import AdjustmentDating
from domain.costing.linked.node import Node
from domain.costing.linked.outcome import LinkedValue
from domain.documents.causes import Causes
from domain.money import ZERO, round_to, share
from domain.movements import Contra, CostEntry, EntryKind


def linked_entries(causes: Causes, value: LinkedValue) -> Iterable[CostEntry]:
    """Every entry that the document appends, movement by movement in posting order."""
    for node in value.nodes:
        if not node.is_void:
            yield from _Entries(causes, node).all(value.roundings.get(node.id, ZERO))


@dataclass(slots=True)
class _Amounts:
    """A part of a movement's cost to append: actual and expected."""

    actual: Decimal = ZERO
    expected: Decimal = ZERO


class _Entries:
    """The entries of one movement; keeps what stands on interim accounts up to date."""

    def __init__(self, causes: Causes, node: Node) -> None:
        self._causes = causes
        self._node = node
        self._expected = node.facts.given_expected + node.facts.derived_expected
        self._interim = node.facts.interim

    def all(self, rounding: Decimal) -> Iterable[CostEntry]:
        node, today = self._node, self._causes.posting_date
        invoiced = ZERO
        for given in node.given:
            if given.kind is EntryKind.ISSUE:
                invoiced += given.invoiced
            elif given.amount or given.expected or given.invoiced:
                yield self._entry(
                    given.kind,
                    today,
                    _Amounts(given.amount, given.expected),
                    given.contra,
                    invoiced=given.invoiced,
                    covered=given.covered,
                )
        yield from self._derived(invoiced)
        if node.offset:
            yield self._entry(EntryKind.VARIANCE, self._adjusted_on(), _Amounts(node.offset))
        if rounding:
            yield self._entry(EntryKind.ROUNDING, self._adjusted_on(), _Amounts(rounding))

    def _derived(self, invoiced: Decimal) -> Iterable[CostEntry]:
        """First costs and adjustments, split as the movement is invoiced.

        An adjustment says what of it was matched: a first cost has one that says nothing else.
        """
        node = self._node
        change, matched = self._split(), node.matched - node.facts.matched
        if not (change.actual or change.expected or invoiced or matched):
            return
        today = self._causes.posting_date
        if node.is_new or invoiced:
            yield self._entry(EntryKind.ISSUE, today, change, invoiced=invoiced)
            change = _Amounts()
        if matched:
            yield self._entry(EntryKind.ADJUSTMENT, today, change, invoiced=matched)
        elif not (node.is_new or invoiced):
            yield from self._adjusted(change)

    def _adjusted(self, change: _Amounts) -> Iterable[CostEntry]:
        node = self._node
        posted, billed = self._counts_on(node.movement.key.posting_date), self._adjusted_on()
        has_cost = node.facts.has_cost or node.facts.matched
        kind = EntryKind.ADJUSTMENT if has_cost else EntryKind.ISSUE
        if posted == billed:
            yield self._entry(kind, billed, change)
            return
        if change.actual:
            yield self._entry(kind, billed, _Amounts(actual=change.actual))
        if change.expected:
            yield self._entry(kind, posted, _Amounts(expected=change.expected))

    def _split(self) -> _Amounts:
        """What is derived beyond what is recorded of it, actual and expected.

        What documents gave as expected of the matched part of a receipt is actual too.
        """
        node, facts = self._node, self._node.facts
        quantity, digits = abs(node.quantity), self._causes.facts.company.digits
        actual = node.derived
        if node.invoiced < quantity:
            actual = round_to(share(node.derived, node.invoiced, quantity), digits)
        if node.matched:
            expected = facts.given_expected + sum((one.expected for one in node.given), ZERO)
            waiting = quantity - node.billed
            actual += round_to(share(expected, node.matched, waiting), digits)
        return _Amounts(
            actual - facts.derived_actual,
            node.derived - actual - facts.derived_expected,
        )

    def _adjusted_on(self) -> date:
        """As the movement's invoicing, else as the movement; never in closed days."""
        node = self._node
        if node.is_new or any(one.invoiced for one in node.given):
            return self._causes.posting_date
        return self._counts_on(node.facts.invoiced_on or node.movement.key.posting_date)

    def _counts_on(self, day: date) -> date:
        company = self._causes.facts.company
        if company.settings.adjustment_dating is AdjustmentDating.FIRST_OPEN_PERIOD:
            day = max(day, self._causes.posting_date)
        first_open = company.first_open_day
        return max(day, first_open) if first_open is not None else day

    def _entry(
        self,
        kind: EntryKind,
        posting_date: date,
        amounts: _Amounts,
        contra: Contra | None = None,
        *,
        invoiced: Decimal = ZERO,
        covered: Decimal | None = None,
    ) -> CostEntry:
        self._expected += amounts.expected
        on_interim = self._causes.facts.company.settings.expected_cost_posting
        interim = (self._expected if on_interim else ZERO) - self._interim
        self._interim += interim
        return CostEntry(
            id=self._causes.facts.new_id(),
            movement=self._node.movement,
            because=self._causes.document.id,
            kind=kind,
            posting_date=posting_date,
            amount=amounts.actual,
            contra=contra,
            expected=amounts.expected,
            interim=interim,
            invoiced=invoiced,
            covered=covered,
        )
