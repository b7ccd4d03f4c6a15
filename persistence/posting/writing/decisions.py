"""Writing decisions: the rows of one or several for the writing statement, in one round trip.

Around it go the caches that a replay makes anew, and what a decision changes of masters.
"""

from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from domain.decide import Decision
from domain.periods import FiscalYear
from persistence.citus.nodes import grow_masters_version
from persistence.masters.change_log import logging
from persistence.posting.book import StaleMastersError
from persistence.posting.identity import Identity
from persistence.posting.writing.linked_sections import forget_linked
from persistence.posting.writing.master_changes import change_masters
from persistence.posting.writing.migration_past import keep_past
from persistence.posting.writing.scheme_changes import empty_caches
from persistence.posting.writing.section import Form
from persistence.posting.writing.sections import SECTIONS, bin_rows, pool_results
from persistence.posting.writing.statement import (
    BIN_COLUMNS,
    DOCUMENT_COLUMNS,
    VOIDING,
    YEAR_COLUMNS,
    statement,
)
from persistence.round_trip import COMMIT, RoundTrip


@dataclass(frozen=True, slots=True)
class Written:
    """What recording gave a document: its number, the company's sequence, and the moment."""

    number: str
    seq: int
    recorded_at: datetime


_MAKE_ACCOUNT = """
insert into account (company_id, id, code, name, type, root, is_group, position)
select %(company)s, %(id)s, %(code)s, %(name)s, %(type)s, %(root)s, false,
       coalesce(max(position), 0) + 1
  from account where company_id = %(company)s
"""
_FORGET_SNAPSHOTS = """
delete from bin_snapshot
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s
   and (posting_date, posting_time, seq, ordinal) > (%s, %s, %s, %s)
"""
_FORGET_LAYERS = """
delete from layer
 where company_id = %s and item_id = %s and warehouse_id = %s and lot_id = %s and no >= %s
"""


@dataclass(frozen=True, slots=True)
class Writing:
    """A decision to be written, and what is known of it besides.

    `new_fiscal_year` is the id of a year that opens with it.
    """

    decision: Decision
    identity: Identity
    recorded_by: str | None
    fiscal_year: FiscalYear
    new_fiscal_year: UUID | None = None


async def write(
    connection: AsyncConnection,
    writings: Sequence[Writing],
    *,
    masters_version: int,
    commit: bool = False,
    after: Awaitable[object] | None = None,
) -> list[Written]:
    """Append decisions of one company, each made on the books that the one before leaves.

    Several at once must not share a line that is billed or an invoice that is settled. With
    `commit` the transaction ends with it, in the same round trip; where the masters have changed
    it has written nothing either. The rows are made while `after` goes on, an earlier write on the
    same connection, which is waited for before anything is sent.

    Raises:
        StaleMastersError: the masters are not at `masters_version` any more.
    """
    decisions = [one.decision for one in writings]
    head, params = _heads(writings)
    params |= {"masters": masters_version}
    forms = [head, *_sections(decisions, params)]
    if any(decision.causes.cancels for decision in decisions):
        forms.append(VOIDING)
    years = [
        (one.new_fiscal_year, year.code, year.start_date, year.end_date)
        for one in writings
        for year in (one.fiscal_year,)
        if one.new_fiscal_year is not None
    ]
    if years:
        form, columns = YEAR_COLUMNS.params_of(years)
        forms.append(form)
        params |= columns
    if after is not None:
        await after
    for decision in decisions:
        await _forget_superseded(connection, decision)
        await forget_linked(connection, decision)
        await keep_past(connection, decision)
        await empty_caches(connection, decision)
    async with RoundTrip(connection) as trip:
        written = trip.ask(statement(tuple(forms)), params)
        if commit:
            trip.ask(COMMIT, {})
    if not written.rows:
        raise StaleMastersError
    for one, row in zip(writings, written.rows, strict=True):
        await change_masters(connection, one.decision, row[1], one.recorded_by)
    return [Written(*row) for row in written.rows]


