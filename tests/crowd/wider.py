"""More of what people hand in by chance: lots, transit, new costs and methods, shipments, runs."""

from collections.abc import Callable
from typing import Any

from tests.api.correcting import landed, made, product
from tests.api.desk import Paper, bill, delivery, goods, journal, receipt, sale, stock_entry
from tests.api.house import House, note, of_return
from tests.crowd.papers import CHOICES, SKUS, STORES, Posted, Somebody

ROAD = "Road"
BATCHES = ("B1", "B2", "B3")
SHIPMENTS = ("S1", "S2")
FURTHER_ITEMS = {
    "PERPETUAL": {"STACK": "LIFO", "BATCHED": "BATCH", "NUMBERED": "SERIAL"},
    "PERIODIC": {"STACK": "LIFO", "BATCHED": "BATCH", "NUMBERED": "SERIAL"},
    "CONTINENTAL": {"STACK": "LIFO", "BATCHED": "SPECIFIC", "FIXED": "STANDARD"},
    "BY_LEVEL": {"FIXED": "STANDARD"},
}
METHODS = {
    "PERPETUAL": ("FIFO", "LIFO", "MOVING_AVERAGE"),
    "PERIODIC": ("FIFO", "LIFO", "MOVING_AVERAGE"),
    "CONTINENTAL": ("FIFO", "LIFO", "AVERAGE_PERIOD"),
    "BY_LEVEL": (),
}


def furnish(house: House) -> None:
    """Make what these papers name: further items, goods on the road, a place for what is bad."""
    house.make("createAccount", "account", company=house.company, name=ROAD, type="STOCK",
               parent={"code": "Stock Assets"})  # fmt: skip
    house.make("createWarehouse", "warehouse", company=house.company, code=ROAD, name=ROAD,
               account={"code": ROAD}, isTransit=True)  # fmt: skip
    for sku, method in FURTHER_ITEMS[house.scheme].items():
        cost = {"standardCost": "12"} if method == "STANDARD" else {}
        house.item(sku, method, **cost)


