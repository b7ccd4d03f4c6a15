"""One history, lived by the model and by the whole product, compared after every step.

Documents go in as GraphQL, previewed first; figures come out of the reports, and out of the tables
behind them. Everything is compared exactly.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import psycopg
from uuid_utils.compat import uuid7

from api.context import Services
from persistence.database import Database
from persistence.posting.post import Poster
from tests.explained import assert_every_figure_is_explained
from tests.invariants import assert_books_are_clean
from tests.model.chance import DAYS
from tests.model.handing_in import HandingIn, clock, day
from tests.model.histories import ALL_KINDS, next_operation
from tests.model.ledger import add_up, fit_for_centers, settled
from tests.model.opening import open_company, settings_of
from tests.model.operations import Kind, Line, LineOf, Operation, Switches
from tests.model.product_bills import (
    cents,
    compare_kept_bills,
    compare_open_items,
    compare_read_bill,
    compare_shown_bill,
)
from tests.model.reference import NO_DAY, Reference, Verdict
from tests.model.states import at
from tests.model.trial import same
from tests.model.wire import CHECK, REPORTS, Wire

_MOVEMENTS = """
select m.document_id, m.ordinal, coalesce(sum(e.actual), 0)
  from movement m
  left join cost_entry e on e.company_id = m.company_id and e.movement_id = m.id
 where m.company_id = %(company)s and m.voids_id is null and m.corrects_id is null
   and not exists (select from voiding v
                    where v.company_id = m.company_id and v.document_id = m.document_id)
 group by m.id, m.document_id, m.ordinal
"""
_JOURNAL = """
select j.document_id, a.code || coalesce('@' || c.code, ''), sum(l.amount)
  from journal_entry j
  join journal_line l on l.company_id = j.company_id and l.journal_entry_id = j.id
  join account a on a.company_id = l.company_id and a.id = l.account_id
  left join cost_center c on c.company_id = l.company_id and c.id = l.cost_center_id
 where j.company_id = %(company)s
   and not exists (select from voiding v
                    where v.company_id = j.company_id and j.document_id in (v.document_id, v.by_id))
 group by 1, 2 having sum(l.amount) <> 0
"""
_BINS = """
select i.sku, w.code, coalesce(l.code, ''), b.quantity, b.value,
       (select coalesce(sum(m.quantity), 0) from movement m
         where m.company_id = b.company_id and m.item_id = b.item_id
           and m.warehouse_id = b.warehouse_id
           and coalesce(m.lot_id, '00000000-0000-0000-0000-000000000000') = b.lot_id)
  from bin b
  join item i on i.company_id = b.company_id and i.id = b.item_id
  join warehouse w on w.company_id = b.company_id and w.id = b.warehouse_id
  left join lot l on l.company_id = b.company_id and l.id = b.lot_id
 where b.company_id = %(company)s
"""
_LINE_IDS = """
select document_id, line_no, id from document_line where company_id = %(company)s
"""
_LINES = """
select line_id, quantity, amount, billed_quantity, billed_amount, cleared_quantity, cleared_amount
  from billing_state
 where company_id = %(company)s
"""
_INVOICES = """
select o.document_id, o.amount, o.settled
  from open_item o
  join document d on d.company_id = o.company_id and d.id = o.document_id
 where o.company_id = %(company)s
   and d.kind in ('PURCHASE_INVOICE', 'SALES_INVOICE', 'PAYMENT', 'CREDIT_NOTE', 'LANDED_COST',
                  'PURCHASE_RETURN', 'SALES_RETURN')
