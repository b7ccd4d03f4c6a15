"""From each scheme to each other: the books before, the journals, the books after.

10 pieces came at 100 and were billed, 5 at 110 came and were not, 4 went out and were not billed
(the trade of docs/migration.md). By layers and links 11 are left, worth 600 + 550; BY_LEVEL took
the 5 in at its cost in force, 100, so that the 11 are worth 1100 and 500 are accrued.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from domain.accounts import Role
from domain.company import BEGINNING, FLOW_OF_SCHEME, CompanySettings, Flow, Scheme
from domain.decide import Decision, decide, prepare
from domain.documents.migration import Migration
from domain.facts import CompanyFacts, Facts, ItemFacts
from domain.migrating.facts import BinValue, ExpectedCost, MigrationFacts
from domain.migrating.migration import posts_from
from domain.money import plain
from domain.movements import Pool
from domain.records import BillingKind
from domain.references import Ref
from tests.domain.periodic import ACCOUNTS, AS_OF, company, open_line, state, stock, uid, warehouse

Amounts = dict[str, str]
"""By account, debit positive, without zeros."""

NAMES = {uid(name): name for name in ACCOUNTS}
METHODS = {Flow.REPLAY: "LIFO", Flow.LINKED: "LIFO", Flow.CARRIED: "WEIGHTED_AVERAGE"}
MORE_ROLES = {
    Role.PURCHASES: "Purchases",
    Role.DIRECT_COST_APPLIED: "Valuation",
    Role.PURCHASE_VARIANCE: "Adjustment",
}

P, C, B, N = Scheme.PERIODIC, Scheme.CONTINENTAL, Scheme.BY_LEVEL, Scheme.PERPETUAL

BEFORE: dict[Scheme, Amounts] = {
    P: {"COGS": "1000"},
    N: {"Stores": "1150", "Accrual": "-550", "COGS": "400"},
    C: {"Stores": "1000", "Purchases": "1000", "Valuation": "-1000"},
    B: {"Stores": "1100", "Accrual": "-500", "COGS": "400"},
}


class Pair(NamedTuple):
    """What a migration from one scheme to another posts, and the ledger then."""

    entries: dict[str, Amounts]
    after: Amounts


_IN_STOCK = {"Stores": "1150", "Accrual": "-550", "COGS": "400"}
_TAKEN_UP = Pair(
    {
        "STOCK_IN_HAND": {"Stores": "1150", "COGS": "-1150"},
        "RECEIVED_NOT_BILLED": {"COGS": "550", "Accrual": "-550"},
    },
    _IN_STOCK,
)
_FROM_LINKS = Pair(
    {
        "STOCK_IN_HAND": {"Stores": "150", "COGS": "-150"},
        "RECEIVED_NOT_BILLED": {"COGS": "550", "Accrual": "-550"},
    },
    {**_IN_STOCK, "Purchases": "1000", "Valuation": "-1000"},
)
PAIRS: dict[tuple[Scheme, Scheme], Pair] = {
    (P, N): _TAKEN_UP,
    (P, C): _TAKEN_UP,
    (P, B): _TAKEN_UP,
    (N, C): Pair({}, BEFORE[N]),
    (N, B): Pair({}, BEFORE[N]),
    (N, P): Pair(
        {
            "STOCK_IN_HAND": {"COGS": "1150", "Stores": "-1150"},
            "RECEIVED_NOT_BILLED": {"Accrual": "550", "COGS": "-550"},
        },
        {"COGS": "1000"},
    ),
    (C, N): _FROM_LINKS,
    (C, B): _FROM_LINKS,
    (C, P): Pair(
        {"STOCK_IN_HAND": {"COGS": "1000", "Stores": "-1000"}},
        {"COGS": "1000", "Purchases": "1000", "Valuation": "-1000"},
    ),
    (B, N): Pair({}, BEFORE[B]),
    (B, C): Pair({}, BEFORE[B]),
    (B, P): Pair(
        {
            "STOCK_IN_HAND": {"COGS": "1100", "Stores": "-1100"},
            "RECEIVED_NOT_BILLED": {"Accrual": "500", "COGS": "-500"},
        },
        {"COGS": "1000"},
    ),
}


def books(scheme: Scheme, **more: Any) -> CompanyFacts:
    """A company of that scheme since it was opened, with all the roles that any scheme needs."""
    plain = company(
        scheme=scheme,
        flow=FLOW_OF_SCHEME[scheme],
        posts_stock_from=None if scheme is P else BEGINNING,
        **more,
    )
    roles = {role: uid(name) for role, name in MORE_ROLES.items()}
    return replace(plain, roles={**plain.roles, **roles})


def held(scheme: Scheme) -> BinValue:
    """The 11 pieces, and how much of them stands on the stock account."""
    posted = {P: None, N: "1150", C: "1000", B: "1100"}[scheme]
    on_accounts = ((uid("Stores"), Decimal(posted)),) if posted else ()
    return stock("Main", "1100" if scheme is B else "1150", "11")._replace(posted=on_accounts)


def standing(scheme: Scheme, *interim: tuple[str, str, str]) -> MigrationFacts:
    """What the books of a scheme say of the trade."""
    accrual = uid("Accrual") if scheme in {N, B} else None
    waiting = open_line("PR-2", "500" if scheme is B else "550")._replace(account=accrual)
    pool = Pool(uid("ITEM"), uid("Main"))
    at = [(uid(a), uid(b), Decimal(c)) for a, b, c in interim]
    expected = (
        ExpectedCost(pool, uid("PR-2 move"), uid("PR-2"), Decimal(550), tuple(at[:1])),
        ExpectedCost(pool, uid("DN-1 move"), uid("DN-1"), Decimal(-400), tuple(at[1:])),
    )
    more = {"expected": expected} if scheme is C else {}
    return state(held(scheme), ledger=BEFORE[scheme], received=(waiting,), **more)


def migrated(who: CompanyFacts, facts: MigrationFacts, scheme: Scheme) -> Decision:
    """What the migration appends."""
    numbers = count(1)
    given = Facts(
        company=who,
        new_id=lambda: UUID(int=next(numbers)),
        migration=facts,
        items_by_id={
            uid("ITEM"): ItemFacts(uid("ITEM"), "ITEM", "ITEM", METHODS[who.flow]),
        },
    )
    reference = Ref("company", "code", "ACME")
    document = Migration(id=uid("MIG"), company=reference, posting_date=AS_OF, scheme=scheme)
    decision = decide(prepare(document, given), {})
    assert isinstance(decision, Decision)
    return decision


def _entries(decision: Decision) -> dict[str, Amounts]:
    purposes = decision.causes.content["journals"].split()
    return {
        purpose: {NAMES[line.account]: str(plain(line.amount)) for line in entry.lines}
        for purpose, entry in zip(purposes, decision.journal, strict=True)
    }


def _ledger(before: Amounts, decision: Decision) -> Amounts:
    sums = {name: Decimal(amount) for name, amount in before.items()}
    for entry in decision.journal:
        assert sum(line.amount for line in entry.lines) == 0
        for line in entry.lines:
            name = NAMES[line.account]
            sums[name] = sums.get(name, Decimal(0)) + line.amount
    return {name: str(plain(amount)) for name, amount in sums.items() if amount}


def _stood(facts: MigrationFacts, decision: Decision) -> Amounts:
    """What cost entries say of each stock account, before and after."""
    sums: dict[str, Decimal] = {}
    costs = [(one.stock_account_id, one.actual) for one in decision.costs if one.stock_account_id]
    for account, amount in (*facts.bins[0].posted, *costs):
        sums[NAMES[account]] = sums.get(NAMES[account], Decimal(0)) + amount
    return {name: str(plain(amount)) for name, amount in sums.items() if amount}


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_each_pair(pair: tuple[Scheme, Scheme]) -> None:
    before, after = pair
    expected = PAIRS[pair]
    facts = standing(before)
    decision = migrated(books(before), facts, after)
    assert _entries(decision) == expected.entries
    ledger = _ledger(BEFORE[before], decision)
    assert ledger == expected.after
    # Every stock account is told from the cost entries on it, and no cost is made or lost.
    assert _stood(facts, decision).get("Stores") == ledger.get("Stores")
    assert sum(one.actual + one.expected for one in decision.costs) == 0
    assert sum(one.quantity for one in decision.movements) == 0


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_what_each_pair_changes_of_the_company(pair: tuple[Scheme, Scheme]) -> None:
    before, after = pair
    decision = migrated(books(before), standing(before), after)
    change = decision.causes.company_change
    assert change is not None
    flows = FLOW_OF_SCHEME[before], FLOW_OF_SCHEME[after]
    assert (change.scheme, change.flow, change.scheme_from) == (
        after, flows[1], posts_from(AS_OF),
    )  # fmt: skip
    assert change.posts_stock_from == (None if after is P else posts_from(AS_OF))
    assert change.opens_flow == (flows[0] is not flows[1])
    # All goods leave the old flow and enter the new one at what they are worth.
    moved = [(one.quantity, _cost(decision, one.id)) for one in decision.movements]
    worth = _worth(before)
    assert moved == ([(11, worth), (-11, -worth)] if change.opens_flow else [])
    if change.opens_flow:
        assert (
            change.methods[METHODS[flows[0]]]
            == {
                (Flow.REPLAY, Flow.LINKED): "LIFO",
                (Flow.LINKED, Flow.REPLAY): "LIFO",
                (Flow.REPLAY, Flow.CARRIED): "WEIGHTED_AVERAGE",
                (Flow.LINKED, Flow.CARRIED): "WEIGHTED_AVERAGE",
                (Flow.CARRIED, Flow.REPLAY): "MOVING_AVERAGE",
                (Flow.CARRIED, Flow.LINKED): "AVERAGE_PERIOD",
            }[flows]
        )


def _worth(scheme: Scheme) -> Decimal:
    """What the 11 pieces are worth."""
    return held(scheme).value


def _cost(decision: Decision, movement: UUID) -> Decimal:
    return sum((one.actual for one in decision.costs if one.movement_id == movement), Decimal(0))


ACCRUED: dict[tuple[Scheme, Scheme], list[tuple[str, str | None]]] = {
    (P, N): [("-550", None), ("550", "Accrual")],
    (C, B): [("-550", None), ("550", "Accrual")],
    (N, C): [],
    (N, P): [("-550", "Accrual"), ("550", None)],
    (B, P): [("-500", "Accrual"), ("500", None)],
}
"""What of the receipt's open line leaves one account for another (None: none)."""


