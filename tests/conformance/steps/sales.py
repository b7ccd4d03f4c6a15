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
)

CHARGES: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "rate": plain("rate"),
    # A charge on a sale is always part of the bill, so the API does not ask.
    "category": only("TOTAL"),
    "costCenter": code("costCenter"),
}

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
        name="DeliveryNote", fields={"party": code("customer")}, parts={"lines": PRICED}
    ),
    "salesInvoice": DocumentKind(
        name="SalesInvoice",
        fields={"party": code("customer"), **PAID},
        parts={
            "lines": {
                **PRICED,
                "against": line_of("deliveryLine"),
                "account": code("account"),
                "taxes": taxes("taxes"),
            },
            "charges": CHARGES,
        },
    ),
}
"""What the customers' side does."""
