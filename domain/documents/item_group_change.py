"""The change of an item's group: its stock comes to stand on the new group's account (BY_LEVEL).

The value of each bin leaves the stock account that it stands on and comes to the new one. Sales and
adjustments find their accounts by the new group from then on.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from domain.documents.causes import Causes, begin, line_paths
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.by_level_bills import is_by_level
from domain.documents.parts.cost_orders import Regrouping
from domain.errors import InvalidValue, NotFound, Required
from domain.facts import Facts, ItemFacts, ItemGroupFacts
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.recorded import ChangedGroup
from domain.references import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroupChangeLine:
    """An item and the group that it comes into."""

    item: Ref
    group: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemGroupChange(Document):
    """Items come into other groups."""

    kind: ClassVar[DocumentKind] = DocumentKind.ITEM_GROUP_CHANGE
    series: ClassVar[str] = "IGC"

    lines: tuple[ItemGroupChangeLine, ...]

    def needs(self) -> Needs:
        """The items and all of their bins."""
        return Needs(items=frozenset(line.item for line in self.lines), bins=True)

    def causes(self, facts: Facts) -> Causes:
        """The items' new groups, and their stock on the accounts of those."""
        causes, look = begin(self, facts)
        if not is_by_level(facts.company):
            look.refuse(InvalidValue(path=("company",), reason="only_by_level"))
        if not self.lines:
            look.refuse(Required(path=("lines",)))
        for index, path in line_paths(len(self.lines)):
            line = self.lines[index]
            item = look.item(line.item, (*path, "item"))
            group = _group(look, line.group, (*path, "group"))
            if item is None or group is None:
                continue
            if any(one.item == item.id for one in causes.groups):
                look.refuse(InvalidValue(path=(*path, "item"), reason="named_twice"))
            _change(causes, look, item, group)
        look.refuse_if_any()
        return causes


def _group(look: LookUp, ref: Ref, path: Path) -> ItemGroupFacts | None:
    for one in look.company.item_groups.values():
        if ref.names(one.id, one.code):
            return one
    look.refuse(NotFound(path=path, kind="item_group", reference=ref.value))
    return None


def _change(causes: Causes, look: LookUp, item: ItemFacts, group: ItemGroupFacts) -> None:
    record = causes.new_line(item_id=item.id, quantity=ZERO, description=group.code)
    causes.groups.append(ChangedGroup(item.id, item.group, group.id))
    for pool in causes.facts.bins.get(item.id, ()):
        before = look.stock_account_for(pool.warehouse, item)
        after = look.stock_account_for(pool.warehouse, replace(item, group=group.id))
        if before is not None and after is not None and before != after:
            causes.regroupings.append(Regrouping(pool, before, after, record.id))
