"""Masters as they are asked for: what a person wants made or changed, and what text may be.

Codes, SKUs and barcodes are what people type and scan: trimmed, one line, signs that are seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias
from uuid import UUID

from domain.accounts import AccountType, Role, Root
from domain.charts import Chart
from domain.company import CompanySettings, CostingMethod, Scheme
from domain.errors import InvalidValue, Required
from domain.money import MAX_AMOUNT, RATE_DIGITS, plain
from domain.posting_rules import RuleKey, RuleTable
from domain.references import Ref
from domain.refusing import Collecting
from domain.texts import CODE_LENGTH, composed, fault_of_text, is_unseen

NAME_LENGTH = 300
DESCRIPTION_LENGTH = 4000
MOST_BARCODES = 100
MOST_UNITS = 100
"""How many units an item may have besides its stock unit."""
MOST_TOLERANCE = 1000
"""The highest tolerance, in percent."""

Path: TypeAlias = tuple[str, ...]


class PartyRole(StrEnum):
    """What a party is to the company."""

    CUSTOMER = "CUSTOMER"
    SUPPLIER = "SUPPLIER"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCompany:
    """A company to be opened. A default may name an account that is not made yet, by its code."""

    id: UUID | None = None
    code: str
    name: str
    currency: str
    chart: Chart
    scheme: Scheme
    costing_method: CostingMethod
    fiscal_year_start_month: int
    settings: CompanySettings
    defaults: Mapping[Role, Ref] = field(default_factory=dict[Role, Ref])
    default_cost_center: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made. Without a code its name is its code."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    type: AccountType | None
    root: Root | None
    parent: Ref | None
    is_group: bool
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCostCenter:
    """A cost center to be made."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    parent: Ref | None
    is_group: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWarehouse:
    """A warehouse to be made."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    parent: Ref | None
    account: Ref | None
    is_group: bool
    is_transit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItemGroup:
    """A group of items to be made, with the accounts that its items post to."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    parent: Ref | None
    costing_method: CostingMethod | None
    stock_account: Ref | None
    adjustment_account: Ref | None
    purchase_price_variance_account: Ref | None
    cost_of_goods_sold_account: Ref | None = None
    income_account: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPostingRule:
    """A rule to be made: what it asks for (codes and references), and the accounts it names."""

    keys: Mapping[RuleKey, str | Ref]
    accounts: tuple[tuple[Role, Ref], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPostingRules:
    """All rules of a table, in order; `expected_version` is of the company, null = any."""

    company: Ref
    table: RuleTable
    rules: tuple[NewPostingRule, ...]
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTax:
    """A tax to be made; `rate` in percent."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    rate: Decimal
    order: int
    on_tax: bool
    sales_account: Ref | None
    purchase_account: Ref | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaymentTerm:
    """Payment terms to be made; days, and percent of the bill."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    due_days: int
    end_of_month: bool
    discount_percent: Decimal
    discount_days: int


class ItemUnit(NamedTuple):
    """A unit that an item is bought or sold in, and how many stock units one of it is."""

    uom: str
    factor: Decimal


class UnitBarcode(NamedTuple):
    """A barcode that stands for one of a unit of its item: what is on the box, not on the piece."""

    uom: str
    barcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An item to be made. Without a name its SKU is its name."""

    company: Ref
    id: UUID | None = None
    sku: str
    name: str | None
    description: str | None
    uom: str
    costing_method: CostingMethod | None
    is_stock_item: bool
    group: Ref | None
    stock_group: str | None
    standard_cost: Decimal | None
    unit_cost: Decimal | None
    overhead_rate: Decimal | None
    indirect_cost_percent: Decimal | None
    weight: Decimal | None
    volume: Decimal | None
    barcodes: tuple[str, ...]
    expense_account: Ref | None
    income_account: Ref | None
    cost_of_goods_sold_account: Ref | None = None
    over_receipt_tolerance: Decimal | None = None
    over_delivery_tolerance: Decimal | None = None
    over_billing_tolerance: Decimal | None = None
    allow_negative_stock: bool | None
    require_expiry: bool | None = None
    units: tuple[ItemUnit, ...] = ()
    unit_barcodes: tuple[UnitBarcode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A customer or supplier to be made."""

    company: Ref
    id: UUID | None = None
    code: str | None
    name: str | None
    roles: tuple[PartyRole, ...]
    tax_id: str | None
    email: str | None
    group: str | None
    area: str | None
    sales_type: str | None
    receivable_account: Ref | None
    payable_account: Ref | None
    payment_term: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a master: only the fields that were given, null included.

    `expected_version` is the version that the person has seen; null = whatever it is now.
    """

    company: Ref
    target: Ref
    expected_version: int | None = None
    values: Mapping[str, object] = field(default_factory=dict[str, object])


class Checks(Collecting):
    """Collects what is wrong with a request about a master."""

    def text(self, value: str | None, path: Path, most: int, *, lines: bool = False) -> str:
        """A text that must be there: trimmed, of one line unless `lines`."""
        if value is None:
            self.refuse(Required(path=path))
            return ""
        return self.optional_text(value, path, most, lines=lines) or ""

    def code(self, value: str | None, path: Path) -> str:
        """A text that names something: no other looks the same."""
        code = self.text(value, path, CODE_LENGTH)
        if is_unseen(code):
            self.refuse(InvalidValue(path=path, reason="unseen_characters"))
        return code

    def optional_text(
        self, value: str | None, path: Path, most: int, *, lines: bool = False
    ) -> str | None:
        """A text that may be left out, but not empty; as it is kept, trimmed and composed."""
        if value is None:
            return None
        trimmed = composed(value.strip())
        if (fault := fault_of_text(trimmed, most, lines=lines)) is not None:
            self.refuse(InvalidValue(path=path, reason=fault))
        return trimmed

    def code_and_name(self, code: str | None, name: str | None) -> tuple[str, str]:
        """The two names of a record: whichever is left out is the same as the other."""
        if code is None and name is None:
            self.refuse(Required(path=("code",)))
            return "", ""
        named = code if name is None else name
        coded = name if code is None else code
        return (
            self.code(coded, ("code",) if code is not None else ("name",)),
            self.text(named, ("name",) if name is not None else ("code",), NAME_LENGTH),
        )

    def tolerance(self, value: object, path: Path) -> Decimal | None:
        """A tolerance in percent, at most `MOST_TOLERANCE`."""
        if value is None:
            return None
        percent = Decimal(str(value))
        if not 0 <= percent <= MOST_TOLERANCE:
            self.refuse(
                InvalidValue(path=path, reason="out_of_range", least=0, most=MOST_TOLERANCE)
            )
        return percent

    def units(self, given: Sequence[ItemUnit], stock_unit: str) -> dict[str, str] | None:
        """An item's units with their factors as text, as they are kept; its stock unit counts 1."""
        if len(given) > MOST_UNITS:
            self.refuse(InvalidValue(path=("units",), reason="too_long"))
            return None
        found: dict[str, str] = {}
        for number, one in enumerate(given):
            path = ("units", str(number))
            uom = self.code(one.uom, (*path, "uom"))
            factor = self.measure(one.factor, (*path, "factor"))
            if not factor:
                self.refuse(InvalidValue(path=(*path, "factor"), reason="must_be_positive"))
            elif uom == stock_unit and factor != 1:
                self.refuse(InvalidValue(path=(*path, "factor"), reason="stock_unit"))
            elif uom in found:
                self.refuse(InvalidValue(path=(*path, "uom"), reason="given_twice"))
            else:
                found[uom] = str(plain(factor))
        found.pop(stock_unit, None)
        return found or None

    def measure(self, value: object, path: Path) -> Decimal | None:
        """A cost, weight or volume: not negative, at most nine decimal places."""
        if value is None:
            return None
        number = Decimal(str(value))
        exponent = plain(number).as_tuple().exponent
        if number < 0:
            self.refuse(InvalidValue(path=path, reason="must_not_be_negative"))
        elif number >= MAX_AMOUNT:
            self.refuse(InvalidValue(path=path, reason="too_large"))
        elif isinstance(exponent, int) and -exponent > RATE_DIGITS:
            self.refuse(InvalidValue(path=path, reason="too_many_decimals"))
        return number
