"""Several people post in one company at once; afterwards its books must hold together."""

import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any
from uuid import UUID

import psycopg

from tests import wire
from tests.api.desk import goods, receipt
from tests.api.house import House
from tests.crowd.papers import SKUS, STORES, Posted, Somebody

SCHEMES = ("PERPETUAL", "CONTINENTAL", "BY_LEVEL")

_SECONDS = 120
_UNWANTED = {"INTERNAL_ERROR", "TRY_AGAIN"}
_RUNS = ("adjustCosts", "postInventoryCost")

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


def work(
    base: str, scheme: str, *, seed: str, people: int, papers: int
) -> tuple[House, Counter[str]]:
    """Let so many people hand in so many papers each; the company, and what became of them.

    Raises:
        AssertionError: one was answered by a fault.
    """
    house = House(base, scheme=scheme)
    lines = [goods("200", "10", sku, warehouse={"code": store}) for sku in SKUS for store in STORES]
    house.post(receipt("2026-01-01", *lines))
    posted: Posted = defaultdict(list)

    def hand_in(number: int) -> Counter[str]:
        somebody = Somebody(f"{seed} {number}", posted)
        desk = copy(house)
        with wire.client(base, timeout=_SECONDS) as desk.client:
            found: Counter[str] = Counter()
            for _ in range(papers):
                kind, given = somebody.paper()
                payload = desk.hand_in((kind, given))
                codes = {one["code"] for one in payload["errors"]}
                assert not codes & _UNWANTED, payload["errors"]
                found.update(codes or {"POSTED"})
                if not codes and kind != "Cancellation":
                    posted[kind].append(payload["document"])
            return found

    with ThreadPoolExecutor(people) as pool:
        counted = sum(pool.map(hand_in, range(people)), Counter[str]())
    if scheme == "CONTINENTAL":
        _bring_up_to_date(house)
    return house, counted


def _bring_up_to_date(house: House) -> None:
    """Nothing waits any more, so that the check has nothing to explain."""
    for run in _RUNS:
        answer = house.ask(
            f"mutation($input: {run[0].upper()}{run[1:]}Input!) {{ done: {run}(input: $input)"
            " { errors { code } } }",
            input={"company": house.company, "postingDate": "2026-04-01"},
        )
        assert answer["done"]["errors"] == []


def broken(url: str, code: str) -> list[str]:
    """What is the case of a company and never may be."""
    with psycopg.connect(url) as owner:
        company = _company(owner, code)
        return [
            what
            for what, statement in NEVER.items()
            if owner.execute(statement.encode(), {"company": company}).fetchone()
        ]


def _company(owner: psycopg.Connection[Any], code: str) -> UUID:
    ((company,),) = owner.execute("select id from company where code = %s", (code,)).fetchall()
    return company


def any_seed() -> str:
    """A seed to be told, so that a run can be begun again; what is met when is chance."""
    return str(random.SystemRandom().randrange(10**6))
