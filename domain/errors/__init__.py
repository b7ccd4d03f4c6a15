"""Refusals: what a request can be refused for, one file a subject; see refusal.py."""

from domain.errors.accounts import (
    CostCenterRequired,
    DefaultAccountMissing,
    PeriodAlreadyClosed,
    PeriodClosed,
    PeriodNotClosed,
    StockAccountLocked,
    UnbalancedEntry,
    WarehouseAccountMissing,
)
from domain.errors.batches import BatchRolledBack
from domain.errors.documents import (
    AlreadyCancelled,
    AlreadyPerpetual,
    HasDependents,
    ItemMismatch,
    NothingOpen,
    OverAllocated,
    OverBilled,
    OverCleared,
    OverDelivered,
    OverReceived,
    RateMismatch,
    WrongParty,
)
from domain.errors.input import (
    CodeTaken,
    IdempotencyConflict,
    Inactive,
    InUse,
    InvalidParent,
    InvalidValue,
    IsGroup,
    NotAStockItem,
    NotFound,
    NotSupported,
    Required,
    VersionConflict,
    WrongAccountType,
    WrongRole,
)
from domain.errors.migration import (
    AccountHasBalance,
    BilledNotReceived,
    BooksDisagree,
    LaterDocuments,
    NegativeBin,
)
from domain.errors.program import InternalError, SystemBusy
from domain.errors.refusal import Refusal, Refused, catalogue, type_registry
from domain.errors.stock import (
    DistributionMismatch,
    InsufficientStock,
    LaterMethodChange,
    LotsMismatch,
    MethodNeedsLots,
    NothingToDistributeOn,
    NothingToRevalue,
    OpeningDifferenceAccount,
    ReceiptUsed,
    ReceivedExceedsSent,
    ReceivedQuantityMismatch,
    ReturnExceedsOriginal,
    SerialNotAvailable,
    StockAccountNotAllowed,
    ValuationRateMissing,
)

__all__ = [
    "AccountHasBalance", "AlreadyCancelled", "AlreadyPerpetual",
    "BatchRolledBack", "BilledNotReceived",
    "BooksDisagree", "CodeTaken", "CostCenterRequired", "DefaultAccountMissing",
    "DistributionMismatch", "HasDependents", "IdempotencyConflict", "InUse", "Inactive",
    "InsufficientStock", "InternalError", "InvalidParent", "InvalidValue", "IsGroup",
    "ItemMismatch", "LaterDocuments", "LaterMethodChange", "LotsMismatch", "MethodNeedsLots",
    "NegativeBin", "NotAStockItem", "NotFound", "NotSupported", "NothingOpen",
    "NothingToDistributeOn", "NothingToRevalue", "OpeningDifferenceAccount", "OverAllocated",
    "OverBilled", "OverCleared", "OverDelivered", "OverReceived", "PeriodAlreadyClosed",
    "PeriodClosed", "PeriodNotClosed", "RateMismatch", "ReceiptUsed", "ReceivedExceedsSent",
    "ReceivedQuantityMismatch", "Refusal", "Refused", "Required", "ReturnExceedsOriginal",
    "SerialNotAvailable", "StockAccountLocked", "StockAccountNotAllowed", "SystemBusy",
    "UnbalancedEntry", "ValuationRateMissing", "VersionConflict", "WarehouseAccountMissing",
    "WrongAccountType", "WrongParty", "WrongRole", "catalogue", "type_registry",
]  # fmt: skip
