"""Posting inventory cost: what the stock ledger has valued reaches the general ledger in a batch.

Each cost entry that is not posted yet is posted with the accounts of today's posting rules, on its
own date. Entries dated before the first day that may be posted on are skipped, and so are those
whose accounts cannot be found; both are listed, and posted by a later batch. Posting again posts
nothing twice.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.documents.causes import Causes
from domain.documents.cost_adjustment import check_limit, process, within_limit
from domain.documents.document import Document, DocumentKind
from domain.documents.needs import Needs
from domain.documents.parts.cost_orders import Skipped
from domain.errors import NotPostedByBatch, PostingDateNotAllowed, Refused
from domain.facts import Facts
from domain.lookup import LookUp
from domain.open_lines import UnpostedEntry
from domain.references import Ref
from domain.schemes.posting import SCHEMES, Posting

LISTED = 200
"""How many of the entries that could not be posted are kept with the document."""


class PostingGroup(StrEnum):
    """How many journal entries a batch makes."""

    PER_ENTRY = "PER_ENTRY"
    PER_DOCUMENT = "PER_DOCUMENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryPosting(Document):
    """Posting the cost entries of the items named, or (None) of all.

    At most `limit` of them in one document, the earliest after `after` (a cost entry of an earlier
    document of the same run) first.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.INVENTORY_POSTING
    series: ClassVar[str] = "IP"

    items: tuple[Ref, ...] | None = None
    group: PostingGroup = PostingGroup.PER_DOCUMENT
    after: UUID | None = None
    limit: int = 5000

    def needs(self) -> Needs:
        """The entries that wait."""
        return Needs(
            items=frozenset(self.items or ()),
            unposted=within_limit(self.limit),
            unposted_after=self.after,
            waiting_of_all=self.items is None,
        )

    def causes(self, facts: Facts) -> Causes:
        """The entries with their accounts; those that cannot be posted are skipped and listed."""
        scheme = SCHEMES.get(facts.company.scheme)  # none posts no stock at all
        if scheme is None or not scheme.posts_by_batch:
            raise Refused(NotPostedByBatch(path=("company",)))
        look = LookUp(facts)
        check_limit(look, self.limit)
        for index, ref in enumerate(self.items or ()):
            look.stock_item(ref, ("items", str(index)))
        look.refuse_if_any()
        causes = process(self, facts)
        causes.posts_per_entry = self.group is PostingGroup.PER_ENTRY
        for one in facts.unposted:
            self._post(causes, one)
        causes.content |= _report(causes)
        return causes

    def _post(self, causes: Causes, one: UnpostedEntry) -> None:
        facts = causes.facts
        first_open = facts.company.first_open_day
        if first_open is not None and one.entry.posting_date < first_open:
            closed = PostingDateNotAllowed(
                path=(),
                posting_date=one.entry.posting_date.isoformat(),
                allowed_from=first_open.isoformat(),
            )
            causes.skipped.append(Skipped(one.entry, one.number, closed))
            return
        look = LookUp(facts)
        posted = Posting(facts, look).resolved(one.entry)
        if look.refusals:
            causes.skipped.append(Skipped(one.entry, one.number, look.refusals[0]))
        else:
            causes.batch.append(posted)


def _report(causes: Causes) -> dict[str, str]:
    """What was done, kept with the document."""
    listed = causes.skipped[:LISTED]
    seen = causes.facts.unposted
    return {
        "posted": str(len(causes.batch)),
        "skipped": str(len(causes.skipped)),
        "skipped_entries": "\n".join(
            f"{one.entry.id} {one.refusal.code} {one.number}" for one in listed
        ),
        "last_entry": str(seen[-1].entry.id) if seen else "",
        "waiting": str(causes.facts.waiting_in_all - len(seen)),
    }
