"""Purchase receipts and invoices."""

from tests.conformance.steps.kind import (
    PRICED,
    DocumentKind,
    Fields,
    Kind,
    code,
    line_of,
    plain,
    taxes,
)

CHARGES: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "rate": plain("rate"),
    "category": plain("category"),
    "costCenter": code("costCenter"),
}

REJECTED: Fields = {
    "rejectedQty": plain("rejectedQuantity"),
    "rejectedWarehouse": code("rejectedWarehouse"),
    "receivedQty": plain("receivedQuantity"),
}
"""What a receipt's line says of goods that are not taken."""

PAID: Fields = {
    "updateStock": plain("updateStock"),
    "paidFrom": code("paidFrom"),
    "roundedTotal": plain("roundedTotal"),
}
"""What a supplier's bill says of itself."""

KINDS: dict[str, Kind] = {
    "purchaseReceipt": DocumentKind(
        name="PurchaseReceipt",
        fields={
            "party": code("supplier"),
            "order": plain("order"),
            "shipment": plain("shipment"),
        },
        parts={
            "lines": {**PRICED, **REJECTED, "orderLine": plain("orderLine")},
            "charges": CHARGES,
        },
    ),
    "purchaseInvoice": DocumentKind(
        name="PurchaseInvoice",
        fields={"party": code("supplier"), **PAID},
        parts={
            "lines": {
                **PRICED,
                "against": line_of("receiptLine"),
                "account": code("account"),
                "taxes": taxes("taxes"),
            },
            "charges": CHARGES,
        },
    ),
}
"""What the suppliers' side does."""
