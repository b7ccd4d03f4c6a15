"""The switches of a company, out and in."""

from datetime import date
from decimal import Decimal

import strawberry

from api.masters.common import option
from api.types.enums import (
    AdjustmentDating,
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    InvoiceRatePolicy,
    Link,
)
from domain.company import MOST_DAYS_AHEAD, CompanySettings
from domain.errors import InvalidValue, Refused
from domain.masters import MOST_TOLERANCE
from domain.naming import camel


@strawberry.type(description="A link of scheme BY_LEVEL, turned on or off.")
class LinkChange:
    """Reads from `domain.links.LinkChange`."""

    link: Link = strawberry.field(description="Which link.")
    is_on: bool = strawberry.field(description="Whether it was turned on.")
    from_date: date | None = strawberry.field(
        description="The posting date from which on that counts; null: any date."
    )


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
    allow_expired_lots: bool = strawberry.field(
        description="Expired batches and serial numbers may be sold and used."
    )
    value_rejected: bool = strawberry.field(description="Rejected units carry the price.")
    provisional_for_non_stock: bool = strawberry.field(
        description="A received service posts before its invoice."
    )
    require_cost_center: bool = strawberry.field(
        description="Profit and loss lines without a cost center are refused."
    )
    require_party: bool = strawberry.field(
        description="Receivable and payable accounts are posted to with their party only."
    )
    unique_supplier_reference: bool = strawberry.field(
        description="A supplier's own number of a bill (`reference`) is taken once."
    )
    adjust_for_payment_discount: bool = strawberry.field(
        description="Discounts of payments lower the taxes of what they settle."
    )
    four_eyes: bool = strawberry.field(
        description="Documents wait as drafts until a second person approves them."
    )
    over_receipt_tolerance: Decimal = strawberry.field(
        description="Percent that may be received beyond what was billed before the goods came."
    )
    over_delivery_tolerance: Decimal = strawberry.field(
        description="Percent that may be delivered beyond what was billed before the goods went."
    )
    over_billing_tolerance: Decimal = strawberry.field(
        description="Percent that may be billed beyond what was received or delivered."
    )
    automatic_cost_posting: bool = strawberry.field(
        description="Scheme CONTINENTAL: stock cost is posted with each document; otherwise by "
        "postInventoryCost."
    )
    automatic_cost_adjustment: AutomaticCostAdjustment = strawberry.field(
        description="Flow LINKED: when later costs travel on to what left."
    )
    expected_cost_posting: bool = strawberry.field(
        description="Scheme CONTINENTAL: cost that is not invoiced yet stands on interim accounts."
    )
    average_cost_period: AverageCostPeriod = strawberry.field(
        description="AVERAGE_PERIOD: how long the period of an average is."
    )
    average_cost_calc_type: AverageCostCalcType = strawberry.field(
        description="AVERAGE_PERIOD: what is averaged together."
    )
    accounting_periods: list[date] = strawberry.field(
        description="Last days of the accounting periods, in order."
    )
    posting_days_ahead: int | None = strawberry.field(
        description="How many days after today may be posted on, and closed; null: any."
    )
    allow_posting_from: date | None = strawberry.field(
        description="The first day that adjustments and batches may be dated on; null: any."
    )
    user_allow_posting_from: date | None = strawberry.field(
        description="The first day that documents may be dated on; null: as allowPostingFrom."
    )
    integrate_sales: bool = strawberry.field(
        description="Scheme BY_LEVEL: the ledger hears of receivables, as it was turned last."
    )
    integrate_purchases: bool = strawberry.field(
        description="Scheme BY_LEVEL: the ledger hears of payables, as it was turned last."
    )
    integrate_stock: bool = strawberry.field(
        description="Scheme BY_LEVEL: the ledger hears of stock, as it was turned last."
    )
    links: list[LinkChange] = strawberry.field(
        description="Scheme BY_LEVEL: every time that a link was turned; all are on before that."
    )

    @classmethod
    def of(cls, known: CompanySettings) -> "Settings":
        """The switches as they are."""
        return cls(**{name: getattr(known, name) for name in cls.__annotations__})


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
    allow_expired_lots: bool | None = option(
        "Expired batches and serial numbers may be sold and used; false unless set."
    )
    value_rejected: bool | None = option("Rejected units carry the price; false unless set.")
    provisional_for_non_stock: bool | None = option(
        "A received service posts before its invoice; false unless set."
    )
    require_cost_center: bool | None = option(
        "Profit and loss lines need a cost center; false unless set."
    )
    require_party: bool | None = option(
        "What is posted to receivable and payable accounts by hand needs a party, so that"
        " parties' balances add up to them; false unless set."
    )
    unique_supplier_reference: bool | None = option(
        "A supplier's bill (purchase invoice, or landed cost with a supplier) whose number"
        " (`reference`) another bill of theirs has is refused, so that none is paid twice; capitals"
        " and blanks around it do not count, cancelled bills neither. False unless set."
    )
    adjust_for_payment_discount: bool | None = option(
        "A payment's discount lowers the taxes of the bill that it settles, in proportion, unless"
        " its line says otherwise; false unless set."
    )
    four_eyes: bool | None = option(
        "Documents wait as drafts until a second person approves them; false unless set."
    )
    over_receipt_tolerance: Decimal | None = option("Percent beyond the bill; 0 unless set.")
    over_delivery_tolerance: Decimal | None = option("Percent beyond the bill; 0 unless set.")
    over_billing_tolerance: Decimal | None = option("Percent beyond the receipt; 0 unless set.")
    automatic_cost_posting: bool | None = option(
        "Stock cost is posted with each document; true unless set (scheme CONTINENTAL)."
    )
    automatic_cost_adjustment: AutomaticCostAdjustment | None = option(
        "When later costs travel on to what left; ALWAYS unless set (flow LINKED)."
    )
    expected_cost_posting: bool | None = option(
        "Cost not invoiced yet stands on interim accounts; false unless set."
    )
    average_cost_period: AverageCostPeriod | None = option(
        "How long the period of an average is; DAY unless set."
    )
    average_cost_calc_type: AverageCostCalcType | None = option(
        "What is averaged together; ITEM unless set."
    )
    accounting_periods: list[date] | None = option("Last days of the accounting periods.")
    posting_days_ahead: int | None = option(
        "How many days after today documents may be dated on, 0 to 36,525; null: any. Of a new "
        "company 1,096 unless given."
    )
    allow_posting_from: date | None = option(
        "The first day that adjustments and batches may be dated on."
    )
    user_allow_posting_from: date | None = option(
        "The first day that documents may be dated on; as allowPostingFrom unless set."
    )
    integrate_sales: bool | None = option(
        "Scheme BY_LEVEL: the ledger hears of receivables; true unless set."
    )
    integrate_purchases: bool | None = option(
        "Scheme BY_LEVEL: the ledger hears of payables; true unless set."
    )
    integrate_stock: bool | None = option(
        "Scheme BY_LEVEL: the ledger hears of stock; true unless set."
    )
    links_from: date | None = option(
        "The posting date from which on the links given here are so; any date unless set."
    )

    def given(self) -> dict[str, object]:
        """The switches that were given; null sets one back to its default."""
        values = {name: getattr(self, name) for name in CompanySettingsInput.__annotations__}
        refused = [
            InvalidValue(path=("settings", camel(name)), reason="out_of_range", least=0, most=most)
            for name, most in _MOST.items()
            if isinstance(values[name], Decimal | int) and not 0 <= values[name] <= most
        ]
        if refused:
            raise Refused(*refused)
        return {name: value for name, value in values.items() if value is not strawberry.UNSET}


_MOST = {
    "over_receipt_tolerance": MOST_TOLERANCE,
    "over_delivery_tolerance": MOST_TOLERANCE,
    "over_billing_tolerance": MOST_TOLERANCE,
    "posting_days_ahead": MOST_DAYS_AHEAD,
}
