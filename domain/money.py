"""Money, quantities and unit costs: Decimal only, rounded half away from zero.

Nothing here is ever a binary float, and no unit cost is ever rounded: wherever a unit cost
matters, the pair (amount, quantity) is kept and divided at the last moment.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

ZERO = Decimal(0)
ONE = Decimal(1)

QUANTITY_DIGITS = 6
"""Decimal places of a quantity, in the item's unit of measure."""

RATE_DIGITS = 12
"""Decimal places that a price or an exchange rate may be given with."""

DISPLAY_DIGITS = 9
"""Decimal places shown of a unit cost; display only, never stored or computed with."""

MAX_AMOUNT = Decimal("1e15")
"""No amount or quantity may reach this: 24 digits then leave nine places for division noise."""

_EXACT = Context(prec=48, rounding=ROUND_HALF_UP)
_NOISE = Context(prec=24, rounding=ROUND_HALF_UP)

_QUANTA = tuple(Decimal(1).scaleb(-digits) for digits in range(13))


def quantum(digits: int) -> Decimal:
    """The smallest step of a number with that many decimal places: quantum(2) is 0.01."""
    return _QUANTA[digits]


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Divide with 48 significant digits, so that later rounding decides and not this one."""
    return _EXACT.divide(dividend, divisor)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Multiply with 48 significant digits: exact for everything a document can hold."""
    return _EXACT.multiply(left, right)


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The exact (unrounded) share `amount * part / whole`."""
    if part == whole:
        return amount
    return divide(multiply(amount, part), whole)


def round_to(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to `digits` places, after cutting division noise to 24 digits.

    A third of 100 taken three times is 99.999...9 with 48 digits: it is cut to 100 first, so
    that it can never round the other way.
    """
    cut = _NOISE.plus(value)
    try:
        return cut.quantize(_QUANTA[digits], ROUND_HALF_UP, _EXACT) + ZERO
    except InvalidOperation:
        return cut  # beyond all amounts: it has no decimals left, and is refused as too large


def is_same(one: Decimal, other: Decimal) -> bool:
    """Whether two exact amounts are the same but for the noise of divisions, cut to 24 digits."""
    return _NOISE.plus(one) == _NOISE.plus(other)


def split(amount: Decimal, weights: list[Decimal], digits: int) -> list[Decimal]:
    """Split `amount` in proportion to `weights`, each part rounded; the last takes the cents.

    The last part with a weight takes what rounding left over, so that the parts always add up
    to `amount`. Weights that add up to zero are the caller's mistake.
    """
    last = max(index for index, weight in enumerate(weights) if weight)
    return _split(amount, weights, digits, last)


def _split(amount: Decimal, weights: list[Decimal], digits: int, at: int) -> list[Decimal]:
    """Parts of `amount`; the one `at` that place takes the cents.

    A few cents in many parts that are all rounded up would turn that one around: the running sum is
    rounded then, as in `split_within`.
    """
    total = sum(weights, ZERO)
    parts = [round_to(share(amount, weight, total), digits) for weight in weights]
    parts[at] += amount - sum(parts, ZERO)
    if parts[at] * amount < 0 and min(weights) >= 0:
        return split_within(amount, weights, digits)
    return parts


def split_within(amount: Decimal, limits: list[Decimal], digits: int) -> list[Decimal]:
    """Split `amount` in proportion to `limits`, whole cents whose sum it does not exceed.

    The running sum is rounded, not the parts: so none of them is more than its limit, and what is
    split until the limits are used up has filled each of them exactly.
    """
    total, until, before = sum(limits, ZERO), ZERO, ZERO
    parts: list[Decimal] = []
    for limit in limits:
        until += limit
        rounded = round_to(share(amount, until, total), digits)
        parts.append(rounded - before)
        before = rounded
    return parts


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and never in exponent notation."""
    if value.same_quantum(ONE):
        return value or ZERO  # whole, as most quantities are; zero has no sign
    normal = value.normalize(_EXACT)
    exponent = normal.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return normal.quantize(ONE, context=_EXACT)
    return normal + ZERO


def split_to_largest(amount: Decimal, weights: list[Decimal], digits: int) -> list[Decimal]:
    """The same as `split`, but what rounding left over goes to the last of the largest parts."""
    largest = max(weights)
    last = max(index for index, weight in enumerate(weights) if weight == largest)
    return _split(amount, weights, digits, last)
