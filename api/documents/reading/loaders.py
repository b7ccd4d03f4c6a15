"""What belongs to documents, batched: one statement per part however many documents are shown.

Whoever has just decided a document can say here how its rows are made (`decided`), and nothing is
read: its payload then shows what is being written, and a preview what would be.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from strawberry.dataloader import DataLoader

from api.context import Context, Key
from domain.money import ZERO
from persistence.access.scope import all_of, moving_in
from persistence.database import Database
from persistence.documents import reading
from persistence.documents.changed import (
    ChangeRow,
    Moment,
    changes_because_of,
    costs_before,
)
from persistence.documents.rows import (
    ChargeRow,
    DocumentRow,
    GivenRow,
    JournalLineRow,
    LineRow,
    LineTaxRow,
    MovementRow,
    TaxRow,
)
from persistence.documents.settlements import (
    SettlementRow,
    settled_by_documents,
    settlements_of_items,
)
from persistence.reports import lots as lot_reading
from persistence.reports.lots import LotChangeRow, LotMoveRow, LotRow, LotStockRow
from persistence.reports.scope import Scope

Row = TypeVar("Row")
Rows = TypeVar("Rows")
"""What a look-up finds: a row or none, or all that belong to something."""
Read = Callable[[AsyncConnection, UUID, Sequence[UUID]], Awaitable[list[Row]]]
ReadOfScope = Callable[[AsyncConnection, Scope, Sequence[str]], Awaitable[list[Any]]]
Decided: TypeAlias = dict[Key, dict[Read[Any], Callable[[], Any]]]
"""What makes the rows of what was just decided, by document and by what would read them."""


class Parts(DataLoader[Key, Rows]):
    """A look-up that also gives what was just decided, made when somebody asks for it."""

    def __init__(
        self,
        load_fn: Callable[[list[Key]], Awaitable[list[Rows]]],
        read: Read[Any],
        decided: Decided,
    ) -> None:
        """`decided` makes what `read` would read by key; whoever decides puts it there."""
        super().__init__(load_fn=load_fn)
        self._read = read
        self._decided = decided
        self._listed: list[Any] = []

    def listed(self, rows: Sequence[Any]) -> None:
        """Rows that were read as a list, kept by their ids when somebody asks by an id."""
        self._listed.extend(rows)

    def load(self, key: Key) -> Awaitable[Rows]:
        """The rows, some time: with those of others where they are read."""
        self._keep_listed()
        parts = self._decided.get(key)
        make = parts.pop(self._read, None) if parts else None
        if make is not None:
            self.prime(key, make())
        return super().load(key)

    def clear(self, key: Key) -> None:
        """Read it anew from now on."""
        self._keep_listed()
        super().clear(key)

    def _keep_listed(self) -> None:
        if self._listed:
            self.prime_many({(row.company_id, row.id): row for row in self._listed})
            self._listed = []

    def shown(self, key: Key) -> Any:
        """The rows at once where they were decided: a future would take a turn of the loop."""
        parts = self._decided.get(key)
        make = parts.get(self._read) if parts else None
        return self.load(key) if make is None else make()


class DocumentLoaders:
    """Documents by (company id, id), and lists of their parts by (company id, document id).

    No look-up refers back to this: without cycles all of it goes as soon as the request is over.
    """

    def __init__(self, database: Database) -> None:
        """Nothing is read before it is asked for."""
        self._database = database
        self._decided: Decided = {}
        self._of_scope: dict[ReadOfScope, DataLoader[tuple[Scope, str], list[Any]]] = {}

    @cached_property
    def document(self) -> Parts[DocumentRow | None]:
        """Documents; null where there is none."""
        return self._singles(reading.documents)

    @cached_property
    def given(self) -> Parts[GivenRow | None]:
        """What documents were given; null where there is none."""
        return self._singles(reading.given_of_documents)

    @cached_property
    def line(self) -> Parts[LineRow | None]:
        """Lines by their own ids; null where there is none."""
        return self._singles(reading.lines)

    @cached_property
    def lines(self) -> Parts[list[LineRow]]:
        """The lines of a document."""
        return self._lists(reading.lines_of_documents, "document_id")

    @cached_property
    def charges(self) -> Parts[list[ChargeRow]]:
        """The charges of a document."""
        return self._lists(reading.charges_of_documents, "document_id")

    @cached_property
    def taxes(self) -> Parts[list[TaxRow]]:
        """The taxes of a document."""
        return self._lists(reading.taxes_of_documents, "document_id")

    @cached_property
    def line_taxes(self) -> Parts[list[LineTaxRow]]:
        """The taxes of all lines of a document."""
        return self._lists(reading.taxes_of_lines, "document_id")

    @cached_property
    def journal_lines(self) -> Parts[list[JournalLineRow]]:
        """The lines of the entries about a document."""
        return self._lists(reading.journal_lines_about, "document_id")

    @cached_property
    def caused_lines(self) -> Parts[list[JournalLineRow]]:
        """The lines of the entries that a document made us write."""
        return self._lists(reading.journal_lines_because_of, "because_id")

    @cached_property
    def changes(self) -> Parts[list[ChangeRow]]:
        """By how much a document changed what others cost."""
        return self._lists(changes_because_of, "because_id")

    @cached_property
    def cost_before(self) -> DataLoader[tuple[UUID, Moment], Decimal]:
        """What a document cost before a recording, by company id, document id and sequence."""
        database = self._database

        async def load(keys: list[tuple[UUID, Moment]]) -> list[Decimal]:
            found: dict[tuple[UUID, Moment], Decimal] = {}
            for company_id in dict.fromkeys(company for company, _ in keys):
                asked = [moment for company, moment in keys if company == company_id]
                async with database.transaction(company_id) as connection:
                    costs = await costs_before(connection, company_id, asked)
                found.update(((company_id, moment), cost) for moment, cost in costs.items())
            return [found.get(key, ZERO) for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def settles(self) -> Parts[list[SettlementRow]]:
        """What a document takes off others."""
        return self._lists(settled_by_documents, "document_id")

    @cached_property
    def settled_by(self) -> Parts[list[SettlementRow]]:
        """What others take off a document."""
        return self._lists(settlements_of_items, "item_id")

    @cached_property
    def movements(self) -> Parts[list[MovementRow]]:
        """The stock movements of a document."""
        return self._lists(reading.movements_of_documents, "document_id")

    @cached_property
    def lot(self) -> Parts[LotRow | None]:
        """Batches and serial numbers by their own ids; null where there is none."""
        return self._singles(lot_reading.lots)

    @cached_property
    def lot_stock(self) -> Parts[list[LotStockRow]]:
        """Where a lot is now."""
        return self._lists(lot_reading.stock_of_lots, "lot_id")

    @cached_property
    def lot_moves(self) -> Parts[list[LotMoveRow]]:
        """The movements of a lot that count."""
        return self._lists(lot_reading.moves_of_lots, "lot_id")

    @cached_property
    def warehouses_in(self) -> DataLoader[tuple[UUID, tuple[UUID, ...]], frozenset[UUID]]:
        """The warehouses that a limit extends to, by company id and what it names."""

        async def load(keys: list[tuple[UUID, tuple[UUID, ...]]]) -> list[frozenset[UUID]]:
            return [await all_of(self._database, *key) for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def is_seen(self) -> DataLoader[tuple[UUID, UUID, tuple[UUID, ...]], bool]:
        """Whether a limit lets a document be seen, by company id, document id and what it names.

        What was just decided is in no table yet, or not for long: who decided it sees it.
        """
        database, decided = self._database, self._decided

        async def load(keys: list[tuple[UUID, UUID, tuple[UUID, ...]]]) -> list[bool]:
            asked: dict[tuple[UUID, tuple[UUID, ...]], list[UUID]] = {}
            for company_id, document, limits in keys:
                asked.setdefault((company_id, limits), []).append(document)
            found = {key: await moving_in(database, *key, ids) for key, ids in asked.items()}
            return [
                (company_id, document) in decided or document in found[company_id, limits]
                for company_id, document, limits in keys
            ]

        return DataLoader(load_fn=load)

    @cached_property
    def lot_changes(self) -> Parts[list[LotChangeRow]]:
        """The recorded changes of a lot."""
        return self._lists(lot_reading.changes_of_lots, "lot_id")

    def of_scope(self, read: ReadOfScope, of: str) -> DataLoader[tuple[Scope, str], list[Any]]:
        """Lists of what belongs to things of a report by their codes, as of the report's scope.

        `of` is the attribute of the rows that has the code.
        """
        if read not in self._of_scope:
            self._of_scope[read] = self._scoped(read, of)
        return self._of_scope[read]

    def _scoped(self, read: ReadOfScope, of: str) -> DataLoader[tuple[Scope, str], list[Any]]:
        database = self._database

        async def load(keys: list[tuple[Scope, str]]) -> list[list[Any]]:
            rows: dict[tuple[Scope, str], list[Any]] = {key: [] for key in keys}
            for scope in dict.fromkeys(scope for scope, _ in keys):
                codes = [code for one, code in keys if one == scope]
                async with database.transaction(scope.company_id) as connection:
                    for row in await read(connection, scope, codes):
                        rows[scope, getattr(row, of)].append(row)
            return [rows[key] for key in keys]

        return DataLoader(load_fn=load)

    def decided(self, key: Key, parts: dict[Read[Any], Callable[[], Any]]) -> None:
        """Let what would be read of a document be made of its decision, if it is asked for."""
        self._decided[key] = parts

    def _singles(self, read: Read[Row]) -> Parts[Any]:
        database = self._database

        async def load(keys: list[Key]) -> list[Row | None]:
            rows: dict[Key, Row] = {}
            async for row in _read(database, read, keys):
                rows[row.company_id, row.id] = row
            return [rows.get(key) for key in keys]

        return Parts(load, read, self._decided)

    def _lists(self, read: Read[Row], of: str) -> Parts[Any]:
        database = self._database

        async def load(keys: list[Key]) -> list[list[Row]]:
            rows: dict[Key, list[Row]] = {key: [] for key in keys}
            async for row in _read(database, read, keys):
                rows[row.company_id, getattr(row, of)].append(row)
            return [rows[key] for key in keys]

        return Parts(load, read, self._decided)


async def _read(database: Database, read: Read[Any], keys: Iterable[Key]) -> AsyncIterator[Any]:
    by_company: dict[UUID, list[UUID]] = {}
    for company_id, one in keys:
        by_company.setdefault(company_id, []).append(one)
    for company_id, ids in by_company.items():
        async with database.transaction(company_id) as connection:
            rows = await read(connection, company_id, ids)
        for row in rows:
            yield row


def loaders_of(context: Context) -> DocumentLoaders:
    """The request's document loaders, kept beside its look-ups of masters and as long as these."""
    kept = vars(context.loaders)
    found = kept.get("documents")
    if found is None:
        found = kept["documents"] = DocumentLoaders(context.database)
    return found
