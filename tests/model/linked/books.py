"""Books of the LINKED flow in memory: what the database does for it, done with dictionaries."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from domain.costing.linked.facts import (
    MissingLinked,
)
from domain.costing.linked.flow import linked_items, value_linked
from domain.costing.linked.outcome import LinkedValue
from domain.costing.replay import Regiven
from domain.documents.cancellation import Cancellation
from domain.documents.causes import Causes
from domain.documents.cost_adjustment import CostAdjustment, process
from domain.documents.parts.cost_orders import RevaluationOrder
from domain.lookup import LookUp
from domain.money import ONE, ZERO, divide
from domain.movements import (
    GIVEN_KINDS,
    Assertion,
    EntryKind,
    Given,
    Movement,
    Nature,
    Pool,
    Returned,
    Source,
)
from domain.recorded import DocumentFacts, GivenElsewhere
from domain.records import LineRecord
from domain.references import Ref
from tests.model.linked.histories import Operation
from tests.model.linked.store import ITEM, LOT_IDS, PLACES, LinkedStore


class LinkedBooks(LinkedStore):
    """Posts operations; with `adjusts` costs travel at once, else by `adjust`."""

    def post(self, operation: Operation) -> None:
        """Record the operation.

        Raises:
            Refused: nothing was kept.
        """
        if operation.kind == "CANCEL":
            causes = self._cancel(operation.of)
        else:
            causes = self._begin(operation.day)
            getattr(self, f"_{operation.kind.lower()}")(causes, operation)
            self.documents[operation.no] = causes.document
        self.of_document[operation.no] = self._settle(causes)
        if operation.kind == "CANCEL":
            del self.of_document[operation.of]

    def adjust(self, day: date) -> bool:
        """Let all costs travel; whether any waited."""
        if not self.dirty:
            return False
        causes = self._begin(day)
        causes.adjusted_items = frozenset({ITEM})
        self._settle(causes)
        assert not self.dirty, "a batch leaves nothing"
        return True

    def _begin(self, day: date) -> Causes:
        document = CostAdjustment(
            id=self._new_id(), company=Ref("company", "code", "MODEL"), posting_date=day
        )
        return process(document, self._masters())

    def _receive(self, causes: Causes, one: Operation, billed: Decimal = ZERO) -> None:
        given = Given(EntryKind.DIRECT, one.amount, invoiced=billed)
        _move(causes, _pool(one), one.quantity, Nature.PURCHASE, given=(given,))

    def _buy(self, causes: Causes, one: Operation) -> None:
        self._receive(causes, one, one.quantity)

    def _sell(self, causes: Causes, one: Operation, billed: Decimal = ZERO) -> None:
        given = (Given(EntryKind.ISSUE, ZERO, invoiced=billed),) if billed else ()
        _move(causes, _pool(one), -one.quantity, Nature.SALE, given=given)

    def _sell_billed(self, causes: Causes, one: Operation) -> None:
        self._sell(causes, one, one.quantity)

    def _invoice(self, causes: Causes, one: Operation) -> None:
        self._regive(causes, one.of, Given(EntryKind.DIRECT, one.amount, invoiced=one.quantity))

    def _bill(self, causes: Causes, one: Operation) -> None:
        self._regive(causes, one.of, Given(EntryKind.ISSUE, ZERO, invoiced=one.quantity))

    def _charge(self, causes: Causes, one: Operation) -> None:
        self._regive(causes, one.of, Given(EntryKind.CHARGE, one.amount))

    def _regive(self, causes: Causes, of: int, given: Given) -> None:
        (id_,) = self.of_document[of]
        movement = self.kept[id_].movement
        causes.regiven.append(Regiven(id_, movement.pool, movement.key, (given,)))

    def _transfer(self, causes: Causes, one: Operation, named: Returned | None = None) -> None:
        leaving = _move(causes, _pool(one), -one.quantity, Nature.TRANSFER, returns=named)
        _move(causes, _pool(one, one.to), one.quantity, Nature.TRANSFER,
              sources=(Source(leaving.id, ONE),))  # fmt: skip

    def _sales_return(self, causes: Causes, one: Operation) -> None:
        (sale,) = self.of_document[one.of]
        sold = -self.kept[sale].movement.quantity
        fraction = ONE if one.quantity == sold else divide(one.quantity, sold)
        _move(causes, _pool(one), one.quantity, Nature.SALE,
              sources=(Source(sale, fraction),))  # fmt: skip

    def _purchase_return(self, causes: Causes, one: Operation) -> None:
        _move(causes, _pool(one), -one.quantity, Nature.PURCHASE, returns=self._named(one))

    def _named(self, one: Operation) -> Returned:
        """The receipt that an operation takes, and no other: of goods moved the last layer."""
        receipt = self.of_document[one.of][-1]
        kept = self.kept[receipt]
        return Returned(receipt, kept.movement.quantity, kept.cost, is_exact=True)

    def _sell_fixed(self, causes: Causes, one: Operation) -> None:
        _move(causes, _pool(one), -one.quantity, Nature.SALE, returns=self._named(one))

    def _transfer_fixed(self, causes: Causes, one: Operation) -> None:
        self._transfer(causes, one, self._named(one))

    def _revalue(self, causes: Causes, one: Operation) -> None:
        pools = [pool for pool in self._pools() if pool.warehouse == PLACES[one.warehouse]]
        causes.revaluations.append(RevaluationOrder(tuple(pools), None, one.amount, None, None))

    def _count(self, causes: Causes, one: Operation) -> None:
        _move(causes, _pool(one), ZERO, Nature.COUNT, counted=Assertion(one.quantity, one.rate))

    def _cancel(self, of: int) -> Causes:
        target, own = self.documents[of], set(self.of_document[of])
        recorded = DocumentFacts(
            id=target.id, kind=target.kind, number=str(of), posting_date=target.posting_date,
            posting_time=time.min, party=None, currency="EUR", is_void=False,
            movements=tuple(self.kept[id_].movement for id_ in self.of_document[of]),
            gave=tuple(
                GivenElsewhere(
                    id_, kept.movement.pool, kept.movement.key, one.kind, one.amount, one.contra,
                    one.expected, one.invoiced, one.covered,
                )
                for id_, kept in self.kept.items()
                for _, one in kept.entries
                if id_ not in own and one.because == target.id
                and (one.kind in GIVEN_KINDS or (one.kind is EntryKind.ISSUE and one.invoiced))
            ),
        )  # fmt: skip
        facts = replace(self._masters(), documents={target.id: recorded})
        document = Cancellation(
            id=self._new_id(), company=target.company, posting_date=target.posting_date,
            document=Ref("document", "id", str(target.id)),
        )  # fmt: skip
        return document.causes(facts)

    def _settle(self, causes: Causes) -> list[UUID]:
        known = MissingLinked(items=frozenset(linked_items(causes)))
        for _ in range(60):
            look = LookUp(causes.facts)
            outcome = value_linked(causes, self.facts(causes, known), look)
            if isinstance(outcome, LinkedValue):
                look.refuse_if_any()
                return self.keep(causes, outcome)
            wider = known.with_(outcome)
            assert wider != known, "asked for what it was given"
            known = wider
        raise AssertionError("the decision never ends")


def _pool(one: Operation, warehouse: str = "") -> Pool:
    return Pool(ITEM, PLACES[warehouse or one.warehouse], LOT_IDS[one.lot])


def _move(
    causes: Causes,
    pool: Pool,
    quantity: Decimal,
    nature: Nature,
    *,
    given: tuple[Given, ...] = (),
    sources: tuple[Source, ...] = (),
    returns: Returned | None = None,
    counted: Assertion | None = None,
) -> Movement:
    line = LineRecord(id=causes.facts.new_id(), line_no=1)
    return causes.move(pool, quantity, nature, line, given=given, sources=sources, returns=returns,
                       counted=counted)  # fmt: skip
