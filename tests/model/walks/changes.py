"""What a company on a walk settles on, at first and on its way."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from tests.crowd.bosses import DAYS, SWITCHES, SWITCHES_OF

WALK_SCHEMES = ("PERPETUAL", "CONTINENTAL", "BY_LEVEL", "PERIODIC")
CURRENCIES = ("USD", "JPY", "KWD")
"""Of two, no and three decimal places."""

INPUTS = {
    "closePeriod": "ClosePeriodInput",
    "reopenPeriod": "ReopenPeriodInput",
    "closeInventoryPeriod": "ClosePeriodInput",
    "reopenInventoryPeriod": "ReopenPeriodInput",
}
"""The inputs of changes that are not named after them."""

_MORE: Mapping[str, tuple[Any, ...]] = {
    "provisionalForNonStock": (True, False),
    "valueRejected": (True, False),
    "overDeliveryTolerance": ("0", "50"),
}

Change = tuple[str, dict[str, Any]]


def at_first(luck: Random, scheme: str) -> Iterator[Change]:
    """The switches with which a company begins."""
    switches = {**SWITCHES, **_MORE, **SWITCHES_OF.get(scheme, {})}
    for name, choices in switches.items():
        if luck.random() < 0.5:
            yield "updateCompany", {"settings": {name: luck.choice(choices)}}
    if luck.random() < 0.3:
        yield "updateCompany", {"defaultCostCenter": {"code": "North"}}


def on_the_way(luck: Random, scheme: str) -> Change:
    """Another switch, or days that are closed or opened."""
    kind = luck.choice(("switch", "switch", "item", "unit", "close", "reopen", "reopen", "reopen"))
    if kind == "switch":
        switches = {**SWITCHES, **_MORE, **SWITCHES_OF.get(scheme, {})}
        name = luck.choice(list(switches))
        return "updateCompany", {"settings": {name: luck.choice(switches[name])}}
    if kind == "item":
        allow = luck.choice((True, False, None))
        item = {"sku": luck.choice(("CHAIR", "MEAN"))}
        return "updateItem", {"item": item, "allowNegativeStock": allow}
    if kind == "unit":
        units = [{"uom": "Pair", "factor": luck.choice(("2", "3"))},
                 {"uom": "Dozen", "factor": luck.choice(("12", "10"))}]  # fmt: skip
        return "updateItem", {"item": {"sku": luck.choice(("CHAIR", "MEAN"))}, "units": units}
    what = luck.choice(("Period", "InventoryPeriod"))
    if kind == "close":
        return f"close{what}", {"through": luck.choice(DAYS)}
    return f"reopen{what}", {}
