"""The check of the books: every rule over everything, as of one moment.

Nothing is assumed from the program that wrote them: the rules are SQL of their own, and the caches
of costing are folded again from the first movement.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from domain.company import Flow
from domain.currencies import CURRENCY_DIGITS
from domain.money import ZERO
from domain.movements import EntryKind, Leg, Nature
from persistence.checking.carried import rebuild_carried
from persistence.checking.linked import rebuild_linked
from persistence.checking.rebuild import Found, rebuild
from persistence.checking.statements import RULES, Rule
from persistence.checking.stock import UNREADABLE
from persistence.database import Database
from persistence.reports.accruals import ResidueKind
from persistence.reports.query import compose
from persistence.reports.received_not_billed import (
    received_not_billed_residues,
    received_not_billed_totals,
)
from persistence.reports.scope import Scope, scope_of

MOST_FINDINGS = 100
"""Findings of a rule that are told; all of them are counted."""


class BooksRule(StrEnum):
    """Every rule, in the order in which they are checked."""

    JOURNAL_BALANCES = "JOURNAL_BALANCES"
    NUMBERS_GAPLESS = "NUMBERS_GAPLESS"
    SEQUENCE_GAPLESS = "SEQUENCE_GAPLESS"
    RECORDINGS_AGREE = "RECORDINGS_AGREE"
    DOCUMENTS_ADD_UP = "DOCUMENTS_ADD_UP"
    CURRENCIES_AGREE = "CURRENCIES_AGREE"
    CANCELLATIONS_MIRROR = "CANCELLATIONS_MIRROR"
    BINS_ADD_UP = "BINS_ADD_UP"
    MOVEMENTS_COST = "MOVEMENTS_COST"
    BILLING_REBUILT = "BILLING_REBUILT"
    OPEN_ITEMS_REBUILT = "OPEN_ITEMS_REBUILT"
    STOCK_EQUALS_LEDGER = "STOCK_EQUALS_LEDGER"
    PARTIES_EQUAL_LEDGER = "PARTIES_EQUAL_LEDGER"
    LEDGER_SUMS_REBUILT = "LEDGER_SUMS_REBUILT"
    BINS_REBUILT = "BINS_REBUILT"
    RECEIVED_NOT_BILLED = "RECEIVED_NOT_BILLED"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule is broken; or, explained, a difference that has a name and is no fault.

    `subject` is what a person can look up: a document's number, an account and a date, an item in
    a warehouse. `expected` and `found` are figures as text.
    """

    subject: str
    problem: str
    expected: str
    found: str
    is_explained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """A rule and what it found: of `examined` records `faults` are not as they should be.

    `findings` are at most `MOST_FINDINGS`, faults first.
    """

    rule: str
    examined: int
    faults: int
    explained: int
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether the rule holds everywhere."""
        return self.faults == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksCheck:
    """The check of one company as of its last recording (`seq`)."""

    company_id: UUID
    company_code: str
    seq: int
    results: tuple[RuleResult, ...]

    @property
    def is_clean(self) -> bool:
        """Whether all rules hold."""
        return all(result.is_clean for result in self.results)


class OnProgress(Protocol):
    """Is told what is being checked, and how far that is."""

    def __call__(self, rule: str, done: int, total: int) -> None:
        """`done` of `total` parts of the rule are checked."""
        ...


@asynccontextmanager
async def one_moment(database: Database, company_id: UUID) -> AsyncIterator[AsyncConnection]:
    """A transaction that goes on seeing a company's books as they are at its beginning."""
    async with database.transaction(company_id, one_moment=True) as connection:
        yield connection


async def check_books(
    connection: AsyncConnection, company_id: UUID, on_progress: OnProgress | None = None
) -> BooksCheck:
    """Check every rule.

    Args:
        connection: in a transaction that names the company and sees one moment.
        company_id: whose books.
        on_progress: is told how far the check is.

    Raises:
        LookupError: there is no such company.
    """
    scope = await scope_of(connection, company_id)
    cursor = await connection.execute(
        "select code, posts_stock_from from company where id = %s", (company_id,)
    )
    head: Any = await cursor.fetchone()
    tell = on_progress or _tell_nobody
    results = [await _by_sql(connection, rule, scope, head[1], tell) for rule in RULES]
    results.append(await _rebuilt(connection, scope, tell))
    results.append(await _received_not_billed(connection, scope, tell))
    return BooksCheck(
        company_id=company_id, company_code=head[0], seq=scope.seq, results=tuple(results)
    )


