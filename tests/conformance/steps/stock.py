"""Stock entries: goods received, issued and moved within the company."""

from tests.conformance.steps.kind import DocumentKind, Fields, Kind, code, item, plain

_MOVED: Fields = {
    "item": item,
    "qty": plain("quantity"),
    "warehouse": code("warehouse"),
    "costCenter": code("costCenter"),
    "description": plain("description"),
    "allowZeroValuation": plain("allowZeroValuation"),
}
_CONTRA: Fields = {"differenceAccount": code("differenceAccount")}


def _entry(purpose: str, lines: Fields, fields: Fields) -> DocumentKind:
    return DocumentKind(
        name="StockEntry", fields=fields, parts={"lines": lines}, fixed={"purpose": purpose}
    )


KINDS: dict[str, Kind] = {
    "materialReceipt": _entry(
        "MATERIAL_RECEIPT", {**_MOVED, **_CONTRA, "rate": plain("rate")}, _CONTRA
    ),
    "materialIssue": _entry("MATERIAL_ISSUE", {**_MOVED, **_CONTRA}, _CONTRA),
    "materialTransfer": _entry(
        "MATERIAL_TRANSFER",
        {**_MOVED, "fromWarehouse": code("warehouse"), "toWarehouse": code("toWarehouse")},
        {},
    ),
}
"""What happens to goods without a customer or supplier."""
