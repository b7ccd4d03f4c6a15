"""A landed cost's charges: each on its account, in its currency, spread by its basis."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.currencies import currency_digits, is_currency
from domain.documents.causes import Causes
from domain.documents.parts.continental_bills import is_continental
from domain.errors import InvalidValue, Required, StockAccountNotAllowed
from domain.facts import AccountFacts
from domain.journal import JournalLine
from domain.lookup import LookUp, Path
from domain.money import ONE, RATE_DIGITS, ZERO, multiply, round_to
from domain.records import ChargeRecord
from domain.references import Ref


class DistributionBasis(StrEnum):
    """What charges are spread by."""

    AMOUNT = "AMOUNT"
    QUANTITY = "QUANTITY"
    WEIGHT = "WEIGHT"
    VOLUME = "VOLUME"
    EQUAL = "EQUAL"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedCharge:
    """A charge in its own currency (None: the document's), credited to its account.

    `exchange_rate` is company currency per unit of that; the document's currency goes by its own.
    `account` may be left out under CONTINENTAL where a supplier bills it: then it is a purchase.
    `basis` is what this charge is spread by; None: what the document's are. On the `cost_center` is
    what it posts to its account; None: on those of the lines that take it.
    """

    account: Ref | None
    amount: Decimal
    currency: str | None = None
    exchange_rate: Decimal | None = None
    basis: DistributionBasis | None = None
    cost_center: Ref | None = None


class ReadCharge(NamedTuple):
    """A charge in the document's currency (as `record` has it) and in the company's."""

    record: ChargeRecord
    in_company: Decimal
    basis: DistributionBasis
    basis_path: Path


def read_landed_charges(
    causes: Causes,
    look: LookUp,
    charges: Sequence[LandedCharge],
    *,
    basis: DistributionBasis,
    billed: bool,
) -> list[ReadCharge]:
    """The charges as far as they can be read, by `basis` unless they have one of their own.

    `billed`: a supplier charges them.
    """
    read: list[ReadCharge] = []
    for index, charge in enumerate(charges):
        path = ("charges", str(index))
        account = _account(look, charge, (*path, "account"), billed=billed)
        center = look.cost_center(charge.cost_center, (*path, "costCenter"))
        look.positive(
            charge.amount, (*path, "amount"), currency_digits(charge.currency or causes.currency)
        )
        amounts = _amounts(causes, look, charge, path)
        if account is None or amounts is None:
            continue
        if account.type is AccountType.STOCK:
            look.refuse(StockAccountNotAllowed(path=(*path, "account"), account=account.code))
        record = ChargeRecord(
            charge_no=index + 1,
            account_id=account.id,
            category="VALUATION",
            rate=None,
            amount=amounts[0],
            basis=charge.basis,
            cost_center_id=center.id if center else None,
        )
        at = (*path, "basis") if charge.basis else ("basis",)
        read.append(ReadCharge(record, amounts[1], charge.basis or basis, at))
    return read


def bill_landed_charges(
    causes: Causes, shares: Sequence[JournalLine], payable: UUID | None
) -> None:
    """The supplier's bill: `shares` of the charges' accounts against the supplier."""
    if payable is None or causes.party is None:
        return
    total = sum((one.amount for one in shares), ZERO)
    for one in shares:
        causes.post(one.account, one.amount, one.cost_center)
    causes.post(payable, -total, party=causes.party.id)
    causes.open_item(payable, causes.party, -causes.grand_total, -total)


def _amounts(
    causes: Causes, look: LookUp, charge: LandedCharge, path: Path
) -> tuple[Decimal, Decimal] | None:
    """In the document's currency and in the company's; None where its rate is not known."""
    rate, own = charge.exchange_rate, look.company.currency
    if charge.currency in {None, causes.currency}:
        if rate not in {None, causes.exchange_rate}:
            at = (*path, "exchangeRate")
            look.refuse(InvalidValue(path=at, reason="rate_of_another_currency"))
        return charge.amount, causes.in_company_currency(charge.amount)
    if not is_currency(charge.currency or ""):
        look.refuse(InvalidValue(path=(*path, "currency"), reason="unknown_currency"))
        return None
    if charge.currency == own and rate not in {None, ONE}:
        look.refuse(InvalidValue(path=(*path, "exchangeRate"), reason="own_currency"))
        return None
    if charge.currency != own and rate is None:
        look.refuse(Required(path=(*path, "exchangeRate")))
        return None
    if rate is None:
        rate = ONE
    look.positive(rate, (*path, "exchangeRate"), RATE_DIGITS)
    in_company = round_to(multiply(charge.amount, rate), look.company.digits)
    return causes.in_document_currency(in_company), in_company


def _account(
    look: LookUp, charge: LandedCharge, path: Path, *, billed: bool
) -> AccountFacts | None:
    if charge.account is not None:
        return look.account(charge.account, path, of_stock=True)
    if not billed or not is_continental(look.company):
        look.refuse(Required(path=path))
        return None
    purchases = look.role(Role.PURCHASES, path)
    return look.company.accounts[purchases] if purchases else None
