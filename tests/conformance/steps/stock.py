"""Stock entries: goods received, issued and moved within the company."""

from tests.conformance.steps.kind import (
    MOVED,
    DocumentKind,
    Fields,
    Kind,
    code,
    plain,
)

CONTRA: Fields = {"differenceAccount": code("differenceAccount")}

COSTS: Fields = {
    "account": code("account"),
    "amount": plain("amount"),
    "costCenter": code("costCenter"),
}
"""An additional cost of a stock entry."""

ENTERED: Fields = {
    **MOVED,
    **CONTRA,
    "description": plain("description"),
    "allowZeroValuation": plain("allowZeroValuation"),
}
"""A line of a stock entry."""

_BETWEEN: Fields = {
    **ENTERED,
    "fromWarehouse": code("warehouse"),
    "toWarehouse": code("toWarehouse"),
}
_MADE: Fields = {**_BETWEEN, "rate": plain("rate"), "scrap": plain("scrap")}


def _entry(purpose: str, lines: Fields) -> DocumentKind:
    return DocumentKind(
        name="StockEntry",
        fields=CONTRA,
        parts={"lines": lines, "charges": COSTS},
        fixed={"purpose": purpose},
    )


KINDS: dict[str, Kind] = {
    "materialReceipt": _entry("MATERIAL_RECEIPT", {**ENTERED, "rate": plain("rate")}),
    "materialIssue": _entry("MATERIAL_ISSUE", ENTERED),
    "materialTransfer": _entry("MATERIAL_TRANSFER", _BETWEEN),
    "repack": _entry("REPACK", _MADE),
    "manufacture": _entry("MANUFACTURE", _MADE),
    "stockReconciliation": DocumentKind(
        name="StockReconciliation",
        fields={"purpose": plain("purpose"), **CONTRA},
        parts={"lines": {**MOVED, **CONTRA, "rate": plain("rate")}},
    ),
}
"""What happens to goods without a customer or supplier."""