def _tell_nobody(rule: str, done: int, total: int) -> None:
    """Nobody wants to know."""


async def _by_sql(
    connection: AsyncConnection,
    rule: Rule,
    scope: Scope,
    posts_from: date | None,
    tell: OnProgress,
) -> RuleResult:
    tell(rule.name, 0, 1)
    started = monotonic()
    values = scope.values(posts_from=posts_from, coins=Jsonb(CURRENCY_DIGITS))
    counted: Any = await (await connection.execute(rule.examined.encode(), values)).fetchone()
    found = await connection.execute(compose(_COUNTED, findings=rule.findings).encode(), values)
    rows = await found.fetchall()
    faults, explained = (rows[0][5], rows[0][6]) if rows else (0, 0)
    tell(rule.name, 1, 1)
    return _result(rule.name, counted[0], faults, explained, [row[:5] for row in rows], started)


_COUNTED = f"""
select subject, problem, coalesce(expected, 'nothing'), coalesce(found, 'nothing'), is_explained,
       count(*) filter (where not is_explained) over () as faults,
       count(*) filter (where is_explained) over () as explained
  from (/*findings*/) finding (subject, problem, expected, found, is_explained)
 order by is_explained
 limit {MOST_FINDINGS}
"""  # noqa: S608 - a constant


async def _rebuilt(connection: AsyncConnection, scope: Scope, tell: OnProgress) -> RuleResult:
    started = monotonic()
    tell(BooksRule.BINS_REBUILT, 0, 1)
    unreadable = await connection.execute(UNREADABLE.encode(), {
        "company": scope.company_id, "natures": [*Nature], "legs": [*Leg], "kinds": [*EntryKind],
    })  # fmt: skip
    if findings := await unreadable.fetchall():
        return _result(
            BooksRule.BINS_REBUILT, 0, len(findings), 0, findings[:MOST_FINDINGS], started
        )

    def on_progress(done: int, total: int) -> None:
        tell(BooksRule.BINS_REBUILT, done, total)

    flow = await _flow(connection, scope.company_id)
    if flow is Flow.CARRIED:
        rebuilt = await rebuild_carried(connection, scope.company_id, scope.digits)
    elif flow is Flow.LINKED:
        rebuilt = await rebuild_linked(connection, scope.company_id, on_progress)
    else:
        rebuilt = await rebuild(connection, scope.company_id, scope.digits, on_progress)
    rows = rebuilt.findings
    return _result(
        BooksRule.BINS_REBUILT, rebuilt.examined, len(rows), 0, rows[:MOST_FINDINGS], started
    )


async def _flow(connection: AsyncConnection, company_id: UUID) -> Flow:
    cursor = await connection.execute("select flow from company where id = %s", (company_id,))
    row: Any = await cursor.fetchone()
    return Flow(row[0])


async def _received_not_billed(
    connection: AsyncConnection, scope: Scope, tell: OnProgress
) -> RuleResult:
    """Account = pending + residues, each residue a document's own and with a name."""
    started = monotonic()
    tell(BooksRule.RECEIVED_NOT_BILLED, 0, 1)
    totals = await received_not_billed_totals(connection, scope)
    residues = await received_not_billed_residues(connection, scope)
    rows: list[Found] = [
        (
            row.document_number,
            row.kind,
            "0",
            str(row.amount),
            row.kind != ResidueKind.UNEXPLAINED,
        )
        for row in residues
    ]
    named = sum((row.amount for row in residues), ZERO)
    if named != totals.difference:
        rows.append(
            ("the account", "what it differs by", str(named), str(totals.difference), False)
        )
    rows.sort(key=lambda row: row[4])
    faults = sum(not row[4] for row in rows)
    examined: Any = await (
        await connection.execute(
            "select count(*) from billing_entry where company_id = %s", (scope.company_id,)
        )
    ).fetchone()
    tell(BooksRule.RECEIVED_NOT_BILLED, 1, 1)
    return _result(
        BooksRule.RECEIVED_NOT_BILLED,
        examined[0],
        faults,
        len(rows) - faults,
        rows[:MOST_FINDINGS],
        started,
    )


def _result(
    rule: str,
    examined: int,
    faults: int,
    explained: int,
    rows: list[Any],
    started: float,
) -> RuleResult:
    return RuleResult(
        rule=rule,
        examined=examined,
        faults=faults,
        explained=explained,
        findings=tuple(Finding(*row) for row in rows),
        seconds=monotonic() - started,
    )
