"""The oracle: a crowd's documents, posted again one after the other, make the same books.

Whatever was posted at the same moment was recorded in some order. In that order an empty company
is given the same papers by one person, who is in nobody's way. Then every row of the ledgers and
sub-ledgers is compared, with codes and numbers for ids: a document that was decided on what another
one was just changing differs from the one that comes after it.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from tests.api.desk import Paper
from tests.api.house import House
from tests.crowd.bosses import Change

_LOT = "(select code from lot where company_id = m.company_id and id = m.lot_id)"


def _account(of: str, alias: str) -> str:
    return f"(select code from account where company_id = {alias}.company_id and id = {alias}.{of})"


def _number(of: str, alias: str) -> str:
    return (
        f"(select number from document where company_id = {alias}.company_id and id = {alias}.{of})"
    )


def _line(of: str, alias: str) -> str:
    return (
        "(select x.number || '/' || y.line_no from document_line y join document x"
        " on x.company_id = y.company_id and x.id = y.document_id"
        f" where y.company_id = {alias}.company_id and y.id = {alias}.{of})"
    )


def _movement(of: str, alias: str) -> str:
    return (
        "(select x.seq || '/' || x.ordinal from movement x"
        f" where x.company_id = {alias}.company_id and x.id = {alias}.{of})"
    )


def _code(table: str, of: str, alias: str, name: str = "code") -> str:
    return (
        f"(select {name} from {table} where company_id = {alias}.company_id and id = {alias}.{of})"
    )


_PLACE = (
    f"{_code('item', 'item_id', 'm', 'sku')}, {_code('warehouse', 'warehouse_id', 'm')}, {_LOT}"
)

# A batch posts what it has read; what is recorded until it is posted itself waits for the next. So
# which of them posts what is chance, and with it what stands on one line, and, where days are
# closed meanwhile, on which day: what they come to is not.
_IS_BATCH = (
    "exists (select from document x where x.company_id = e.company_id and x.id = e.because_id"
    " and x.kind = 'INVENTORY_POSTING')"
)

LEDGERS: Mapping[str, str] = {
    "documents": f"""
        select m.seq, m.number, m.kind, m.posting_date, m.posting_time,
               case when m.kind <> 'INVENTORY_POSTING' then m.net_total end,
               m.charges_total, m.taxes_total, m.freight,
               case when m.kind <> 'INVENTORY_POSTING' then m.grand_total end,
               {_number("cancels_id", "m")} from document m""",
    "lines": f"""
        select d.seq, m.line_no, m.quantity, m.rate, m.amount, m.valuation_amount,
               {_account("account_id", "m")}, {_line("against_line_id", "m")}
          from document_line m
          join document d on d.company_id = m.company_id and d.id = m.document_id""",
    "movements": f"""
        select m.seq, m.ordinal, {_number("document_id", "m")}, {_line("line_id", "m")}, m.leg,
               m.nature, m.posting_date, m.posting_time, {_PLACE}, m.quantity,
               {_account("contra_account_id", "m")}, {_movement("returns_id", "m")},
               {_movement("voids_id", "m")}, {_movement("corrects_id", "m")}, m.counted_quantity,
               m.counted_rate, m.counted_value, m.card_value, m.card_quantity from movement m""",
    "sources": f"""
        select m.seq, {_movement("movement_id", "m")}, {_movement("source_id", "m")}, m.fraction,
               m.before from movement_source m""",
    "links": f"""
        select m.seq, {_movement("decrease_id", "m")}, {_movement("increase_id", "m")}, m.quantity
          from application m""",
    "costs": f"""
        select m.seq, {_movement("movement_id", "m")}, {_number("because_id", "m")}, m.kind,
               m.posting_date, m.actual, m.expected, m.interim, m.invoiced_quantity,
               m.covered_quantity, {_account("stock_account_id", "m")},
               {_account("contra_account_id", "m")}, {_account("interim_account_id", "m")},
               {_account("interim_contra_account_id", "m")}, m.journal_entry_id is null
          from cost_entry m""",
    "costs posted later": f"""
        select 0, m.actual, m.interim, {_account("stock_account_id", "m")},
               {_account("contra_account_id", "m")}, {_account("interim_account_id", "m")},
               {_account("interim_contra_account_id", "m")} from cost_posting m""",
    "journal": f"""
        select m.seq, e.source, {_number("document_id", "e")}, {_number("because_id", "e")},
               m.posting_date, {_account("account_id", "m")}, m.amount, m.currency,
               m.currency_amount, {_code("cost_center", "cost_center_id", "m")},
               {_code("party", "party_id", "m")}
          from journal_line m
          join journal_entry e on e.company_id = m.company_id and e.id = m.journal_entry_id
         where m.seq > 0 and not {_IS_BATCH}""",
    "journal of batches": f"""
        select 0, m.about, m.account, m.center, m.amount from (
          select l.company_id, {_number("document_id", "e")} as about,
                 {_account("account_id", "l")} as account,
                 {_code("cost_center", "cost_center_id", "l")} as center, sum(l.amount) as amount
            from journal_line l
            join journal_entry e on e.company_id = l.company_id and e.id = l.journal_entry_id
           where {_IS_BATCH}
           group by 1, 2, 3, 4 having sum(l.amount) <> 0) m""",
    "billing": f"""
        select m.seq, {_line("line_id", "m")}, m.posting_date, m.kind, m.quantity, m.amount,
               {_account("account_id", "m")} from billing_entry m""",
    "parties": f"""
        select m.seq, {_code("party", "party_id", "m")}, {_number("against_id", "m")},
               m.posting_date, {_account("account_id", "m")}, m.amount, m.currency,
               m.currency_amount from party_entry m""",
    "open items": """
        select d.seq, m.amount, m.settled, m.is_void from open_item m
          join document d on d.company_id = m.company_id and d.id = m.document_id""",
    "billing states": f"""
        select d.seq, {_line("line_id", "m")}, m.quantity, m.amount, m.billed_quantity,
               m.billed_amount, m.returned_quantity, m.returned_amount, m.cleared_quantity,
               m.cleared_amount, {_account("account_id", "m")}, m.is_void from billing_state m
          join document d on d.company_id = m.company_id and d.id = m.document_id""",
    "bins": f"select m.last_seq, {_PLACE}, m.quantity, m.value from bin m where m.movements > 0",
    "waiting": f"select m.company_id is null, {_movement('movement_id', 'm')} from cost_dirty m",
}
"""Each ledger's rows, first of all the sequence that they came with."""


