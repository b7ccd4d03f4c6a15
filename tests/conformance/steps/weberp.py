"""What webERP's scenarios do: receipts by order and shipment, bills that clear suspense, costs."""

from typing import ClassVar
from uuid import uuid4

from tests.conformance.decode import MalformedError, given
from tests.conformance.format import Line, Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps import nav, nav_costs, purchases, sales
from tests.conformance.steps.kind import (
    COMMON,
    PRICED,
    Fields,
    Given,
    Kind,
    check_fields,
    code,
    plain,
    submit,
    take,
    taxes,
    unsaid,
)

_HEAD: Fields = {**COMMON, "lines": unsaid, "charges": unsaid}
_BILLED: Fields = {**PRICED, "taxes": taxes("taxes"), "account": code("account")}


def _common(play: Play) -> Given:
    return {"id": str(uuid4()), "company": play.company}


class _Bill:
    """A supplier's bill: of a receipt's line, of an order's line, of an account, of a shipment."""

    fields: ClassVar[Fields] = {**_HEAD, "party": code("supplier"), **purchases.PAID}
    line: ClassVar[Fields] = {
        **_BILLED,
        "receipt": unsaid,
        "receiptLine": unsaid,
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
        posted["charges"] = [
            take(given(one), purchases.CHARGES, play) for one in step.charges or ()
        ]
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


class _Credit:
    """A party is credited: goods come back, are written off, or the price was too high.

    A supplier's credit of no kind names a receipt's line: it credits the bill of that line.
    """

    fields: ClassVar[Fields] = {
        **_HEAD,
        "side": plain("side"),
        "kind": plain("creditKind"),
        "party": code("party"),
        "writeOffAccount": code("writeOffAccount"),
        "freight": plain("freight"),
        "roundedTotal": plain("roundedTotal"),
    }
    line: ClassVar[Fields] = {**_BILLED, "receipt": unsaid, "receiptLine": unsaid}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**_common(play), **take(given(step), self.fields, play)}
        posted.setdefault("creditKind", "RETURN")
        posted["lines"] = [self._taken(step, one, play) for one in step.lines or ()]
        if step.charges:
            posted["charges"] = [take(given(one), sales.CHARGES, play) for one in step.charges]
        name = "CreditNote"
        return submit(play, f"preview{name}", f"submit{name}", "creditNote", posted)

    def _taken(self, step: Step, line: Line, play: Play) -> Given:
        taken = take(given(line), self.line, play)
        if line.receipt is not None:
            taken["invoiceLine"] = {"id": _bill_of(play, line.receipt, line.receipt_line or 0)}
        if step.kind == "OVERCHARGE" or line.receipt is not None:
            # What moves no goods has no stock side, so the API takes no warehouse.
            taken.pop("warehouse", None)
        return taken


def _bill_of(play: Play, receipt: str, number: int) -> str:
    """The line of the latest bill of a receipt's line, or of an order's."""
    named = (receipt, number)
    billed = [
        play.outcomes[step.ref].lines[place]
        for step in play.scenario.steps
        if step.do == "purchaseInvoice" and step.ref in play.outcomes
        for place, line in enumerate(step.lines or ())
        if (line.receipt, line.receipt_line or 0) == named
    ]
    if not billed:
        raise MalformedError(f"no earlier bill of {receipt}, line {number}")
    return billed[-1]


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


_AS_IN_NAV = (
    "purchaseReceipt", "deliveryNote", "salesInvoice", "return", "stockEntry",
    "stockReconciliation",
)  # fmt: skip
KINDS: dict[str, Kind] = {
    **{name: nav.KINDS[name] for name in _AS_IN_NAV},
    **{name: nav_costs.KINDS[name] for name in ("changeStandardCost", "setSettings")},
    "purchaseInvoice": _Bill(),
    "creditNote": _Credit(),
    "payment": _Payment(),
    "changeCategory": _Category(),
    "closeShipment": _CloseShipment(),
}
"""The steps of webERP's scenarios."""
