"""What movements take their cost from, as statements read it beside them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.money import ONE, ZERO
from domain.movements import Source

_ALL = "1"


def sources_of(found: Sequence[Sequence[Any]] | None) -> tuple[Source, ...]:
    """The sources of a movement: each has its movement, fraction, what is before, maybe its cost.

    PostgreSQL's arrays hold one type: all are texts, and null where there is none.
    """
    return tuple(_source(*one) for one in found or ())


def _source(id_: str, fraction: str, before: str | None, cost: str | None = None) -> Source:
    return Source(
        UUID(id_),
        ONE if fraction == _ALL else Decimal(fraction),
        Decimal(cost) if cost else ZERO,
        Decimal(before) if before else ZERO,
    )
