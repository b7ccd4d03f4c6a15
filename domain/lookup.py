"""Resolving a document's references, and collecting every refusal on the way.

A method that finds nothing, or something that may not be used here, notes a refusal with the path
and returns None; `refuse_if_any` ends the decision with all of them at once (domain/refusing.py).
"""

from collections.abc import Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.account_search import Asked, Source, account_for
from domain.accounts import CONTROL_TYPES, AccountType, Role, resolve_stock_account
from domain.company import Scheme
from domain.errors import (
    AccountInCurrency,
    DefaultAccountMissing,
    Inactive,
    InvalidValue,
    InventoryPeriodClosed,
    IsGroup,
    NotAStockItem,
    NotFound,
    PeriodClosed,
    PostingDateNotAllowed,
    StockAccountNotAllowed,
    WarehouseAccountMissing,
    WrongAccountType,
    WrongRole,
)
from domain.facts import AccountFacts, CostCenterFacts, Facts, ItemFacts, PartyFacts
from domain.movements import Movement
from domain.open_lines import LineFacts
from domain.payment_terms import PaymentTermFacts
from domain.references import Ref
from domain.refusing import Path, Refusing
from domain.taxes import TaxFacts
from domain.texts import named_by

BY_WAREHOUSE_ALONE = frozenset({Scheme.PERPETUAL, Scheme.PERIODIC})
"""The schemes in which the warehouse alone says where its stock stands."""


