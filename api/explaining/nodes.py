"""The nodes of an explanation as GraphQL types, and the sentence that each of them says."""

from collections.abc import Awaitable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from api.context import Context, Info
from api.documents.reading.loaders import loaders_of
from api.documents.reading.related import document_named, related
from api.explaining.ids import written
from api.masters.accounts import Account
from api.masters.items import Item
from api.masters.warehouses import Warehouse
from api.messages import catalogue
from api.types.enums import described
from domain.errors import InvalidValue, Refused
from domain.explain.nodes import OPENABLE, Node, NodeKind, Subject
from domain.money import DISPLAY_DIGITS, QUANTITY_DIGITS, divide, plain, round_to
from persistence.explaining.explain import Explanation
from persistence.explaining.origins import OriginRow

described(
    NodeKind,
    "What a figure, or a part of one, is.",
    {
        NodeKind.JOURNAL_LINE: "A line of the general ledger, debit positive.",
        NodeKind.DOCUMENT: "What the document itself posts: a payable, a tax, an accrual.",
        NodeKind.COST: "What a stock movement costs now.",
        NodeKind.DIRECT: "A price that the document gave.",
        NodeKind.CHARGE: "A share of one of the document's valuation charges.",
        NodeKind.OVERHEAD: "Overhead that was added.",
        NodeKind.LANDED_COST: "A share of a later cost, given by another document.",
        NodeKind.PRICE_DIFFERENCE: "An invoice at another price than its receipt.",
        NodeKind.VARIANCE: "A difference to a standard cost.",
        NodeKind.REVALUATION: "A value that was moved to another account.",
        NodeKind.ISSUE: "What costing first said a movement costs.",
        NodeKind.ADJUSTMENT: "What another document changed of a movement's cost later.",
        NodeKind.DIFFERENCE: "What a movement changed the balance by, other than it was given.",
        NodeKind.NEGATIVE_STOCK: "What goods that had left before they came really cost.",
        NodeKind.CANCELLATION: "The mirror image of a cost that was cancelled.",
        NodeKind.EXPECTED: "Cost that is expected and not invoiced yet, or was until its invoice.",
        NodeKind.EXPECTED_ISSUE: "Likewise of goods that left: what they are expected to cost.",
        NodeKind.INTERIM: "Expected cost of earlier that was not on interim accounts, or not off.",
        NodeKind.LAYER: "Goods from one receipt, at what they came in at.",
        NodeKind.RECEIPT: "A receipt that was mixed into an average.",
        NodeKind.AVERAGE: "Goods at the moving average that a movement left.",
        NodeKind.BALANCE: "What there was before a movement.",
        NodeKind.COUNT: "What a count said there was.",
        NodeKind.PROVISIONAL: "Goods that were not there yet, at the last known cost.",
        NodeKind.COVERED: "Goods of a receipt that cover what had left before.",
        NodeKind.TAKEN: "Goods that left a receipt, each time in whole cents.",
        NodeKind.IN_FORCE: "Goods at the cost of their item that was in force.",
        NodeKind.TRANSFER: "The cost at which goods left another warehouse.",
        NodeKind.CONSUMPTION: "The cost of what was consumed to make goods.",
        NodeKind.RETURN: "The cost at which goods had left that came back.",
        NodeKind.CHANGE: "What the cost of goods changed by that had been taken already.",
        NodeKind.RECORDED: "What an earlier flow of costs had made of it, before a migration.",
        NodeKind.ROUNDING: "What rounding to whole cents left over.",
        NodeKind.UNEXPLAINED: "What is recorded, where no rule that is known of comes to it.",
    },
)


if TYPE_CHECKING:
    from api.documents.reading.parts import DocumentLine

_MOST_CHILDREN = 500
_LAZY_LINE: Any = Annotated["DocumentLine", strawberry.lazy("api.documents.reading.parts")]


def argument(description: str) -> Any:
    """An argument with its description."""
    return strawberry.argument(description=description)


def _line(self: Any, info: Info) -> Awaitable[Any] | None:
    if self.line_id is None:
        return None
    return loaders_of(info.context).line.load((self.company_id, self.line_id))


