"""What must hold of a company once a crowd has worked in it."""

import asyncio
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import psycopg

from persistence.database import Database
from tests.api.desk import cancelling
from tests.api.house import House
from tests.api.test_cost_batches import adjusted, posted
from tests.crowd.again import company_of, differences
from tests.crowd.bosses import DEFAULTS, Change
from tests.crowd.working import Crowd, opened
from tests.explained import assert_every_figure_is_explained

NEVER: dict[str, str] = {
    "a cancelled invoice is settled": """
        select document_id from open_item
         where company_id = %(company)s and is_void and settled <> 0
    """,
    "more of an invoice is settled than there is": """
        select document_id from open_item
         where company_id = %(company)s and not is_void
           and (settled * sign(amount) < 0 or abs(settled) > abs(amount))
    """,
    "more of a line is billed or returned than came or went": """
        select b.line_id from billing_state b
          join document d on d.company_id = b.company_id and d.id = b.document_id
         where b.company_id = %(company)s and not b.is_void
           and d.kind in ('PURCHASE_RECEIPT', 'DELIVERY_NOTE')
           and (b.billed_quantity > b.quantity or b.returned_quantity > b.quantity)
    """,
    "a line of a cancelled document is billed or returned": """
        select line_id from billing_state
         where company_id = %(company)s and is_void
           and (billed_quantity <> 0 or returned_quantity <> 0)
    """,
    "more goods went back than came, or of a document that was cancelled": """
        select o.id from movement o
          join movement r on r.company_id = o.company_id and r.returns_id = o.id
         where o.company_id = %(company)s and r.voids_id is null
           and not exists (select from voiding v where v.company_id = r.company_id
                                                   and v.document_id = r.document_id)
         group by o.company_id, o.id, o.quantity, o.document_id
        having abs(sum(r.quantity)) > abs(o.quantity)
            or exists (select from voiding v where v.company_id = o.company_id
                                               and v.document_id = o.document_id)
    """,
}
"""What documents that each were right by themselves may not come to together."""


_RECORDED = "select id::text, number, seq from document where company_id = %s order by seq"
_LIVE = """
select d.id::text, d.kind, d.number from document d
 where d.company_id = %s and d.kind <> 'CANCELLATION'
   and not exists (select from voiding v where v.company_id = d.company_id
                                           and v.document_id = d.id)
 order by d.seq desc
"""
_LAST = "2026-04-01"
_RUNS = {"COST_ADJUSTMENT", "INVENTORY_POSTING"}
"""They are not cancelled: another run adjusts and posts what a cancellation leaves."""


def wrong(base: str, url: str, crowd: Crowd) -> list[str]:
    """What is the case and never may be."""
    house = crowd.house
    with psycopg.connect(url, autocommit=True) as owner:
        company = company_of(owner, house.code)
        found = [
            what
            for what, statement in NEVER.items()
            if owner.execute(statement.encode(), {"company": company}).fetchone()
        ]
        found += _lost(owner, company, crowd)
    try:
        house.check()
    except AssertionError as error:
        found.append(str(error))
    return found or differences(url, house, opened(base, house.scheme), crowd.papers, crowd.changes)


def unexplained(url: str, crowd: Crowd) -> list[str]:
    """The first figure that does not say what it consists of, if there is any."""

    async def explain() -> None:
        database = await Database.open(url)
        try:
            await assert_every_figure_is_explained(database, company)
        finally:
            await database.close()

    with psycopg.connect(url) as owner:
        company = company_of(owner, crowd.house.code)
    try:
        asyncio.run(explain())
    except AssertionError as error:
        return [str(error)]
    return []


def _lost(owner: psycopg.Connection[Any], company: Any, crowd: Crowd) -> Iterator[str]:
    """What people were told that it is posted, and is not; and what nobody was told of."""
    rows = owner.execute(_RECORDED, (company,)).fetchall()
    if [row[2] for row in rows] != list(range(1, len(rows) + 1)):
        yield "recordings have gaps"
    recorded = {id_: number for id_, number, _ in rows}
    for id_, number in crowd.numbers.items():
        if recorded.get(id_) != number:
            yield f"{number} was acknowledged, and is recorded as {recorded.get(id_)}"
    for id_ in recorded.keys() - crowd.numbers.keys():
        yield f"nobody was told that {recorded[id_]} is posted"


_IN_CURRENCIES = """
query($company: CompanyRef!) {
  currencyBalances(company: $company) { rows { currency balance } }
}
"""


def left_over(url: str, house: House, changes: Sequence[Change] = ()) -> list[str]:
    """Cancel all that may be cancelled, the last one first; what is left of it all.

    Where each item carries a cost, a cancellation may leave a difference of it, and the ledger
    hears of that if stock is linked then: turned off and on, it has heard of some of them alone.
    And it goes to the account that is the default then: those that took turns count as one.
    """
    told = not any("integrateStock" in one.given.get("settings", {}) for one in changes)
    turns = {
        code
        for one in changes if house.scheme == "BY_LEVEL"
        for role in one.given.get("defaults", {})
        for code in DEFAULTS[role]
    }  # fmt: skip
    for what in ("Period", "InventoryPeriod"):
        house.ask(f"mutation($input: ReopenPeriodInput!) {{ reopen{what}(input: $input)"
                  " { errors { code } } }", input={"company": house.company})  # fmt: skip
    house.settings(allowNegativeStock=True)
    with psycopg.connect(url, autocommit=True) as owner:
        live = owner.execute(_LIVE, (company_of(owner, house.code),)).fetchall()
    found = [
        f"{number} cannot be cancelled: {errors}"
        for number, errors in _cancelled(house, [one for one in live if one[1] not in _RUNS])
    ]
    if house.scheme == "CONTINENTAL":
        _adjust_and_post(house)
    house.check()
    balances, stock, _ = house.books()
    kept = sum((Decimal(balances.pop(account, "0")) for account in turns), Decimal(0))
    if kept:
        balances["the default accounts"] = str(kept)
    found += [f"{amount} is left on {account}" for account, amount in balances.items() if told]
    rows = house.ask(_IN_CURRENCIES)["currencyBalances"]["rows"]
    found += [f"{one['balance']} {one['currency']} is left" for one in rows]
    return found + [
        f"{left} is left of {bin_}" for bin_, left in stock.items() if set(left) - {"0", "0.00"}
    ]


def _adjust_and_post(house: House) -> None:
    """All that waits: averages of a crowd come to more cost entries than one document posts.

    The part that it left were the last days' latest, what takes back what was posted long ago: a
    check then found documents and their cancellations apart, where the rest only waited.
    """
    while adjusted(house, postingDate=_LAST)["waitingCount"]:
        continue
    part = posted(house, postingDate=_LAST)
    while part["waitingCount"]:
        part = posted(house, postingDate=_LAST, after=part["lastEntry"])


def _cancelled(house: House, live: Sequence[tuple[str, str, str]]) -> Sequence[tuple[str, Any]]:
    """Cancel documents in turn, again and again while it helps; numbers and why of those left.

    Goods that came after others had left below zero are used: those that left are cancelled first.
    """
    waiting, refused = list(live), dict[str, Any]()
    while waiting:
        refused = {one[0]: house.hand_in(cancelling({"id": one[0]}))["errors"] for one in waiting}
        left = [one for one in waiting if refused[one[0]]]
        if len(left) == len(waiting):
            break
        waiting = left
    return [(number, refused[id_]) for id_, _, number in waiting]
