"""Reading the facts of a decision: what all documents need at once, the rest where it is needed."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from psycopg import AsyncConnection

from domain.account_search import NO_RULE_CODE, NO_RULE_NAME
from domain.accounts import AccountType, Role, Root, resolve_stock_account
from domain.company import Scheme
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.facts import (
    AccountFacts,
    CompanyFacts,
    Facts,
    ItemFacts,
    OriginalLine,
    PartyFacts,
    StockAccountBalance,
)
from domain.lookup import find
from persistence.ids import new_id
from persistence.posting.book import Book
from persistence.posting.reading import foreign, references
from persistence.posting.reading import lots as lot_reading
from persistence.posting.reading.crediting import credit_facts, lock_documents_of
from persistence.posting.reading.discounting import discounted_bills
from persistence.posting.reading.migrating import migration_facts
from persistence.posting.reading.originals import original_lines
from persistence.posting.reading.recorded import recorded_document
from persistence.posting.reading.residues import residues
from persistence.posting.reading.waiting import hold_batches, with_waiting
from persistence.posting.reading.waiting_lines import lines_of, lock_with_orders, with_orders
from persistence.posting.writing.migration_past import with_past

_INVOICES = frozenset({DocumentKind.PURCHASE_INVOICE, DocumentKind.SALES_INVOICE})


async def read_facts(connection: AsyncConnection, book: Book, document: Document) -> Facts:
    """Everything that a document names, as it stands now; what it bills or settles is locked."""
    needs = document.needs()
    company = with_no_rule_account(book.company)
    await _lock(connection, company.id, needs)
    async with connection.pipeline():
        items, parties, lines = await asyncio.gather(
            references.items(connection, company, book.costing_method, needs.items),
            references.parties(connection, company.id, needs.parties),
            references.lines(connection, company.id, needs.lines),
        )
    facts = Facts(
        company=company,
        new_id=new_id,
        items=items,
        items_by_id={item.id: item for item in items.values()},
        parties=parties,
        lines=lines,
        numbered_alike=await _numbered_alike(connection, company, needs, parties.values()),
    )
    if needs.invoices or needs.invoice_lines or needs.return_lines:
        facts = await _with_credited(connection, book, needs, facts)
    if needs.open_items or needs.documents or needs.accounts or needs.on_a_day:
        facts = await _with_documents(connection, book, needs, facts)
    if needs.residues:
        named = await residues(connection, company.id, needs.residues)
        facts = replace(facts, residues=named)
    if needs.order_lines or needs.shipments:
        facts = await with_orders(connection, book, needs, facts)
    billed = {one.item for one in (*facts.lines.values(), *lines_of(facts))}
    found = await items_by_id(connection, book, billed, facts.items_by_id)
    facts = replace(facts, items_by_id=found)
    if needs.waiting_items or needs.unposted:
        facts = await with_waiting(connection, book, needs, facts)
    if needs.originals or needs.originals_of or needs.lots or needs.counts or needs.bins:
        facts = await _with_lots(connection, book, document, facts)
    if needs.credits_invoices:
        facts = await _with_returned_invoices(connection, book, facts)
    return await lot_reading.with_serials(connection, document, facts)


async def _lock(connection: AsyncConnection, company: UUID, needs: Needs) -> None:
    """What has to be locked before the lines that are named."""
    if needs.credits_invoices:
        await lock_documents_of(connection, company, needs.originals)
    if needs.order_lines or needs.shipments:
        await lock_with_orders(connection, company, needs, references.ids_of(needs.lines))


async def _numbered_alike(
    connection: AsyncConnection, company: CompanyFacts, needs: Needs, parties: Iterable[PartyFacts]
) -> str | None:
    """Another bill that its supplier gave the same number, where the company forbids that."""
    if needs.bill_number is None or not company.settings.unique_supplier_reference:
        return None
    return await references.bill_numbered(connection, company.id, parties, needs.bill_number)


def with_no_rule_account(company: CompanyFacts) -> CompanyFacts:
    """Under BY_LEVEL the account where no sales rule fits, as if it were there already."""
    if company.scheme is not Scheme.BY_LEVEL or NO_RULE_CODE in company.accounts_named:
        return company
    made = AccountFacts(new_id(), NO_RULE_CODE, NO_RULE_NAME, AccountType.INCOME, Root.INCOME)
    accounts = {**company.accounts, made.id: made}
    return replace(company, accounts=accounts, no_rule_account=made.id)


async def items_by_id(
    connection: AsyncConnection, book: Book, ids: set[UUID], known: Mapping[UUID, ItemFacts]
) -> Mapping[UUID, ItemFacts]:
    """The items with these ids, those known already and the others read."""
    if ids <= known.keys():
        return known
    refs = references.refs_of_ids("item", ids - known.keys())
    found = await references.items(connection, book.company, book.costing_method, refs)
    return {**known, **{item.id: item for item in found.values()}}


async def _with_credited(
    connection: AsyncConnection, book: Book, needs: Needs, facts: Facts
) -> Facts:
    """Invoices that are credited, what their lines billed, goods that went back."""
    company = book.company
    credited = await credit_facts(connection, company.id, needs)
    lines = {
        *credited.lines,
        *(one.bills for one in credited.lines.values() if one.bills),
        *(line for one in credited.lines.values() for line in one.arrived),
        *credited.returns,
        *(one.returns for one in credited.returns.values() if one.returns),
    }
    items = {
        *(one.item for one in credited.lines.values() if one.item),
        *(one.item for one in credited.returns.values()),
    }
    known = await items_by_id(connection, book, items, facts.items_by_id)
    if company.scheme is Scheme.BY_LEVEL:
        ordered = Needs(
            order_lines=frozenset(one.order for one in credited.lines.values() if one.order)
        )
        await lock_with_orders(connection, company.id, ordered, lines)
    standing = await references.lines(connection, company.id, references.refs_of_ids("line", lines))
    invoices = list(credited.invoices)
    facts = replace(
        facts,
        credited=credited,
        lines=standing,
        items_by_id=known,
        open_items=await references.open_items(connection, company.id, invoices),
        originals=await original_lines(connection, company, book.costing_method, lines, []),
    )
    return await _with_billed_together(connection, book, facts)


async def _with_returned_invoices(connection: AsyncConnection, book: Book, facts: Facts) -> Facts:
    """The invoices whose goods are given back, with what was credited of them."""
    lines = [one.id for one in facts.originals.values() if one.kind in _INVOICES]
    if not lines:
        return facts
    company = book.company.id
    needs = Needs(invoice_lines=frozenset(references.refs_of_ids("line", lines)))
    credited = await credit_facts(connection, company, needs)
    open_items = await references.open_items(connection, company, list(credited.invoices))
    return replace(facts, credited=credited, open_items=open_items)


async def _with_billed_together(connection: AsyncConnection, book: Book, facts: Facts) -> Facts:
    """Receipts of the order lines that a credited invoice billed; the shipments of its goods."""
    lines = facts.credited.lines.values()
    shipments = {*(one.shipment for one in lines), *(one.shipment for one in facts.lines.values())}
    together = Needs(
        order_lines=frozenset(one.order for one in lines if one.order),
        shipments=frozenset(one for one in shipments if one),
    )
    if not (together.order_lines or together.shipments):
        return facts
    return await with_orders(connection, book, together, facts)


async def _with_documents(
    connection: AsyncConnection, book: Book, needs: Needs, facts: Facts
) -> Facts:
    """Earlier documents, invoices to settle, the state of accounts."""
    company = book.company
    if needs.documents:
        await hold_batches(connection, company)
    invoices = await references.document_ids(connection, company.id, needs.open_items)
    documents = {
        id_: await with_past(
            connection,
            company.id,
            await recorded_document(connection, company.id, id_),
            company.flow,
        )
        for id_ in await references.document_ids(connection, company.id, needs.documents)
    }
    touched = {
        *(m.pool.item for d in documents.values() for m in d.movements),
        *(one.pool.item for d in documents.values() for one in d.gave),
    }
    migration = None
    if needs.migration is not None:
        migration = await migration_facts(connection, company, needs.migration)
        touched |= {one.pool.item for one in migration.bins}
    open_items = await references.open_items(connection, company.id, invoices)
    return replace(
        facts,
        migration=migration,
        open_items=open_items,
        discounted=await discounted_bills(connection, company, needs.discounts, open_items),
        foreign_items=await foreign.foreign_items(connection, company, needs.foreign_items_on),
        foreign_balances=await foreign.foreign_balances(
            connection, company, needs.foreign_items_on
        ),
        documents=documents,
        items_by_id=await items_by_id(connection, book, touched, facts.items_by_id),
        stock_balances=await _stock_balances(connection, book, needs),
    )


async def _with_lots(
    connection: AsyncConnection, book: Book, document: Document, facts: Facts
) -> Facts:
    """Lines with their movements, batches and serial numbers."""
    company, needs = book.company, document.needs()
    originals: Mapping[UUID, OriginalLine] = {}
    if needs.held:
        await references.hold_lines(connection, needs.held)
    if needs.originals or needs.originals_of:
        documents = await references.document_ids(connection, company.id, needs.originals_of)
        lines = references.ids_of(needs.originals)
        originals = await original_lines(connection, company, book.costing_method, lines, documents)
    items = {**facts.items_by_id, **{one.item.id: one.item for one in originals.values()}}
    lots = await lot_reading.named(connection, company.id, items, needs.lots)
    known = {lot.id: lot for lot in lots.values()}
    facts = replace(
        facts,
        originals=originals,
        items_by_id=items,
        lots={name: lot.id for name, lot in lots.items()},
        lot_facts=known,
        lot_codes={lot.id: lot.code for lot in known.values()},
    )
    if needs.bins:
        bins = await references.bins_of_items(connection, company.id, items)
        facts = replace(facts, bins=bins)
    if not needs.counts:
        return facts
    present, there = await lot_reading.present(
        connection, company, items, document.posting_date, document.posting_time
    )
    known |= there
    codes = {lot.id: lot.code for lot in known.values()}
    return replace(facts, present=present, lot_facts=known, lot_codes=codes)


async def _stock_balances(
    connection: AsyncConnection, book: Book, needs: Needs
) -> Mapping[UUID, StockAccountBalance]:
    company = book.company
    named = [find(ref, company.accounts, company.accounts_named) for ref in needs.accounts]
    stock = [
        id_ for id_ in named if id_ is not None and company.accounts[id_].type is AccountType.STOCK
    ]
    if not stock or not company.posts_stock:
        return {}
    default = company.roles.get(Role.STOCK_IN_HAND)
    resolved = {
        id_: resolve_stock_account(id_, company.warehouses, default) for id_ in company.warehouses
    }
    account_of = {id_: found.account for id_, found in resolved.items() if found}
    return await references.stock_balances(connection, company, stock, account_of)
