"""The books that the bench posts into: 4 companies, 2,500 items, 5 warehouses, stock in each bin.

The same shape as the floors' (floors/schema.sql). Masters are inserted, the stock is posted by the
product itself.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from uuid_utils.compat import uuid7

from api.auth.keys import make_key
from api.context import Context, Services
from api.schema import schema
from bench.place import FOLDER, Place
from domain.documents.purchase_receipt import PurchaseReceipt, ReceiptLine
from domain.references import Ref
from persistence.access import administration
from persistence.access.administration import NewKey
from persistence.database import Database
from persistence.posting.post import Poster

COMPANIES = 4
ITEMS = 2_500
WAREHOUSES = 5
LAYERS = 2
"""Receipts of each bin: every one is large enough to outlast the bench."""

_LINES = 500
_SHAPE = f"{COMPANIES} {ITEMS} {WAREHOUSES} {LAYERS} 2"
_COMPANY = """
mutation($code: String!) {
  createCompany(input: {code: $code, name: $code, currency: "EUR", chart: PERPETUAL_EN,
                        scheme: PERPETUAL}) { errors { message } } }
"""
_WAREHOUSE = """
mutation($company: CompanyRef!, $code: String!) {
  createWarehouse(input: {company: $company, code: $code, name: $code,
                          account: {code: "Stores"}}) { errors { message } } }
"""
_PARTY = """
mutation($company: CompanyRef!, $code: String!, $roles: [PartyRole!]!) {
  createParty(input: {company: $company, code: $code, name: $code, roles: $roles}) {
    errors { message } } }
"""
_ITEMS = """
insert into item (company_id, id, sku, name, uom, costing_method, is_stock_item)
select id, gen_random_uuid(), 'I' || i, 'Item ' || i, 'Nos', %(method)s, true
  from company, generate_series(1, %(items)s) i where code = %(code)s
"""


@dataclass(frozen=True, slots=True)
class Books:
    """The prepared books, and the key that may do everything in them."""

    key: str


def prepared(place: Place) -> Books:
    """The books, as an earlier run left them or made now."""
    note = FOLDER / "books.json"
    if note.exists():
        found = json.loads(note.read_text())
        if found["shape"] == _SHAPE:
            return Books(found["key"])
    books = Books(asyncio.run(_open(place)))
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    place.settle()
    note.write_text(json.dumps({"shape": _SHAPE, "key": books.key}))
    return books


async def _open(place: Place) -> str:
    database = await Database.open(place.url, most_connections=4)
    try:
        key = await key_of_all(database)
        for number in range(1, COMPANIES + 1):
            await open_company(place, database, f"C{number}", WAREHOUSES, ITEMS)
            for layer in range(LAYERS):
                place.report(f"Stock of company {number} of {COMPANIES}, layer {layer + 1}")
                await stock_up(database, f"C{number}", WAREHOUSES, ITEMS, 5 + layer)
    finally:
        await database.close()
    return key


async def key_of_all(database: Database) -> str:
    """A key of a service account that may do everything."""
    made = make_key()
    await administration.add_principal(
        database, "bench", "SERVICE", "bench", subject=None, is_operator=True
    )
    new = NewKey(prefix=made.prefix, secret_hash=made.secret_hash, scopes=None, expires_at=None)
    await administration.create_key(database, "bench", new, "bench")
    return made.text


async def stock_up(
    database: Database, company: str, warehouses: int, items: int, rate: int
) -> None:
    """A receipt of every item into every warehouse, at a price."""
    poster = Poster(database)
    for warehouse in range(1, warehouses + 1):
        await _fill(poster, company, f"W{warehouse}", items, rate)


async def open_company(
    place: Place, database: Database, code: str, warehouses: int, items: int, method: str = "FIFO"
) -> None:
    """A company with its masters: warehouses W1.., items I1.., supplier S and customer C."""
    context = Services(database, Poster(database))
    company = {"code": code}
    await ask(context, _COMPANY, code=code)
    for number in range(1, warehouses + 1):
        await ask(context, _WAREHOUSE, company=company, code=f"W{number}")
    await ask(context, _PARTY, company=company, code="S", roles=["SUPPLIER"])
    await ask(context, _PARTY, company=company, code="C", roles=["CUSTOMER"])
    add_items(place, code, items, method)


def add_items(place: Place, code: str, items: int, method: str = "FIFO") -> None:
    """More masters for a company: items I1.. of a costing method."""
    with psycopg.connect(place.url) as connection:
        connection.execute(
            "select set_config('app.company_id', (select id::text from company where code = %s),"
            " true)",
            (code,),
        )
        connection.execute(_ITEMS, {"code": code, "items": items, "method": method})


def is_open(place: Place, code: str) -> bool:
    """Whether an earlier run has made a company."""
    with psycopg.connect(place.url) as connection:
        found = connection.execute("select 1 from company where code = %s", (code,))
        return found.fetchone() is not None


async def ask(context: Services, query: str, **variables: Any) -> Any:
    """Answer a request without a network; it must succeed."""
    done = await schema.execute(query, variable_values=variables, context_value=Context.of(context))
    assert not done.errors, done.errors
    assert done.data is not None
    assert not any(made["errors"] for made in done.data.values()), done.data
    return done.data


async def _fill(poster: Poster, company: str, warehouse: str, items: int, rate: int) -> None:
    """A receipt of each item, in documents of some hundred lines."""
    place = Ref("warehouse", "code", warehouse)
    for first in range(1, items + 1, _LINES):
        lines = tuple(
            ReceiptLine(
                item=Ref("item", "sku", f"I{number}"),
                quantity=Decimal(1_000_000),
                rate=Decimal(rate),
                warehouse=place,
            )
            for number in range(first, min(first + _LINES, items + 1))
        )
        receipt = PurchaseReceipt(
            id=uuid7(),
            company=Ref("company", "code", company),
            posting_date=date(2025, 12, 31),
            supplier=Ref("party", "code", "S"),
            lines=lines,
        )
        await poster.submit(receipt, "bench")
