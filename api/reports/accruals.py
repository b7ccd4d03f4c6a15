"""What the lists of goods without bills and of bills without goods share."""

from typing import Annotated

import strawberry

from api.types.enums import described
from api.types.refs import PartyRef
from persistence.reports.accruals import ResidueKind

described(
    ResidueKind,
    "Why the account and the pending lines differ.",
    {
        ResidueKind.BILLED_NOT_RECEIVED: "Goods were billed before they came.",
        ResidueKind.RECEIVED_NOT_BILLED: "Goods came before they were billed.",
        ResidueKind.RETURNED_NOT_CREDITED: "Goods of no known receipt went back, and their "
        "supplier has not credited them yet.",
        ResidueKind.KEPT_DIFFERENCE: "A bill at another price left its difference on the account.",
        ResidueKind.MANUAL_JOURNAL: "A document posted to the account without receipt or bill.",
        ResidueKind.NOT_POSTED: "The account does not hear of it: stock was not in the ledger "
        "when it was posted, or what is expected of it stands elsewhere or at another cost "
        "(CONTINENTAL).",
        ResidueKind.UNEXPLAINED: "Nothing explains it: a fault to be looked into.",
    },
)

SupplierArgument = Annotated[
    PartyRef | None, strawberry.argument(description="Only documents of this supplier.")
]
CustomerArgument = Annotated[
    PartyRef | None, strawberry.argument(description="Only documents of this customer.")
]
IncludeCleared = Annotated[
    bool, strawberry.argument(description="Also lines of which nothing is open.")
]
