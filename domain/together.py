"""Documents that are decided in one go, each on the books that the one before leaves: a fold.

    decide(document, facts) -> (decision, facts after it)

It is the decision that a single document gets; only what is known of its stock comes from the
decision before it instead of from the books.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from operator import attrgetter

from domain.costing.fold import PoolFacts, PoolResult
from domain.decide import Decision, StockMissing, decide
from domain.documents.causes import Causes
from domain.documents.needs import Needs
from domain.errors import Refused
from domain.movements import Pool, PostingKey

DECIDED_TOGETHER = 1 << 61
"""Added to a document's place among those decided together, it stands for its sequence to come.

Above every recorded sequence, and below that of the document being decided.
"""

_NAMED_ONLY = frozenset({"items", "parties"})
_others = attrgetter(*(one.name for one in fields(Needs) if one.name not in _NAMED_ONLY))
_on_other_facts = attrgetter(
    "cancels", "voided", "mirrored", "regiven", "revaluations", "adjusted_items", "standards",
    "batch", "groups", "regroupings", "repricings", "methods", "reclassed", "company_change",
    "opening", "standing", "new_lots",
)  # fmt: skip


def names_only_masters(needs: Needs) -> bool:
    """Whether a document refers to items and parties and to nothing that others posted."""
    return not any(_others(needs))


def changes_stock_only(causes: Causes) -> bool:
    """Whether what a document leaves behind are its own rows and pools: others may follow."""
    return not any(_on_other_facts(causes))


def decide_together(
    waiting: Iterable[Causes], pools: Mapping[Pool, PoolFacts]
) -> Iterator[Decision | StockMissing | Refused]:
    """Decide documents in their order; what is refused or lacks facts changes nothing.

    `pools` must hold all pools that they name (`domain.stock.pools_of`), with the layers that all
    of them together may reach.
    """
    known = dict(pools)
    accepted = 0
    for causes in waiting:
        try:
            outcome = decide(causes, known)
        except Refused as refused:
            yield refused
            continue
        if isinstance(outcome, Decision):
            accepted += 1
            if outcome.settlement is not None:
                for result in outcome.settlement.pools:
                    known[result.pool] = _after(known[result.pool], result, accepted)
        yield outcome


def _after(facts: PoolFacts, result: PoolResult, place: int) -> PoolFacts:
    """A pool as a decision leaves it, for the next one."""
    last = result.last_key
    return PoolFacts(
        pool=facts.pool,
        method=facts.method,
        allow_negative=facts.allow_negative,
        state=result.state,
        layers=result.layers,
        folded_to=PostingKey(
            last.posting_date, last.posting_time, DECIDED_TOGETHER + place, last.ordinal
        )
        if last
        else None,
        history=facts.history,
        changes=facts.changes,
    )
