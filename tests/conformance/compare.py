"""Expected against actual, one function per key of `expect`; each gives a table of rows.

Money and quantities are compared exactly, as decimals; a unit cost to the five places that
expected ones have at most, rounded half away from zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from tests.conformance.adapter import ERRORS
from tests.conformance.books import Snapshot, net
from tests.conformance.decode import NotSupportedError, given
from tests.conformance.expectations import (
    Balance,
    BalanceSheet,
    CenterPosting,
    DatedPosting,
    Expectation,
    Journal,
    Ledgers,
    MovementCost,
    OpenEntry,
    Pending,
    Posting,
    ProfitAndLoss,
    Reconciliation,
    Revalued,
    StockAccount,
)
from tests.conformance.format import Dialect
from tests.conformance.play import Outcome, Play

ZERO = Decimal(0)
_UNIT_COST = Decimal("0.00001")
REFUSALS = frozenset({"error", "errors"})
"""Keys of `expect` that are compared together, in every step: all codes of a refusal, or none."""

Value: TypeAlias = Decimal | str | None
Rows: TypeAlias = dict[str, tuple[Value, Value]]
"""What is compared -> expected, actual; None = nothing there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to compare with: a step's outcome, and the books before and after it."""

    play: Play
    outcome: Outcome
    before: Snapshot
    after: Snapshot

    @property
    def effect(self) -> dict[str, Decimal]:
        """The net change of the whole ledger."""
        before, after = self.before.balances, self.after.balances
        changes = {a: after.get(a, ZERO) - before.get(a, ZERO) for a in {*before, *after}}
        return {account: amount for account, amount in changes.items() if amount}


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as expected."""

    step: str
    key: str
    rows: Rows


def first_difference(step: str, expect: Expectation, seen: Seen) -> Difference | None:
    """The first table of a step with a row whose two sides differ."""
    for key, rows in _tables(expect, seen):
        if any(expected != actual for expected, actual in rows.values()):
            return Difference(step, key, rows)
    return None


def check_expectation(expect: Expectation) -> None:
    """See that every key is handled.

    Raises:
        NotSupportedError: one is not.
    """
    for key in given(expect):
        if key not in REFUSALS and key not in CHECKS:
            raise NotSupportedError(f"expect.{key}")


def _tables(expect: Expectation, seen: Seen) -> Iterable[tuple[str, Rows]]:
    codes = _codes(expect)
    yield "outcome", _outcome(codes, seen)
    yield "preview as expected, what was done as actual", dict(seen.outcome.preview)
    if codes:
        yield "trace", _trace(seen)
    for key, expected in given(expect).items():
        if key not in REFUSALS:
            yield key, CHECKS[key](expected, seen)
    if seen.outcome.caused:
        yield "causedJournalLines", _amounts(seen.effect, net(seen.outcome.caused))
    # An effect is given where it differs from the document's own entries.
    own = expect.gl is not None and expect.effect is None
    if own and seen.play.scenario.dialect is Dialect.ERPNEXT:
        yield "effect", _postings(expect.gl or (), seen.effect)


# -- refusals ---------------------------------------------------------------------------------


def _codes(expect: Expectation) -> frozenset[str]:
    """All that the step is refused with; none: it is accepted."""
    named = (*(expect.errors or ()), *((expect.error,) if expect.error is not None else ()))
    return frozenset(ERRORS.get(one, one) for one in named)


def _outcome(codes: frozenset[str], seen: Seen) -> Rows:
    expected, actual = (
        ", ".join(sorted(one)) or "accepted" for one in (codes, seen.outcome.refused)
    )
    return {"step": (expected, actual)}


def _trace(seen: Seen) -> Rows:
    """A refused step leaves the ledger and the stock as they were."""
    rows = _amounts(seen.before.balances, seen.after.balances)
    for key in {*seen.before.stock, *seen.after.stock}:
        before, after = seen.before.stock.get(key), seen.after.stock.get(key)
        rows[" @ ".join(key)] = (str(before), str(after))
    return rows


# -- the ledger -------------------------------------------------------------------------------


def _amounts(expected: Mapping[str, Decimal], actual: Mapping[str, Decimal]) -> Rows:
    return {name: (expected.get(name), actual.get(name)) for name in {**expected, **actual}}


def _netted(postings: Iterable[Posting]) -> dict[str, Decimal]:
    return {one.account: one.amount for one in postings if one.amount}


def _postings(expected: Iterable[Posting], actual: Mapping[str, Decimal]) -> Rows:
    return _amounts(_netted(expected), actual)


def _gl(expected: Iterable[Posting], seen: Seen) -> Rows:
    """ERPNext: the document's own entries; the others: all that the step posted."""
    if seen.play.scenario.dialect is Dialect.ERPNEXT:
        return _postings(expected, net(seen.outcome.gl))
    return _postings(expected, seen.effect)


