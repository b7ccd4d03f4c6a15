"""The accounts that a company's switches cannot do without."""

from collections.abc import Mapping

from domain.accounts import Role
from domain.company import CompanySettings, Scheme

INTERIM_ROLES = (Role.STOCK_INTERIM, Role.ACCRUAL_INTERIM, Role.COGS_INTERIM)
"""Where cost that is not invoiced yet stands (CONTINENTAL)."""


def roles_of_switches(scheme: Scheme, settings: CompanySettings) -> Mapping[Role, str]:
    """Each role that needs an account because of a switch, and that switch.

    Unless the company has a default or a posting rule for it, the next ordinary document would be
    refused.
    """
    needed: dict[Role, str] = {}
    if scheme is Scheme.CONTINENTAL and settings.expected_cost_posting:
        needed |= dict.fromkeys(INTERIM_ROLES, "expected_cost_posting")
    if settings.provisional_for_non_stock:
        needed[Role.SERVICES_RECEIVED_NOT_BILLED] = "provisional_for_non_stock"
    return needed