class Anybody(Somebody):
    """Somebody who does more: what the company's scheme has."""

    def __init__(self, seed: str, posted: Posted, scheme: str, numbers: list[str]) -> None:
        """`numbers` are the serial numbers that anybody has come up with."""
        super().__init__(seed, posted)
        self._scheme = scheme
        self._serials = numbers
        self._name = seed.rsplit(maxsplit=1)[-1]
        self._numbers = 0

    def choices(self) -> dict[Callable[[Any], Paper | None], int]:
        return CHOICES | _FURTHER | _OF_SCHEME[self._scheme]

    def _item(self) -> str:
        return self._luck.choice((*SKUS, *FURTHER_ITEMS[self._scheme]))

    def _coming(self) -> Any:
        """A line of goods that come in, now and then by batch or serial number."""
        line = self._goods(self._item())
        sku = line["item"]["sku"]
        if sku == "BATCHED":
            line["batch"] = self._luck.choice(BATCHES)
        if sku == "NUMBERED":
            count = self._luck.randrange(1, 4)
            line |= {"quantity": str(count), "serials": [self._new_number() for _ in range(count)]}
        return line

    def _going(self) -> Any:
        line = self._goods(self._item())
        sku = line["item"]["sku"]
        if sku == "BATCHED":
            line["batch"] = self._luck.choice(BATCHES)
        if sku == "NUMBERED":
            line |= {"quantity": "1", "serials": [self._known_number()]}
        return line

    def _new_number(self) -> str:
        if self._luck.random() < 0.1:
            return self._known_number()
        self._numbers += 1
        number = f"{self._name}-{self._numbers}"
        self._serials.append(number)
        return number

    def _known_number(self) -> str:
        return self._luck.choice(self._serials[-20:] or ["N"])

    # -- goods ------------------------------------------------------------------------------------

    def _wide_receipt(self) -> Paper:
        more = {}
        if self._scheme == "BY_LEVEL" and self._luck.random() < 0.5:
            more["shipment"] = self._luck.choice(SHIPMENTS)
        lines = [self._coming() for _ in range(self._luck.randrange(1, 4))]
        return receipt(self._day(), *lines, **more)

    def _wide_delivery(self) -> Paper:
        lines = [self._going() for _ in range(self._luck.randrange(1, 3))]
        return delivery(self._day(), *lines)

    def _issue(self) -> Paper:
        line = self._going()
        del line["rate"]
        return stock_entry(self._day(), "ISSUE", line)

    def _found(self) -> Paper:
        return stock_entry(self._day(), "RECEIPT", self._coming())

    def _repack(self) -> Paper:
        sku, other = self._luck.sample(SKUS, 2)
        used = self._goods(sku)
        del used["rate"]
        charges = [{"account": {"code": "Customs Duty"}, "amount": "5"}]
        more = {"charges": charges} if self._luck.random() < 0.5 else {}
        products = [product("2", other)]
        if self._luck.random() < 0.5:
            products = [product("2", other, costShare="2"), product("1", sku, costShare="1")]
        return made("REPACK", self._day(), used, *products, **more)

    def _send(self) -> Paper:
        line = self._going()
        del line["rate"]
        return "StockEntry", {
            "postingDate": self._day(), "purpose": "SEND_TO_TRANSIT", "lines": [line],
        }  # fmt: skip

    def _arrive(self) -> Paper | None:
        sent = [one for one in self._posted["StockEntry"][-12:] if one["kind"] == "STOCK_ENTRY"]
        if not sent:
            return None
        line = self._luck.choice(sent)["lines"][0]
        arrived = {"item": line["item"], "quantity": "1", "sentLine": {"id": line["id"]}}
        arrived["toWarehouse"] = {"code": self._luck.choice(STORES)}
        return "StockEntry", {
            "postingDate": self._day(), "purpose": "RECEIVE_FROM_TRANSIT", "lines": [arrived],
        }  # fmt: skip

    def _take(self) -> Paper | None:
        """Goods of just the line that brought them in, however they leave."""
        brought = self._one_of(self._luck.choice(_BRINGING))
        came = _came_by(brought) if brought else []
        if not came:
            return None
        line, moved = self._luck.choice(came)
        sku, quantity = moved["item"]["sku"], self._luck.choice((moved["quantity"], "1", "0.5"))
        taken = goods(quantity, None, sku, warehouse=moved["warehouse"])
        taken["takesFrom"] = {"id": line["id"]}
        if sku == "BATCHED":
            taken["batch"] = self._luck.choice(BATCHES)
        how = self._luck.randrange(6)
        priced = {**taken, "rate": "20"}
        if how == 0:
            return delivery(self._day(), priced)
        if how == 1:
            return sale(self._day(), priced, updateStock=True)
        if how == 2:
            return "PurchaseReturn", {"postingDate": self._day(), "lines": [priced],
                                      "supplier": {"code": "ARCU"}}  # fmt: skip
        if how == 3:
            there = {"toWarehouse": {"code": STORES[moved["warehouse"]["code"] == STORES[0]]}}
            return stock_entry(self._day(), "TRANSFER", {**taken, **there})
        if how == 4:
            return made("REPACK", self._day(), taken, product("2", self._luck.choice(SKUS)))
        return stock_entry(self._day(), "ISSUE", taken)

    # -- costs ------------------------------------------------------------------------------------

    def _charge_moved(self) -> Paper | None:
        """Goods become dearer that were found, moved, made or given back."""
        came = self._one_of(self._luck.choice(("StockEntry", "SalesReturn")))
        return landed(self._day(), came) if came else None

    def _revalue(self) -> Paper:
        line = {"item": {"sku": self._luck.choice(SKUS)},
                "warehouse": {"code": self._luck.choice(STORES)},
                "unitCost": f"{self._luck.randrange(100, 3000) / 100:.2f}"}  # fmt: skip
        return "StockRevaluation", {"postingDate": self._day(), "lines": [line]}

    def _method(self) -> Paper:
        method = self._luck.choice(METHODS[self._scheme])
        line = {"item": {"sku": self._luck.choice(SKUS)}, "costingMethod": method}
        return "CostingMethodChange", {"postingDate": self._day(), "lines": [line]}

    def _standard(self) -> Paper:
        sku = self._luck.choice(("CHAIR", "FIXED", "MEAN"))
        cost = f"{self._luck.randrange(100, 9000) / 100:.2f}"
        line = {"item": {"sku": sku}, "standardCost": cost}
        return "StandardCostChange", {"postingDate": self._day(), "lines": [line]}

    def _shipped(self) -> Paper:
        line = {"quantity": "1", "rate": "30", "shipment": self._luck.choice(SHIPMENTS)}
        return bill(self._day(), line)

    def _close_shipment(self) -> Paper:
        return "ShipmentClosing", {
            "postingDate": self._day(), "shipment": self._luck.choice(SHIPMENTS),
            "updateStandardCost": self._luck.random() < 0.5,
        }  # fmt: skip

    def _adjust(self) -> Paper:
        return "CostAdjustment", {"postingDate": self._day()}

    def _post_costs(self) -> Paper:
        return "InventoryPosting", {"postingDate": "2026-04-01"}

    # -- accounts ---------------------------------------------------------------------------------

    def _journal(self) -> Paper:
        return journal(self._day(), {"Bank": "7", "Cash": "-7"})

    def _clear(self) -> Paper | None:
        came = self._one_of(self._luck.choice(("PurchaseReceipt", "DeliveryNote")))
        if came is None:
            return None
        line: dict[str, Any] = {"line": {"id": came["lines"][self._line_of(came)]["id"]}}
        if self._luck.random() < 0.5:
            line["quantity"] = "1"
        return "AccrualClearing", {"postingDate": self._day(), "lines": [line]}

    def _bill_before(self) -> Paper:
        line = self._goods()
        del line["warehouse"]
        return bill(self._day(), line)

    def _receipt_of_bill(self) -> Paper | None:
        billed = self._one_of("PurchaseInvoice")
        if billed is None:
            return None
        line = billed["lines"][0]
        if line["item"] is None:
            return None
        came = goods("2", line["rate"], line["item"]["sku"], invoiceLine={"id": line["id"]})
        return receipt(self._day(), came)

    def _credit_of_return(self) -> Paper | None:
        side, kind = self._luck.choice((("SALES", "SalesReturn"), ("PURCHASE", "PurchaseReturn")))
        went = self._one_of(kind)
        if went is None:
            return None
        return note(side, "RETURN", "2026-04-01", of_return(went, quantity="1", rate="5"))

    def _allocate(self) -> Paper | None:
        invoice, paid = self._one_of("SalesInvoice"), self._one_of("Payment")
        if invoice is None or paid is None:
            return None
        allocations = [
            {"invoice": {"id": invoice["id"]}, "amount": "5"},
            {"invoice": {"id": paid["id"]}, "amount": "5"},
        ]
        return "Allocation", {
            "postingDate": "2026-04-01", "party": {"code": "UTAH"}, "allocations": allocations,
        }  # fmt: skip

    def _on_account(self) -> Paper:
        return "Payment", {"postingDate": self._day(), "type": "RECEIVE", "amount": "20",
                           "party": {"code": "UTAH"}, "allocations": []}  # fmt: skip


