"""PERPETUAL: goods stand on the warehouse's stock account at every moment (Anglo-Saxon).

As data: (nature of the movement, kind of the entry) -> the role of the account on the other side
of the stock account. An entry's own contra wins, then the movement's. None: the other leg of the
same document balances it (transfers, goods made of others). Rule: the ERPNext section of the
scenario vectors.
"""

from collections.abc import Mapping

from domain.accounts import Role
from domain.movements import EntryKind, Nature

_DERIVED = (
    EntryKind.ISSUE,
    EntryKind.ADJUSTMENT,
    EntryKind.DIFFERENCE,
    EntryKind.ROUNDING,
    EntryKind.NEGATIVE_STOCK,
)
_INSIDE = (Nature.TRANSFER, Nature.MAKING)
_BALANCED = (EntryKind.DIRECT, EntryKind.ISSUE, EntryKind.ADJUSTMENT)
_LEFT_OVER = (EntryKind.DIFFERENCE, EntryKind.ROUNDING, EntryKind.NEGATIVE_STOCK)

CONTRA: Mapping[tuple[Nature, EntryKind], Role | None] = {
    (Nature.PURCHASE, EntryKind.DIRECT): Role.STOCK_RECEIVED_NOT_BILLED,
    (Nature.PURCHASE, EntryKind.PRICE): Role.STOCK_RECEIVED_NOT_BILLED,
    **{(Nature.PURCHASE, kind): Role.COST_OF_GOODS_SOLD for kind in _DERIVED},
    **{(Nature.SALE, kind): Role.COST_OF_GOODS_SOLD for kind in EntryKind},
    **{(Nature.STOCK, kind): Role.STOCK_ADJUSTMENT for kind in EntryKind},
    **{(Nature.COUNT, kind): Role.STOCK_ADJUSTMENT for kind in EntryKind},
    **{(nature, kind): None for nature in _INSIDE for kind in _BALANCED},
    **{(nature, kind): Role.STOCK_ADJUSTMENT for nature in _INSIDE for kind in _LEFT_OVER},
}
