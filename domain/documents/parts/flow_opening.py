"""What stock enters another flow of costs with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from domain.facts import CompanyFacts, ItemFacts
from domain.movements import Pool, UnitCost


class OpenedBin(NamedTuple):
    """What lies in a bin as its new flow begins: worth `value`, after it was worth `before`."""

    pool: Pool
    quantity: Decimal
    before: Decimal
    value: Decimal
    account: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOpening:
    """Stock leaves the old flow of costs at its value, and enters the new one.

    `company` and `items` are as they are afterwards; `cards` what a unit of each item costs.
    """

    company: CompanyFacts
    items: Mapping[UUID, ItemFacts]
    bins: tuple[OpenedBin, ...]
    cards: Mapping[UUID, UnitCost]
