"""How long the schema's lists may be, and which fields are dear: what costs are counted from.

A page is as long as `first` or `last` says. A list without pages counts as long as such lists
usually are: an assumption, so that the cost is known before anything is read.
"""

from collections.abc import Mapping
from types import MappingProxyType

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLList, GraphQLObjectType
from graphql import get_named_type as named
from graphql import get_nullable_type as nullable

PAGE_ARGUMENTS = ("first", "last")
"""What says how long a page is."""

USUAL_LENGTH = 10
"""Rows of a list without pages: the lines of a document, its journal lines."""

_LENGTHS: Mapping[str, int] = MappingProxyType(
    {
        "Query.errorCatalog": 200,
        "Query.nodes": 100,
        "Query.principals": 100,
        "Query.apiKeys": 100,
        "TrialBalance.rows": 100,
        "TrialBalance.nodes": 100,
        "PartyBalances.rows": 100,
        "PartyBalances.nodes": 100,
        "ExchangeRevaluation.positions": 100,
        "CurrencyBalances.rows": 20,
        "CurrencyBalances.nodes": 20,
        "ExchangeRevaluation.balances": 20,
        "TaxReport.rows": 20,
        "TaxReport.nodes": 20,
        "StockVersusLedger.rows": 20,
        "StockVersusLedger.nodes": 20,
        "ProfitAndLoss.nodes": 100,
        "BalanceSheet.nodes": 100,
        "StatementSection.rows": 50,
        "StatementSection.nodes": 50,
        "FigureExplanation.nodes": 50,
        "Lot.trace": 50,
    }
)
"""Lists that are usually longer."""

_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "explanation": 500,
        "changedDocuments": 20,
        "Query.explainJournalLine": 500,
        "Query.explainCost": 500,
        "Query.explainNode": 500,
        "Query.whatIf": 1_000,
        "Query.booksCheck": 1_000,
    }
)
"""Fields that ask or compute much more than one record, some on any type; all others weigh 1."""

MUTATION_WEIGHT = 10
"""What a root field of a mutation weighs: it locks, decides and writes."""

BATCH_RESULTS = "SubmitBatchPayload.results"
"""As long as the batch that is sent."""


def weight(parent: str, field: str) -> int:
    """What one value of a field costs besides what is selected in it."""
    if parent == "Mutation":
        return MUTATION_WEIGHT
    return _WEIGHTS.get(f"{parent}.{field}") or _WEIGHTS.get(field, 1)


def usual_length(parent: str, field: str) -> int:
    """How many rows a list without pages counts as."""
    return _LENGTHS.get(f"{parent}.{field}", USUAL_LENGTH)


def is_list(field: GraphQLField) -> bool:
    """Whether a field lists values."""
    return isinstance(nullable(field.type), GraphQLList)


def pages(field: GraphQLField) -> bool:
    """Whether a field has pages: of itself, or of the rows in its connection."""
    return any(name in field.args for name in PAGE_ARGUMENTS)


def rows_of(field: GraphQLField) -> frozenset[str]:
    """The fields of a connection that list the rows of its page; empty for other fields."""
    answer = named(field.type)
    if is_list(field) or not pages(field):
        return frozenset()
    if not isinstance(answer, GraphQLObjectType | GraphQLInterfaceType):
        return frozenset()
    return frozenset({"nodes", "edges"} & set(answer.fields))