@strawberry.type(description="A figure, or a part of one, and what it consists of.")
class ExplanationNode:
    """Amounts in the company's currency; an amount is the sum of its children's, to the cent."""

    company_id: strawberry.Private[UUID]
    node: strawberry.Private[Node]
    origin: strawberry.Private[OriginRow | None]
    explanation: strawberry.Private[Explanation]
    document_id: strawberry.Private[UUID | None]
    because_id: strawberry.Private[UUID | None]
    item_id: strawberry.Private[UUID | None]
    warehouse_id: strawberry.Private[UUID | None]
    account_id: strawberry.Private[UUID | None]
    line_id: strawberry.Private[UUID | None]
    kind: NodeKind = strawberry.field(description="What it is.")
    level: int = strawberry.field(description="How deep it lies in this answer, from 0.")
    amount: Decimal = strawberry.field(
        description="Signed as its parent: of a ledger line debit positive, of a cost positive "
        "where value came."
    )
    document: Any = document_named("document_id", "The document that it comes from.")
    because: Any = document_named(
        "because_id", "The document that made us write it: another one for later adjustments."
    )
    item: Any = related("item", "item_id", Item | None, "The item that moved.")
    warehouse: Any = related(
        "warehouse", "warehouse_id", Warehouse | None, "Where it came or went."
    )
    account: Any = related(
        "account", "account_id", Account | None, "The account of a ledger line or of a charge."
    )

    @strawberry.field(description="What `explainNode` opens it by.")
    def id(self) -> strawberry.ID:
        """All that is needed to explain it further."""
        return strawberry.ID(written(self.node.subject))

    @strawberry.field(description="The stock movement that it is about.")
    def movement(self) -> strawberry.ID | None:
        """Null for ledger lines and what documents post themselves."""
        movement = self.origin.movement_id if self.origin else None
        return strawberry.ID(str(movement)) if movement else None

    line: Any = strawberry.field(
        resolver=_line,
        description="The document's line that moved the goods.",
        graphql_type=_LAZY_LINE | None,
    )

    @strawberry.field(description="In the item's unit, signed as the amount; null for charges.")
    def quantity(self) -> Decimal | None:
        """To six decimal places."""
        return _quantity(self.node.subject)

    @strawberry.field(
        description="Amount per unit, to nine decimal places for display; null for no quantity."
    )
    def unit_cost(self) -> Decimal | None:
        """Never computed with."""
        return _unit_cost(self.node.subject)

    @strawberry.field(description="Whether it consists of something that `explainNode` shows.")
    def can_open(self) -> bool:
        """Also where it is open already."""
        return self.node.subject.kind in OPENABLE and self.node.children != ()

    @strawberry.field(description="How many parts it has; null where it was not opened.")
    def child_count(self) -> int | None:
        """All of them, whatever page is shown."""
        return None if self.node.children is None else len(self.node.children)

    @strawberry.field(description="What it consists of; empty where it was not opened.")
    def children(
        self,
        first: Annotated[int, argument("How many, at most 500.")] = 50,
        offset: Annotated[int, argument("After how many.")] = 0,
    ) -> list["ExplanationNode"]:
        """The parts never change: they are of what was known when the figure was written."""
        if not 0 <= first <= _MOST_CHILDREN:
            raise Refused(
                InvalidValue(path=("first",), reason="out_of_range", least=0, most=_MOST_CHILDREN)
            )
        if offset < 0:
            raise Refused(InvalidValue(path=("offset",), reason="out_of_range"))
        page = (self.node.children or ())[offset : offset + first]
        return [shown(self.company_id, one, self.explanation, self.level + 1) for one in page]

    @strawberry.field(description="One sentence that says what it is, in the reader's language.")
    async def sentence(self, info: Info) -> str:
        """With the names and figures that it is about."""
        return await _sentence(self, info.context)


@strawberry.type(description="Why a figure is what it is.")
class FigureExplanation:
    """A tree; also flat, because a query cannot ask for a tree of unknown depth."""

    root: ExplanationNode = strawberry.field(description="The figure.")
    explanation: strawberry.Private[Explanation]

    @strawberry.field(
        description="All opened nodes of the tree and their children, from top to bottom, each "
        "followed by what it consists of; `level` says how deep."
    )
    def nodes(self) -> list[ExplanationNode]:
        """At most as many as one question opens."""
        return list(_flat(self.root))


def _flat(node: ExplanationNode) -> Iterator[ExplanationNode]:
    yield node
    for child in node.node.children or ():
        yield from _flat(shown(node.company_id, child, node.explanation, node.level + 1))


def shown(company_id: UUID, node: Node, explanation: Explanation, level: int) -> ExplanationNode:
    """A node of an explanation as it is shown."""
    subject = node.subject
    origin = explanation.origins.get(subject.id)
    is_given_by = origin.account_id if origin else None
    return ExplanationNode(
        company_id=company_id,
        node=node,
        origin=origin,
        explanation=explanation,
        document_id=origin.document_id if origin else None,
        because_id=origin.because_id if origin else None,
        item_id=origin.item_id if origin else None,
        warehouse_id=origin.warehouse_id if origin else None,
        account_id=explanation.accounts.get(subject.id) or is_given_by,
        line_id=origin.line_id if origin else None,
        kind=subject.kind,
        level=level,
        amount=round_to(subject.amount, explanation.digits),
    )


def _quantity(subject: Subject) -> Decimal | None:
    quantity = subject.quantity
    return None if quantity is None else plain(round_to(quantity, QUANTITY_DIGITS))


def _unit_cost(subject: Subject) -> Decimal | None:
    if not subject.quantity:
        return None
    return plain(round_to(divide(subject.amount, subject.quantity), DISPLAY_DIGITS))


async def _sentence(node: ExplanationNode, context: Context) -> str:
    loaders, company = context.loaders, node.company_id
    documents = loaders_of(context).document

    async def named(loader: Any, one: UUID | None, name: str) -> str:
        row = await loader.load((company, one)) if one is not None else None
        return str(getattr(row, name)) if row is not None else ""

    def size(number: Decimal | None) -> str:
        return "" if number is None else format(abs(number), "f")

    values = {
        "amount": format(node.amount, "f"),
        "quantity": size(_quantity(node.node.subject)),
        "unit_cost": size(_unit_cost(node.node.subject)),
        "document": await named(documents, node.document_id, "number"),
        "because": await named(documents, node.because_id, "number"),
        "item": await named(loaders.item, node.item_id, "sku"),
        "warehouse": await named(loaders.warehouse, node.warehouse_id, "code"),
        "account": await named(loaders.account, node.account_id, "code"),
    }
    return catalogue(context.language)[f"explain {node.kind.value}"].format_map(values)
