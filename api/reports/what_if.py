"""`whatIf`: the same movements under several costing methods, side by side."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry
from uuid_utils.compat import uuid7

from api.context import Info
from api.documents.reading.related import related
from api.masters.common import CompanyArgument
from api.masters.items import Item
from api.reports.common import AsOf, id_of, reading, scope_for
from api.types.enums import CostingMethod
from api.types.refs import ItemRef
from domain.costing.linked.periods import Averaging
from domain.costing.what_if import COMPARABLE, what_if
from domain.errors import InvalidValue, NotSupported, Refused
from domain.money import plain, round_to
from persistence.posting.book import Books
from persistence.reports import what_if as report

MOST_ITEMS = 20

Items = Annotated[list[ItemRef], strawberry.argument(description="The items, at most 20.")]
Methods = Annotated[
    list[CostingMethod],
    strawberry.argument(
        description="The methods to compare: FIFO, LIFO and MOVING_AVERAGE, or under CONTINENTAL "
        "FIFO, LIFO and AVERAGE_PERIOD."
    ),
]


@strawberry.type(description="What an item comes to under a costing method.")
class WhatIfOutcome:
    """In company currency."""

    method: CostingMethod = strawberry.field(description="The method.")
    quantity: Decimal = strawberry.field(description="What there is, in the item's unit.")
    value: Decimal = strawberry.field(description="What that is worth.")
    unit_cost: Decimal | None = strawberry.field(
        description="Value per unit, to nine decimal places for display; null for no quantity."
    )
    cost_of_sales: Decimal = strawberry.field(description="What was sold has cost so much.")
    result: Decimal = strawberry.field(description="Sales less their cost.")


@strawberry.type(description="An item under several costing methods, side by side.")
class WhatIfItem:
    """The movements are the same under all of them."""

    company_id: strawberry.Private[Any]
    item_id: strawberry.Private[Any]
    item: Any = related("item", "item_id", Item, "The item.")
    sales: Decimal = strawberry.field(
        description="What it was billed for, less what was credited; in company currency."
    )
    outcomes: list[WhatIfOutcome] = strawberry.field(description="One for each method asked for.")


@strawberry.type
class WhatIfQuery:
    """Comparing methods."""

    @strawberry.field(
        description="What stock and cost of sales would be under other costing methods, by the "
        "movements as they happened, at what goods were bought at, also where a cost was "
        "carried (BY_LEVEL). Nothing is changed."
    )
    async def what_if(
        self,
        info: Info,
        *,
        company: CompanyArgument,
        items: Items,
        methods: Methods,
        as_of: AsOf = None,
    ) -> list[WhatIfItem]:
        """Three statements for all items."""
        if not 1 <= len(items) <= MOST_ITEMS:
            raise Refused(
                InvalidValue(path=("items",), reason="out_of_range", least=1, most=MOST_ITEMS)
            )
        scope = await scope_for(info, company, as_of, None)
        ids = [await id_of(info, scope.company_id, "items", one) for one in items]
        known = [one for one in ids if one is not None]
        async with reading(info.context, scope) as connection:
            book = await Books().load(connection, scope.company_id)
            found = await report.item_histories(
                connection, scope.company_id, known, as_of, book.company.digits
            )
        _refuse_lost(ids, found)
        _refuse_others(methods, COMPARABLE[book.company.flow])
        averaging = Averaging.of(book.company.settings)
        digits = book.company.digits
        compared: list[WhatIfItem] = []
        for item, history in found.items():
            sales = round_to(history.sales, digits)
            outcomes: list[WhatIfOutcome] = []
            for method in methods:
                one = what_if(history.happened, method, book.company.flow, averaging, digits, uuid7)
                outcomes.append(
                    WhatIfOutcome(
                        method=method,
                        quantity=plain(one.quantity),
                        value=round_to(one.value, digits),
                        unit_cost=_unit_cost(one.value, one.quantity),
                        cost_of_sales=round_to(one.cost_of_sales, digits),
                        result=round_to(sales - one.cost_of_sales, digits),
                    )
                )
            compared.append(
                WhatIfItem(
                    company_id=scope.company_id, item_id=item, sales=sales, outcomes=outcomes
                )
            )
        return compared


def _unit_cost(value: Decimal, quantity: Decimal) -> Decimal | None:
    return plain(round_to(value / quantity, 9)) if quantity else None


def _refuse_lost(ids: Sequence[UUID | None], found: Mapping[UUID, report.ItemHistory]) -> None:
    """Nobody knows what the goods came in at."""
    refusals = [
        InvalidValue(path=("items", str(index)), reason="carried_costs")
        for index, item in enumerate(ids)
        if item is not None and found[item].is_lost
    ]
    if refusals:
        raise Refused(*refusals)


def _refuse_others(methods: list[CostingMethod], known: tuple[CostingMethod, ...]) -> None:
    refusals = [
        NotSupported(
            path=("methods", str(index)), feature="costingMethod", value=one, supported=known
        )
        for index, one in enumerate(methods)
        if one not in known
    ]
    if refusals:
        raise Refused(*refusals)
