"""The input of an exchange revaluation: the closing rates of a day."""

from decimal import Decimal

import strawberry

from api.documents.inputs.parts import CENTER, DocumentInput, about, maybe
from api.types.refs import AccountRef, CostCenterRef
from domain.documents.exchange_revaluation import ClosingRate, ExchangeRevaluation


@strawberry.input(description="A currency and what it is worth at the end of the day.")
class ClosingRateInput:
    """A closing rate."""

    currency: str = about("ISO 4217 code, another than the company's.")
    rate: Decimal = about("Company currency per unit of it, above zero.")

    def to_command(self) -> ClosingRate:
        """The rate as the domain knows it."""
        return ClosingRate(currency=self.currency, rate=self.rate)


@strawberry.input(
    description="What is open in other currencies on the posting date, revalued at closing rates "
    "and taken back the next day. It is in company currency."
)
class SubmitExchangeRevaluationInput(DocumentInput):
    """An exchange revaluation."""

    rates: list[ClosingRateInput] = about(
        "A rate for each currency in which anything is open that day; more do no harm."
    )
    gain_account: AccountRef | None = about(
        "Where gains are credited; the company's default exchangeGainLoss unless given.",
        default=None,
    )
    loss_account: AccountRef | None = about(
        "Where losses are debited; the company's default exchangeGainLoss unless given.",
        default=None,
    )
    cost_center: CostCenterRef | None = about(CENTER, default=None)

    def to_command(self) -> ExchangeRevaluation:
        """The document as the domain knows it."""
        return ExchangeRevaluation(
            **self.common(),
            rates=tuple(one.to_command() for one in self.rates),
            gain_account=maybe(self.gain_account),
            loss_account=maybe(self.loss_account),
            cost_center=maybe(self.cost_center),
        )
