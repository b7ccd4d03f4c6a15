"""CONTINENTAL: bills go into purchases and sales, the change of stock into stock and its variation.

As data: (nature of the movement, kind of the entry) -> the role of the account on the other side
of the stock account; expected cost, where it is posted, stands on interim accounts. Accounts come
from the posting rules (stock group x warehouse, party group x item group), else the company's
defaults. Rule: the NAV section of the scenario vectors.
"""

from collections.abc import Mapping

from domain.accounts import Role
from domain.movements import EntryKind, Nature

_DERIVED = (EntryKind.ISSUE, EntryKind.ADJUSTMENT, EntryKind.DIFFERENCE)
_BOUGHT = (EntryKind.DIRECT, EntryKind.PRICE, EntryKind.CHARGE, *_DERIVED)

CONTRA: Mapping[tuple[Nature, EntryKind], Role | None] = {
    **{(nature, kind): Role.STOCK_ADJUSTMENT for nature in Nature for kind in EntryKind},
    **{(nature, EntryKind.OVERHEAD): Role.OVERHEAD_APPLIED for nature in Nature},
    **{(nature, EntryKind.VARIANCE): Role.PURCHASE_VARIANCE for nature in Nature},
    **{(nature, EntryKind.CHARGE): Role.DIRECT_COST_APPLIED for nature in Nature},
    **{(Nature.PURCHASE, kind): Role.DIRECT_COST_APPLIED for kind in _BOUGHT},
    **{(Nature.SALE, kind): Role.COST_OF_GOODS_SOLD for kind in (EntryKind.DIRECT, *_DERIVED)},
}

INTERIM: Mapping[Nature, Role] = {
    Nature.PURCHASE: Role.ACCRUAL_INTERIM,
    Nature.SALE: Role.COGS_INTERIM,
}
"""The other side of expected cost; the stock interim account is the one side."""
