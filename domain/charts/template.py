"""What a chart template is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.accounts import AccountType, Role, Root


@dataclass(frozen=True, slots=True)
class TemplateAccount:
    """An account of a template; `parent` is the code of its group."""

    code: str
    name: str
    type: AccountType
    root: Root
    parent: str | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class ChartTemplate:
    """Accounts in chart order, and the account code that fills each role."""

    accounts: tuple[TemplateAccount, ...]
    defaults: Mapping[Role, str]
