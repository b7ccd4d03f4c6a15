"""What one request carries: the books, who asks, in which language, and batched look-ups.

Nothing here is shared between requests but `Services`; and no session is shared between root
fields: each opens its own transaction on `database`.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from api.auth.authentication import REMEMBERED_SECONDS, Authenticator, Development
from api.auth.memory import ShortMemory
from api.auth.principal import DEVELOPER, Principal
from api.cost.limits import CostLimits
from api.executing.text_limits import TextLimits
from api.executing.trusted_documents import TrustedDocuments
from api.messages import LANGUAGES
from api.serving.stopping import Stopping
from domain.accounts import ResolvedAccount
from domain.errors import Forbidden, Refused
from domain.masters import UnitBarcode
from domain.roles import Permission
from persistence.database import Database, ReplicaFailedError
from persistence.masters import lookups
from persistence.masters.barcodes import barcodes_of, unit_barcodes_of
from persistence.masters.lookups import Place, locate
from persistence.masters.rows import (
    AccountRow,
    CompanyRow,
    CostCenterRow,
    ItemGroupRow,
    ItemRow,
    PartyRow,
    PaymentTermRow,
    TaxRow,
    WarehouseRow,
)
from persistence.masters.warehouses import stock_accounts
from persistence.replicas import Replicas
from persistence.reports.stock_ledger import Balances

Key: TypeAlias = tuple[UUID, UUID]
"""(company id, id)"""


@dataclass(frozen=True, slots=True)
class Services:
    """What the composition root wires once per process.

    `books` is the port through which documents are posted; masters and reads use `database`; `feed`
    tells subscriptions how far the companies' feeds have come. With `private_webhooks` webhooks may
    lead into private networks. `authenticator` says who asks; `company_ids` remembers companies by
    their codes for a moment. `cost_limits` say what one operation may cost, `text_limits` how long
    its text may be, `documents` which texts are run. Of `replicas` queries are asked that name a
    `consistencyToken`; with `replicas_answer_all` those without one too. Event
    streams end when the process is `stopping`.
    """

    database: Database
    books: Any = None
    feed: Any = None
    private_webhooks: bool = False
    authenticator: Authenticator = field(default_factory=Development)
    cost_limits: CostLimits = field(default_factory=CostLimits)
    text_limits: TextLimits = field(default_factory=TextLimits)
    documents: TrustedDocuments = field(default_factory=TrustedDocuments)
    company_ids: ShortMemory[str, UUID] = field(
        default_factory=lambda: ShortMemory(REMEMBERED_SECONDS)
    )
    replicas: Replicas | None = None
    replicas_answer_all: bool = False
    stopping: Stopping = field(default_factory=Stopping)


class Loaders:
    """Records by id, one statement per kind and company however many are asked for at once.

    No look-up refers back to this: without cycles all of it goes as soon as the request is over.
    """

    def __init__(self, database: Database) -> None:
        """Nothing is read before it is asked for."""
        self._database = database

    @cached_property
    def item(self) -> DataLoader[Key, ItemRow]:
        """Items by (company id, id)."""
        return self._loader(lookups.items_by_id)

    @cached_property
    def item_group(self) -> DataLoader[Key, ItemGroupRow]:
        """Groups of items by (company id, id)."""
        return self._loader(lookups.item_groups_by_id)

    @cached_property
    def warehouse(self) -> DataLoader[Key, WarehouseRow]:
        """Warehouses by (company id, id)."""
        return self._loader(lookups.warehouses_by_id)

    @cached_property
    def account(self) -> DataLoader[Key, AccountRow]:
        """Accounts by (company id, id)."""
        return self._loader(lookups.accounts_by_id)

    @cached_property
    def party(self) -> DataLoader[Key, PartyRow]:
        """Parties by (company id, id)."""
        return self._loader(lookups.parties_by_id)

    @cached_property
    def tax(self) -> DataLoader[Key, TaxRow]:
        """Taxes by (company id, id)."""
        return self._loader(lookups.taxes_by_id)

    @cached_property
    def payment_term(self) -> DataLoader[Key, PaymentTermRow]:
        """Payment terms by (company id, id)."""
        return self._loader(lookups.payment_terms_by_id)

    @cached_property
    def cost_center(self) -> DataLoader[Key, CostCenterRow]:
        """Cost centers by (company id, id)."""
        return self._loader(lookups.cost_centers_by_id)

    @cached_property
    def barcodes(self) -> DataLoader[Key, list[str]]:
        """Barcodes of items by (company id, item id)."""
        return self._loader(barcodes_of, default=list)

    @cached_property
    def unit_barcodes(self) -> DataLoader[Key, list[UnitBarcode]]:
        """The barcodes of items' units."""
        return self._loader(unit_barcodes_of, default=list)

    @cached_property
    def stock_account(self) -> DataLoader[Key, ResolvedAccount | None]:
        """Stock accounts of warehouses by (company id, warehouse id)."""

        async def read(
            database: Database, company_id: UUID, _ids: Sequence[UUID]
        ) -> dict[UUID, ResolvedAccount | None]:
            return await stock_accounts(database, company_id)

        return self._loader(read, default=lambda: None)

    @cached_property
    def default_accounts(self) -> DataLoader[UUID, dict[str, UUID]]:
        """Default accounts by role, of companies by id."""
        database = self._database

        async def load(ids: list[UUID]) -> list[dict[str, UUID]]:
            return [await lookups.default_accounts(database, one) for one in ids]

        return DataLoader(load_fn=load)

    @cached_property
    def company(self) -> DataLoader[UUID, CompanyRow]:
        """Companies by id."""
        database = self._database

        async def load(ids: list[UUID]) -> Sequence[CompanyRow | BaseException]:
            found = await lookups.companies_by_id(database, ids)
            return [found.get(one) or _gone("company", one) for one in ids]

        return DataLoader(load_fn=load)

    def _loader(
        self,
        read: Callable[[Database, UUID, Sequence[UUID]], Awaitable[dict[UUID, Any]]],
        default: Callable[[], Any] | None = None,
    ) -> DataLoader[Key, Any]:
        database = self._database

        async def load(keys: list[Key]) -> Sequence[Any]:
            found: dict[Key, Any] = {}
            for company_id in dict.fromkeys(company for company, _ in keys):
                ids = [one for company, one in keys if company == company_id]
                rows = await read(database, company_id, ids)
                found.update(((company_id, one), row) for one, row in rows.items())
            if default is not None:
                return [found[key] if key in found else default() for key in keys]
            return [found.get(key) or _gone(read.__name__, key[1]) for key in keys]

        return DataLoader(load_fn=load)


