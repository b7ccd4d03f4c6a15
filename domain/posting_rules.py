"""Which account a posting goes to: rules looked up by groups, and what stands behind them.

Two ways of looking up: the first rule in order that fits (stock group x warehouse, party group x
item group), and the ladder of the most specific rule (area x item group x sales type). Each look-up
says what fitted and why the others did not. Rule: the NAV and webERP sections of the scenario
vectors.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from domain.accounts import Role
from domain.facts import ItemGroupFacts


def group_account(
    group: UUID | None, role: Role, groups: Mapping[UUID, ItemGroupFacts]
) -> UUID | None:
    """The account that a group of items, or its nearest parent, names for a role; None: none does.

    Groups name accounts for stock, adjustments of stock and purchase price variances.
    """
    while group is not None:
        one = groups[group]
        account = _OF_GROUP[role](one) if role in _OF_GROUP else None
        if account is not None:
            return account
        group = one.parent
    return None


_OF_GROUP: Mapping[Role, Callable[[ItemGroupFacts], UUID | None]] = {
    Role.STOCK_IN_HAND: lambda group: group.stock_account,
    Role.STOCK_ADJUSTMENT: lambda group: group.adjustment_account,
    Role.PURCHASE_VARIANCE: lambda group: group.purchase_price_variance_account,
}