def differences(
    url: str,
    house: House,
    again: House,
    papers: Mapping[str, Paper],
    changes: Sequence[Change] = (),
) -> list[str]:
    """Post a company's documents again, to an empty one; where the books come to differ first.

    `papers` are what was handed in, by the documents' ids; `changes` what became of the company.
    """
    with psycopg.connect(url, autocommit=True) as owner:
        wrong = _post_again(owner, house, again, papers, changes)
        return wrong or _first_difference(owner, house, again)


def _post_again(
    owner: psycopg.Connection[Any],
    house: House,
    again: House,
    papers: Mapping[str, Paper],
    changes: Sequence[Change],
) -> list[str]:
    company = {"company": company_of(owner, house.code)}
    recorded = owner.execute(
        "select id::text, number from document where company_id = %(company)s order by seq", company
    ).fetchall()
    names = dict(recorded)
    names |= dict(
        owner.execute(
            "select l.id::text, d.number || '/' || l.line_no from document_line l join document d"
            " on d.company_id = l.company_id and d.id = l.document_id"
            " where l.company_id = %(company)s",
            company,
        ).fetchall()
    )
    to_change = deque(changes)
    for last, (id_, number) in enumerate(recorded):
        while to_change and to_change[0].seq <= last:
            refused = to_change.popleft().make(again)
            if refused:
                return [f"a change was made, and is refused by itself before {number}: {refused}"]
        if id_ not in papers:
            return [f"nobody has handed in {number}"]
        kind, given = papers[id_]
        answer = again.hand_in((kind, _by_number({**given, "id": None}, names)))
        if answer["errors"]:
            return [f"{number} was posted, and is refused by itself: {answer['errors']}"]
    return []


def _by_number(given: Any, names: Mapping[str, str]) -> Any:
    """An input that names documents and their lines by number instead of by id."""
    if isinstance(given, list):
        return [_by_number(one, names) for one in given]
    if not isinstance(given, dict):
        return given
    if given.keys() == {"id"} and given["id"] in names:
        return {"number": names[given["id"]]}
    return {key: _by_number(one, names) for key, one in given.items()}


def _first_difference(owner: psycopg.Connection[Any], house: House, again: House) -> list[str]:
    found: list[tuple[int, str]] = []
    for name, query in LEDGERS.items():
        clause = "and" if " where m." in query else "where"
        ours, theirs = (
            Counter(
                owner.execute(
                    f"{query} {clause} m.company_id = %s".encode(), (company_of(owner, one.code),)
                ).fetchall()
            )
            for one in (house, again)
        )
        found += [(row[0], f"{name}: at once {_shown(row)}") for row in ours - theirs]
        found += [(row[0], f"{name}: one by one {_shown(row)}") for row in theirs - ours]
    first = sorted(found, key=lambda one: (not one[0], one))  # what has no sequence follows
    return [f"{seq} {text}" for seq, text in first[:_SHOWN]]


_SHOWN = 24


def _shown(row: tuple[Any, ...]) -> str:
    return ", ".join(str(one) for one in row[1:])


def company_of(owner: psycopg.Connection[Any], code: str) -> Any:
    """The id of a company."""
    ((company,),) = owner.execute("select id from company where code = %s", (code,)).fetchall()
    return company
