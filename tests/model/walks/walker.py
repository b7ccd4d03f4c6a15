"""More of what one person hands in by chance: orders, journals with parties, parts of lots."""

from collections.abc import Callable
from copy import copy
from random import Random
from typing import Any

from tests.api.desk import Paper, bill, cancelling, goods, payment, receipt, stock_entry
from tests.api.house import note, of_bill, of_return
from tests.crowd.dressing import EUROS_AND_POUNDS, ORDERS
from tests.crowd.money import Cashier
from tests.crowd.papers import SKUS, STORES, Posted
from tests.crowd.wider import BATCHES, Anybody

SIDES = {
    "SALES": ("SalesInvoice", "SalesReturn"),
    "PURCHASE": ("PurchaseInvoice", "PurchaseReturn"),
}
_CHARGED = ("PurchaseReceipt", "PurchaseReceipt", "PurchaseInvoice", "StockEntry", "SalesReturn")
_PAID = ("SalesInvoice", "PurchaseInvoice", "JournalEntry", "CreditNote", "LandedCost", "Payment",
         "PurchaseReturn", "SalesReturn")  # fmt: skip
_REVERSED_LATER = ("JOURNAL_ENTRY", "PAYMENT", "ALLOCATION")
_LATER = ("2026-02-15", "2026-03-20", "2026-04-02", "2026-04-10")


