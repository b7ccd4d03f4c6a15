"""What Dynamics NAV's scenarios do: bills that move goods, item charges, batches of costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

from tests.conformance.adapter import SETTINGS
from tests.conformance.decode import NotSupportedError, given
from tests.conformance.format import Step
from tests.conformance.opening import settings_of
from tests.conformance.play import Outcome, Play
from tests.conformance.steps.kind import (
    COMMON,
    Fields,
    Given,
    Kind,
    check_fields,
    code,
    codes_of,
    item,
    plain,
    submit,
    take,
    unsaid,
)

_HEAD: Fields = {**COMMON, "lines": unsaid}


def _serial(value: str, _play: Play) -> Given:
    return {"serials": [value]}


_GOODS: Fields = {
    "item": item,
    "warehouse": code("warehouse"),
    "qty": plain("quantity"),
    "rate": plain("rate"),
    "serial": _serial,
    "discountPct": plain("discountPercent"),
}


def _taxes(value: tuple[str, ...], _play: Play) -> Given:
    return {"taxes": [{"code": one} for one in value]}


_BILLED: Fields = {**_GOODS, "taxes": _taxes}


def _items(value: tuple[str, ...], _play: Play) -> Given:
    return {"items": [{"sku": one} for one in value]}


def _day_of(step: Step, play: Play) -> str:
    """The day of a step that has none: that of the last one before it that has."""
    steps = play.scenario.steps
    before = steps[: steps.index(step) + 1]
    return str(max(one.date for one in before if one.date is not None))


def _common(step: Step, play: Play) -> Given:
    return {
        "id": str(uuid4()),
        "company": play.company,
        "postingDate": str(step.date) if step.date else _day_of(step, play),
    }


class _Bill:
    """A receipt, a delivery or an invoice; its lines may name one of an earlier step."""

    def __init__(self, name: str, party: str, counterpart: str | None = None) -> None:
        """`counterpart` is the field that names an earlier step: receipt, delivery."""
        self._name = name
        self._fields: Fields = {**_HEAD, "party": code(party)}
        self._counterpart = counterpart
        names = {counterpart, f"{counterpart}Line"} if counterpart else set[str]()
        goods = _BILLED if counterpart else _GOODS
        self._line: Fields = {**goods, **dict.fromkeys(names, unsaid)}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self._fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self._line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self._fields, play), **_common(step, play)}
        posted["lines"] = [self._taken(given(line), play) for line in step.lines or ()]
        payload = self._name[0].lower() + self._name[1:]
        return submit(play, f"preview{self._name}", f"submit{self._name}", payload, posted)

    def _taken(self, line: Mapping[str, Any], play: Play) -> Given:
        taken = take(line, self._line, play)
        earlier = line.get(self._counterpart or "")
        if earlier is not None:
            number = line.get(f"{self._counterpart}Line")
            taken[f"{self._counterpart}Line"] = {"id": play.line(earlier, number)}
            taken.pop("warehouse", None)
        return taken


class _Return:
    """Goods given back, of an earlier step's line or of none."""

    fields: ClassVar[Fields] = {**_HEAD, "party": unsaid, "side": unsaid, "of": unsaid}
    line: ClassVar[Fields] = {**_GOODS, "ofLine": unsaid}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        side = "Purchase" if step.side == "PURCHASE" else "Sales"
        party = "supplier" if step.side == "PURCHASE" else "customer"
        posted = {**take(given(step), self.fields, play), **_common(step, play)}
        if step.of is None:
            posted[party] = {"code": step.party}
            posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        else:
            posted["lines"] = [
                {
                    "line": {"id": play.line(step.of, one.of_line or index)},
                    "quantity": str(one.qty),
                }
                for index, one in enumerate(step.lines or ())
            ]
        name = f"{side}Return"
        payload = name[0].lower() + name[1:]
        return submit(play, f"preview{name}", f"submit{name}", payload, posted)


class _StockEntry:
    """Goods received, issued, moved or assembled within the company."""

    fields: ClassVar[Fields] = {**_HEAD, "purpose": unsaid, "consume": unsaid, "produce": unsaid}
    line: ClassVar[Fields] = {**_GOODS, "toWarehouse": code("toWarehouse")}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        rows = [*(step.lines or ()), *(step.consume or ())]
        for line in [*rows, *([step.produce] if step.produce else [])]:
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self.fields, play), **_common(step, play)}
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

    line: ClassVar[Fields] = {
        "item": item,
        "warehouse": code("warehouse"),
        "countedQty": plain("quantity"),
        "rate": plain("rate"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), _HEAD)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), _HEAD, play), **_common(step, play)}
        posted["lines"] = [take(given(one), self.line, play) for one in step.lines or ()]
        return submit(
            play,
            "previewStockReconciliation",
            "submitStockReconciliation",
            "stockReconciliation",
            posted,
        )


