"""What a decision may know: the facts that the books give it, and nothing else.

Documents name things by reference (a SKU, a code, an id); `Facts` says what each reference means.
`LookUp` resolves a document's references, and collects every refusal on the way, so that all
mistakes of a document come back at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.accounts import AccountType, Role
from domain.company import CompanySettings, Scheme
from domain.costing.replay import Missing, PoolFacts
from domain.errors import (
    DefaultAccountMissing,
    Inactive,
    IsGroup,
    NotAStockItem,
    NotFound,
    Refusal,
    Refused,
    WarehouseAccountMissing,
    WrongRole,
)
from domain.money import currency_digits
from domain.movements import Movement, Pool, PostingKey
from domain.references import Ref

