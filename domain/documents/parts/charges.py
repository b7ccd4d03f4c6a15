"""Charges and taxes of a document, and how those that make goods dearer are spread over lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.documents.causes import Causes
from domain.errors import InvalidValue, Required, StockAccountNotAllowed
from domain.invoiced import InvoiceFacts
from domain.lookup import LookUp
from domain.money import RATE_DIGITS, ZERO, multiply, round_to, split
from domain.movements import Contra, EntryKind, Given
from domain.records import ChargeRecord
from domain.references import Ref


class ChargeCategory(StrEnum):
    """Whether a charge is part of the bill (TOTAL), of the goods' cost (VALUATION), or of both."""

    TOTAL = "TOTAL"
    VALUATION = "VALUATION"
    VALUATION_AND_TOTAL = "VALUATION_AND_TOTAL"


IN_VALUATION = frozenset({ChargeCategory.VALUATION, ChargeCategory.VALUATION_AND_TOTAL})
IN_TOTAL = frozenset({ChargeCategory.TOTAL, ChargeCategory.VALUATION_AND_TOTAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge: a fixed `amount`, or a `rate` in percent of the net total; in document currency."""

    account: Ref
    amount: Decimal | None = None
    rate: Decimal | None = None
    category: ChargeCategory = ChargeCategory.TOTAL
    cost_center: Ref | None = None


def read_charges(
    causes: Causes, look: LookUp, charges: Sequence[Charge], *, valuation: bool = True
) -> list[ChargeRecord]:
    """Resolve the charges and work out their amounts on the document's net total.

    `valuation` says whether the document may make goods dearer at all.
    """
    records: list[ChargeRecord] = []
    for index, charge in enumerate(charges):
        path = ("charges", str(index))
        dearer = charge.category in IN_VALUATION
        account = look.account(charge.account, (*path, "account"), of_stock=dearer)
        center = look.cost_center(charge.cost_center, (*path, "costCenter"))
        amount = _amount(causes, look, charge, path)
        if dearer:
            if not valuation:
                look.refuse(InvalidValue(path=(*path, "category"), reason="no_valuation_here"))
            if account is not None and account.type is AccountType.STOCK:
                at = (*path, "account")
                look.refuse(StockAccountNotAllowed(path=at, account=account.code))
        if account is not None and amount is not None:
            records.append(
                ChargeRecord(
                    charge_no=index + 1,
                    account_id=account.id,
                    category=charge.category.value,
                    rate=charge.rate,
                    amount=amount,
                    cost_center_id=center.id if center else None,
                )
            )
    causes.charges = records
    return records


def _amount(causes: Causes, look: LookUp, charge: Charge, path: tuple[str, ...]) -> Decimal | None:
    if charge.amount is not None and charge.rate is not None:
        look.refuse(InvalidValue(path=path, reason="amount_or_rate"))
        return None
    if charge.amount is not None:
        look.fits(charge.amount, (*path, "amount"), causes.digits)
        return charge.amount
    if charge.rate is None:
        look.refuse(Required(path=(*path, "amount")))
        return None
    look.fits(charge.rate, (*path, "rate"), RATE_DIGITS)
    percent = charge.rate.scaleb(-2)
    return round_to(multiply(causes.net_total, percent), causes.digits)


def total_of(charges: Sequence[ChargeRecord]) -> Decimal:
    """What the charges add to the bill."""
    return sum((c.amount for c in charges if c.category in IN_TOTAL), ZERO)


def spread(
    causes: Causes, charges: Sequence[ChargeRecord], lines: Sequence[tuple[Decimal, Decimal]]
) -> list[tuple[Given, ...]]:
    """The cost that each line of goods takes from the valuation charges.

    `lines` are (amount, quantity) of the stock lines: charges are spread by amount, or by quantity
    where all goods are free; the last line takes the cents, for each charge on its own, so that
    each charge account is cleared exactly.
    """
    given: list[list[Given]] = [[] for _ in lines]
    weights = [amount for amount, _ in lines]
    if not any(weights):
        weights = [quantity for _, quantity in lines]
    for charge in charges:
        if charge.category not in IN_VALUATION or not lines:
            continue
        amount = causes.in_company_currency(charge.amount)
        parts = split(amount, weights, causes.facts.company.digits)
        contra = Contra(charge.account_id, cost_center=charge.cost_center_id)
        for index, part in enumerate(parts):
            if part:
                given[index].append(Given(EntryKind.CHARGE, part, contra))
    return [tuple(entries) for entries in given]


def given_total(given: Sequence[Given]) -> Decimal:
    """What the entries add up to, in company currency."""
    return sum((entry.amount for entry in given), ZERO)


def balance_cents(causes: Causes, look: LookUp) -> None:
    """Lines converted one by one may miss the converted total by cents: they are rounding."""
    difference = sum((line.amount for line in causes.journal), ZERO)
    if difference:
        causes.post(look.role(Role.ROUND_OFF), -difference)


def charge_account_lines(
    causes: Causes,
    look: LookUp,
    charges: Sequence[ChargeRecord],
    sign: int,
    credited: InvoiceFacts | None = None,
) -> None:
    """The charges of the bill on their own accounts: debited on a purchase, credited on a sale.

    `credited` is the invoice that a credit note takes them back of.
    """
    known = {(one.account, one.cost_center): one for one in credited.charges} if credited else {}
    for charge in charges:
        if charge.category not in IN_TOTAL:
            continue
        amount, at = charge.amount, (charge.account_id, charge.cost_center_id)
        in_company, of = causes.in_company_currency(amount), known.get(at)
        if of is not None:
            in_company = causes.part_in_company_currency(amount, of.amounts, of.credited_amounts)
            known[at] = of.without(amount)
        account: UUID | None = charge.account_id
        if credited is not None and look.booked_on(account) is None:
            account = look.role(Role.COST_OF_GOODS_SOLD, ("charges",))
        causes.post(account, sign * in_company, charge.cost_center_id)
