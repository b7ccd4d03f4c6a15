"""Stock entries: goods received, issued and moved within the company."""

from tests.conformance.steps.kind import (
    LOTS,
    DocumentKind,
    Fields,
    Kind,
    code,
    item,
    plain,
)

_MOVED: Fields = {
    "item": item,
    "qty": plain("quantity"),
    "warehouse": code("warehouse"),
    "costCenter": code("costCenter"),
    "description": plain("description"),
    "allowZeroValuation": plain("allowZeroValuation"),
    **LOTS,
}
_CONTRA: Fields = {"differenceAccount": code("differenceAccount")}


_COSTS: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "costCenter": code("costCenter"),
}
_MADE: Fields = {
    **_MOVED,
    "fromWarehouse": code("warehouse"),
    "toWarehouse": code("toWarehouse"),
    "rate": plain("rate"),
    "scrap": plain("scrap"),
}
_COUNTED: Fields = {
    "item": item,
    "warehouse": code("warehouse"),
    "qty": plain("quantity"),
    "rate": plain("rate"),
    "costCenter": code("costCenter"),
    **LOTS,
}


def _entry(purpose: str, lines: Fields, fields: Fields) -> DocumentKind:
    return DocumentKind(
        name="StockEntry",
        fields=fields,
        parts={"lines": lines, "charges": _COSTS},
        fixed={"purpose": purpose},
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
    "repack": _entry("REPACK", _MADE, {}),
    "manufacture": _entry("MANUFACTURE", _MADE, {}),
    "stockReconciliation": DocumentKind(
        name="StockReconciliation",
        fields={"purpose": plain("purpose"), **_CONTRA},
        parts={"lines": _COUNTED},
    ),
}
"""What happens to goods without a customer or supplier."""