@pytest.mark.parametrize("pair", ACCRUED, ids="-".join)
def test_open_lines_change_their_account(pair: tuple[Scheme, Scheme]) -> None:
    before, after = pair
    causes = migrated(books(before), standing(before), after).causes
    assert {one.line_id for one in causes.billing} <= {uid("PR-2 1")}
    assert all((one.kind, one.quantity) == (BillingKind.RECEIVED, 0) for one in causes.billing)
    assert [
        (str(one.amount), NAMES[one.account_id] if one.account_id else None)
        for one in causes.billing
    ] == ACCRUED[pair]


def test_expected_cost_leaves_its_interim_accounts() -> None:
    """550 in and 400 out stood on interim accounts; what was expected has become stock."""
    facts = standing(C, ("In Transit", "Equity", "550"), ("In Transit", "Adjustment", "-400"))
    settings = CompanySettings(expected_cost_posting=True)
    decision = migrated(books(C, settings=settings), facts, N)
    assert _entries(decision)["EXPECTED_COST"] == {
        "Equity": "550", "In Transit": "-150", "Adjustment": "-400",
    }  # fmt: skip
    assert sum(one.interim for one in decision.costs) == -150
    assert sum(one.expected for one in decision.costs) == -150


def test_stock_stands_where_the_new_scheme_puts_it() -> None:
    """Two warehouses, one without an account of its own: each value to its own account."""
    who = books(P)
    houses = (warehouse("Main", "Stores"), warehouse("Yard"))
    who = replace(who, warehouses={one.id: one for one in houses})
    facts = state(stock("Main", "70"), stock("Yard", "30"), ledger={})
    decision = migrated(who, facts, N)
    assert _entries(decision) == {
        "STOCK_IN_HAND": {"Stock In Hand": "30", "Stores": "70", "COGS": "-100"}
    }


def test_cents_of_the_average_go_to_the_expense_account() -> None:
    """3 for 10.00 and 3 for 10.01: at 20.01 / 6 = 3.335 a bin of 3 is worth 10.01 (10.005)."""
    who = replace(books(N), warehouses={
        one.id: one for one in (warehouse("Main", "Stores"), warehouse("Yard", "Shelves"))
    })  # fmt: skip
    posted = [
        stock(where, value, "3")._replace(posted=((uid(account), Decimal(value)),))
        for where, value, account in (("Main", "10.00", "Stores"), ("Yard", "10.01", "Shelves"))
    ]
    ledger = {"Stores": "10.00", "Shelves": "10.01"}
    decision = migrated(who, state(*posted, ledger=ledger), B)
    assert _entries(decision) == {"STOCK_IN_HAND": {"Stores": "0.01", "COGS": "-0.01"}}
