"""The schema: one line a capability.

A capability is a class of query or mutation fields in a module of its own; listing it here is
all that it takes to publish it.
"""

from collections.abc import Iterable
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.about import AboutQueries
from api.auth.access import AccessQueries
from api.auth.access_changes import AccessMutations
from api.auth.access_log import AccessChangeQueries
from api.auth.guard import guard_root_fields
from api.documents.amending import AmendingMutations
from api.documents.batches import BatchMutations
from api.documents.drafts import DraftMutations, DraftQueries
from api.documents.lots import LotMutations, LotQuery
from api.documents.reading.line_queries import DocumentLineQuery
from api.documents.reading.queries import DOCUMENT_TYPES, DocumentQuery
from api.documents.submitting import DocumentMutations
from api.executing.execution import Execution, Runner, executed
from api.executing.executor import Executor
from api.explaining.queries import ExplainQuery
from api.live import FeedQueries, FeedSubscriptions
from api.masters.accounts import AccountMutations, AccountQueries
from api.masters.changes import MasterChangeQueries
from api.masters.companies import CompanyMutations, CompanyQueries
from api.masters.cost_centers import CostCenterMutations, CostCenterQueries
from api.masters.fiscal_years import FiscalYearMutations, FiscalYearQueries
from api.masters.item_groups import ItemGroupMutations, ItemGroupQueries
from api.masters.items import ItemMutations, ItemQueries
from api.masters.parties import PartyMutations, PartyQueries
from api.masters.payment_terms import PaymentTermMutations, PaymentTermQueries
from api.masters.periods import PeriodMutations, PeriodQueries
from api.masters.posting_rules import PostingRuleMutations, PostingRuleQueries
from api.masters.taxes import TaxMutations, TaxQueries
from api.masters.warehouses import WarehouseMutations, WarehouseQueries
from api.migrating.migration import MigrationMutations
from api.reports.check import CheckQuery
from api.reports.queries import ReportQuery
from api.types.attributes import show_attributes
from api.types.errors import ERROR_TYPES, ErrorQueries
from api.types.inputs import prepare_inputs
from api.types.mutations import answer_mutations
from api.types.naming import Names
from api.types.nodes import NodeQueries
from api.types.scalars import SCALARS
from api.webhooks.registering import WebhookMutations, WebhookQueries
from domain.roles import Permission

QUERIES: tuple[type, ...] = (
    AboutQueries,
    AccessQueries,
    AccessChangeQueries,
    ErrorQueries,
    NodeQueries,
    CompanyQueries,
    AccountQueries,
    CostCenterQueries,
    WarehouseQueries,
    ItemGroupQueries,
    ItemQueries,
    PartyQueries,
    PostingRuleQueries,
    TaxQueries,
    PaymentTermQueries,
    FiscalYearQueries,
    PeriodQueries,
    MasterChangeQueries,
    DocumentQuery,
    DocumentLineQuery,
    DraftQueries,
    FeedQueries,
    WebhookQueries,
    LotQuery,
    ReportQuery,
    CheckQuery,
    ExplainQuery,
)  # fmt: skip

MUTATIONS: tuple[type, ...] = (
    AccessMutations,
    CompanyMutations,
    AccountMutations,
    CostCenterMutations,
    WarehouseMutations,
    ItemGroupMutations,
    ItemMutations,
    PartyMutations,
    PostingRuleMutations,
    TaxMutations,
    PaymentTermMutations,
    FiscalYearMutations,
    PeriodMutations,
    DocumentMutations,
    BatchMutations,
    LotMutations,
    DraftMutations,
    AmendingMutations,
    WebhookMutations,
    MigrationMutations,
)  # fmt: skip

SUBSCRIPTIONS: tuple[type, ...] = (FeedSubscriptions,)


class PerpetuoSchema(strawberry.Schema):
    """The executable schema; faults are logged by `Execution`, once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Find once what strawberry would look for in every request."""
        super().__init__(*args, **kwargs)
        prepare_inputs(self)
        show_attributes(self._schema)
        answer_mutations(self._schema)
        guard_root_fields(self._schema)

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """A query or mutation, executed; where there is none, strawberry says so."""
        allowed = allowed_operation_types or OperationType
        roots = context_value, root_value
        rest = operation_name, operation_extensions
        operation = self._create_execution_context(query, allowed, variable_values, *roots, *rest)
        result = await executed(operation)
        if result is not None:
            return result
        return await super().execute(
            query, variable_values, *roots, operation_name, allowed, operation_extensions
        )

    def create_extensions_runner(self, execution_context: Any, extensions: Any) -> Runner:
        """The one extension is run without being looked for in each request."""
        return Runner(execution_context, extensions)

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        """Nothing: a person's mistake is no matter for the log."""


def _root(name: str, capabilities: tuple[type, ...], description: str) -> type:
    """A root type of the fields of all capabilities."""
    root = merge_types(name, capabilities)
    root.__strawberry_definition__.description = description
    return root


schema = PerpetuoSchema(
    query=_root("Query", QUERIES, "What may be asked; nothing of it changes anything."),
    mutation=_root(
        "Mutation",
        MUTATIONS,
        "What may be done; mistakes are in the payload's `errors`, never at the top level.",
    ),
    subscription=_root(
        "Subscription", SUBSCRIPTIONS, "What is told as it happens, from any sequence on."
    ),
    types=(Permission, *ERROR_TYPES, *DOCUMENT_TYPES),
    extensions=[Execution],
    execution_context_class=Executor,
    # Sorting breaks unions at run time: only the exported text is sorted.
    config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
)
"""What the server executes; `perpetuo export-schema` prints it."""
