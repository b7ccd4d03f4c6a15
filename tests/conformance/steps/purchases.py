"""Purchase receipts and invoices."""

from tests.conformance.steps.kind import (
    LOTS,
    DocumentKind,
    Fields,
    Kind,
    code,
    item,
    line_of,
    plain,
)

CHARGES: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "rate": plain("rate"),
    "category": plain("category"),
    "costCenter": code("costCenter"),
}

_GOODS: Fields = {
    "item": item,
    "qty": plain("quantity"),
    "rate": plain("rate"),
    "warehouse": code("warehouse"),
    "costCenter": code("costCenter"),
    "description": plain("description"),
    **LOTS,
}

_RECEIVED: Fields = {
    **_GOODS,
    "rejectedQty": plain("rejectedQuantity"),
    "rejectedWarehouse": code("rejectedWarehouse"),
    "receivedQty": plain("receivedQuantity"),
}

KINDS: dict[str, Kind] = {
    "purchaseReceipt": DocumentKind(
        name="PurchaseReceipt",
        fields={"party": code("supplier")},
        parts={"lines": _RECEIVED, "charges": CHARGES},
    ),
    "purchaseInvoice": DocumentKind(
        name="PurchaseInvoice",
        fields={
            "party": code("supplier"),
            "updateStock": plain("updateStock"),
            "paidFrom": code("paidFrom"),
            "roundedTotal": plain("roundedTotal"),
        },
        parts={
            "lines": {**_GOODS, "against": line_of("receiptLine"), "account": code("account")},
            "charges": CHARGES,
        },
    ),
}
"""What the suppliers' side does."""
