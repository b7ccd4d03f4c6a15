"""The papers of Dynamics NAV's scenarios: bills that move goods, returns, entries, counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps import purchases, sales, stock
from tests.conformance.steps.kind import (
    APPLIED,
    COMMON,
    LOTS,
    MOVED,
    PRICED,
    Fields,
    Given,
    Kind,
    Taker,
    check_fields,
    code,
    plain,
    submit,
    take,
    taxes,
    unsaid,
)

_HEAD: Fields = {**COMMON, "lines": unsaid}
_BILLED: Fields = {"taxes": taxes("taxes"), "account": code("account")}
_NO_TAXES: Fields = {"taxes": unsaid}
"""Taxes are the bill's: what moves goods alone has none."""


def _order_line(value: int, _play: Play) -> Given:
    """Lines of orders are counted from 0 in these scenarios, from 1 by the API."""
    return {"orderLine": value + 1}


def _day_of(step: Step, play: Play) -> str:
    """The day of a step that has none: that of the last one before it that has."""
    steps = play.scenario.steps
    before = steps[: steps.index(step) + 1]
    return str(max(one.date for one in before if one.date is not None))


def common(step: Step, play: Play) -> Given:
    return {
        "id": str(uuid4()),
        "company": play.company,
        "postingDate": str(step.date) if step.date else _day_of(step, play),
    }


@dataclass(frozen=True, slots=True)
class _Bill:
    """A receipt, a delivery or an invoice; its lines may name one of an earlier step.

    `head`, `line` and `charges` are the fields that its kind has besides those of every one;
    `counterpart` is the one that names an earlier step: receipt, delivery.
    """

    name: str
    head: Fields
    line: Fields
    charges: Fields = field(default_factory=dict[str, Taker])
    counterpart: str = ""

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self._head())
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self._line())
        for charge in step.charges or ():
            check_fields(f"{step.do}.charges", given(charge), self.charges)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self._head(), play), **common(step, play)}
        posted["lines"] = [self._taken(given(line), play) for line in step.lines or ()]
        if step.charges:
            posted["charges"] = [take(given(one), self.charges, play) for one in step.charges]
        payload = self.name[0].lower() + self.name[1:]
        return submit(play, f"preview{self.name}", f"submit{self.name}", payload, posted)

    def _head(self) -> Fields:
        return {**_HEAD, **self.head, "charges": unsaid}

    def _line(self) -> Fields:
        named = dict.fromkeys((self.counterpart, f"{self.counterpart}Line"), unsaid)
        return {**PRICED, **self.line, **(named if self.counterpart else {})}

    def _taken(self, line: Mapping[str, Any], play: Play) -> Given:
        taken = take(line, self._line(), play)
        earlier = line.get(self.counterpart)
        if earlier is not None:
            number = line.get(f"{self.counterpart}Line")
            taken[f"{self.counterpart}Line"] = {"id": play.line(earlier, number)}
            taken.pop("warehouse", None)
        return taken


class _Return:
    """Goods given back, of an earlier step's line or of none."""

    fields: ClassVar[Fields] = {**_HEAD, "party": unsaid, "side": unsaid, "of": unsaid}
    line: ClassVar[Fields] = {
        **MOVED,
        "rate": plain("rate"),
        "allowZeroValuation": plain("allowZeroValuation"),
        "ofLine": unsaid,
    }
    linked: ClassVar[Mapping[str, Fields]] = {
        "PURCHASE": {"qty": plain("quantity"), **LOTS},
        "SALES": {"qty": plain("quantity"), "warehouse": code("warehouse"), **LOTS},
    }
    """What a line says that names its original, which says the rest, by side."""

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        side = "Purchase" if step.side == "PURCHASE" else "Sales"
        party = "supplier" if step.side == "PURCHASE" else "customer"
        posted = {**take(given(step), self.fields, play), **common(step, play)}
        if step.of is None:
            posted[party] = {"code": step.party}
            posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        else:
            fields = self.linked[str(step.side)]
            posted["lines"] = [
                {"line": {"id": play.line(step.of, _number(one.of_line, index))}}
                | take({k: v for k, v in given(one).items() if k in fields}, fields, play)
                for index, one in enumerate(step.lines or ())
            ]
        name = f"{side}Return"
        payload = name[0].lower() + name[1:]
        return submit(play, f"preview{name}", f"submit{name}", payload, posted)


def _number(named: int | None, place: int) -> int:
    """The number of the original's line: that of the line's own place unless it names one."""
    return place if named is None else named


class _StockEntry:
    """Goods received, issued, moved or assembled within the company."""

    fields: ClassVar[Fields] = {
        **_HEAD,
        **stock.CONTRA,
        **dict.fromkeys(("party", "purpose", "charges", "consume", "produce"), unsaid),
    }
    line: ClassVar[Fields] = {
        **stock.ENTERED,
        **APPLIED,
        "rate": plain("rate"),
        "toWarehouse": code("toWarehouse"),
        "scrap": plain("scrap"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        rows = [*(step.lines or ()), *(step.consume or ())]
        for line in [*rows, *([step.produce] if step.produce else [])]:
            check_fields(f"{step.do}.lines", given(line), self.line)
        for charge in step.charges or ():
            check_fields(f"{step.do}.charges", given(charge), stock.COSTS)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self.fields, play), **common(step, play)}
        posted["charges"] = [take(given(one), stock.COSTS, play) for one in step.charges or ()]
        posted["purpose"] = "MANUFACTURE" if step.purpose == "ASSEMBLY" else step.purpose
        rows = [*(step.lines or ()), *(step.consume or ())]
        posted["lines"] = [take(given(one), self.line, play) for one in rows]
        if step.produce is not None:
            made = take(given(step.produce), self.line, play)
            made["toWarehouse"] = made.pop("warehouse")
            posted["lines"].append(made)
        return submit(play, "previewStockEntry", "submitStockEntry", "stockEntry", posted)


class _Count:
    """What was counted."""

    fields: ClassVar[Fields] = {**_HEAD, **stock.CONTRA, "purpose": plain("purpose")}
    line: ClassVar[Fields] = {
        **MOVED, **stock.CONTRA, "countedQty": plain("quantity"), "rate": plain("rate"),
    }  # fmt: skip

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self.fields, play), **common(step, play)}
        posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        return submit(
            play,
            "previewStockReconciliation",
            "submitStockReconciliation",
            "stockReconciliation",
            posted,
        )


KINDS: dict[str, Kind] = {
    "purchaseReceipt": _Bill(
        "PurchaseReceipt",
        {"party": code("supplier"), "order": plain("order"), "shipment": plain("shipment")},
        {**purchases.REJECTED, **_NO_TAXES, "orderLine": _order_line},
        purchases.CHARGES,
    ),
    "purchaseInvoice": _Bill(
        "PurchaseInvoice",
        {"party": code("supplier"), **purchases.PAID},
        _BILLED,
        purchases.CHARGES,
        "receipt",
    ),
    "deliveryNote": _Bill("DeliveryNote", {"party": code("customer")}, {**_NO_TAXES, **APPLIED}),
    "salesInvoice": _Bill(
        "SalesInvoice",
        {"party": code("customer"), **sales.PAID},
        {**_BILLED, **APPLIED},
        sales.CHARGES,
        "delivery",
    ),
    "return": _Return(),
    "stockEntry": _StockEntry(),
    "stockReconciliation": _Count(),
}
"""The papers of NAV's scenarios; what is done to costs is in `nav_costs`."""