class Walker(Cashier):
    """One person who goes through everything, alone."""

    def __init__(self, seed: str, scheme: str) -> None:
        posted = Posted(list)
        super().__init__(seed, posted, scheme, [])
        self._revalues = self._luck.random() < 0.3
        self.given: dict[str, Any] = {}
        """What was given, by the id of the document."""

    @property
    def scheme(self) -> str:
        """The scheme that the company is in by now."""
        return self._scheme

    def opening(self) -> Paper:
        """A little of everything plain, everywhere."""
        lines = [goods("40", "10", sku, warehouse={"code": store})
                 for sku in SKUS for store in STORES]  # fmt: skip
        return receipt("2026-01-01", *lines)

    def done(self, paper: Paper, document: Any) -> None:
        """Remember what was posted; mostly forget what was cancelled."""
        kind, given = paper
        if kind == "Migration":
            self._scheme = given["scheme"]
        if kind != "Cancellation":
            self.given[document["id"]] = given
            self._posted[kind].append(document)
            return
        if self._luck.random() < 0.9:
            gone = given["document"]["id"]
            for kept in self._posted.values():
                kept[:] = [one for one in kept if one["id"] != gone]

    def choices(self) -> dict[Callable[[Any], Paper | None], int]:
        more = _MORE | (_BY_LEVEL if self._scheme == "BY_LEVEL" else {})
        return Anybody.choices(self) | more | (_REVALUING if self._revalues else {})

    def _any_of(self, *kinds: str) -> Any:
        known = [one for kind in kinds for one in self._posted[kind]]
        return self._luck.choice(known) if known else None

    def _quantity(self, line: Any) -> str:
        return self._luck.choice((line["quantity"], line["quantity"], "1", "2", "0.5"))

    # -- bills ------------------------------------------------------------------------------------

    def _bill_came(self) -> Paper | None:
        """Lines of one or two receipts, each whole or a part, at their price or another."""
        found = [one for one in (self._any_of("PurchaseReceipt") for _ in "12") if one]
        lines = []
        for came in found[: self._luck.choice((1, 1, 2))]:
            line = self._luck.choice(came["lines"])
            rate = self._luck.choice((line["rate"], line["rate"], "11.11"))
            lines.append({"receiptLine": {"id": line["id"]}, "quantity": self._quantity(line),
                          "rate": rate})  # fmt: skip
        return bill(self._day(), *lines) if lines else None

    def _bill_order(self) -> Paper:
        ordered = {"order": self._luck.choice(ORDERS), "line": self._luck.choice((1, 2))}
        line = goods(self._luck.choice(("1", "5", "8")), "13.37", self._luck.choice(SKUS))
        del line["warehouse"]
        return bill(self._day(), {**line, "orderLine": ordered})

    def _service(self) -> Paper:
        line = {"item": {"sku": "SERVICE"}, "quantity": "2", "rate": "14.285"}
        return bill(self._day(), line, self._coming(), updateStock=True)

    # -- returns ----------------------------------------------------------------------------------

    def _back(self) -> Paper | None:
        """Of one line, and of its lots; now and then of no known document."""
        kind, origins = self._luck.choice((
            ("PurchaseReturn", ("PurchaseReceipt", "PurchaseInvoice")),
            ("SalesReturn", ("DeliveryNote", "SalesInvoice")),
        ))  # fmt: skip
        origin = self._any_of(*origins)
        if origin is None or self._luck.random() < 0.1:
            line = self._going()
            return kind, {"postingDate": self._day(), "lines": [line], **_party_of(kind)}
        lines = self._luck.sample(origin["lines"], self._luck.choice((1, len(origin["lines"]))))
        return kind, {"postingDate": self._day(),
                      "lines": [self._back_of(origin, line) for line in lines]}  # fmt: skip

    def _back_of(self, origin: Any, line: Any) -> Any:
        given = self.given[origin["id"]]["lines"][line["line"] - 1]
        back = {"line": {"id": line["id"]}, "quantity": self._quantity(line)}
        serials = given.get("serials")
        if serials:
            some = self._luck.sample(serials, self._luck.randrange(1, len(serials) + 1))
            return back | {"quantity": str(len(some)), "serials": some}
        if "batch" in given and self._luck.random() < 0.5:
            back["batch"] = given["batch"]
        if "rejectedQuantity" in given and self._luck.random() < 0.4:
            back["fromRejected"] = True
        return back

    # -- credits ----------------------------------------------------------------------------------

    def _credit_any(self) -> Paper | None:
        side = self._luck.choice(tuple(SIDES))
        invoices, returns = SIDES[side]
        invoice, went = self._any_of(invoices), self._any_of(returns)
        kind = self._luck.choice(("RETURN", "RETURN", "OVERCHARGE", "WRITE_OFF"))
        if went is not None and kind == "RETURN" and self._luck.random() < 0.6:
            line = of_return(went, self._line_of(went))
        elif invoice is not None:
            line = of_bill(invoice, self._line_of(invoice))
        else:
            return None
        if self._luck.random() < 0.6:
            line["quantity"] = self._luck.choice(("1", "2", "0.5"))
        if kind == "OVERCHARGE":
            line["rate"] = self._luck.choice(("1", "0.33", "5"))
        return note(side, kind, self._day(), line)

    # -- costs ------------------------------------------------------------------------------------

    def _charge_any(self) -> Paper | None:
        came = [one for one in (self._any_of(*_CHARGED) for _ in "12") if one]
        if not came:
            return None
        receipts = {one["id"]: one for one in came[: self._luck.choice((1, 2))]}
        given: dict[str, Any] = {
            "postingDate": self._day(), "receipts": [{"id": id_} for id_ in receipts],
            "charges": [{"account": {"code": "Customs Duty"},
                         "amount": self._luck.choice(("60", "0.01", "7.77"))}],
            "basis": self._luck.choice(("AMOUNT", "QUANTITY", "EQUAL")),
        }  # fmt: skip
        if self._luck.random() < 0.3:
            given["supplier"] = {"code": "ARCU"}
        if self._luck.random() < 0.3:
            line = self._luck.choice(came[0]["lines"])
            given["appliesTo"] = [{"id": line["id"]}]
        return "LandedCost", given

    def _revalue_any(self) -> Paper:
        line: dict[str, Any] = {"item": {"sku": self._item()}}
        if self._luck.random() < 0.7:
            line["warehouse"] = {"code": self._luck.choice(STORES)}
        if line["item"]["sku"] == "BATCHED":
            line["batch"] = self._luck.choice(BATCHES)
        if line["item"]["sku"] == "NUMBERED":
            line["serials"] = [self._known_number()]
        how = self._luck.choice((("unitCost", "12.5"), ("unitCost", "3.333"), ("value", "100.01")))
        line[how[0]] = how[1]
        return "StockRevaluation", {"postingDate": self._day(), "lines": [line]}

    def _moved_dearer(self) -> Paper:
        line = self._going()
        del line["rate"]
        other = STORES[line["warehouse"]["code"] == STORES[0]]
        charges = [{"account": {"code": "Shipping Charges"}, "amount": "4.44"}]
        return stock_entry(self._day(), "TRANSFER", {**line, "toWarehouse": {"code": other}},
                           charges=charges)  # fmt: skip

    def _count_lot(self) -> Paper:
        line = self._coming()
        if "serials" not in line:
            line["quantity"] = str(self._luck.randrange(12))
        elif self._luck.random() < 0.7:  # some of those that may be there
            known = self._serials[-6:]
            line["serials"] = self._luck.sample(known, self._luck.randrange(len(known) + 1))
            line["quantity"] = str(len(line["serials"]))
        return "StockReconciliation", {"postingDate": self._day(), "lines": [line]}

    def _lost(self) -> Paper | None:
        arrived = self._arrive()
        if arrived is None:
            return None
        kind, given = arrived
        line = {**given["lines"][0]}
        del line["toWarehouse"]
        return kind, {**given, "purpose": "MATERIAL_ISSUE", "lines": [line]}

    # -- accounts ---------------------------------------------------------------------------------

    def _with_party(self) -> Paper:
        party, account, sign = self._luck.choice((
            ("UTAH", "Debtors", 1), ("ARCU", "Creditors", -1), ("UTAH", "Debtors", -1),
        ))  # fmt: skip
        sides = ("debit", "credit") if sign > 0 else ("credit", "debit")
        amount = self._luck.choice(("50", "33.33"))
        head = {"postingDate": self._day(), **self._later("JOURNAL_ENTRY")}
        return "JournalEntry", {**head, "lines": [
            {"account": {"code": account}, sides[0]: amount, "party": {"code": party}},
            {"account": {"code": "Opening Balance Equity"}, sides[1]: amount},
        ]}  # fmt: skip

    def _pay_any(self) -> Paper | None:
        """Whatever is open, in whole or in part, with a discount or a sum written off."""
        open_ = self._any_of(*_PAID)
        if open_ is None:
            return None
        amount = self._luck.choice((open_["grandTotal"], open_["grandTotal"], "5", "12.34"))
        sales = open_["kind"] == "SALES_INVOICE" or self._luck.random() < 0.3
        kind, given = payment(self._day(), "RECEIVE" if sales else "PAY", amount,
                              {open_["id"]: amount})  # fmt: skip
        more = self._luck.choice((
            {}, {}, {"discount": "1.11"}, {"discount": "1.11", "adjustTaxes": True},
            {"writeOff": "0.37"}, {"takeDiscount": True},
            {"takeDiscount": True, "adjustTaxes": True},
        ))  # fmt: skip
        given["allocations"][0] |= more
        if self._luck.random() < 0.4:
            given["account"] = {"code": self._luck.choice(EUROS_AND_POUNDS)[0]}
            given |= self._luck.choice((
                {"accountAmount": "7.77"}, {"currency": "EUR", "exchangeRate": "1.21"},
                {"currency": "EUR", "bankAmount": "8"},
                {"currency": "EUR", "exchangeRate": "1.21", "accountAmount": "6"},
            ))  # fmt: skip
        return kind, given

    def _allocate_any(self) -> Paper | None:
        known = [one for one in (self._any_of(*_PAID) for _ in "12") if one]
        if len({one["id"] for one in known}) < 2:
            return None
        allocations = [{"invoice": {"id": one["id"]}, "amount": "5"} for one in known]
        party = self._luck.choice(("UTAH", "ARCU"))
        return "Allocation", {"postingDate": self._day(), "party": {"code": party},
                              "allocations": allocations}  # fmt: skip

    def _clear_residue(self) -> Paper | None:
        of = self._any_of("PurchaseReceipt", "PurchaseInvoice", "PurchaseReturn", "JournalEntry")
        if of is None:
            return None
        line = {"residueOf": {"id": of["id"]}}
        return "AccrualClearing", {"postingDate": self._day(), "lines": [line]}

    def _cancel_any(self) -> Paper | None:
        document = self._any_of(*sorted(self._posted))
        return cancelling(document, **self._later(document["kind"])) if document else None

    def _later(self, kind: str) -> dict[str, str]:
        """What is taken back later, by chance; drawn aside, so that seeds keep their walks."""
        aside = Random(copy(self._luck).random())
        often = 0.6 if kind in _REVERSED_LATER else 0.05
        return {"reverseOn": aside.choice(_LATER)} if aside.random() < often else {}


def _party_of(kind: str) -> dict[str, Any]:
    if kind == "PurchaseReturn":
        return {"supplier": {"code": "ARCU"}}
    return {"customer": {"code": "UTAH"}}


_MORE: dict[Callable[[Walker], Paper | None], int] = {
    Walker._bill_came: 14,
    Walker._service: 4,
    Walker._back: 12,
    Walker._credit_any: 10,
    Walker._charge_any: 6,
    Walker._revalue_any: 3,
    Walker._moved_dearer: 3,
    Walker._count_lot: 4,
    Walker._lost: 2,
    Walker._with_party: 4,
    Walker._pay_any: 10,
    Walker._allocate_any: 4,
    Walker._clear_residue: 2,
    Walker._cancel_any: 6,
    Walker._exchange: 4,
}
_REVALUING: dict[Callable[[Walker], Paper | None], int] = {Walker._closing_rates: 6}
_BY_LEVEL: dict[Callable[[Walker], Paper | None], int] = {Walker._bill_order: 8}