def _effect(expected: Iterable[Posting], seen: Seen) -> Rows:
    return _postings(expected, seen.effect)


def _gl_by_date(expected: Iterable[DatedPosting], seen: Seen) -> Rows:
    actual: dict[str, Decimal] = {}
    for line in seen.outcome.caused:
        key = f"{line.date} {line.account}"
        actual[key] = actual.get(key, ZERO) + line.amount
    wanted = {f"{one.date} {one.account}": one.amount for one in expected if one.amount}
    return _amounts(wanted, {key: amount for key, amount in actual.items() if amount})


def _gl_by_cost_center(expected: Iterable[CenterPosting], seen: Seen) -> Rows:
    actual: dict[str, Decimal] = {}
    for line in seen.outcome.gl:
        if line.root in {"INCOME", "EXPENSE"}:
            key = f"{line.account} / {line.cost_center}"
            actual[key] = actual.get(key, ZERO) + line.amount
    wanted = {f"{one.account} / {one.cost_center}": one.amount for one in expected if one.amount}
    return _amounts(wanted, {key: amount for key, amount in actual.items() if amount})


def _journals(expected: Iterable[Journal], seen: Seen) -> Rows:
    wanted = {f"{one.purpose}: {p.account}": p.amount for one in expected for p in one.gl}
    actual = {
        f"{purpose}: {account}": amount
        for purpose, lines in seen.outcome.journals.items()
        for account, amount in net(lines).items()
    }
    return _amounts(wanted, actual)


def _revalued(expected: Iterable[Revalued], seen: Seen) -> Rows:
    """The documents named, and that no other document's entries have changed."""
    rows: Rows = {}
    named: dict[str, str] = {}
    for one in expected:
        document = seen.play.document(one.ref)
        named[document] = one.ref
        actual = net(seen.play.books.journal_of(document))
        pairs = _postings(one.gl, actual)
        rows |= {f"{one.ref}: {account}": pair for account, pair in pairs.items()}
    return rows | _others_changed(named, seen)


def _others_changed(named: Mapping[str, str], seen: Seen) -> Rows:
    refs = {made.document: ref for ref, made in seen.play.outcomes.items()}
    rows: Rows = {}
    for about in {line.about for line in seen.outcome.caused} - {seen.outcome.document}:
        changed = net(line for line in seen.outcome.caused if line.about == about)
        if changed and about not in named:
            pairs = _amounts({}, changed)
            rows |= {f"{refs.get(about, about)}: {a} (change)": p for a, p in pairs.items()}
    return rows


def _trial_balance(expected: Iterable[Posting], seen: Seen) -> Rows:
    return _postings(expected, seen.after.balances)


def _balances(expected: Mapping[str, Decimal], seen: Seen) -> Rows:
    wanted = {account: amount for account, amount in expected.items() if amount}
    return _amounts(wanted, seen.after.balances)


# -- statements -------------------------------------------------------------------------------


def _of_roots(seen: Seen, *roots: str) -> dict[str, Decimal]:
    accounts = seen.after.accounts.items()
    return {code: one.amount for code, one in accounts if one.root in roots and one.amount}


