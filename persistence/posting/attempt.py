"""One attempt at posting a document: what is asked for, and what has been learned on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from domain.authority import Authority
from domain.costing.linked.facts import MissingLinked
from domain.documents.causes import Causes
from domain.documents.document import Document
from domain.documents.needs import Needs
from domain.errors import Refused
from domain.movements import Pool, PostingKey
from domain.ports import Closing
from persistence.posting.identity import Identity, identity_of
from persistence.posting.reading import named_lines
from persistence.posting.reading.known_costs import KnownCosts

AuthorityIn: TypeAlias = Callable[[UUID], Authority]
"""What somebody may do in a company, by its id."""


@dataclass(slots=True)
class Attempt:
    """What one posting has learned so far and keeps over its repetitions.

    `alone` says that the transaction has the company's postings to itself. Unless `authority_in`
    is given, nothing limits who posts.
    """

    document: Document
    keep: bool
    recorded_by: str | None
    authority_in: AuthorityIn | None = None
    also: dict[Pool, PostingKey] = field(default_factory=dict[Pool, PostingKey])
    linked: MissingLinked = field(default_factory=MissingLinked)
    alone: bool = False
    approved: bool = False
    closing: Closing | None = None
    known_costs: KnownCosts | None = None
    """What a batch that it belongs to has read, and keeps true."""

    needs: Needs = field(init=False)
    """What the document refers to."""

    seen: int = field(default=0, init=False)
    """The company's last recording when its facts began to be read."""

    _identity: Identity | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Ask the document once; what goes by all of the books at a day must have them alone."""
        self.needs = self.document.needs()
        self.alone = self.alone or self.needs.on_a_day

    def name_lines(self, lines: named_lines.Found) -> None:
        """Name lines of other documents by their ids, as far as these were found."""
        self.document = named_lines.with_ids(self.document, lines)
        self.needs = self.document.needs()

    def identity(self) -> Identity:
        """The identity of the document's content, found once somebody asks for it."""
        if self._identity is None:
            self._identity = identity_of(self.document)
        return self._identity

    def authorize(self, company_id: UUID, causes: Causes) -> None:
        """What needs the document's facts to be known: its kind, and whose stock it moves.

        Raises:
            Refused: whoever asks may not post it.
        """
        if self.authority_in is not None:
            refusals = self.authority_in(company_id).refusals(causes)
            if refusals:
                raise Refused(*refusals)
