"""The books in memory, their lots: batches and serial numbers, and everything that moved these."""

from dataclasses import replace
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.needs import Needs
from domain.facts import Facts, LotFacts
from domain.movements import NO_LOT
from domain.open_lines import SerialFacts
from domain.records import LotKind
from tests.model.memory_credits import MemoryCredits
from tests.model.memory_masters import ITEM_IDS


class MemoryLots(MemoryCredits):
    """Adds to the facts what lots there are."""

    def __init__(self, layers_at_first: int) -> None:
        super().__init__(layers_at_first)
        self.lots: dict[tuple[UUID, str], UUID] = {}

    def _with_lots(self, needs: Needs, facts: Facts) -> Facts:
        named = {key: lot for key, lot in self.lots.items() if key[1] in needs.lots}
        pools = {
            *(m.pool for one in facts.documents.values() for m in one.movements),
            *(m.pool for one in facts.originals.values() for m in one.movements),
        }
        moved = {pool.lot for pool in pools if pool.item == ITEM_IDS["serial"]} - {NO_LOT}
        codes = {lot: code for (_, code), lot in self.lots.items()}
        serials = moved | {lot for (item, _), lot in named.items() if item == ITEM_IDS["serial"]}
        return replace(
            facts,
            lots=named,
            lot_facts={
                lot: LotFacts(lot, codes[lot], _kind(item)) for (item, _), lot in named.items()
            },
            lot_codes={lot: codes[lot] for lot in named.values()},
            serials={lot: self._serial(lot, codes[lot]) for lot in serials},
        )

    def _serial(self, lot: UUID, code: str) -> SerialFacts:
        moves = (
            (movement.key, movement.quantity)
            for movement in self.movements.values()
            if movement.pool.lot == lot
            and movement.voids is None
            and not self.documents[movement.document].void
        )
        return SerialFacts(code, tuple(moves))

    def _keep_lots(self, causes: Causes) -> None:
        for (item, code), made in causes.new_lots.items():
            self.lots[item, code] = made.id


def _kind(item: UUID) -> LotKind:
    return LotKind.SERIAL if item == ITEM_IDS["serial"] else LotKind.BATCH