def _came_by(document: Any) -> list[tuple[Any, Any]]:
    """Lines of a document, each with a movement of its goods that came in."""
    return [
        (line, moved)
        for moved in document["stockMovements"]
        for line in document["lines"]
        if line["item"] == moved["item"] and not moved["quantity"].startswith("-")
    ]


_BRINGING = ("PurchaseReceipt", "PurchaseInvoice", "SalesReturn", "StockEntry", "StockEntry",
             "StockReconciliation")  # fmt: skip
_FURTHER: dict[Callable[[Anybody], Paper | None], int] = {
    Anybody._wide_receipt: 14,
    Anybody._wide_delivery: 12,
    Anybody._issue: 3,
    Anybody._found: 3,
    Anybody._repack: 5,
    Anybody._send: 5,
    Anybody._arrive: 5,
    Anybody._charge_moved: 3,
    Anybody._journal: 2,
    Anybody._clear: 4,
    Anybody._bill_before: 4,
    Anybody._receipt_of_bill: 5,
    Anybody._credit_of_return: 3,
    Anybody._allocate: 3,
    Anybody._on_account: 2,
}
_BY_REPLAY: dict[Callable[[Anybody], Paper | None], int] = {Anybody._revalue: 3, Anybody._method: 3}
_OF_SCHEME: dict[str, dict[Callable[[Anybody], Paper | None], int]] = {
    "PERPETUAL": _BY_REPLAY,
    "PERIODIC": _BY_REPLAY,
    "CONTINENTAL": {
        Anybody._take: 12, Anybody._revalue: 3, Anybody._standard: 2, Anybody._adjust: 3,
        Anybody._post_costs: 3,
    },
    "BY_LEVEL": {
        Anybody._standard: 4, Anybody._shipped: 4, Anybody._close_shipment: 2, Anybody._revalue: 2,
    },
}  # fmt: skip
