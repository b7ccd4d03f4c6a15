"""Collecting everything that is wrong with a request, the values of a document first of all."""

from decimal import Decimal

from domain.errors import InvalidValue, Refusal, Refused
from domain.money import MAX_AMOUNT, ONE, QUANTITY_DIGITS, RATE_DIGITS
from domain.texts import CODE_LENGTH

Path = tuple[str, ...]
_WHOLE = Decimal(100)


class Collecting:
    """Notes refusals and goes on, so that all of them are told at once."""

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.refusals: list[Refusal] = []

    def refuse(self, refusal: Refusal) -> None:
        """Note a refusal and go on, so that the others are found too."""
        self.refusals.append(refusal)

    def refuse_if_any(self) -> None:
        """End if anything was refused.

        Raises:
            Refused: with every refusal noted so far.
        """
        if self.refusals:
            raise Refused(*self.refusals)


class Refusing(Collecting):
    """The same of a document's values."""

    def positive(self, value: Decimal, path: Path, digits: int = QUANTITY_DIGITS) -> None:
        """A number above zero with no more decimal places than the field keeps."""
        if value <= 0:
            self.refuse(InvalidValue(path=path, reason="must_be_positive"))
        self._fits(value, path, digits)

    def not_negative(self, value: Decimal, path: Path, digits: int = RATE_DIGITS) -> None:
        """A number of at least zero."""
        if value < 0:
            self.refuse(InvalidValue(path=path, reason="must_not_be_negative"))
        self._fits(value, path, digits)

    def percent(self, value: Decimal, path: Path) -> None:
        """A part of a whole: from 0 to 100."""
        if not value:
            return
        self.not_negative(value, path)
        if value > _WHOLE:
            self.refuse(InvalidValue(path=path, reason="out_of_range", least=0, most=100))

    def fits(self, value: Decimal, path: Path, digits: int) -> None:
        """A number of either sign with no more decimal places than the field keeps."""
        self._fits(value, path, digits)

    def code_fits(self, code: str, path: Path) -> None:
        """What people call an order or a shipment is no longer than other codes."""
        if len(code) > CODE_LENGTH:
            self.refuse(InvalidValue(path=path, reason="too_long"))

    def _fits(self, value: Decimal, path: Path, digits: int) -> None:
        if abs(value) >= MAX_AMOUNT:
            self.refuse(InvalidValue(path=path, reason="too_large"))
            return
        if not value.same_quantum(ONE) and value != round(value, digits):
            self.refuse(InvalidValue(path=path, reason="too_many_decimals"))