class _Usable(Protocol):
    """Any master that can be a group or deactivated."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def is_group(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...


class LookUp(Refusing):
    """The references of one document, resolved against the facts."""

    def __init__(self, facts: Facts) -> None:
        """Begin with no refusals."""
        super().__init__()
        self.facts = facts
        self.company = facts.company
        self._warehouses: dict[Ref, UUID] = {}

    # -- masters ------------------------------------------------------------------------------

    def item(self, ref: Ref, path: Path) -> ItemFacts | None:
        """An active item."""
        item = self.facts.items.get(ref)
        if item is None:
            return self._not_found(ref, path)
        if not item.is_active:
            self.refuse(Inactive(path=path, kind="item", reference=item.sku))
        return item

    def item_of_line(self, ref: Ref, path: Path) -> ItemFacts | None:
        """The item of a posted line, whatever has become of it since."""
        line = self.line(ref, path)
        return self.facts.items_by_id[line.item] if line is not None else None

    def stock_item(self, ref: Ref, path: Path) -> ItemFacts | None:
        """An active item that is kept in stock."""
        item = self.item(ref, path)
        if item is not None and not item.is_stock_item:
            self.refuse(NotAStockItem(path=path, item=item.sku))
        return item

    def party(self, ref: Ref, path: Path, role: str | None = None) -> PartyFacts | None:
        """An active party that has the role."""
        party = self.facts.parties.get(ref)
        if party is None:
            return self._not_found(ref, path)
        if not party.is_active:
            self.refuse(Inactive(path=path, kind="party", reference=party.code))
        if role is not None and role not in party.roles:
            self.refuse(WrongRole(path=path, party=party.code, role=role))
        return party

    def warehouse(self, ref: Ref, path: Path) -> UUID | None:
        """An active warehouse that holds stock and, where stock is posted, has an account."""
        known = self._warehouses.get(ref)
        if known is not None:
            return known
        company = self.company
        id_ = find(ref, company.warehouses, company.warehouses_named)
        if id_ is None:
            return self._not_found(ref, path)
        usable = self._usable(company.warehouses[id_], "warehouse", path)
        # Where rules or groups may name it, the account is found with the item, when it posts.
        if usable and company.posts_stock and company.scheme in BY_WAREHOUSE_ALONE:
            usable = self.stock_account(id_, path) is not None
        if usable:
            self._warehouses[ref] = id_
        return id_

    def account(
        self,
        ref: Ref,
        path: Path,
        *types: AccountType,
        of_party: bool = False,
        of_stock: bool = False,
        in_currency: bool = False,
    ) -> AccountFacts | None:
        """An active posting account, of one of the types if any are named.

        `of_party`: a party may be named with it, as it has to be with one that is kept by party.
        `of_stock`: it may be a stock account, or whoever asks refuses that; else it is refused
        where the company posts its stock: that account holds what its stock is worth.
        `in_currency`: whoever asks says the amount in the currency that it is kept in; else one
        that is kept in another than the company's is refused.
        """
        company = self.company
        id_ = find(ref, company.accounts, company.accounts_named)
        if id_ is None:
            return self._not_found(ref, path)
        account = company.accounts[id_]
        self._usable(account, "account", path)
        if types and account.type not in types:
            expected = ", ".join(sorted(types))
            self.refuse(WrongAccountType(path=path, account=account.code, expected=expected))
        if account.type in CONTROL_TYPES and company.settings.require_party and not of_party:
            self.refuse(InvalidValue(path=path, reason="kept_by_party"))
        if not (of_stock or types):
            self.not_of_stock(account, path)
        if account.currency is not None and not in_currency:
            code, currency = account.code, account.currency
            self.refuse(AccountInCurrency(path=path, account=code, currency=currency))
        return account

    def cost_of_sales(self, item: ItemFacts) -> UUID | None:
        """Where the cost of goods goes as they are sold: to the account of their item or its group.

        None: the scheme says it as it posts, by its rules, the company's default or the item again.
        """
        company = self.company
        named = item.cost_of_goods_sold_account is not None or item.group is not None
        if not named or company.scheme not in BY_WAREHOUSE_ALONE:
            return None
        found = account_for(company, Role.COST_OF_GOODS_SOLD, Asked(item))
        return None if found.source is Source.COMPANY_DEFAULT else found.account

    def own_account(self, account: UUID, path: Path) -> UUID:
        """The account that an item names for what is bought or sold of it."""
        self.not_of_stock(self.company.accounts[account], path)
        return account

    def booked_on(self, account: UUID | None) -> UUID | None:
        """The account of a bill's line, to be taken back from; None: it stands there no more.

        While stock was not posted a bill might name a stock account, which the migration emptied.
        One that is not there was to be made where no sales rule fits, and nothing was posted to it.
        """
        if account is None or account not in self.company.accounts:
            return None
        is_stock = self.company.accounts[account].type is AccountType.STOCK
        return None if is_stock and self.company.posts_stock else account

    def not_of_stock(self, account: AccountFacts, path: Path) -> None:
        """Refuse a stock account, on which nothing but stock is posted."""
        if account.type is AccountType.STOCK and self.company.posts_stock:
            self.refuse(StockAccountNotAllowed(path=path, account=account.code))

    def cost_center(self, ref: Ref | None, path: Path) -> CostCenterFacts | None:
        """The cost center named, or None where none is."""
        if ref is None:
            return None
        company = self.company
        id_ = find(ref, company.cost_centers, company.cost_centers_named)
        if id_ is None:
            return self._not_found(ref, path)
        center = company.cost_centers[id_]
        self._usable(center, "cost_center", path)
        return center

    def tax(self, ref: Ref, path: Path) -> TaxFacts | None:
        """An active tax."""
        company = self.company
        id_ = find(ref, company.taxes, company.taxes_named)
        if id_ is None:
            return self._not_found(ref, path)
        tax = company.taxes[id_]
        if not tax.is_active:
            self.refuse(Inactive(path=path, kind="tax", reference=tax.code))
        return tax

    def payment_term(self, ref: Ref, path: Path) -> PaymentTermFacts | None:
        """Active payment terms."""
        company = self.company
        id_ = find(ref, company.payment_terms, company.payment_terms_named)
        if id_ is None:
            return self._not_found(ref, path)
        terms = company.payment_terms[id_]
        if not terms.is_active:
            self.refuse(Inactive(path=path, kind="payment_term", reference=terms.code))
        return terms

    def line(self, ref: Ref, path: Path) -> LineFacts | None:
        """A live receipt or delivery line."""
        id_ = ref.id
        line = self.facts.lines.get(id_) if id_ is not None else None
        if line is None:
            return self._not_found(ref, path)
        if line.is_void:
            self.refuse(Inactive(path=path, kind="document", reference=line.number))
        return line

    # -- accounts -----------------------------------------------------------------------------

    def role(self, role: Role, path: Path = ()) -> UUID | None:
        """The company's default account for a role."""
        account = self.company.roles.get(role)
        if account is None:
            self.refuse(DefaultAccountMissing(path=path, role=role.value))
        return account

    def stock_account(self, warehouse: UUID, path: Path = ()) -> UUID | None:
        """The stock account of a warehouse, at the nearest of its three levels."""
        company = self.company
        default = company.roles.get(Role.STOCK_IN_HAND)
        resolved = resolve_stock_account(warehouse, company.warehouses, default)
        if resolved is None:
            code = company.warehouses[warehouse].code
            self.refuse(WarehouseAccountMissing(path=path, warehouse=code))
            return None
        return resolved.account

    def stock_account_of(self, warehouse: UUID, item: UUID) -> UUID | None:
        """The stock account of an item's goods in a warehouse."""
        asked = Asked(self.facts.items_by_id.get(item), warehouse)
        found = account_for(self.company, Role.STOCK_IN_HAND, asked)
        if found.account is None:
            code = self.company.warehouses[warehouse].code
            self.refuse(WarehouseAccountMissing(path=(), warehouse=code))
        return found.account

    def stock_account_for(self, warehouse: UUID, item: ItemFacts) -> UUID | None:
        """The stock account of an item's goods in a warehouse, as if the item were so."""
        found = account_for(self.company, Role.STOCK_IN_HAND, Asked(item, warehouse))
        if found.account is None:
            code = self.company.warehouses[warehouse].code
            self.refuse(WarehouseAccountMissing(path=(), warehouse=code))
        return found.account

    def difference_account(self, path: Path = ()) -> UUID | None:
        """Where differences of stock go unless their document says.

        None: the scheme says it, item by item, where rules or groups may name the account.
        """
        company = self.company
        if not company.posts_stock or company.scheme not in BY_WAREHOUSE_ALONE:
            return None
        return self.role(Role.STOCK_ADJUSTMENT, path)

    def role_for(
        self, role: Role, item: ItemFacts, party: PartyFacts | None, path: Path = ()
    ) -> UUID | None:
        """The account of a role for an item and a party: theirs, a rule's, or the company's."""
        found = account_for(self.company, role, Asked(item, None, party))
        if found.account is None:
            self.refuse(DefaultAccountMissing(path=path, role=role.value))
        return found.account

    def posting_role(self, role: Role, movement: Movement) -> UUID | None:
        """The account of a role for a movement's item, warehouse and party."""
        pool = movement.pool
        item = self.facts.items_by_id.get(pool.item)
        asked = Asked(item, pool.warehouse, self._party_of(movement))
        found = account_for(self.company, role, asked)
        if found.account is None:
            self.refuse(DefaultAccountMissing(role=role.value))
        return found.account

    def _party_of(self, movement: Movement) -> PartyFacts | None:
        """The document's party, or as much of another's as its movement says."""
        if movement.party is None:
            return None
        known = self.facts.parties_by_id.get(movement.party)
        return known or PartyFacts(movement.party, "", frozenset(), group=movement.party_group)

    # -- days ---------------------------------------------------------------------------------

    def open_day(self, posting_date: date, path: Path = ("postingDate",)) -> None:
        """A posting date after the last closed day, and not in days before a migration."""
        closed = self.company.closed_through
        if closed is not None and posting_date <= closed:
            self.refuse(
                PeriodClosed(
                    path=path,
                    posting_date=posting_date.isoformat(),
                    closed_through=closed.isoformat(),
                )
            )
        settings = self.company.settings
        allowed = settings.user_allow_posting_from or settings.allow_posting_from
        if allowed is not None and posting_date < allowed:
            self.refuse(
                PostingDateNotAllowed(
                    path=path,
                    posting_date=posting_date.isoformat(),
                    allowed_from=allowed.isoformat(),
                )
            )

    def open_to_later_costs(self, posting_date: date, path: Path) -> None:
        """A day whose documents may come to cost more or less, counted on the first open day.

        A closed day may, since nothing of it changes; a day before a migration may not.
        """
        migrated = self.company.migrated_through
        if migrated is not None and posting_date <= migrated:
            self.open_day(posting_date, path)

    def open_to_stock(self, posting_date: date, path: Path = ("postingDate",)) -> None:
        """A posting date after the last closed inventory period."""
        closed = self.company.inventory_closed_through
        if closed is not None and posting_date <= closed:
            self.refuse(
                InventoryPeriodClosed(
                    path=path,
                    posting_date=posting_date.isoformat(),
                    closed_through=closed.isoformat(),
                )
            )

    def _usable(self, master: _Usable, kind: str, path: Path) -> bool:
        if master.is_group:
            self.refuse(IsGroup(path=path, kind=kind, reference=master.code))
        if not master.is_active:
            self.refuse(Inactive(path=path, kind=kind, reference=master.code))
        return master.is_active and not master.is_group

    def _not_found(self, ref: Ref, path: Path) -> None:
        self.refuse(NotFound(path=path, kind=ref.kind, reference=ref.value))


def find(ref: Ref, by_id: Mapping[UUID, object], named: Mapping[str, UUID]) -> UUID | None:
    """The id that a reference names, by id or by what a person calls it."""
    if ref.by != "id":
        found = named.get(ref.value)
        return named_by(ref.value, named) if found is None else found
    id_ = ref.id
    return id_ if id_ in by_id else None
