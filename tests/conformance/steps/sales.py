"""Delivery notes and sales invoices."""

from tests.conformance.steps.kind import (
    PRICED,
    DocumentKind,
    Fields,
    Kind,
    code,
    line_of,
    only,
    plain,
    taxes,
    unsaid,
)

CHARGES: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "rate": plain("rate"),
    # A charge on a sale is always part of the bill, so the API does not ask.
    "category": only("TOTAL"),
    "costCenter": code("costCenter"),
}

COST: Fields = {"differenceAccount": code("costOfGoodsSoldAccount")}
"""Where the cost of a line's goods goes."""

PAID: Fields = {
    "updateStock": plain("updateStock"),
    "paidFrom": code("paidInto"),
    "roundedTotal": plain("roundedTotal"),
    "freight": plain("freight"),
    "freightTaxes": taxes("freightTaxes"),
}
"""What a customer's bill says of itself."""

KINDS: dict[str, Kind] = {
    "deliveryNote": DocumentKind(
        name="DeliveryNote",
        # What is charged besides is the bill's: a delivery posts what the goods cost.
        fields={"party": code("customer"), "charges": unsaid},
        parts={"lines": {**PRICED, **COST}},
    ),
    "salesInvoice": DocumentKind(
        name="SalesInvoice",
        fields={"party": code("customer"), **PAID},
        parts={
            "lines": {
                **PRICED,
                "against": line_of("deliveryLine"),
                "account": code("account"),
                **COST,
                "taxes": taxes("taxes"),
            },
            "charges": CHARGES,
        },
    ),
}
"""What the customers' side does."""
