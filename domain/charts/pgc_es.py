"""The Spanish Plan General de Contabilidad, as far as goods are bought, stored and sold.

Source: Real Decreto 1514/2007, part four (cuadro de cuentas). Goods are expensed when bought (600)
and the change of stock goes to 610, which is therefore the cost of goods sold account, and the
account of every adjustment of stock. 3009 and 6109 are subaccounts for goods not yet invoiced.
"""

from domain.accounts import GENERAL_TYPE, AccountType, Role, Root
from domain.charts.template import ChartTemplate, TemplateAccount

_T = AccountType

# (code, name, type) of posting accounts; a row without type is a group of what follows. Group 47
# has accounts of two roots: its liabilities stand under 47P. The five roots have words for codes.
_ROWS: tuple[tuple[Root, tuple[tuple[str, str, AccountType | None], ...]], ...] = (
    (Root.ASSET, (
        ("ACTIVO", "Activo", None),
        ("30", "Comerciales", None),
        ("300", "Mercaderías", _T.STOCK),
        ("3009", "Mercaderías recibidas pendientes de facturar", _T.STOCK_INTERIM),
        ("31", "Materias primas", None),
        ("310", "Materias primas", _T.STOCK),
        ("33", "Productos en curso", None),
        ("330", "Productos en curso", _T.STOCK),
        ("35", "Productos terminados", None),
        ("350", "Productos terminados", _T.STOCK),
        ("43", "Clientes", None),
        ("430", "Clientes", _T.RECEIVABLE),
        ("47", "Administraciones públicas, deudoras", None),
        ("472", "Hacienda Pública, IVA soportado", _T.TAX),
        ("57", "Tesorería", None),
        ("570", "Caja, euros", _T.CASH),
        ("572", "Bancos e instituciones de crédito c/c vista, euros", _T.BANK),
    )),
    (Root.LIABILITY, (
        ("PASIVO", "Pasivo", None),
        ("40", "Proveedores", None),
        ("400", "Proveedores", _T.PAYABLE),
        ("4009", "Proveedores, facturas pendientes de recibir o de formalizar",
         _T.STOCK_RECEIVED_NOT_BILLED),
        ("41", "Acreedores varios", None),
        ("410", "Acreedores por prestaciones de servicios", _T.PAYABLE),
        ("4109", "Acreedores, facturas pendientes de recibir o de formalizar", _T.PROVISIONAL),
        ("47P", "Administraciones públicas, acreedoras", None),
        ("477", "Hacienda Pública, IVA repercutido", _T.TAX),
        ("55", "Otras cuentas no bancarias", None),
        ("555", "Partidas pendientes de aplicación", _T.TEMPORARY_OPENING),
    )),
    (Root.EQUITY, (
        ("PATRIMONIO", "Patrimonio neto", None),
        ("10", "Capital", None),
        ("100", "Capital social", _T.EQUITY),
        ("11", "Reservas", None),
        ("112", "Reserva legal", _T.EQUITY),
        ("113", "Reservas voluntarias", _T.EQUITY),
        ("12", "Resultados pendientes de aplicación", None),
        ("120", "Remanente", _T.EQUITY),
        ("121", "Resultados negativos de ejercicios anteriores", _T.EQUITY),
        ("129", "Resultado del ejercicio", _T.EQUITY),
    )),
    (Root.EXPENSE, (
        ("GASTOS", "Compras y gastos", None),
        ("60", "Compras", None),
        ("600", "Compras de mercaderías", _T.PURCHASES),
        ("601", "Compras de materias primas", _T.PURCHASES),
        ("606", "Descuentos sobre compras por pronto pago", _T.DISCOUNT),
        ("608", "Devoluciones de compras y operaciones similares", _T.PURCHASES),
        ("61", "Variación de existencias", None),
        ("610", "Variación de existencias de mercaderías", _T.INVENTORY_VARIATION),
        ("6109", "Variación de existencias pendiente de facturar", _T.COGS_INTERIM),
        ("611", "Variación de existencias de materias primas", _T.INVENTORY_VARIATION),
        ("62", "Servicios exteriores", None),
        ("624", "Transportes", _T.EXPENSE),
        ("629", "Otros servicios", _T.EXPENSE),
        ("63", "Tributos", None),
        ("631", "Otros tributos", _T.EXPENSE),
        ("65", "Otros gastos de gestión", None),
        ("650", "Pérdidas de créditos comerciales incobrables", _T.EXPENSE),
        ("659", "Otras pérdidas en gestión corriente", _T.ROUND_OFF),
        ("66", "Gastos financieros", None),
        ("668", "Diferencias negativas de cambio", _T.EXCHANGE_GAIN_LOSS),
    )),
    (Root.INCOME, (
        ("INGRESOS", "Ventas e ingresos", None),
        ("70", "Ventas", None),
        ("700", "Ventas de mercaderías", _T.INCOME),
        ("705", "Prestaciones de servicios", _T.INCOME),
        ("706", "Descuentos sobre ventas por pronto pago", _T.DISCOUNT),
        ("708", "Devoluciones de ventas y operaciones similares", _T.INCOME),
        ("75", "Otros ingresos de gestión", None),
        ("759", "Ingresos por servicios diversos", _T.FREIGHT),
        ("76", "Ingresos financieros", None),
        ("768", "Diferencias positivas de cambio", _T.EXCHANGE_GAIN_LOSS),
    )),
)  # fmt: skip

_DEFAULTS = {
    Role.STOCK_IN_HAND: "300",
    Role.STOCK_INTERIM: "3009",
    Role.STOCK_RECEIVED_NOT_BILLED: "4009",
    Role.ACCRUAL_INTERIM: "4009",
    Role.SERVICES_RECEIVED_NOT_BILLED: "4109",
    Role.COST_OF_GOODS_SOLD: "610",
    Role.COGS_INTERIM: "6109",
    Role.STOCK_ADJUSTMENT: "610",
    Role.EXPENSES_INCLUDED_IN_VALUATION: "610",
    Role.DIRECT_COST_APPLIED: "610",
    Role.OVERHEAD_APPLIED: "610",
    Role.PURCHASE_VARIANCE: "610",
    Role.PURCHASES: "600",
    Role.EXPENSE: "629",
    Role.INCOME: "700",
    Role.SALES_DISCOUNT: "706",
    Role.FREIGHT: "759",
    Role.PAYMENT_DISCOUNT: "706",
    Role.RECEIVABLE: "430",
    Role.PAYABLE: "400",
    Role.BANK: "572",
    Role.CASH: "570",
    Role.ROUND_OFF: "659",
    Role.WRITE_OFF: "650",
    Role.EXCHANGE_GAIN_LOSS: "668",
    Role.TEMPORARY_OPENING: "555",
    Role.RETAINED_EARNINGS: "120",
}


def _accounts() -> tuple[TemplateAccount, ...]:
    made: list[TemplateAccount] = []
    for root, rows in _ROWS:
        top, group = rows[0][0], rows[0][0]
        for code, name, type_ in rows:
            if type_ is not None:
                made.append(TemplateAccount(code, name, type_, root, group))
                continue
            group = code
            parent = None if code == top else top
            made.append(TemplateAccount(code, name, GENERAL_TYPE[root], root, parent, True))  # noqa: FBT003 - a group
    return tuple(made)


CHART = ChartTemplate(_accounts(), _DEFAULTS)
"""Posting accounts under their two-digit group, groups under their root."""