def _sections(decisions: Sequence[Decision], params: dict[str, Any]) -> list[Form]:
    """The sections of the statement that have rows; their parameters go with the others."""
    forms: list[Form] = []
    for section in SECTIONS:
        filled = section.params(decisions)
        if filled is not None:
            forms.append(filled[0])
            params |= filled[1]
    bins = {
        result.pool: (*row, by)
        for by, decision in enumerate(decisions, start=1)
        for result, row in zip(pool_results(decision), bin_rows(decision), strict=True)
    }
    if bins:
        form, columns = BIN_COLUMNS.params_of(list(bins.values()))
        forms.append(form)
        params |= columns
    return forms


async def make_no_rule_account(
    connection: AsyncConnection, decision: Decision, recorded_by: str | None
) -> int:
    """Make the account where no sales rule fits, if the decision posts to it, or a line names it.

    A line keeps its income account also where the ledger does not hear of sales.
    Returns by how much the masters' version grows with it: somebody may have made it meanwhile,
    then the code is taken and the caller decides again.
    """
    company = decision.causes.facts.company
    if company.no_rule_account is None:
        return 0
    account = company.accounts[company.no_rule_account]
    used = {line.account for entry in decision.journal for line in entry.lines}
    used.update(line.account_id for line in decision.causes.lines if line.account_id)
    if account.id not in used:
        return 0
    document = decision.causes.document.id
    async with logging(connection, company.id, recorded_by, document, account=[account.id]):
        made = await connection.execute(
            _MAKE_ACCOUNT,
            {
                "company": company.id,
                "id": account.id,
                "code": account.code,
                "name": account.name,
                "type": account.type.value,
                "root": account.root.value,
            },
        )
    if made.rowcount:
        await grow_masters_version(connection, company.id)
    return 1


def _heads(writings: Sequence[Writing]) -> tuple[Form, dict[str, Any]]:
    """The documents themselves, and where each stands in its number series."""
    behind: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[Any, ...]] = []
    for one in reversed(writings):
        place = (one.decision.causes.document.numbered_in(), one.fiscal_year.code)
        rows.insert(0, (*_head(one), *place, behind[place]))
        behind[place] += 1
    form, params = DOCUMENT_COLUMNS.params_of(rows)
    return form, params | {
        "company": writings[0].decision.causes.facts.company.id,
        "count": len(writings),
        "documents": params["d_id"],
        "cancels": params["d_cancels_id"],
    }


def _head(writing: Writing) -> tuple[Any, ...]:
    """A document's row, in the order of `DOCUMENT_COLUMNS`."""
    decision, causes = writing.decision, writing.decision.causes
    document = causes.document
    return (
        document.id, document.kind.value, causes.posting_date, decision.posting_time,
        writing.recorded_by, writing.identity.hash, causes.party.id if causes.party else None,
        causes.purpose, causes.update_stock, causes.currency, causes.exchange_rate,
        causes.net_total, causes.charges_total, causes.taxes_total, causes.freight,
        causes.grand_total, causes.cancels.id if causes.cancels else None, document.reference,
        document.remarks, causes.content, writing.identity.given,
    )  # fmt: skip


async def _forget_superseded(connection: AsyncConnection, decision: Decision) -> None:
    """Drop the caches that a replay makes anew: later snapshots, and layers from its start on."""
    company = decision.causes.facts.company.id
    snapshots: list[tuple[Any, ...]] = []
    layers: list[tuple[Any, ...]] = []
    for result in pool_results(decision):
        if result.replayed_from is None:
            continue
        key, state = result.replayed_from
        after = (date.min, "00:00", -1, -1) if key is None else tuple(key)
        snapshots.append((company, *result.pool, *after))
        layers.append((company, *result.pool, state.next_layer))
    if snapshots:
        async with connection.pipeline(), connection.cursor() as cursor:
            await cursor.executemany(_FORGET_SNAPSHOTS, snapshots)
            await cursor.executemany(_FORGET_LAYERS, layers)
