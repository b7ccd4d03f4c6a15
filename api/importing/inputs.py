"""What files are made of: the API's inputs, in a schema without the rest, which takes its time."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.documents.any_document import AnyDocumentInput
from api.masters.accounts import CreateAccountInput
from api.masters.cost_centers import CreateCostCenterInput
from api.masters.item_groups import CreateItemGroupInput
from api.masters.item_inputs import CreateItemInput
from api.masters.parties import CreatePartyInput
from api.masters.payment_terms import CreatePaymentTermInput
from api.masters.taxes import CreateTaxInput
from api.masters.warehouses import CreateWarehouseInput
from api.types.inputs import prepare_inputs
from api.types.naming import Names
from api.types.scalars import SCALARS


@strawberry.type
class _Entry:
    """Only its arguments are of interest."""

    @strawberry.field
    def entry(
        self,
        *,
        document: AnyDocumentInput | None,  # type: ignore[valid-type] - made from the kinds
        account: CreateAccountInput | None,
        cost_center: CreateCostCenterInput | None,
        warehouse: CreateWarehouseInput | None,
        item_group: CreateItemGroupInput | None,
        tax: CreateTaxInput | None,
        payment_term: CreatePaymentTermInput | None,
        item: CreateItemInput | None,
        party: CreatePartyInput | None,
    ) -> bool:
        """What is given is one of these."""
        masters = account, cost_center, warehouse, item_group, tax, payment_term, item, party
        return any((document, *masters))


schema = strawberry.Schema(
    query=_Entry, config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS)
)
prepare_inputs(schema)
