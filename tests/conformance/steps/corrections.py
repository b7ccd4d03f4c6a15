"""Returns and landed costs: what names lines of earlier steps."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import uuid4

from tests.conformance.decode import NotSupportedError, given
from tests.conformance.format import Line, Step
from tests.conformance.play import Outcome, Play
from tests.conformance.steps.kind import (
    COMMON,
    LOTS,
    Fields,
    Given,
    Kind,
    check_fields,
    code,
    plain,
    submit,
    take,
    unsaid,
)


class _Return:
    """Goods given back of the lines of one earlier step."""

    fields: ClassVar[Fields] = {**COMMON, "of": unsaid, "party": unsaid, "lines": unsaid}

    def __init__(self, name: str, more: Fields) -> None:
        """`name` is the API's, as in submitSalesReturn; `more` the fields of its lines."""
        self._name = name
        self._line: Fields = {
            "line": unsaid, "qty": plain("quantity"), "warehouse": code("warehouse"),
            **LOTS, **more,
        }  # fmt: skip

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        if step.of is None:
            raise NotSupportedError(f"{step.do} of nothing")
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self._line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted: Given = {"id": str(uuid4()), "company": play.company}
        posted |= take(given(step), self.fields, play)
        posted["lines"] = [self._taken(step, line, play) for line in step.lines or ()]
        payload = self._name[0].lower() + self._name[1:]
        return submit(play, f"preview{self._name}", f"submit{self._name}", payload, posted)

    def _taken(self, step: Step, line: Line, play: Play) -> Given:
        original = {"id": play.line(str(step.of), line.line)}
        return {"line": original, **take(given(line), self._line, play)}


_BASES: Mapping[str, str] = {"QTY": "QUANTITY"}
"""Ways to distribute -> the API's, where the two differ."""

_LANDED_CHARGE: Fields = {
    "description": unsaid,
    "account": code("account"),
    "amount": plain("amount"),
    "currency": plain("currency"),
    "exchangeRate": plain("exchangeRate"),
    "costCenter": code("costCenter"),
}


def _receipts(value: tuple[str, ...], play: Play) -> Given:
    return {"receipts": [{"id": play.document(ref)} for ref in value]}


def _basis(value: str, _play: Play) -> Given:
    return {"basis": _BASES.get(value, value)}


class _LandedCost:
    """Later costs of the receipts of earlier steps."""

    fields: ClassVar[Fields] = {
        **COMMON,
        "party": unsaid,
        "receipts": _receipts,
        "distributeBy": _basis,
        "charges": unsaid,
        "lines": unsaid,
    }
    line: ClassVar[Fields] = {"ref": unsaid, "line": unsaid, "amount": plain("amount")}

    def check(self, step: Step) -> None:
        """See that every field is handled."""
        check_fields(step.do, given(step), self.fields)
        for charge in step.charges or ():
            check_fields(f"{step.do}.charges", given(charge), _LANDED_CHARGE)
        for line in step.lines or ():
            check_fields(f"{step.do}.lines", given(line), self.line)

    def run(self, step: Step, play: Play) -> Outcome:
        """Preview it, submit it."""
        posted: Given = {"id": str(uuid4()), "company": play.company}
        posted |= take(given(step), self.fields, play)
        charges = step.charges or ()
        posted["charges"] = [take(given(one), _LANDED_CHARGE, play) for one in charges]
        posted["lines"] = [
            {"line": {"id": play.line(str(one.ref), one.line)}, **take(given(one), self.line, play)}
            for one in step.lines or ()
        ]
        return submit(play, "previewLandedCost", "submitLandedCost", "landedCost", posted)


KINDS: dict[str, Kind] = {
    "purchaseReturn": _Return("PurchaseReturn", {"fromRejected": plain("fromRejected")}),
    "salesReturn": _Return("SalesReturn", {}),
    "landedCost": _LandedCost(),
}
"""What is done to the goods of earlier documents."""