async def looked_up(loader: DataLoader[Key, Any], company_id: UUID, ids: Iterable[UUID]) -> None:
    """Look records up before they are asked for: then none of them is waited for by itself."""
    keys = list(dict.fromkeys((company_id, one) for one in ids))
    found = await loader.load_fn(keys)
    loader.prime_many(dict(zip(keys, found, strict=True)))


def known(loader: DataLoader[Key, Any], key: Key) -> Any:
    """What a look-up has found already, else None: shown at once, where a future takes a turn."""
    future: Any = loader.cache_map.get(key)
    if future is None or not future.done() or future.cancelled() or future.exception():
        return None
    return future.result()


def _gone(what: str, one: UUID) -> LookupError:
    return LookupError(f"{what}: {one} is referred to and not there")


@dataclass(slots=True)
class Context:
    """One request, or one connection of subscriptions.

    `authorization` is the token it came with, `connection_params` what a WebSocket's client sends
    first: browsers cannot send headers there. `replica_failure` is what a replica failed with
    while it answered: then the answer does not count. What `only_reads` has its share of the
    connections that are there for that. `balances` are those of an export, which goes
    from page to page, each by a context of its own.
    """

    services: Services
    language: str = LANGUAGES[0]
    principal: Principal = DEVELOPER
    request: Any = None
    authorization: str | None = None
    connection_params: Any = None
    replica_failure: ReplicaFailedError | None = None
    balances: Balances | None = None
    only_reads: bool = False
    _read_from: Database | None = None
    _loaders: Loaders | None = None

    @property
    def database(self) -> Database:
        """The database, or a replica of it; open a transaction of your own on it."""
        if self._read_from is not None:
            return self._read_from
        if not self.only_reads:
            return self.services.database
        self._read_from = self.services.database.read_by(self.principal.name)
        return self._read_from

    @property
    def loaders(self) -> Loaders:
        """The records that were looked up; none before somebody asks for one."""
        if self._loaders is None:
            self._loaders = Loaders(self.database)
        return self._loaders

    @property
    def masters(self) -> Database:
        """The database, to change masters in: the log says that whoever asks has done it."""
        return self.services.database.acting_for(self.principal.name)

    def read_from(self, database: Database) -> None:
        """Read everything anew, as who asks, from a replica or (again) from the primary."""
        self._read_from = database.read_by(self.principal.name)
        self.replica_failure = None
        self.forget()

    @property
    def books(self) -> Any:
        """The port through which documents are posted, by whoever asks."""
        if self.principal.is_unrestricted:
            return self.services.books
        return self.services.books.acting_for(self.principal.authority_in)

    async def locate(self, one: UUID) -> Place | None:
        """The company and kind of an id, of the companies in which who asks may do anything."""
        return await locate(self.database, one, self.principal.companies)

    def within(self, company_id: UUID, permission: Permission) -> tuple[UUID, ...] | None:
        """The warehouses to which who asks is limited with a permission; None = to none."""
        if self.principal.is_unrestricted:
            return None
        limits = self.principal.authority_in(company_id).warehouses(permission)
        return None if limits is None else tuple(limits)

    def require(self, company_id: UUID, permission: Permission) -> None:
        """Refuse a field that needs more than the root field it stands under.

        Raises:
            Refused: FORBIDDEN: who asks has not the permission, or only for some warehouses.
        """
        if self.principal.is_unrestricted:
            return
        authority = self.principal.authority_in(company_id)
        if not authority.allows(permission) or authority.warehouses(permission) is not None:
            raise Refused(Forbidden(permission=permission.value))

    async def identify(self) -> None:
        """Find out (again) who asks: a subscription outlives what its token may once have been."""
        self.principal = await self.services.authenticator.principal(self.authorization)

    def forget(self) -> None:
        """Read everything anew from now on: something is about to change."""
        self._loaders = None

    @classmethod
    def of(cls, services: Services, language: str = LANGUAGES[0], request: Any = None) -> "Context":
        """A fresh context, which has looked up nothing yet."""
        return cls(services, language, request=request)


Info: TypeAlias = strawberry.Info[Context, None]
"""What resolvers take: `info.context` is the request's `Context`."""
