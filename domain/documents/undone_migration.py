"""Cancelling a migration: the company has its former scheme again, as if it had never changed it.

That is possible while nothing was posted since. The mirror of the journals, of cost entries and of
open lines is made as for any document; the former flow of costs goes on with what it knew when it
was left (layers, links, costs in force), which the migration has kept. Later postings would have
used what the new flow knows: then the way back is another migration.
"""

from dataclasses import replace

from domain.documents.causes import Causes
from domain.documents.parts.scheme_change import CompanyChange
from domain.errors import MigrationPastNotKept, PostedSinceMigration
from domain.facts import CompanyFacts
from domain.lookup import LookUp
from domain.recorded import DocumentFacts


def as_before(company: CompanyFacts, migration: DocumentFacts) -> CompanyFacts:
    """The company as it was before the migration, and as it is again once that is cancelled."""
    past = migration.past
    if past is None:
        return company
    return replace(
        company,
        scheme=past.scheme,
        flow=past.flow,
        posts_stock_from=past.posts_stock_from,
        scheme_from=past.scheme_from,
        scheme_since=past.scheme_since,
        flow_since=past.flow_since,
    )


def refuse_if_used(look: LookUp, migration: DocumentFacts) -> None:
    """Nothing was posted since, and what was there before is known."""
    path, past = ("document",), migration.past
    if past is None:
        look.refuse(MigrationPastNotKept(path=path, document=migration.number))
    elif past.since_count:
        look.refuse(PostedSinceMigration(path=path, documents=past.since, count=past.since_count))


def undo(causes: Causes, migration: DocumentFacts) -> None:
    """Cost goes back to the accounts of the former scheme, and the company to that scheme."""
    past = migration.past
    if past is None:
        raise AssertionError("a migration whose past is not known is refused")
    causes.reclassed = [
        one._replace(amount=-one.amount, expected=-one.expected, interim=-one.interim)
        for one in past.reclassed
    ]
    causes.company_change = CompanyChange(
        past.scheme,
        past.posts_stock_from,
        past.flow,
        past.scheme_from,
        opens_flow=past.changed_flow,
        methods=past.methods,
        undoes=migration.id,
    )
