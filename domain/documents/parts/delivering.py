"""Goods that go out to a customer, and the account that their cost goes to."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.company import Flow
from domain.documents.causes import Causes
from domain.documents.parts.goods import WHATEVER, Goods, keep_line
from domain.errors import InvalidValue
from domain.lookup import LookUp, Path
from domain.money import ZERO
from domain.movements import EntryKind, Given, Nature
from domain.records import LineRecord
from domain.references import Ref


def read_cost_account(look: LookUp, named: Ref | None, path: Path, *, moves: bool) -> UUID | None:
    """The account that a sale's line names for what its goods cost, before any other."""
    if named is None:
        return None
    at = (*path, "costOfGoodsSoldAccount")
    if not moves:
        look.refuse(InvalidValue(path=at, reason="line_moves_nothing"))
    account = look.account(named, at)
    return account.id if account is not None else None


def with_cost_accounts(
    look: LookUp, goods: Sequence[Goods], named: Sequence[Ref | None]
) -> list[Goods]:
    """The goods with the accounts that their lines name for what they cost."""
    return [
        replace(
            one,
            cost_account=read_cost_account(
                look, named[one.index], one.path, moves=one.pool is not None
            ),
        )
        for one in goods
    ]


def deliver(
    causes: Causes, look: LookUp, goods: Sequence[Goods], *, invoiced: bool = False
) -> list[tuple[LineRecord, Goods]]:
    """Keep the lines and let goods go out; what they cost is for the costing method to say.

    `invoiced` says that the sale is billed with it (which only the flow LINKED asks for).
    """
    marks = invoiced and causes.facts.company.flow is Flow.LINKED
    kept: list[tuple[LineRecord, Goods]] = []
    for one in goods:
        record = keep_line(causes, one)
        if one.pool is not None:
            contra = one.cost_account or look.cost_of_sales(one.item)
            for (lot, quantity), taken in zip(one.lots, one.takes or WHATEVER, strict=False):
                pool = one.pool.of_lot(lot)
                bill = (Given(EntryKind.ISSUE, ZERO, invoiced=quantity),) if marks else ()
                causes.move(
                    pool, -quantity, Nature.SALE, record, given=bill, contra=contra, returns=taken
                )
        kept.append((record, one))
    return kept