"""


class ProductTrial:
    """A model and a company of the product that have lived through the same operations."""

    def __init__(
        self, database: Database, owner: psycopg.Connection, code: str, switches: Switches
    ) -> None:
        self.database, self.owner = database, owner
        self.company = open_company(owner, code, switches)
        self.wire = Wire(Services(database, Poster(database)), code)
        self.reference = Reference(switches)
        self.handing_in = HandingIn(code, uuid7)
        self.operations: list[Operation] = []
        self.refused = 0

    async def random_step(self, random: Random, kinds: Sequence[Kind] = ALL_KINDS) -> None:
        """One more operation of a random history, and all the questions after it."""
        no = len(self.operations) + 1
        operation = next_operation(random, self.reference, no, kinds)
        as_of = random.choice((None, random.randrange(DAYS)))
        before = await self._reports(as_of)
        await self.step(operation)
        await self._compare_reports(as_of)
        known_at = before["trialBalance"]["knownAt"]
        if known_at is not None:
            same("what was known before", operation, before, await self._reports(as_of, known_at))

    async def step(self, operation: Operation) -> None:
        """Preview, then submit, and compare.

        Raises:
            Disagreement: they do not agree in everything.
        """
        self.operations.append(operation)
        if operation.kind is Kind.ALLOW:
            await self._allow(operation.lines[0])
            return
        if operation.switches is not None:
            await self._settle_on(operation.switches)
            return
        if operation.kind is Kind.CLOSE:
            await self._close(operation.day)
            return
        verdict = self.reference.judge(operation)
        document = self.handing_in.document(operation)
        foreseen, preview = await self.wire.hand_in(document, keep=False)
        refusals, submitted = await self.wire.hand_in(document, keep=True)
        same("refusals of the preview of", operation, refusals, foreseen)
        if refusals or verdict.reasons:
            same("refusals of", operation, refusals & verdict.reasons or {"none"}, refusals)
            self.refused += 1
            return
        self.reference.accept(operation, verdict)
        for document_id, line_no, line_id in self._rows(_LINE_IDS):
            if document_id == document.id:
                self.handing_in.lines[LineOf(operation.no, line_no - 1)] = line_id
        if submitted is not None:
            same("preview of", operation, _kept_or_not(submitted), _kept_or_not(preview))
            self._compare_shown(operation, verdict, submitted)
            await self._read_again(operation)
        self._compare_tables()

    async def assert_clean(self) -> None:
        """All rules of the books hold, and the query says so too."""
        await assert_every_figure_is_explained(self.database, self.company)
        check = await assert_books_are_clean(self.database, self.company)
        asked = (await self.wire.ask(CHECK))["booksCheck"]
        assert asked["isClean"]
        assert [one["rule"] for one in asked["rules"]] == [one.rule for one in check.results]

    async def _allow(self, line: Line) -> None:
        allow = self.reference.below_zero.choose(line)
        await self.wire.change("updateItem", item={"sku": line.item}, allowNegativeStock=allow)

    async def _settle_on(self, switches: Switches) -> None:
        self.reference.settle_on(switches)
        await self.wire.change("updateCompany", **settings_of(switches))

    async def _close(self, through: int) -> None:
        before, self.reference.closed_through = self.reference.closed_through, through
        if through > before:
            await self.wire.change("closePeriod", through=day(through).isoformat())
        elif through < before:
            first = day(through + 1).isoformat() if through != NO_DAY else None
            await self.wire.change("reopenPeriod", **{"from": first, "reason": "the model"})

    def _compare_shown(self, operation: Operation, verdict: Verdict, shown: Any) -> None:
        if operation.kind is Kind.CANCEL:
            return
        same("time of", operation, clock(verdict.minute).isoformat(), shown["postingTime"])
        moves = [move for move in verdict.books.moves if move.no == operation.no]
        own_id = str(self.handing_in.ids[operation.no])
        expected = [
            (move.item, move.warehouse, move.quantity, move.cost, move.quantity_after,
             move.value_after)
            for move in moves
        ]  # fmt: skip
        found = [
            (one["item"]["sku"], one["warehouse"]["code"], Fraction(one["quantity"]),
             cents(one["cost"]), Fraction(one["quantityAfter"]), cents(one["valueAfter"]))
            for one in shown["stockMovements"]
            if one["document"]["id"] == own_id
        ]  # fmt: skip
        same("movements of", operation, expected, found)
        journal = {
            line["place"]: cents(line["debit"]) - cents(line["credit"])
            for line in _without_party(shown["journalLines"])
        }
        posted = dict(verdict.books.journal().get(operation.no, {}))
        effects = verdict.books.papers.effects[operation.no]
        add_up({operation.no: posted}, operation.no, fit_for_centers(effects.next_day))
        same("journal of", operation, settled(posted, self.reference.switches), journal)
        compare_shown_bill(effects, shown)

    async def _read_again(self, operation: Operation) -> None:
        """The document, and those that it has to do with."""
        papers = self.reference.books.papers
        for no in {operation.no, *operation.refers_to()}:
            if papers.effects[no].operation.kind is not Kind.CANCEL:
                await compare_read_bill(self.wire, papers, no, self.handing_in.ids[no])

    def _compare_tables(self) -> None:
        books, ids = self.reference.books, self.handing_in.ids
        bins = books.bins()
        for *place, quantity, value, moved in self._rows(_BINS):
            pool = (place[0], place[1], place[2])
            expected_bin = bins.get(pool, (0, 0))
            same("bin", pool, expected_bin, (Fraction(quantity), cents(value)))
            same("all that moved in", pool, expected_bin[0], Fraction(moved))
        expected = {(ids[move.no], move.key[3]): move.cost for move in books.moves}
        found = {(id_, ordinal): cents(cost) for id_, ordinal, cost in self._rows(_MOVEMENTS)}
        same("costs", "of all movements", expected, found)
        journal = {
            (ids[no], account): amount
            for no, accounts in self.reference.dated.by_document().items()
            for account, amount in accounts.items()
        }
        posted = {(id_, account): cents(sum_) for id_, account, sum_ in self._rows(_JOURNAL)}
        same("journal", "of all documents", journal, posted)
        billed = {
            self.handing_in.lines[of]: (
                state.quantity, state.amount, state.billed_quantity, state.billed_amount,
                state.cleared_quantity, state.cleared_amount,
            )
            for of, state in books.papers.lines.items()
        }  # fmt: skip
        stored = {
            id_: (Fraction(q), cents(a), Fraction(bq), cents(ba), Fraction(cq), cents(ca))
            for id_, q, a, bq, ba, cq, ca in self._rows(_LINES)
        }
        same("billing", "of all lines", billed, stored)
        invoices = {
            ids[no]: (sign * state.amount, sign * state.settled)
            for no, state in books.papers.open.items()
            for sign in (state.sign,)
        }
        items = {id_: (cents(a), cents(settled)) for id_, a, settled in self._rows(_INVOICES)}
        same("open items", "of all invoices", invoices, items)
        compare_kept_bills(books.papers, ids, self._rows)

    def _rows(self, query: str) -> list[Any]:
        self.owner.execute("select set_config('app.company_id', %s, true)", (str(self.company),))
        rows = self.owner.execute(query.encode(), {"company": self.company}).fetchall()
        self.owner.rollback()
        return rows

    async def _reports(self, as_of: int | None, known_at: str | None = None) -> Any:
        return await self.wire.ask(
            REPORTS, asOf=day(as_of).isoformat() if as_of is not None else None, knownAt=known_at
        )

    async def _compare_reports(self, as_of: int | None) -> None:
        reports = await self._reports(as_of)
        books = self.reference.books
        balances = self.reference.dated.balances(as_of)
        found = {
            row["account"]["code"]: cents(row["closingDebit"]) - cents(row["closingCredit"])
            for row in reports["trialBalance"]["rows"]
        }
        same("trial balance", as_of, _nonzero(balances), _nonzero(found))
        values = self.reference.dated.values(as_of)
        pools = {
            move.pool: (move.quantity_after, values.get(move.pool, 0))
            for move in books.moves
            if as_of is None or move.key[0] <= as_of
        }
        bins: dict[tuple[str, str], tuple[Fraction, int]] = {}
        for (item, warehouse, _), (quantity, value) in pools.items():
            known = bins.get((item, warehouse), (Fraction(0), 0))
            bins[item, warehouse] = (known[0] + quantity, known[1] + value)
        stock = {
            (row["item"]["sku"], row["warehouse"]["code"]): (
                Fraction(row["quantity"]), cents(row["value"]),
            )
            for row in reports["stockBalance"]["nodes"]
        }  # fmt: skip
        same("stock balance", as_of, _nonzero(bins), _nonzero(stock))
        total = sum(value for _, value in bins.values())
        same("stock value", as_of, total, cents(reports["stockBalance"]["totals"]["value"]))
        for row in reports["stockVersusLedger"]["rows"]:
            code = row["account"]["code"]
            same("stock less ledger on", code, 0, cents(row["difference"]))
        compare_open_items(books.papers, self.handing_in.ids, as_of, reports["openItems"]["nodes"])
        totals = reports["receivedNotBilled"]["totals"]
        balance = -sum(balances.get(account, 0) for account in ("Accrual", "Owed services"))
        same("accrual accounts", as_of, balance, cents(totals["accountBalance"]))


def _kept_or_not(shown: Any) -> Any:
    """What is shown of a document, without what only a kept one has for good."""
    lines = [{**line, "id": None} for line in shown["lines"]]
    return {**shown, "number": None, "recordedAt": None, "lines": lines}


def _without_party(lines: list[Any]) -> list[Any]:
    """Lines of one account and cost center added up over their parties."""
    sums: dict[str, list[Decimal]] = {}
    for line in lines:
        center = line["costCenter"]["code"] if line["costCenter"] else None
        pair = sums.setdefault(at(line["account"]["code"], center), [Decimal(0), Decimal(0)])
        pair[0] += Decimal(line["debit"])
        pair[1] += Decimal(line["credit"])
    return [
        {"place": place, "debit": debit, "credit": credit}
        for place, (debit, credit) in sums.items()
        if debit != credit
    ]


def _nonzero(figures: dict[Any, Any]) -> dict[Any, Any]:
    return {key: figure for key, figure in figures.items() if figure not in {0, (0, 0)}}
