"""Which items may go below zero: by their own choice, or by the company's where they have none."""

from dataclasses import dataclass, field

from tests.model.operations import ALL_ITEMS, Line


def _at_first() -> dict[str, bool | None]:
    return {item: item.endswith("-") for item in ALL_ITEMS}


@dataclass(slots=True)
class BelowZero:
    """`choices` are the items' own, None is as the company says."""

    choices: dict[str, bool | None] = field(default_factory=_at_first)
    by_company: bool = False

    def choose(self, line: Line) -> bool | None:
        """The item of the line turns its choice, or leaves it to the company; what it is then."""
        turned = None if line.keeps == "company" else not self.may(line.item)
        self.choices[line.item] = turned
        return turned

    def may(self, item: str) -> bool:
        """Whether the item may go below zero now."""
        own = self.choices.get(item, False)
        return self.by_company if own is None else own
