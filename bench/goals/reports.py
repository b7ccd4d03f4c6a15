"""How long reports take, whatever the history: over HTTP, with a key, on loaded books."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from statistics import median

from bench.books import Books
from bench.client import Client
from bench.goal import ROUNDS, Goal, Run
from bench.place import Place
from bench.processes import cpu_seconds
from bench.report_books import DATABASE, prepared

REQUESTS = 40
"""Of one round, one after the other."""

_TRIAL_BALANCE = """
query($code: String!, $from: Date, $asOf: Date) {
  trialBalance(company: {code: $code}, from: $from, asOf: $asOf) {
    rows { account { code name } openingDebit openingCredit debit credit
           closingDebit closingCredit }
    totals { debit credit } } }
"""
_STOCK_BALANCE = """
query($code: String!) {
  stockBalance(company: {code: $code}, first: 50) {
    totals { value }
    nodes { item { sku } warehouse { code } quantity value unitCost } } }
"""
_LIST = """
fragment Row on Document {
  id number postingDate postingTime recordedAt recordedBy remarks reference
}
query($code: String!) {
  newest: documents(company: {code: $code}, first: 500) { nodes { ...Row } }
  oldest: documents(company: {code: $code}, last: 500) { nodes { ...Row } } }
"""
Asked = Callable[[Random], dict[str, str | None]]


def _any_day(random: Random) -> str:
    return str(date(2021, 1, 1) + timedelta(days=random.randrange(1825)))


def _trial_balance_of(code: str) -> Asked:
    """Any last day, and half of the time any first day; else that of the fiscal year."""

    def asked(random: Random) -> dict[str, str | None]:
        first, last = sorted([_any_day(random), _any_day(random)])
        return {"code": code, "from": first if random.random() < 0.5 else None, "asOf": last}

    return asked


def _rounds(place: Place, query: str, asked: Asked) -> Iterator[tuple[float, float]]:
    """(p50 in ms, CPU of server and database in ms a request) of each round."""
    books = prepared(place)
    with place.serving(1, books.key, DATABASE) as server:
        client, random = Client(server), Random(1)
        for _ in range(REQUESTS):
            client.ask(query, asked(random))
        for round_no in range(1, ROUNDS + 1):
            place.report(f"Round {round_no} of {ROUNDS}")
            before = place.database_cpu() + cpu_seconds(server.pid)
            times = [client.ask(query, asked(random)) for _ in range(REQUESTS)]
            used = place.database_cpu() + cpu_seconds(server.pid) - before
            place.report(f"p50 {median(times):.1f} ms, CPU {used * 1e3 / REQUESTS:.1f} ms")
            yield median(times), used * 1e3 / REQUESTS


def _p50(query: str, asked: Asked) -> Callable[[Place, Books], Iterator[Run]]:
    def rounds(place: Place, _books: Books) -> Iterator[Run]:
        for p50_ms, _cpu_ms in _rounds(place, query, asked):
            yield Run(p50_ms)

    return rounds


def trial_balances(place: Place, code: str) -> Iterator[float]:
    """The p50 in ms of each round, of trial balances of a company."""
    for p50_ms, _cpu_ms in _rounds(place, _TRIAL_BALANCE, _trial_balance_of(code)):
        yield p50_ms


def _list_cpu(place: Place, _books: Books) -> Iterator[Run]:
    for _p50_ms, cpu_ms in _rounds(place, _LIST, lambda _random: {"code": "L1"}):
        yield Run(cpu_ms)


REPORTS = (
    Goal(
        "trial-balance-1m", "ms p50", None, "<=", 20, _p50(_TRIAL_BALANCE, _trial_balance_of("L1"))
    ),
    Goal(
        "trial-balance-10m",
        "ms p50",
        None,
        "<=",
        20,
        _p50(_TRIAL_BALANCE, _trial_balance_of("L10")),
    ),
    Goal(
        "stock-balance-10k", "ms p50", None, "<=", 50, _p50(_STOCK_BALANCE, lambda _: {"code": "B"})
    ),
    Goal("list-1000", "ms CPU", None, "<=", 30, _list_cpu),
)
