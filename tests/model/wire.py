"""The product as its clients see it: documents as GraphQL inputs, executed in this process."""

import re
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from api.context import Context, Services
from api.schema import schema
from domain.documents.cancellation import Cancellation
from domain.documents.costing_method_change import MethodChangeLine
from domain.documents.document import Document
from domain.errors import Refused
from domain.references import Ref

SHOWN = """
fragment Shown on Document {
  kind postingDate postingTime currency exchangeRate
  netTotal chargesTotal taxesTotal freight grandTotal
  party { code }
  lines { line quantity rate amount valuationAmount item { sku } warehouse { code } }
  charges { amount category account { code } }
  taxes { tax { code } account { code } base amount }
  journalLines(merged: true) { account { code } costCenter { code } party { code } debit credit }
  causedJournalLines(merged: true) {
    account { code } costCenter { code } party { code } debit credit }
  journalEntries { postingDate source lines {
    account { code } costCenter { code } party { code } debit credit } }
  stockMovements {
    item { sku } warehouse { code } quantity cost quantityAfter valueAfter postingDate postingTime
    nature leg document { id }
  }
}
"""
"""All of a document that does not depend on whether it is kept."""

REPORTS = """
query($company: CompanyRef!, $asOf: Date, $knownAt: DateTime) {
  trialBalance(company: $company, asOf: $asOf, knownAt: $knownAt) {
    knownAt rows { account { code } closingDebit closingCredit }
  }
  stockBalance(company: $company, asOf: $asOf, knownAt: $knownAt, first: 100) {
    nodes { item { sku } warehouse { code } quantity value } totals { value }
  }
  stockVersusLedger(company: $company, asOf: $asOf, knownAt: $knownAt) {
    rows { account { code } stockValue ledgerBalance difference }
  }
  openItems(company: $company, asOf: $asOf, knownAt: $knownAt, first: 200) {
    nodes { document { id } party { code } account { code } currency outstandingAmount balance }
  }
  receivedNotBilled(company: $company, asOf: $asOf, knownAt: $knownAt, first: 100) {
    nodes { receipt { number } line pendingQuantity pendingAmount }
    totals { pendingAmount accountBalance difference }
  }
}
"""
CHECK = """
query($company: CompanyRef!) {
  booksCheck(company: $company) { isClean rules { rule findings { subject problem isExplained } } }
}
"""


_DEFINED = schema.as_str().split("type Mutation {", 1)[1].split("\n}", 1)[0]
MUTATIONS = set(re.findall(r"^  (\w+)\(", _DEFINED, re.MULTILINE))
"""The mutations that there are."""


class Wire:
    """Asks the schema, as a client would."""

    def __init__(self, services: Services, company: str) -> None:
        self.services = services
        self.company = {"code": company}

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation, which has no errors."""
        if "$company" in query:
            variables["company"] = self.company
        result = await schema.execute(
            query, variable_values=variables, context_value=Context.of(self.services)
        )
        assert not result.errors, result.errors
        return result.data

    async def change(self, mutation: str, **given: Any) -> None:
        """A change of the company, which is not refused."""
        data = await self.ask(
            f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{"
            f" done: {mutation}(input: $input) {{ errors {{ code message }} }} }}",
            input={"company": self.company, **given},
        )
        assert data["done"]["errors"] == []

    async def hand_in(self, document: Document, *, keep: bool) -> tuple[set[str], Any]:
        """Submit or preview: the codes of its refusals, or what is shown of it.

        A kind that is not on the wire goes to the books directly, and nothing is shown of it.
        """
        name = "".join(part.title() for part in document.kind.value.split("_"))
        cancels = isinstance(document, Cancellation)
        thing = "cancellation" if cancels else name[0].lower() + name[1:]
        mutation = ("cancelDocument" if cancels else f"submit{name}") if keep else (
            "previewCancelDocument" if cancels else f"preview{name}"
        )  # fmt: skip
        if mutation not in MUTATIONS:
            return await self._without_wire(document, keep=keep), None
        input_type = "CancelDocumentInput" if cancels else f"Submit{name}Input"
        data = await self.ask(
            f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input) {{"
            f" {thing} {{ number lines {{ id line }} recordedAt ...Shown }}"
            f" errors {{ code message }} }} }} {SHOWN}",
            input=_input(document),
        )
        done = data["done"]
        return {error["code"] for error in done["errors"]}, done[thing]

    async def _without_wire(self, document: Document, *, keep: bool) -> set[str]:
        try:
            if keep:
                await self.services.books.submit(document, "model")
            else:
                await self.services.books.preview(document)
        except Refused as refused:
            return {refusal.code for refusal in refused.refusals}
        return set()


def _input(document: Document) -> dict[str, Any]:
    given = _object(document)
    if isinstance(document, Cancellation):
        return {name: given[name] for name in ("id", "company", "document")}
    return given


_NAMES: dict[tuple[type, str], str] = {(MethodChangeLine, "method"): "costing_method"}
"""Fields that are called something else on the wire."""


def _object(value: Any) -> dict[str, Any]:
    """The fields that are given: those that differ from their default, in camel case."""
    found: dict[str, Any] = {}
    for field in fields(value):
        given = getattr(value, field.name)
        if field.default is MISSING or given != field.default:
            name = _NAMES.get((type(value), field.name), field.name)
            first, *rest = name.split("_")
            found[first + "".join(part.title() for part in rest)] = _plain(given)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return {value.by: value.value}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if is_dataclass(value):
        return _object(value)
    return str(value) if not isinstance(value, bool) else value