def _profit_and_loss(expected: ProfitAndLoss, seen: Seen) -> Rows:
    result = {code: -amount for code, amount in _of_roots(seen, "INCOME", "EXPENSE").items()}
    wanted = {account: amount for account, amount in expected.accounts.items() if amount}
    rows = _amounts(wanted, result)
    return {**rows, "result": (expected.result, sum(result.values(), ZERO))}


def _balance_sheet(expected: BalanceSheet, seen: Seen) -> Rows:
    assets = _of_roots(seen, "ASSET")
    owed = {code: -amount for code, amount in _of_roots(seen, "LIABILITY", "EQUITY").items()}
    result = -sum(_of_roots(seen, "INCOME", "EXPENSE").values(), ZERO)
    wanted = {account: amount for account, amount in expected.accounts.items() if amount}
    return {
        **_amounts(wanted, {**assets, **owed}),
        "assets": (expected.assets, sum(assets.values(), ZERO)),
        "liabilities": (expected.liabilities, sum(owed.values(), ZERO)),
        "equity": (expected.equity, result),
    }


def _reconciliation(expected: Reconciliation, seen: Seen) -> Rows:
    stock = sum((one.value for one in seen.after.stock.values()), ZERO)
    waiting = sum((one.expected_value for one in seen.after.stock.values()), ZERO)
    accounts = seen.after.accounts.values()
    ledger = sum((one.amount for one in accounts if one.type == "STOCK"), ZERO)
    rows: Rows = {"stock accounts": (expected.gl_stock, ledger)}
    if expected.stock_value is not None:
        rows["stock value"] = (expected.stock_value, stock)
    if expected.stock_actual_value is not None:
        rows["actual stock value"] = (expected.stock_actual_value, stock - waiting)
        stock -= waiting
    if expected.stock_expected_value is not None:
        rows["expected stock value"] = (expected.stock_expected_value, waiting)
    return {**rows, "difference": (expected.difference, stock - ledger)}


# -- stock ------------------------------------------------------------------------------------


def _stock(expected: Iterable[Balance], seen: Seen) -> Rows:
    """What is listed, and that nothing else is in stock; what is used up need not be listed."""
    rows: Rows = {}
    whole = {one.item for one in expected if one.warehouse is None}
    listed = {(one.item, one.warehouse) for one in expected}
    for one in expected:
        rows |= _balance(one, seen.after)
    for (item, warehouse), held in seen.after.stock.items():
        is_listed = item in whole or (item, warehouse) in listed
        if not is_listed and (held.quantity or held.value):
            rows[f"{item} @ {warehouse} quantity"] = (None, held.quantity)
            rows[f"{item} @ {warehouse} value"] = (None, held.value)
    return rows


def _balance(expected: Balance, after: Snapshot) -> Rows:
    place = expected.warehouse
    held = [
        one
        for (item, warehouse), one in after.stock.items()
        if item == expected.item and place in {None, warehouse}
    ]
    quantity = sum((one.quantity for one in held), ZERO)
    value = sum((one.value for one in held), ZERO)
    name = f"{expected.item} @ {place or 'all'}"
    rows: Rows = {f"{name} quantity": (expected.qty, quantity)}
    if expected.value is not None:
        rows[f"{name} value"] = (expected.value, value)
    if expected.expected_value is not None:
        waiting = sum((one.expected_value for one in held), ZERO)
        rows[f"{name} expected value"] = (expected.expected_value, waiting)
    if expected.unit_cost is not None and quantity:
        unit_cost = (value / quantity).quantize(_UNIT_COST, ROUND_HALF_UP)
        if len(held) == 1 and held[0].unit_cost is not None:
            unit_cost = held[0].unit_cost.quantize(_UNIT_COST, ROUND_HALF_UP)
        rows[f"{name} unit cost"] = (expected.unit_cost, unit_cost)
    return rows


