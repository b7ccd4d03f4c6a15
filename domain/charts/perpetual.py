"""The chart of the worked example of perpetual inventory, in English and in Spanish.

Source of the groups: ERPNext's manual, "Perpetual Inventory". An account's code is its name.
"""

from dataclasses import dataclass

from domain.accounts import GENERAL_TYPE, AccountType, Role, Root
from domain.charts.template import ChartTemplate, TemplateAccount

ENGLISH, SPANISH = 0, 1


@dataclass(frozen=True, slots=True)
class _Group:
    """A group with its two names and what it holds."""

    names: tuple[str, str]
    members: "tuple[_Group | _Leaf, ...]"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A posting account with its two names and the roles it fills."""

    names: tuple[str, str]
    type: AccountType
    roles: tuple[Role, ...] = ()


_ASSETS = (
    _Leaf(("Debtors", "Deudores"), AccountType.RECEIVABLE, (Role.RECEIVABLE,)),
    _Group(
        ("Stock Assets", "Activos de Existencias"),
        (
            _Leaf(("Stock In Hand", "Existencias"), AccountType.STOCK, (Role.STOCK_IN_HAND,)),
            _Leaf(("Stores", "Almacén"), AccountType.STOCK),
            _Leaf(("Finished Goods", "Productos Terminados"), AccountType.STOCK),
            _Leaf(("Work In Progress", "Trabajo en Curso"), AccountType.STOCK),
        ),
    ),
    _Group(("Tax Assets", "Activos por Impuestos"), (_Leaf(("VAT", "IVA"), AccountType.TAX),)),
    _Group(
        ("Bank and Cash", "Bancos y Caja"),
        (
            _Leaf(("Cash", "Caja"), AccountType.CASH, (Role.CASH,)),
            _Leaf(("Bank", "Banco"), AccountType.BANK, (Role.BANK,)),
        ),
    ),
    _Leaf(
        ("Stock At Expected Cost", "Existencias a Coste Esperado"),
        AccountType.STOCK_INTERIM,
        (Role.STOCK_INTERIM,),
    ),
)

_LIABILITIES = (
    _Leaf(("Creditors", "Acreedores"), AccountType.PAYABLE, (Role.PAYABLE,)),
    _Group(
        ("Stock Liabilities", "Pasivos de Existencias"),
        (
            _Leaf(
                ("Stock Received But Not Billed", "Existencias Recibidas No Facturadas"),
                AccountType.STOCK_RECEIVED_NOT_BILLED,
                (Role.STOCK_RECEIVED_NOT_BILLED, Role.ACCRUAL_INTERIM),
            ),
            _Leaf(
                ("Services Received But Not Billed", "Servicios Recibidos No Facturados"),
                AccountType.PROVISIONAL,
                (Role.SERVICES_RECEIVED_NOT_BILLED,),
            ),
        ),
    ),
    _Group(
        ("Tax Liabilities", "Pasivos por Impuestos"),
        (_Leaf(("Service Tax", "Impuesto de Servicios"), AccountType.TAX),),
    ),
)

_EQUITY = (
    _Leaf(
        ("Opening Balance Equity", "Patrimonio de Apertura"),
        AccountType.EQUITY,
        (Role.TEMPORARY_OPENING,),
    ),
    _Leaf(
        ("Retained Earnings", "Resultados Acumulados"),
        AccountType.EQUITY,
        (Role.RETAINED_EARNINGS,),
    ),
)

_INCOME = (
    _Group(
        ("Direct Income", "Ingresos Directos"),
        (
            _Leaf(
                ("Sales", "Ventas"),
                AccountType.INCOME,
                (Role.INCOME, Role.SALES_DISCOUNT, Role.FREIGHT, Role.PAYMENT_DISCOUNT),
            ),
        ),
    ),
)

_EXPENSES = (
    _Group(
        ("Direct Expenses", "Gastos Directos"),
        (
            _Group(
                ("Stock Expenses", "Gastos de Existencias"),
                (
                    _Leaf(
                        ("Cost of Goods Sold", "Coste de Ventas"),
                        AccountType.COGS,
                        (
                            Role.COST_OF_GOODS_SOLD,
                            Role.EXPENSE,
                            Role.PURCHASES,
                            Role.COGS_INTERIM,
                        ),
                    ),
                    _Leaf(
                        ("Expenses Included In Valuation", "Gastos Incluidos en la Valoración"),
                        AccountType.EXPENSES_INCLUDED_IN_VALUATION,
                        (
                            Role.EXPENSES_INCLUDED_IN_VALUATION,
                            Role.DIRECT_COST_APPLIED,
                            Role.OVERHEAD_APPLIED,
                        ),
                    ),
                    _Leaf(
                        ("Stock Adjustment", "Ajuste de Existencias"),
                        AccountType.STOCK_ADJUSTMENT,
                        (Role.STOCK_ADJUSTMENT, Role.PURCHASE_VARIANCE),
                    ),
                    _Leaf(("Shipping Charges", "Gastos de Envío"), AccountType.EXPENSE),
                    _Leaf(("Customs Duty", "Derechos de Aduana"), AccountType.EXPENSE),
                ),
            ),
        ),
    ),
    _Group(
        ("Indirect Expenses", "Gastos Indirectos"),
        (
            _Leaf(("Round Off", "Redondeo"), AccountType.ROUND_OFF, (Role.ROUND_OFF,)),
            _Leaf(("Write Off", "Saldos Cancelados"), AccountType.EXPENSE, (Role.WRITE_OFF,)),
            _Leaf(
                ("Exchange Gain/Loss", "Diferencias de Cambio"),
                AccountType.EXCHANGE_GAIN_LOSS,
                (Role.EXCHANGE_GAIN_LOSS,),
            ),
        ),
    ),
)

_ROOTS = (
    (Root.ASSET, _Group(("Assets", "Activo"), _ASSETS)),
    (Root.LIABILITY, _Group(("Liabilities", "Pasivo"), _LIABILITIES)),
    (Root.EQUITY, _Group(("Equity", "Patrimonio Neto"), _EQUITY)),
    (Root.INCOME, _Group(("Income", "Ingresos"), _INCOME)),
    (Root.EXPENSE, _Group(("Expenses", "Gastos"), _EXPENSES)),
)


def chart(language: int) -> ChartTemplate:
    """The template in one of the two languages."""
    accounts: list[TemplateAccount] = []
    defaults: dict[Role, str] = {}

    def add(entry: _Group | _Leaf, root: Root, parent: str | None) -> None:
        name = entry.names[language]
        if isinstance(entry, _Group):
            accounts.append(TemplateAccount(name, name, GENERAL_TYPE[root], root, parent, True))  # noqa: FBT003 - a group
            for member in entry.members:
                add(member, root, name)
        else:
            accounts.append(TemplateAccount(name, name, entry.type, root, parent))
            defaults.update(dict.fromkeys(entry.roles, name))

    for root, group in _ROOTS:
        add(group, root, None)
    return ChartTemplate(tuple(accounts), defaults)
