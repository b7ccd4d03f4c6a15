"""The books that reports are measured on: a database of its own, loaded by INSERT from sequences.

Companies L1 and L10 have 1 and 10 million ledger lines: documents of 10 lines over five years, one
in twenty of them backdated, on 200 accounts. Company B has 10,000 bins. Rows are as postings leave
them, but written by the owner with triggers off: the load is not what is measured.
"""

import asyncio
import json
from dataclasses import dataclass

import psycopg

from api.commands.fold import fold
from bench.books import key_of_all, open_company
from bench.place import FOLDER, Place
from persistence.database import Database
from persistence.migrate import upgrade

DATABASE = "reports"
LINES = {"L1": 1_000_000, "L10": 10_000_000}
WAREHOUSES, ITEMS = 5, 2_000
_LINES_A_DOCUMENT = 10
_ACCOUNTS = 200
_CHUNK = 50_000
_SHAPE = f"{LINES} {WAREHOUSES} {ITEMS} {_ACCOUNTS} 1"

_COMPANY = "select set_config('app.company_id', (select id::text from company where code = %s), %s)"
_MORE_ACCOUNTS = """
insert into account (company_id, id, code, name, type, root, parent_id, is_group, position)
select a.company_id, gen_random_uuid(), 'X' || i, 'Account ' || i, a.type, a.root, a.parent_id,
       false, 1000 + i
  from (select * from account where company_id = %(company)s and not is_group
         order by root = 'EXPENSE' desc, code limit 1) a,
       generate_series(1, %(accounts)s - (select count(*) from account
                                           where company_id = %(company)s and not is_group)) i
"""
_DAYS = """
create temporary table recorded on commit drop as
select n as seq, lpad(to_hex(n), 32, '0')::uuid as id,
       date '2021-01-01' + (greatest(n - (n %% 20 = 0)::integer * ((n * 7919) %% 50000), 0)
                            * 1825 / %(documents)s)::integer as day,
       timestamptz '2021-01-01 12:00Z' + n * interval '1 second' as recorded_at
  from generate_series(%(first)s::bigint, %(last)s) n
"""
_ROWS = (
    """
insert into document (company_id, id, seq, kind, number, posting_date, posting_time, recorded_at,
                      body_hash, update_stock, currency, exchange_rate)
select %(company)s, id, seq, 'JOURNAL_ENTRY', 'JE-' || lpad(seq::text, 8, '0'), day, '12:00',
       recorded_at, '', false, 'EUR', 1 from recorded
""",
    """
insert into journal_entry (company_id, id, seq, ordinal, posting_date, document_id, because_id,
                           source)
select %(company)s, id, seq, 0, day, id, id, 'DOCUMENT' from recorded
""",
    """
insert into journal_line (company_id, journal_entry_id, line_no, seq, posting_date, account_id,
                          amount)
select %(company)s, r.id, k, seq, day,
       accounts.ids[1 + ((seq * 31 + k * 17 + (seq / 7) %% 13) %% %(accounts)s)::integer],
       (2 * (k %% 2) - 1) * (1000 + ((seq * 10 + (k - 1) / 2) * 7919) %% 1000000) / 100.0
  from recorded r, generate_series(1, %(lines)s) k,
       (select array_agg(id order by code) as ids from account
         where company_id = %(company)s and not is_group) accounts
""",
    """
update company_counter set seq = %(last)s, recorded_at = (select max(recorded_at) from recorded)
 where company_id = %(company)s
""",
)
_BINS = """
insert into bin (company_id, item_id, warehouse_id, quantity, value, movements, first_layer,
                 next_layer, last_seq, last_ordinal)
select i.company_id, i.id, w.id, 1 + length(i.sku) * 7, 10.5 * length(i.sku), 1, 0, 0, 0, 0
  from item i join warehouse w on w.company_id = i.company_id and not w.is_group
 where i.company_id = %(company)s
"""


@dataclass(frozen=True, slots=True)
class ReportBooks:
    """The prepared books, and the key that may do everything in them."""

    key: str


def prepared(place: Place) -> ReportBooks:
    """The books, as an earlier run left them; made or gone on with otherwise."""
    note = FOLDER / "reports.json"
    found = json.loads(note.read_text()) if note.exists() else {}
    if found.get("shape") != _SHAPE:
        place.drop(DATABASE)
        upgrade(place.database(DATABASE), place.report)
        found = {"shape": _SHAPE, "key": asyncio.run(_open(place.beside(DATABASE)))}
        note.write_text(json.dumps(found))
    url = place.database(DATABASE)
    upgrade(url, place.report)
    with psycopg.connect(url) as owner:
        for code, lines in LINES.items():
            _load(place, owner, code, lines // _LINES_A_DOCUMENT)
    fold(url, None, anew=False, on_stage=place.report)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("vacuum analyze")
    place.settle()
    return ReportBooks(found["key"])


async def _open(place: Place) -> str:
    """The masters of all companies, the bins of one, and a key."""
    database = await Database.open(place.url, most_connections=4)
    try:
        key = await key_of_all(database)
        for code in (*LINES, "B"):
            place.report(f"Opening company {code}")
            await open_company(place, database, code, WAREHOUSES, ITEMS if code == "B" else 0)
    finally:
        await database.close()
    with psycopg.connect(place.url) as owner:
        for code in LINES:
            company = _name(owner, code)
            owner.execute(_MORE_ACCOUNTS, {"company": company, "accounts": _ACCOUNTS})
        owner.execute(_BINS, {"company": _name(owner, "B")})
    return key


def _name(owner: psycopg.Connection, code: str) -> str:
    """Name the company for the owner's session too; its id."""
    (company,) = owner.execute(_COMPANY, (code, False)).fetchone() or ("",)
    return company


def _load(place: Place, owner: psycopg.Connection, code: str, documents: int) -> None:
    """Go on where the counter stands, some documents a transaction."""
    company = _name(owner, code)
    (done,) = owner.execute(
        "select seq from company_counter where company_id = %s", (company,)
    ).fetchone() or (0,)
    owner.execute("set session_replication_role = replica")
    for first in range(done + 1, documents + 1, _CHUNK):
        place.report(f"{code}: {(first - 1) * _LINES_A_DOCUMENT:,} ledger lines loaded")
        values = {
            "company": company, "documents": documents, "first": first,
            "last": min(first + _CHUNK - 1, documents), "lines": _LINES_A_DOCUMENT,
            "accounts": _ACCOUNTS,
        }  # fmt: skip
        for statement in (_DAYS, *_ROWS):
            owner.execute(statement, values)
        owner.commit()
    owner.execute("set session_replication_role = origin")
    owner.commit()
