"""What Dynamics NAV's scenarios do to costs: charges, revaluations, runs, periods, switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tests.conformance.adapter import SETTINGS
from tests.conformance.decode import given
from tests.conformance.format import Step
from tests.conformance.opening import settings_of
from tests.conformance.play import Outcome, Play
from tests.conformance.steps import stock
from tests.conformance.steps.kind import (
    COMMON,
    Fields,
    Given,
    Kind,
    check_fields,
    code,
    codes_of,
    plain,
    submit,
    take,
    unsaid,
)
from tests.conformance.steps.nav import common


def _items(value: tuple[str, ...], _play: Play) -> Given:
    return {"items": [{"sku": one} for one in value]}


_BASES: Mapping[str, str] = {"QTY": "QUANTITY"}


class _Charge:
    """An item charge: a bill whose amount makes goods of earlier steps dearer."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "party": code("supplier"),
        "charges": unsaid,
        "appliesTo": unsaid,
    }
    charge: ClassVar[Fields] = {
        "description": unsaid,
        "basis": lambda value, _play: {"basis": _BASES.get(value, value)},
        "account": code("account"),
        "amount": plain("amount"),
        "currency": plain("currency"),
        "exchangeRate": plain("exchangeRate"),
        "costCenter": code("costCenter"),
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for charge in step.charges or ():
            check_fields(f"{step.do}.charges", given(charge), self.charge)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted = {**take(given(step), self.fields, play), **common(step, play)}
        charges = step.charges or ()
        lines = step.applies_to if isinstance(step.applies_to, tuple) else ()
        receipts = dict.fromkeys(play.document(one.ref) for one in lines)
        posted["receipts"] = [{"id": one} for one in receipts]
        posted["charges"] = [take(given(one), self.charge, play) for one in charges]
        posted["appliesTo"] = [{"id": play.line(one.ref, one.line)} for one in lines]
        posted["lines"] = [
            {"line": {"id": play.line(one.ref, one.line)}, "amount": str(one.amount)}
            for one in lines
            if one.amount is not None
        ]
        return submit(play, "previewLandedCost", "submitLandedCost", "landedCost", posted)


class _Revalue:
    """A new unit cost of what is left, of an item or of one receipt."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "item": unsaid,
        "unitCost": unsaid,
        "appliesTo": unsaid,
        **stock.CONTRA,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        line: Given = {"item": {"sku": step.item}, "unitCost": str(step.unit_cost)}
        if isinstance(step.applies_to, str):
            line["receiptLine"] = {"id": play.line(step.applies_to, 0)}
        elif step.applies_to:
            (one,) = step.applies_to
            line["receiptLine"] = {"id": play.line(one.ref, one.line or 0)}
        posted = {**take(given(step), self.fields, play), **common(step, play), "lines": [line]}
        return submit(play, "previewRevalueStock", "revalueStock", "stockRevaluation", posted)


class _StandardCost:
    """A new standard cost."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "item": unsaid,
        "standardCost": unsaid,
        "revalueOnHand": unsaid,
        **stock.CONTRA,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        line = {"item": {"sku": step.item}, "standardCost": str(step.standard_cost)}
        posted = {
            **take(given(step), self.fields, play),
            **common(step, play),
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
    fields: ClassVar[Fields] = {
        **dict.fromkeys(("ref", "do", "expect", "date"), unsaid),
        "items": _items,
    }

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, do it."""
        posted = {**take(given(step), self.fields, play), **common(step, play)}
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
    "landedCost": _Charge(),
    "revalue": _Revalue(),
    "changeStandardCost": _StandardCost(),
    "adjustCost": _Batch("adjustCosts", "costAdjustment"),
    "postInventoryCost": _Batch("postInventoryCost", "inventoryPosting"),
    "closeInventoryPeriod": _ClosePeriod(),
    "setSettings": _Settings(),
}
"""What is done to costs and to the company itself."""
