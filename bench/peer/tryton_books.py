"""Masters for the peer's books, as JSON on standard output: run by Tryton's own interpreter.

`python tryton_books.py DATABASE`, where the address of the server is in `TRYTOND_DATABASE_URI` and
the modules are activated. A company with its chart and this year's periods, FIFO products, and
warehouses whose goods come into and leave from their storage: Tryton's shortest way.
"""

import datetime as dt
import json
import sys
from decimal import Decimal
from typing import Any

from proteus import Model
from proteus import config as proteus_config
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.account_stock_anglo_saxon.tests.tools import add_cogs_accounts
from trytond.modules.account_stock_continental.tests.tools import add_stock_accounts
from trytond.modules.company.tests.tools import create_company, get_company

PRODUCTS = 200
WAREHOUSES = 4


def main(database: str) -> None:
    """Make them, and print their ids."""
    config = proteus_config.set_trytond(database)
    create_company(config=config)
    create_chart(config=config)
    fiscal_year = _fiscal_year()
    supplier, customer = _party("Supplier"), _party("Customer")
    unit = _the("product.uom", name="Unit")
    templates = _products(_category(), unit)
    company = get_company()
    print(
        json.dumps(
            {
                "company": company.id,
                "currency": company.currency.id,
                "fiscal_year": fiscal_year.id,
                "supplier": supplier.id,
                "customer": customer.id,
                "address": customer.addresses[0].id,
                "suppliers": _the("stock.location", code="SUP").id,
                "customers": _the("stock.location", code="CUS").id,
                "unit": unit.id,
                "products": [template.products[0].id for template in templates],
                "warehouses": [_warehouse(number) for number in range(1, WAREHOUSES + 1)],
            }
        )
    )


def _the(model: str, **known: str) -> Any:
    """The only record of which this is known."""
    (found,) = Model.get(model).find([(name, "=", value) for name, value in known.items()])
    return found


def _fiscal_year() -> Any:
    year = dt.datetime.now(dt.UTC).astimezone().year  # Tryton dates documents by the local clock
    made = create_fiscalyear(today=(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    set_fiscalyear_invoice_sequences(made)
    made.account_stock_method = "anglo_saxon"
    made.click("create_period")
    return made


def _party(name: str) -> Any:
    party = Model.get("party.party")(name=name)
    party.save()
    return party


def _category() -> Any:
    """The accounts of goods: received goods and delivered goods wait on two of their own."""
    accounts = add_cogs_accounts(add_stock_accounts(get_accounts()))
    received = accounts["stock_expense"]
    (delivered,) = received.duplicate()
    received.name, delivered.name = "Stock Received Not Billed", "Stock Delivered Not Billed"
    received.save()
    delivered.save()
    category = Model.get("product.category")(name="Goods")
    category.accounting = True
    category.account_expense = accounts["expense"]
    category.account_revenue = accounts["revenue"]
    category.account_stock = accounts["stock"]
    category.account_cogs = accounts["cogs"]
    category.account_stock_in = received
    category.account_stock_out = delivered
    category.save()
    return category


def _products(category: Any, unit: Any) -> list[Any]:
    template_of = Model.get("product.template")
    templates = []
    for number in range(1, PRODUCTS + 1):
        template = template_of(name=f"Item {number}", default_uom=unit, type="goods")
        template.list_price = Decimal(100)
        template.cost_price_method = "fifo"
        template.account_category = category
        templates.append(template)
    template_of.save(templates)
    return templates


def _warehouse(number: int) -> dict[str, int]:
    location = Model.get("stock.location")
    storage = location(name=f"Storage {number}", type="storage")
    storage.save()
    warehouse = location(
        name=f"Warehouse {number}", type="warehouse",
        input_location=storage, output_location=storage, storage_location=storage,
    )  # fmt: skip
    warehouse.save()
    return {"id": warehouse.id, "storage": storage.id}


if __name__ == "__main__":
    main(sys.argv[1])
