"""Every figure of a company's books explains itself: down to its ends, to the cent."""

from collections import Counter
from decimal import Decimal
from uuid import UUID

from domain.currencies import currency_digits
from domain.explain.nodes import OPENABLE, Node, NodeKind
from domain.money import quantum
from persistence.database import Database
from persistence.explaining.explain import Explaining, Find

DEPTH = 12
CENT = Decimal("0.01")


async def assert_every_figure_is_explained(database: Database, company: UUID) -> Counter[NodeKind]:
    """Open every cost and every ledger line; how many nodes of each kind were seen."""
    seen: Counter[NodeKind] = Counter()
    async with database.transaction(company) as connection:
        cursor = await connection.execute(
            "select id from movement where company_id = %s", (company,)
        )
        movements = await cursor.fetchall()
        cursor = await connection.execute(
            "select journal_entry_id, line_no from journal_line where company_id = %s", (company,)
        )
        lines = await cursor.fetchall()
        finds: list[Find] = [
            *(lambda one, key=row: one.cost_subject(*key) for row in movements),
            *(lambda one, key=row: one.line_subject(*key) for row in lines),
        ]
        cursor = await connection.execute("select currency from company where id = %s", (company,))
        ((currency,),) = await cursor.fetchall()
        cent = quantum(currency_digits(currency))
        explaining = await Explaining.of(connection, company)
        found = await explaining.explain([(find, DEPTH) for find in finds])
        assert len(found) == len(movements) + len(lines)
        for explanation in found:
            assert explanation is not None
            assert_explained(explanation.root, seen, cent)
    return seen


def assert_explained(node: Node, seen: Counter[NodeKind], cent: Decimal = CENT) -> None:
    """The node and all below it: opened where it can be, and rounded by cents only.

    A cent is the smallest amount of the company's currency.
    """
    subject, children = node.subject, node.children or ()
    seen[subject.kind] += 1
    assert subject.kind is not NodeKind.UNEXPLAINED, subject
    if node.children == () and subject.kind in OPENABLE and subject.amount:
        raise AssertionError(f"{subject} is not explained")
    for child in children:
        if child.subject.kind is NodeKind.ROUNDING:
            assert abs(child.subject.amount) <= cent * (len(children) + 1), (subject, children)
        assert_explained(child, seen, cent)
