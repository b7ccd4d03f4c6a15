"""The company of the model for the pure domain: its settings, accounts, warehouses and ids."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from domain.accounts import ROOTS_OF_TYPE, AccountType, Role, WarehouseFacts
from domain.company import BEGINNING, AdjustmentDating, CompanySettings, InvoiceRatePolicy, Scheme
from domain.facts import (
    AccountFacts,
    CompanyFacts,
    CostCenterFacts,
    PartyFacts,
)
from domain.taxes import TaxFacts
from tests.model.opening import OWN_ACCOUNT
from tests.model.operations import (
    ACCOUNTS,
    ALL_ITEMS,
    APART,
    CENTERS,
    KEPT_IN,
    PARTIES,
    ROAD,
    ROLES,
    SERVICE,
    TAXES,
    WAREHOUSES,
    Switches,
)


def _named(names: Iterable[str], first: int) -> dict[str, UUID]:
    return {name: UUID(int=first + index) for index, name in enumerate(names)}


ACCOUNT_IDS = _named(ACCOUNTS, 100)
WAREHOUSE_IDS = _named(WAREHOUSES, 200)
ITEM_IDS = _named([*ALL_ITEMS, SERVICE], 300)
PARTY_IDS = _named(PARTIES, 400)
TAX_IDS = _named(TAXES, 500)
CENTER_IDS = _named(CENTERS, 600)
CENTER_NAMES = {id_: code for code, id_ in CENTER_IDS.items()}
ACCOUNT_NAMES = {id_: name for name, id_ in ACCOUNT_IDS.items()}
PARTY_NAMES = {id_: code for code, id_ in PARTY_IDS.items()}
TAX_NAMES = {id_: code for code, id_ in TAX_IDS.items()}


def facts_of(switches: Switches) -> CompanyFacts:
    """The company of the model, as it has settled on."""
    company = company_facts(settings_of(switches), switches.center)
    if not switches.trues_up_apart:
        return company
    apart = {Role.NEGATIVE_STOCK_ADJUSTMENT: ACCOUNT_IDS[APART]}
    return replace(company, roles={**company.roles, **apart})


def company_facts(settings: CompanySettings, center: str | None = None) -> CompanyFacts:
    """The company of the model."""
    return CompanyFacts(
        id=UUID(int=1),
        code="MODEL",
        currency="EUR",
        digits=2,
        scheme=Scheme.PERPETUAL,
        settings=settings,
        posts_stock_from=BEGINNING,
        roles={Role(role): ACCOUNT_IDS[name] for role, name in ROLES.items()},
        accounts={
            id_: AccountFacts(
                id_, name, name, AccountType(ACCOUNTS[name]),
                ROOTS_OF_TYPE[AccountType(ACCOUNTS[name])][0], currency=KEPT_IN.get(name),
            )
            for name, id_ in ACCOUNT_IDS.items()
        },
        accounts_named=ACCOUNT_IDS,
        warehouses={
            id_: WarehouseFacts(
                id_, name, name, None, ACCOUNT_IDS.get(OWN_ACCOUNT[name] or ""),
                is_transit=name == ROAD,
            )
            for name, id_ in WAREHOUSE_IDS.items()
        },
        warehouses_named=WAREHOUSE_IDS,
        taxes={
            TAX_IDS[code]: TaxFacts(
                id=TAX_IDS[code], code=code, rate=tax.rate, order=tax.order, on_tax=tax.on_tax,
                sales_account=ACCOUNT_IDS.get(tax.sales or ""),
                purchase_account=ACCOUNT_IDS.get(tax.purchases or ""),
            )
            for code, tax in TAXES.items()
        },
        taxes_named=TAX_IDS,
        cost_centers={id_: CostCenterFacts(id_, code) for code, id_ in CENTER_IDS.items()},
        cost_centers_named=CENTER_IDS,
        default_cost_center=CENTER_IDS[center] if center else None,
    )  # fmt: skip


def settings_of(switches: Switches) -> CompanySettings:
    """What the company has settled on."""
    dating = "FIRST_OPEN_PERIOD" if switches.adjusts_late else "OWN_PERIOD"
    return CompanySettings(
        invoice_rate_policy=InvoiceRatePolicy(switches.policy),
        value_rejected=switches.value_rejected,
        adjustment_dating=AdjustmentDating(dating),
        require_cost_center=switches.requires_center,
        allow_negative_stock=switches.below_zero,
        require_party=switches.requires_party,
        provisional_for_non_stock=switches.accrues_services,
    )


def party_facts(code: str) -> PartyFacts:
    """The only customer, or the only supplier."""
    return PartyFacts(PARTY_IDS[code], code, frozenset({PARTIES[code]}))
