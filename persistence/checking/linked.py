"""The LINKED flow rebuilt: what is open by the links, and every cost worked out again from zero.

The costs are found by the same settling that posts them, but started from every movement at once
and over all of them, so that whatever a posting has missed on its way shows. Items whose costs
wait to be adjusted are left out.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

from psycopg import AsyncConnection

from domain.costing.linked.facts import AverageFacts, AveragePool, LinkedMovement
from domain.costing.linked.node import Node
from domain.costing.linked.periods import Averaging
from domain.costing.linked.settling import Settling
from domain.money import ZERO
from persistence.checking.rebuild import Found, Rebuilt
from persistence.posting.book import Books
from persistence.posting.reading.linked import all_movements

_NAMES = """
select m.id, d.number || ', ' || i.sku from movement m
  join document d on d.company_id = m.company_id and d.id = m.document_id
  join item i on i.company_id = m.company_id and i.id = m.item_id
 where m.company_id = %(company)s
"""
_WAITING = "select distinct item_id from cost_dirty where company_id = %(company)s"


async def rebuild_linked(
    connection: AsyncConnection,
    company_id: UUID,
    on_progress: Callable[[int, int], None],
) -> Rebuilt:
    """Work out every cost of a company again and compare."""
    book = await Books().load(connection, company_id)
    cursor = await connection.execute(_WAITING, {"company": company_id})
    waiting = {row[0] for row in await cursor.fetchall()}
    facts = await all_movements(connection, book)
    on_progress(1, 2)
    averaging = Averaging.of(book.company.settings)
    nodes = {one.id: Node.of(one) for one in facts}
    settling = Settling(
        nodes, _averages(facts, averaging), averaging, book.company.digits, adjust=True
    )
    settling.run(id_ for id_, one in nodes.items() if one.movement.pool.item not in waiting)
    cursor = await connection.execute(_NAMES, {"company": company_id})
    names: Mapping[UUID, str] = dict(await cursor.fetchall())
    findings = [
        (names[one.id], *found, False)
        for one in nodes.values()
        for found in _findings(one, settling, waiting)
    ]
    on_progress(2, 2)
    return Rebuilt(len(nodes), _as_found(findings))


def _as_found(rows: Iterable[tuple[str, str, str, str, bool]]) -> list[Found]:
    return list(rows)


def _averages(
    facts: Iterable[LinkedMovement], averaging: Averaging
) -> dict[AveragePool, AverageFacts]:
    """Every average pool from its first movement on, as recorded."""
    pools: dict[AveragePool, list[LinkedMovement]] = {}
    for one in facts:
        pools.setdefault(averaging.pool_of(one.movement.pool), []).append(one)
    return {
        pool: AverageFacts(
            since=date.min,
            quantity=sum((one.movement.quantity for one in members), ZERO),
            value=sum((one.recorded for one in members), ZERO),
            members=frozenset(one.id for one in members),
            revaluations=tuple((one.id, r) for one in members for r in one.revaluations),
        )
        for pool, members in pools.items()
    }


def _findings(node: Node, settling: Settling, waiting: set[UUID]) -> Iterable[tuple[str, str, str]]:
    linked = sum(
        (one.quantity if one.increase == node.id else -one.quantity for one in node.facts.links),
        ZERO,
    )
    left = node.quantity - linked
    if left != node.facts.open:
        yield "open quantity", str(left), str(node.facts.open)
    if node.movement.pool.item in waiting:
        return
    if node.valuation_date != node.facts.valuation_date:
        yield "valuation date", str(node.valuation_date), str(node.facts.valuation_date)
    if node.derived != node.facts.derived:
        yield "cost beyond what documents gave", str(node.derived), str(node.facts.derived)
    rest = settling.left_over(node)
    if rest != node.facts.rounding:
        yield "left-over cents", str(rest), str(node.facts.rounding)
