"""The switches of a company, out and in."""

from decimal import Decimal

import strawberry

from api.enums import AdjustmentDating, InvoiceRatePolicy
from api.masters import option
from domain.company import CompanySettings
from domain.errors import InvalidValue, Refused


@strawberry.type(name="CompanySettings", description="The switches of a company.")
class Settings:
    """Reads from `domain.company.CompanySettings`."""

    allow_negative_stock: bool = strawberry.field(description="Balances may go below zero.")
    invoice_rate_policy: InvoiceRatePolicy = strawberry.field(
        description="What happens to an invoice line at another rate than its receipt line."
    )
    adjustment_dating: AdjustmentDating = strawberry.field(
        description="When adjustments of earlier documents count."
    )
    value_rejected: bool = strawberry.field(description="Rejected units carry the price.")
    provisional_for_non_stock: bool = strawberry.field(
        description="A received service posts before its invoice."
    )
    require_cost_center: bool = strawberry.field(
        description="Profit and loss lines without a cost center are refused."
    )
    over_receipt_tolerance: Decimal = strawberry.field(
        description="Percent that may be received beyond what was ordered."
    )
    over_delivery_tolerance: Decimal = strawberry.field(
        description="Percent that may be delivered beyond what was ordered."
    )
    over_billing_tolerance: Decimal = strawberry.field(
        description="Percent that may be billed beyond what was received or delivered."
    )


@strawberry.input(description="Switches of a company; what is left out keeps its value.")
class CompanySettingsInput:
    """Switches to be set."""

    allow_negative_stock: bool | None = option("Balances may go below zero; false unless set.")
    invoice_rate_policy: InvoiceRatePolicy | None = option(
        "What happens to an invoice line at another rate; MUST_MATCH unless set."
    )
    adjustment_dating: AdjustmentDating | None = option(
        "When adjustments of earlier documents count; OWN_PERIOD unless set."
    )
    value_rejected: bool | None = option("Rejected units carry the price; false unless set.")
    provisional_for_non_stock: bool | None = option(
        "A received service posts before its invoice; false unless set."
    )
    require_cost_center: bool | None = option(
        "Profit and loss lines need a cost center; false unless set."
    )
    over_receipt_tolerance: Decimal | None = option("Percent beyond the order; 0 unless set.")
    over_delivery_tolerance: Decimal | None = option("Percent beyond the order; 0 unless set.")
    over_billing_tolerance: Decimal | None = option("Percent beyond the receipt; 0 unless set.")

    def given(self) -> dict[str, object]:
        """The switches that were given; null sets one back to its default."""
        values = {name: getattr(self, name) for name in CompanySettings.__slots__}
        refused = [
            InvalidValue(path=("settings", _TOLERANCES[name]), reason="out_of_range")
            for name in _TOLERANCES
            if isinstance(values[name], Decimal) and not 0 <= values[name] <= _MOST_TOLERANCE
        ]
        if refused:
            raise Refused(*refused)
        return {name: value for name, value in values.items() if value is not strawberry.UNSET}


_TOLERANCES = {
    "over_receipt_tolerance": "overReceiptTolerance",
    "over_delivery_tolerance": "overDeliveryTolerance",
    "over_billing_tolerance": "overBillingTolerance",
}
_MOST_TOLERANCE = 1000
