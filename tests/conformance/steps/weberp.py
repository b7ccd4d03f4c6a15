"""What webERP's scenarios do: receipts by order and shipment, bills that clear suspense, costs."""

from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from tests.conformance.decode import MalformedError, given
from tests.conformance.format import Line, Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps import nav
from tests.conformance.steps.kind import (
    COMMON,
    Fields,
    Given,
    Kind,
    Taker,
    check_fields,
    code,
    item,
    plain,
    submit,
    take,
    unsaid,
)

_HEAD: Fields = {**COMMON, "lines": unsaid}


def _taxes(name: str) -> Taker:
    """Taxes by their codes."""
    return lambda value, _play: {name: [{"code": one} for one in value]}


_GOODS: Fields = {
    "discountPct": plain("discountPercent"),
    "item": item,
    "warehouse": code("warehouse"),
    "qty": plain("quantity"),
    "rate": plain("rate"),
}


def _common(play: Play) -> Given:
    return {"id": str(uuid4()), "company": play.company}


def _order_line(value: int, _play: Play) -> Given:
    return {"orderLine": value + 1}


class _Receipt:
    """Goods received, by an order and with a shipment where it says so."""

    fields: ClassVar[Fields] = {
        **_HEAD,
        "party": code("supplier"),
        "order": plain("order"),
        "shipment": plain("shipment"),
    }
    line: ClassVar[Fields] = {**_GOODS, "orderLine": _order_line}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        name = "PurchaseReceipt"
        return submit(play, f"preview{name}", f"submit{name}", "purchaseReceipt", posted)


class _Bill:
    """A supplier's bill: of a receipt's line, of an order's line, of an account, of a shipment."""

    fields: ClassVar[Fields] = {**_HEAD, "party": code("supplier")}
    line: ClassVar[Fields] = {
        **_GOODS,
        "receipt": unsaid,
        "receiptLine": unsaid,
        "taxes": _taxes("taxes"),
        "account": code("account"),
        "shipmentCharge": plain("shipment"),
        "amount": plain("rate"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        posted["lines"] = [self._taken(one, play) for one in step.lines or ()]
        name = "PurchaseInvoice"
        return submit(play, f"preview{name}", f"submit{name}", "purchaseInvoice", posted)

    def _taken(self, line: Line, play: Play) -> Given:
        taken = take(given(line), self.line, play)
        if line.receipt is None:
            taken.setdefault("quantity", "1")
            return taken
        number = line.receipt_line or 0
        if line.receipt in play.outcomes:
            taken["receiptLine"] = {"id": play.line(line.receipt, number)}
        else:
            taken["orderLine"] = {"order": line.receipt, "line": number + 1}
        if line.item is None:
            taken["item"] = {"sku": _item_of(play, line.receipt, number)}
        return taken


def _item_of(play: Play, named: str, number: int) -> str:
    """The item of a receipt's line, or of what came by an order's line."""
    for step in play.scenario.steps:
        lines = step.lines or ()
        if step.ref == named and step.do == "purchaseReceipt":
            return str(lines[number].item)
        if step.order == named:
            for line in lines:
                if line.order_line == number:
                    return str(line.item)
    raise MalformedError(f"no earlier {named}, line {number}")


class _Sale:
    """A sale that delivers its goods."""

    fields: ClassVar[Fields] = {
        **_HEAD,
        "party": code("customer"),
        "freight": plain("freight"),
        "freightTaxes": _taxes("freightTaxes"),
    }
    line: ClassVar[Fields] = {**_GOODS, "taxes": _taxes("taxes")}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        name = "SalesInvoice"
        return submit(play, f"preview{name}", f"submit{name}", "salesInvoice", posted)


class _Credit:
    """A customer is credited; goods come back, are written off, or the price was too high."""

    fields: ClassVar[Fields] = {
        **_HEAD,
        "side": plain("side"),
        "kind": plain("creditKind"),
        "party": code("party"),
        "writeOffAccount": code("writeOffAccount"),
    }
    line: ClassVar[Fields] = {**_GOODS, "taxes": _taxes("taxes")}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        if step.kind == "OVERCHARGE":
            # A price correction has no stock side, so the API takes no warehouse.
            posted["lines"] = [
                {name: value for name, value in line.items() if name != "warehouse"}
                for line in posted["lines"]
            ]
        name = "CreditNote"
        return submit(play, f"preview{name}", f"submit{name}", "creditNote", posted)


class _Payment:
    """Money from a customer, or to a supplier."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "side": unsaid,
        "party": code("party"),
        "amount": plain("amount"),
        "discount": unsaid,
        "bankAccount": code("account"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        direction = "RECEIVE" if step.side == "CUSTOMER" else "PAY"
        posted = {**_common(play), **take(given(step), self.fields, play), "type": direction}
        if step.discount is not None:
            # A discount is taken off a bill: the party's first one.
            bills = {"CUSTOMER": "salesInvoice", "SUPPLIER": "purchaseInvoice"}
            bill = next(
                one.ref
                for one in play.scenario.steps
                if one.do == bills[str(step.side)] and one.party == step.party
            )
            posted["allocations"] = [
                {
                    "invoice": {"id": play.document(bill)},
                    "amount": str(step.amount),
                    "discount": str(step.discount),
                }
            ]
        return submit(play, "previewPayment", "submitPayment", "payment", posted)


class _Category:
    """An item comes into another category, with its stock."""

    fields: ClassVar[Fields] = {**COMMON, "item": unsaid, "category": unsaid}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        line = {"item": {"sku": step.item}, "group": {"code": step.category}}
        posted = {**_common(play), **take(given(step), self.fields, play), "lines": [line]}
        return submit(play, "previewChangeItemGroup", "changeItemGroup", "itemGroupChange", posted)


class _CloseShipment:
    """A shipment is closed."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "shipment": plain("shipment"),
        "updateStandardCost": plain("updateStandardCost"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        return submit(play, "previewCloseShipment", "closeShipment", "shipmentClosing", posted)


class _Journal:
    """A journal by hand; the side of a line that is zero is none."""

    line: ClassVar[Fields] = {
        "account": code("account"),
        "debit": plain("debit"),
        "credit": plain("credit"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), _HEAD)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), _HEAD, play)}
        lines = [take(given(one), self.line, play) for one in step.lines or ()]
        posted["lines"] = [
            {k: v for k, v in line.items() if k == "account" or Decimal(v)} for line in lines
        ]
        return submit(play, "previewJournalEntry", "submitJournalEntry", "journalEntry", posted)


KINDS: dict[str, Kind] = {
    "purchaseReceipt": _Receipt(),
    "purchaseInvoice": _Bill(),
    "salesInvoice": _Sale(),
    "return": nav.KINDS["return"],
    "creditNote": _Credit(),
    "payment": _Payment(),
    "journalEntry": _Journal(),
    "stockEntry": nav.KINDS["stockEntry"],
    "stockReconciliation": nav.KINDS["stockReconciliation"],
    "changeStandardCost": nav.KINDS["changeStandardCost"],
    "changeCategory": _Category(),
    "closeShipment": _CloseShipment(),
    "setSettings": nav.KINDS["setSettings"],
}
"""The steps of webERP's scenarios."""
