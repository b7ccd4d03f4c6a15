"""Items and parties as they were last read, kept with their versions.

They belong to one reading of a company's book (what the company says of all items is in them) and
are checked where they are used: a posting asks, with the statement that opens it, whether each is
still of the version that is known. So the facts are those that it would have read there.
"""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar
from uuid import UUID

from domain.facts import ItemFacts, PartyFacts
from domain.references import Ref

_Facts = TypeVar("_Facts", ItemFacts, PartyFacts)

MOST = 8_192
"""References kept of each kind: some megabytes at the most."""

_BEYOND = UUID(int=2**128 - 1)
"""After all ids."""

_LASTING = frozenset({"id", "sku", "code"})
"""What finds the same record as long as that has not changed; a barcode may move."""


class Known(Generic[_Facts]):
    """What references meant when they were read."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_ref: dict[Ref, _Facts] = {}
        self.read_to: UUID | None = _BEYOND
        """Down to which id they were read ahead; None: all of them, or as many as are kept so."""

    def of(self, refs: Iterable[Ref]) -> dict[Ref, _Facts]:
        """What is known of these."""
        found = ((ref, self._by_ref.get(ref)) for ref in refs)
        return {ref: one for ref, one in found if one is not None}

    def keep(self, found: Mapping[Ref, _Facts]) -> None:
        """Know these from now on."""
        lasting = {ref: one for ref, one in found.items() if ref.by in _LASTING}
        if len(self._by_ref) + len(lasting) > MOST:
            self._by_ref.clear()
        self._by_ref.update(lasting)

    def keep_ahead(self, found: Mapping[Ref, _Facts], read_to: UUID | None) -> None:
        """Know these too, as long as there is room for those that are named."""
        self.keep(found)
        self.read_to = read_to if len(self._by_ref) <= MOST // 2 else None

    def forget(self, refs: Iterable[Ref]) -> None:
        """Read these anew: one of them has changed, and each other is asked where it is used."""
        for ref in refs:
            self._by_ref.pop(ref, None)
