"""What people at one company hand in by chance, so that they get in each other's way.

There is little stock, it is dated anyhow, and everybody goes for the newest documents: they bill,
return, pay, credit, charge and cancel what others are just changing.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

from tests.api.correcting import landed
from tests.api.desk import (
    Paper,
    bill,
    cancelling,
    delivery,
    goods,
    payment,
    receipt,
    sale,
    stock_entry,
)
from tests.api.house import back, note, of_bill

Posted: TypeAlias = defaultdict[str, list[Any]]
"""The documents that were posted so far, by kind."""

SKUS = ("CHAIR", "MEAN")
STORES = ("Stores", "Finished Goods")
_LAST = "2026-04-01"
_NEWEST = 6


class Somebody:
    """One of them, with luck of their own."""

    def __init__(self, seed: str, posted: Posted) -> None:
        self._luck = random.Random(seed)
        self._posted = posted

    def paper(self) -> Paper:
        """The next document; goods come where there is nothing to go on with."""
        choices = self.choices()
        (chosen,) = self._luck.choices(list(choices), list(choices.values()))
        return chosen(self) or self._receipt()

    def choices(self) -> dict[Callable[[Any], Paper | None], int]:
        """What it may be, and how often it is."""
        return CHOICES

    def _day(self) -> str:
        if self._luck.random() < 0.4:
            return _LAST
        return f"2026-0{self._luck.randrange(1, 4)}-{self._luck.randrange(1, 29):02}"

    def _goods(self, sku: str | None = None) -> Any:
        quantity, rate = self._luck.randrange(1, 9), self._luck.randrange(100, 2000) / 100
        where = {"warehouse": {"code": self._luck.choice(STORES)}}
        return goods(str(quantity), f"{rate:.2f}", sku or self._luck.choice(SKUS), **where)

    def _one_of(self, kind: str) -> Any:
        newest = self._posted[kind][-_NEWEST:]
        return self._luck.choice(newest) if newest else None

    def _line_of(self, document: Any) -> int:
        return self._luck.randrange(len(document["lines"]))

    # -- goods ------------------------------------------------------------------------------------

    def _receipt(self) -> Paper:
        return receipt(self._day(), self._goods(), self._goods())

    def _delivery(self) -> Paper:
        return delivery(self._day(), self._goods())

    def _bill(self) -> Paper:
        return bill(self._day(), self._goods(), updateStock=True)

    def _sale(self) -> Paper:
        return sale(self._day(), self._goods(), updateStock=True)

    def _transfer(self) -> Paper:
        line = self._goods()
        other = STORES[line["warehouse"]["code"] == STORES[0]]
        del line["rate"]
        return stock_entry(self._day(), "TRANSFER", {**line, "toWarehouse": {"code": other}})

    def _count(self) -> Paper:
        line = {**self._goods(), "quantity": str(self._luck.randrange(60))}
        del line["rate"]
        return "StockReconciliation", {"postingDate": self._day(), "lines": [line]}

    # -- what others are at -----------------------------------------------------------------------

    def _bill_of_receipt(self) -> Paper | None:
        came = self._one_of("PurchaseReceipt")
        if came is None:
            return None
        line = came["lines"][self._line_of(came)]
        rate = self._luck.choice((line["rate"], "11.11"))
        given = {"item": line["item"], "receiptLine": {"id": line["id"]}, "quantity": "2"}
        return bill(self._day(), {**given, "rate": rate})

    def _bill_of_delivery(self) -> Paper | None:
        went = self._one_of("DeliveryNote")
        if went is None:
            return None
        line = went["lines"][0]
        given = {"item": line["item"], "deliveryLine": {"id": line["id"]}, "quantity": "2"}
        return sale(self._day(), {**given, "rate": "20"})

    def _to_supplier(self) -> Paper | None:
        came = self._one_of("PurchaseReceipt")
        return back("PurchaseReturn", self._day(), came, "2", self._line_of(came)) if came else None

    def _from_customer(self) -> Paper | None:
        went = self._one_of("DeliveryNote")
        return back("SalesReturn", self._day(), went, "2") if went else None

    def _charge(self) -> Paper | None:
        came = self._one_of("PurchaseReceipt")
        return landed(self._day(), came) if came else None

    def _pay(self) -> Paper | None:
        kind, type_ = self._luck.choice((("SalesInvoice", "RECEIVE"), ("PurchaseInvoice", "PAY")))
        invoice = self._one_of(kind)
        return payment(_LAST, type_, "15", {invoice["id"]: "15"}) if invoice else None

    def _credit(self) -> Paper | None:
        sold = self._one_of("SalesInvoice")
        if sold is None:
            return None
        return note("SALES", "OVERCHARGE", _LAST, of_bill(sold, quantity="1", rate="1"))

    def _cancel(self) -> Paper | None:
        document = self._one_of(self._luck.choice(sorted(self._posted) or [""]))
        return cancelling(document) if document else None


CHOICES: dict[Callable[[Somebody], Paper | None], int] = {
    Somebody._receipt: 14,
    Somebody._delivery: 14,
    Somebody._bill: 4,
    Somebody._sale: 5,
    Somebody._transfer: 5,
    Somebody._count: 2,
    Somebody._bill_of_receipt: 9,
    Somebody._bill_of_delivery: 6,
    Somebody._to_supplier: 6,
    Somebody._from_customer: 6,
    Somebody._charge: 8,
    Somebody._pay: 8,
    Somebody._credit: 3,
    Somebody._cancel: 12,
}
"""How often each comes, of about a hundred."""