_BASES: Mapping[str, str] = {"QTY": "QUANTITY"}


class _Charge:
    """An item charge: a bill whose amount makes goods of earlier steps dearer."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "party": code("supplier"),
        "charges": unsaid,
        "appliesTo": unsaid,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        if len({charge.basis for charge in step.charges or ()}) != 1:
            raise NotSupportedError("charges by several bases in one bill")
        for charge in step.charges or ():
            known: Fields = dict.fromkeys(("description", "amount", "basis"), unsaid)
            check_fields(f"{step.do}.charges", given(charge), known)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self.fields, play), **_common(step, play)}
        charges = step.charges or ()
        lines = step.applies_to if isinstance(step.applies_to, tuple) else ()
        receipts = dict.fromkeys(play.document(one.ref) for one in lines)
        posted["receipts"] = [{"id": one} for one in receipts]
        posted["charges"] = [{"amount": str(one.amount)} for one in charges]
        (basis,) = {str(charge.basis) for charge in charges}
        posted["basis"] = _BASES.get(basis, basis)
        if basis == "MANUAL":
            posted["lines"] = [
                {"line": {"id": play.line(one.ref, one.line)}, "amount": str(one.amount)}
                for one in lines
            ]
        else:
            posted["appliesTo"] = [{"id": play.line(one.ref, one.line)} for one in lines]
        return submit(play, "previewLandedCost", "submitLandedCost", "landedCost", posted)


class _Revalue:
    """A new unit cost of what is left, of an item or of one receipt."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "item": unsaid,
        "unitCost": unsaid,
        "appliesTo": unsaid,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        line: Given = {"item": {"sku": step.item}, "unitCost": str(step.unit_cost)}
        if isinstance(step.applies_to, str):
            line["receiptLine"] = {"id": play.line(step.applies_to, 0)}
        posted = {**_common(step, play), "lines": [line]}
        return submit(play, "previewRevalueStock", "revalueStock", "stockRevaluation", posted)


class _StandardCost:
    """A new standard cost."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "item": unsaid,
        "standardCost": unsaid,
        "revalueOnHand": unsaid,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        line = {"item": {"sku": step.item}, "standardCost": str(step.standard_cost)}
        posted = {
            **_common(step, play),
            "lines": [line],
            "revalueOnHand": step.revalue_on_hand is not False,
        }
        return submit(
            play, "previewChangeStandardCost", "changeStandardCost", "standardCostChange", posted
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """A run over all items, or those named."""

    verb: str
    payload: str
    fields: ClassVar[Fields] = {"ref": unsaid, "do": unsaid, "expect": unsaid, "items": _items}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {**take(given(step), self.fields, play), **_common(step, play)}
        preview = f"preview{self.verb[0].upper()}{self.verb[1:]}"
        return submit(play, preview, self.verb, self.payload, posted)


class _ClosePeriod:
    """An inventory period ends."""

    fields: ClassVar[Fields] = {
        "ref": unsaid,
        "do": unsaid,
        "expect": unsaid,
        "date": unsaid,
        "endDate": plain("through"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Close it."""
        posted = {"company": play.company, **take(given(step), self.fields, play)}
        return Outcome(refused=codes_of(play.client.mutate("closeInventoryPeriod", posted)))


class _Settings:
    """Switches of the company."""

    fields: ClassVar[Fields] = {
        "ref": unsaid,
        "do": unsaid,
        "expect": unsaid,
        "date": unsaid,
        "settings": unsaid,
    }

    def check(self, step: Step) -> None:
        """See that every field and every switch is handled."""
        check_fields(step.do, given(step), self.fields)
        check_fields("settings", step.settings or {}, SETTINGS)

    def run(self, step: Step, play: Play) -> Outcome:
        """Turn them."""
        posted = {"company": play.company, "settings": settings_of(step.settings or {})}
        return Outcome(refused=codes_of(play.client.mutate("updateCompany", posted)))


KINDS: dict[str, Kind] = {
    "purchaseReceipt": _Bill("PurchaseReceipt", "supplier"),
    "purchaseInvoice": _Bill("PurchaseInvoice", "supplier", "receipt"),
    "deliveryNote": _Bill("DeliveryNote", "customer"),
    "salesInvoice": _Bill("SalesInvoice", "customer", "delivery"),
    "return": _Return(),
    "stockEntry": _StockEntry(),
    "stockReconciliation": _Count(),
    "landedCost": _Charge(),
    "revalue": _Revalue(),
    "changeStandardCost": _StandardCost(),
    "adjustCost": _Batch("adjustCosts", "costAdjustment"),
    "postInventoryCost": _Batch("postInventoryCost", "inventoryPosting"),
    "closeInventoryPeriod": _ClosePeriod(),
    "setSettings": _Settings(),
}
"""The steps of NAV's scenarios."""
