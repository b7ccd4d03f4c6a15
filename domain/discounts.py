"""What a discount for early payment takes off the taxes of the bill that it settles.

The bill asks for less than it says, so that less of it is taxed: the discount is net and taxes in
the proportion of what is left of the bill, after credits and earlier discounts. Source of the rule:
ERPNext's "book tax loss on early payment discount", NAV's "adjust for payment discount". ADR 85.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from domain.money import ZERO, multiply, round_to, share, split, split_within


def adjusts_taxes(given: bool | None, *, of_company: bool) -> bool:
    """Whether a discount lowers taxes: what its line says, else what the company does."""
    return of_company if given is None else given


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountedTax:
    """A tax of a bill, on the account where it was posted, in the bill's currency.

    `credited` are the amounts that credits took back of it, one by one as they were posted;
    `credited_base`, `discounted_base` and `discounted` are sums.
    """

    tax: UUID
    account: UUID
    base: Decimal
    amount: Decimal
    credited: Sequence[Decimal] = ()
    credited_base: Decimal = ZERO
    discounted: Decimal = ZERO
    discounted_base: Decimal = ZERO

    @property
    def base_left(self) -> Decimal:
        """What of its base neither a credit nor a discount has taken back."""
        return self.base - self.credited_base - self.discounted_base

    @property
    def left(self) -> Decimal:
        """What of it neither a credit nor a discount has taken back."""
        return self.amount - sum(self.credited, ZERO) - self.discounted

    def in_company(self, part: Decimal, rate: Decimal, digits: int) -> Decimal:
        """What a further part of it is in company currency, at the bill's exchange rate.

        The running sum is converted, not the parts, and the last part takes what credits have left,
        which were converted one by one: together they are what the bill posted.
        """

        def convert(amount: Decimal) -> Decimal:
            return round_to(multiply(amount, rate), digits)

        if part and part == self.left:
            whole = convert(self.amount) - sum(map(convert, self.credited), ZERO)
        else:
            whole = convert(self.discounted + part)
        return whole - convert(self.discounted)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoweredTax:
    """What a discount takes off a tax, in the bill's currency."""

    of: DiscountedTax
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountedBill:
    """A bill or a credit with taxes, as a discount on it sees it; amounts in its own currency.

    `credited` and `discounted` are what credits took back of its `total`, taxes included, and what
    discounts that lowered its taxes did.
    """

    document: UUID
    total: Decimal
    credited: Decimal
    discounted: Decimal
    taxes: tuple[DiscountedTax, ...]

    def lowered_by(self, discount: Decimal, digits: int) -> list[LoweredTax]:
        """What a discount takes off each tax: all that is left of them where it takes all.

        Each part is rounded, the net amount takes the cents; the running sum is rounded where that
        would turn a part around. What goes beyond what is left of the bill has no taxes.
        """
        left = self.total - self.credited - self.discounted
        if left <= 0:
            return [LoweredTax(of=tax, base=ZERO, amount=ZERO) for tax in self.taxes]
        part = min(discount, left)
        limits = [tax.left for tax in self.taxes]
        limits.append(left - sum(limits, ZERO))
        amounts = split(part, limits, digits)
        is_beyond = any(one > limit for one, limit in zip(amounts, limits, strict=True))
        if is_beyond and min(limits) >= 0:
            amounts = split_within(part, limits, digits)
        return [
            LoweredTax(
                of=tax, base=round_to(share(tax.base_left, part, left), digits), amount=amount
            )
            for tax, amount in zip(self.taxes, amounts, strict=False)
        ]

    def after(self, discount: Decimal, lowered: Sequence[LoweredTax]) -> "DiscountedBill":
        """It, once a discount has taken that off."""
        taxes = tuple(
            replace(
                one.of,
                discounted=one.of.discounted + one.amount,
                discounted_base=one.of.discounted_base + one.base,
            )
            for one in lowered
        )
        return replace(self, discounted=self.discounted + discount, taxes=taxes)
