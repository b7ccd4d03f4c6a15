"""Delivery notes and sales invoices."""

from tests.conformance.steps.kind import (
    LOTS,
    DocumentKind,
    Fields,
    Kind,
    code,
    item,
    line_of,
    only,
    plain,
    unsaid,
)

_GOODS: Fields = {
    "item": item,
    "qty": plain("quantity"),
    "rate": plain("rate"),
    "warehouse": code("warehouse"),
    "costCenter": code("costCenter"),
    "description": plain("description"),
    **LOTS,
}

_CHARGES: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "rate": plain("rate"),
    # A charge on a sale is always part of the bill, so the API does not ask.
    "category": only("TOTAL"),
    "costCenter": code("costCenter"),
}

KINDS: dict[str, Kind] = {
    "deliveryNote": DocumentKind(
        name="DeliveryNote",
        fields={"party": code("customer")},
        # Goods that cost nothing may always go out.
        parts={"lines": {**_GOODS, "allowZeroValuation": unsaid}},
    ),
    "salesInvoice": DocumentKind(
        name="SalesInvoice",
        fields={
            "party": code("customer"),
            "updateStock": plain("updateStock"),
            "roundedTotal": plain("roundedTotal"),
        },
        parts={
            "lines": {**_GOODS, "against": line_of("deliveryLine"), "account": code("account")},
            "charges": _CHARGES,
        },
    ),
}
"""What the customers' side does."""
