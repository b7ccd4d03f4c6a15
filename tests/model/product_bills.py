"""What bills come to in the product: shown, read again, and kept in its tables."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.model.bill_rows import (
    LINE_TAXES_KEPT,
    PARTIES_KEPT,
    STANDING,
    TAXES_KEPT,
    TOTALS,
    added_up,
    line_taxes_of,
    parties_of,
    taxes_of,
)
from tests.model.operations import Kind
from tests.model.papers import Papers
from tests.model.states import Effects, Totals
from tests.model.trial import same
from tests.model.wire import Wire

_READ = """
query($id: ID!) { document(id: $id) {
  netTotal taxesTotal freight grandTotal
  ... on PurchaseInvoice { outstandingAmount } ... on SalesInvoice { outstandingAmount }
  taxes { tax { code } account { code } base amount } } }
"""


def cents(amount: str | Decimal) -> int:
    """An amount of money, which has no parts of a cent."""
    hundredfold = Decimal(amount).scaleb(2)
    assert hundredfold == int(hundredfold), f"{amount} is in whole cents"
    return int(hundredfold)


def compare_shown_bill(effects: Effects, shown: Any) -> None:
    """The taxes and totals that are shown of a document."""
    found = added_up(
        (one["account"]["code"], one["tax"]["code"], cents(one["base"]), cents(one["amount"]))
        for one in shown["taxes"]
    )
    same("taxes of", effects.operation, taxes_of(effects), found)
    if effects.totals is not None:
        names = ("netTotal", "taxesTotal", "freight", "grandTotal")
        totals = Totals(*(cents(shown[name]) for name in names))
        same("totals of", effects.operation, effects.totals, totals)


async def compare_read_bill(wire: Wire, papers: Papers, no: int, id_: UUID) -> None:
    """The same of a document that is read later, and what is open of it by then."""
    shown = (await wire.ask(_READ, id=str(id_)))["document"]
    compare_shown_bill(papers.effects[no], shown)
    item = papers.open.get(no)
    if item is not None and "outstandingAmount" in shown and no not in papers.cancelled:
        outstanding, totals = shown["outstandingAmount"], papers.effects[no].totals
        if totals is not None and totals.total and not item.amount:  # paid at once
            same("what is open of", no, None, outstanding)
        else:
            same("what is open of", no, item.amount - item.settled, cents(outstanding))


def compare_kept_bills(
    papers: Papers, ids: dict[int, UUID], rows: Callable[[str], Iterable[Any]]
) -> None:
    """The totals, taxes and parties of all documents in the tables."""
    known = {ids[no]: each for no, each in papers.effects.items() if _is_document(each)}
    totals = {id_: Totals(*map(cents, amounts)) for id_, *amounts in rows(TOTALS)}
    expected = {id_: each.totals for id_, each in known.items() if each.totals is not None}
    same("totals", "of all bills", expected, {id_: totals[id_] for id_ in expected})
    for query, of in ((TAXES_KEPT, taxes_of), (LINE_TAXES_KEPT, line_taxes_of)):
        kept: dict[UUID, list[Any]] = {}
        for id_, what, tax, base, amount in rows(query):
            kept.setdefault(id_, []).append((what, tax, cents(base), cents(amount)))
        found = {id_: added_up(some) for id_, some in kept.items()}
        taxed = {id_: of(each) for id_, each in known.items()}
        same("taxes", "of all bills", _filled(taxed), _filled(found))
    owed: dict[UUID, dict[str, int]] = {}
    for id_, party, amount in rows(PARTIES_KEPT):
        owed.setdefault(id_, {})[party] = cents(amount)
    same(
        "parties",
        "of all documents",
        _filled({id_: parties_of(e) for id_, e in known.items()}),
        owed,
    )
    standing = {
        ids[no]: item.in_company
        for no, item in papers.open.items()
        if no not in papers.cancelled and item.in_company
    }
    for each in papers.live():
        stands_by_hand = sum(amount for _, _, amount in each.party)
        if each.operation.kind is Kind.JOURNAL and stands_by_hand:
            standing[ids[each.operation.no]] = stands_by_hand
    stands = {id_: cents(amount) for id_, amount in rows(STANDING)}
    same("what stands", "for all open items", standing, stands)


def compare_open_items(
    papers: Papers, ids: dict[int, UUID], as_of: int | None, nodes: Iterable[Any]
) -> None:
    """What parties owe at the end of a day, or are owed, item by item."""
    numbers = {str(id_): no for no, id_ in ids.items()}
    found = {
        (one["party"]["code"], one["account"]["code"], one["currency"] != "EUR",
         numbers[one["document"]["id"]]):
        (cents(one["outstandingAmount"]), cents(one["balance"]))
        for one in nodes
    }  # fmt: skip
    same("open items", as_of, papers.items_on(as_of), found)


def _is_document(effects: Effects) -> bool:
    return effects.operation.kind is not Kind.CANCEL


def _filled(found: dict[UUID, Any]) -> dict[UUID, Any]:
    return {id_: what for id_, what in found.items() if what}
