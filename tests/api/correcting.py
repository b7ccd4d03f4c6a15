"""Papers that correct others or turn goods into others: returns, later costs, counts, making."""

from typing import Any

from tests.api.desk import Paper, stock_entry

FREIGHT = {"account": {"code": "Customs Duty"}, "amount": "60"}


def given_back(kind: str, day: str, document: Any, quantity: str, **more: Any) -> Paper:
    """A return of a document's first line."""
    line = {"line": {"id": document["lines"][0]["id"]}, "quantity": quantity, **more}
    return kind, {"postingDate": day, "lines": [line]}


def landed(day: str, *documents: Any, **more: Any) -> Paper:
    """Freight of 60 for receipts."""
    receipts = [{"id": one["id"]} for one in documents]
    return "LandedCost", {"postingDate": day, "receipts": receipts, "charges": [FREIGHT], **more}


def count(day: str, *lines: Any, **more: Any) -> Paper:
    """A stock reconciliation."""
    return "StockReconciliation", {"postingDate": day, "lines": list(lines), **more}


def counted(quantity: str | None, rate: str | None = None, sku: str = "RM0001", **more: Any) -> Any:
    """A counted line in Stores."""
    figures = {"quantity": quantity, "rate": rate}
    return {"item": {"sku": sku}, "warehouse": {"code": "Stores"}, **figures, **more}


def made(purpose: str, day: str, *lines: Any, **more: Any) -> Paper:
    """A stock entry that turns goods into others."""
    return "StockEntry", {**stock_entry(day, "", *lines, **more)[1], "purpose": purpose}


def product(quantity: str, sku: str, **more: Any) -> Any:
    """A line that comes in."""
    stores = {"code": "Finished Goods"}
    return {"item": {"sku": sku}, "quantity": quantity, "toWarehouse": stores, **more}
