"""What the rows of a table are: as the name of its file, or of its sheet, begins."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from api.commands.terminal import CommandError
from api.masters.accounts import CreateAccountInput
from api.masters.cost_centers import CreateCostCenterInput
from api.masters.item_groups import CreateItemGroupInput
from api.masters.item_inputs import CreateItemInput
from api.masters.parties import CreatePartyInput
from api.masters.payment_terms import CreatePaymentTermInput
from api.masters.taxes import CreateTaxInput
from api.masters.warehouses import CreateWarehouseInput

MASTERS: Mapping[str, type] = {
    "account": CreateAccountInput,
    "costCenter": CreateCostCenterInput,
    "warehouse": CreateWarehouseInput,
    "itemGroup": CreateItemGroupInput,
    "tax": CreateTaxInput,
    "paymentTerm": CreatePaymentTermInput,
    "item": CreateItemInput,
    "party": CreatePartyInput,
}
"""What is made before the documents that name it: the input of its mutation, by its key; each after
those that it may name."""

OPENING_STOCK = "opening-stock"
"""Stock reconciliations that open the books."""

Meaning = tuple[str, dict[str, Any]]
"""A kind of documents or masters, and what all rows of such a table have in common."""


def meaning_of(table: str, names: Iterable[str], kind: str | None, kinds: Iterable[str]) -> Meaning:
    """What the rows of a table are.

    Args:
        table: what errors call it.
        names: of its file and of its sheet, as far as they may say it.
        kind: the kind, if somebody said so.
        kinds: those that there are.

    Raises:
        CommandError: there is no such kind, or nothing says which it is.
    """
    if kind is not None:
        if kind == OPENING_STOCK or kind in kinds:
            return _meaning(kind)
        raise CommandError(f"There is no kind {kind!r}: {', '.join(kinds)}, {OPENING_STOCK}.")
    for name in names:
        found = named_kind(name, kinds)
        if found is not None:
            return _meaning(found)
    raise CommandError(
        f"{table} does not say what its rows are: let its name begin as delivery-notes, items or"
        f" {OPENING_STOCK} do, or say it with --kind."
    )


def named_kind(name: str, kinds: Iterable[str]) -> str | None:
    """The kind that a name begins with, also as `Delivery notes 2025` and `deliveryNotes` do."""
    names = {OPENING_STOCK: OPENING_STOCK} | {kind: table_name(kind) for kind in kinds}
    found = (kind for kind, begin in names.items() if _joined(name).startswith(_joined(begin)))
    return next(found, None)


def table_name(kind: str) -> str:
    """As tables of a kind are called: deliveryNote is delivery-notes."""
    words = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind)
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def _joined(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.lower())


def _meaning(kind: str) -> Meaning:
    if kind == OPENING_STOCK:
        return "stockReconciliation", {"purpose": "OPENING"}
    return kind, {}