def _stock_vs_accounts(expected: Iterable[StockAccount], seen: Seen) -> Rows:
    """What is listed, and that no other stock account has stock or a balance."""
    states = seen.play.books.stock_versus_ledger()
    rows: Rows = {}
    for one in expected:
        actual = states.pop(one.account, None)
        rows[f"{one.account} ledger"] = (one.ledger, actual and actual.ledger)
        rows[f"{one.account} stock"] = (one.stock, actual and actual.stock)
        rows[f"{one.account} difference"] = (one.difference, actual and actual.difference)
    for account, left in states.items():
        if left.stock or left.ledger:
            rows[f"{account} stock"] = (None, left.stock)
            rows[f"{account} ledger"] = (None, left.ledger)
    return rows


def _received_not_billed(expected: Iterable[Pending], seen: Seen) -> Rows:
    pending = seen.play.books.pending()
    rows: Rows = {}
    for one in expected:
        number = one.line - seen.play.scenario.first_line + 1
        actual = pending.pop((seen.play.document(one.ref), number), None)
        name = f"{one.ref} line {one.line}"
        rows[f"{name} item"] = (one.item, actual and actual.item)
        rows[f"{name} received"] = (one.received, actual and actual.received)
        rows[f"{name} billed"] = (one.billed, actual and actual.billed)
        rows[f"{name} returned"] = (one.returned, actual and actual.returned)
        rows[f"{name} pending"] = (one.pending, actual and actual.pending)
    for (_, number), left in pending.items():
        rows[f"{left.number} line {number} received"] = (None, left.received)
    return rows


def _costs(expected: Iterable[MovementCost], seen: Seen) -> Rows:
    """What the movements of a line cost now; of a transfer, the leg that leaves."""
    rows: Rows = {}
    for one in expected:
        moved = seen.play.books.movements_of(seen.play.document(one.ref))
        line = seen.play.line(one.ref, one.line)
        own = [each for each in moved if each.line == line]
        leaving = [each for each in own if each.quantity < 0]
        counted = leaving if len({each.nature for each in own} & {"TRANSFER"}) else own
        total = sum((each.cost for each in counted), ZERO)
        rows[f"{one.ref} line {one.line}"] = (one.cost, total)
    return rows


def _open_entries(expected: Iterable[OpenEntry], seen: Seen) -> Rows:
    """Movements with quantity that no link covers: these, and no others."""
    actual = seen.play.books.open_movements()
    rows: Rows = {}
    for one in expected:
        line = seen.play.line(one.ref, one.line)
        name = f"{one.ref} line {one.line} remaining"
        rows[name] = (one.remaining, actual.pop(line, None))
    return rows | {f"{line} remaining": (None, left) for line, left in actual.items()}


def _ledgers(expected: Ledgers, seen: Seen) -> Rows:
    """What customers owe and suppliers are owed, those who never had a bill left out."""
    customers, suppliers = seen.play.books.party_balances()
    owed = _amounts(expected.suppliers, suppliers).items()
    owing = _amounts(expected.customers, customers).items()
    rows: Rows = {f"customer {one}": pair for one, pair in owing}
    return {**rows, **{f"supplier {one}": pair for one, pair in owed}}


def _accounts_created(expected: Iterable[str], seen: Seen) -> Rows:
    """The accounts that are there after the step and were not before."""
    before = {*seen.before.accounts}
    made = [one for one in seen.after.accounts if one not in before]
    return {one: ("made", "made" if one in made else None) for one in expected}


CHECKS: Mapping[str, Callable[[Any, Seen], Rows]] = {
    "gl": _gl,
    "effect": _effect,
    "glByDate": _gl_by_date,
    "glByCostCenter": _gl_by_cost_center,
    "journals": _journals,
    "revalued": _revalued,
    "stock": _stock,
    "receivedNotBilled": _received_not_billed,
    "stockVsAccounts": _stock_vs_accounts,
    "trialBalance": _trial_balance,
    "balances": _balances,
    "profitAndLoss": _profit_and_loss,
    "balanceSheet": _balance_sheet,
    "reconciliation": _reconciliation,
    "costs": _costs,
    "ledgers": _ledgers,
    "accountsCreated": _accounts_created,
    "openEntries": _open_entries,
}
"""Key of `expect` -> its comparison."""
