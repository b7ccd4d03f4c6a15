"""`perpetuo import` of tables: masters and documents from CSV, rows told by their lines."""

import json
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from xlsxwriter import Workbook

from api.exporting.listing import Listing
from api.importing.columns import columns_of
from api.importing.entries import input_types
from api.importing.inputs import schema
from api.importing.kinds import MASTERS
from api.importing.table import Table
from api.schema import schema as api_schema
from tests.api.desk import Desk, is_clean
from tests.api.importing import Import
from tests.api.test_export import get, rows


@pytest.fixture
def importing(server: str, server_database: str, tmp_path: Path) -> Import:
    return Import(Desk(server), server_database, tmp_path)


def test_tables_make_items_parties_stock_and_documents(importing: Import) -> None:
    files = (
        importing.file("delivery-notes-2026.csv",
                       "document,postingDate,customer,item,warehouse,quantity,rate",
                       "D1,2026-02-01,C1,I1,Stores,1,9.50", "D1,,,I2,Stores,2,9.50",
                       "D2,2026-02-02,C1,I2,Stores,3,9.50"),
        importing.file("sales-invoices.csv",
                       "postingDate,customer,item,warehouse,quantity,rate,updateStock,paidInto,id",
                       f"2026-02-03,C1,I1,Stores,1,9.50,true,Cash,{uuid4()}"),
        importing.file("opening-stock.csv", "document,postingDate,item,warehouse,quantity,rate,uom",
                       "O1,2026-01-01,I1,Stores,20,2.5,Half", "O1,2026-01-01,I2,Stores,10,7,"),
        importing.file("items.csv", "sku,name,isStockItem,barcodes,units",
                       "I1,First,true,a;b,Pair=2; Half = 0.5", 'I2,"Second, and last",,,'),
        importing.file("parties.csv", "code,roles", "C1,CUSTOMER;SUPPLIER"),
    )  # fmt: skip
    assert importing(*files, dry_run=True) == (True, [])
    assert importing.desk.numbers() == []
    assert importing(*files) == (True, [])
    assert importing.desk.stock() == {
        "I1 in Stores": ("8", "40.00"), "I2 in Stores": ("5", "35.00"),
    }  # fmt: skip
    assert importing.desk.balances()["Cash"] == "9.50"
    assert len(importing.desk.numbers()) == 4
    assert importing(*files) == (True, [])
    assert len(importing.desk.numbers()) == 4


def test_masters_are_made_before_what_names_them(importing: Import) -> None:
    files = (
        importing.file("items.csv", "sku,group,barcodes", "I1,Wood,a", "I2,Oak,"),
        importing.file("parties.jsonl", {"party": {
            "code": "C1", "roles": ["CUSTOMER"], "paymentTerm": {"code": "30D"}}}),
        importing.file("item-groups.csv", "code,name,parent", "Wood,Wood,", "Oak,Oak,Wood"),
        importing.file("payment-terms.csv", "code,name,dueDays", "30D,30 days,30"),
        importing.file("taxes.csv", "code,name,rate,salesAccount,purchaseAccount",
                       "VAT21,VAT,21,4770,4770"),
        importing.file("warehouses.csv", "code,name,account", "North,North,3000"),
        importing.file("cost-centers.csv", "code,name,isGroup,parent", "All,All,true,",
                       "Shop,Shop,,All"),
        importing.file("accounts.csv", "code,name,root,type,isGroup,parent",
                       "3000,Stock,ASSET,STOCK,,30", "30,Stocks,ASSET,,true,3",
                       "3,Goods,ASSET,,true,",
                       "4770,VAT due,LIABILITY,TAX,,"),
    )  # fmt: skip
    assert importing(*files, dry_run=True) == (True, [])
    assert importing(*files) == (True, [])
    found = importing.desk.ask(
        """query($company: CompanyRef!) {
          warehouse(company: $company, warehouse: {code: "North"}) { account { parent { code } } }
          item(company: $company, item: {sku: "I2"}) { group { parent { code } } }
          party(company: $company, party: {code: "C1"}) { paymentTerm { dueDays } }
          tax(company: $company, tax: {code: "VAT21"}) { salesAccount { name } }
          costCenter(company: $company, costCenter: {code: "Shop"}) { parent { code } } }"""
    )
    assert found == {
        "warehouse": {"account": {"parent": {"code": "30"}}},
        "item": {"group": {"parent": {"code": "Wood"}}},
        "party": {"paymentTerm": {"dueDays": 30}},
        "tax": {"salesAccount": {"name": "VAT due"}},
        "costCenter": {"parent": {"code": "All"}},
    }
    assert importing(*files) == (True, [])
    other = importing.file("items.csv", "sku,barcodes", "I1,b", "I3,a")
    assert importing(other) == (False, [("items.csv", 3, "barcodes.0", "CODE_TAKEN")])


def test_a_file_with_semicolons_has_decimal_commas(importing: Import) -> None:
    items = importing.file("items.csv", "sku;name;units;weight", 'I1;"One; two";Half=0,5;1,25')
    stock = "document;postingDate;item;warehouse;quantity;rate;uom"
    good = importing.file("opening-stock.csv", stock, "O1;2026-01-01;I1;Stores;20;2,5;Half")
    assert importing(items, good) == (True, [])
    assert importing.desk.stock() == {"I1 in Stores": ("10", "50.00")}
    bad = importing.file("opening-stock.csv", stock, "O2;2026-01-02;I1;Stores;1.000;2,5;")
    assert importing(bad) == (
        False, [("opening-stock.csv", 2, "lines.0.quantity", "BAD_USER_INPUT")],
    )  # fmt: skip


def test_rows_are_elements_of_each_list_that_they_say_something_of(importing: Import) -> None:
    files = (
        importing.file("journal-entries.csv",
                       "document,postingDate,account,party,debit,credit",
                       "J1,2026-01-01,Debtors,UTAH,100,", "J1,,Opening Balance Equity,,,100",
                       "J2,2026-01-01,Debtors,UTAH,50,", "J2,,Opening Balance Equity,,,50"),
        importing.file("payments.csv",
                       "document,postingDate,type,party,account,amount,"
                       "allocations.invoice.document,allocations.amount,allocations.writeOff",
                       "P1,2026-01-20,RECEIVE,UTAH,Bank,149.50,journalEntry J1,100,",
                       "P1,,,,,,journalEntry J2,49.50,0.50"),
        importing.file("purchase-receipts.csv",
                       "document,postingDate,supplier,item,warehouse,quantity,rate,"
                       "charges.account,charges.amount,charges.category",
                       "R1,2026-01-02,ARCU,RM0001,Stores,10,200,Shipping Charges,30,VALUATION",
                       "R1,,,,,,,Customs Duty,20,VALUATION",
                       "R1,,,RM0001,Stores,5,200,,,"),
    )  # fmt: skip
    assert importing(*files) == (True, [])
    assert importing.desk.balances() == {
        "Bank": "149.50", "Write Off": "0.50", "Opening Balance Equity": "-150.00",
        "Stores": "3050.00", "Stock Received But Not Billed": "-3000.00",
        "Shipping Charges": "-30.00", "Customs Duty": "-20.00",
    }  # fmt: skip


def test_a_payment_settles_what_is_owed_in_another_currency(importing: Import) -> None:
    """49 of 50 EUR owed at 1.2 are 60 USD, 1 EUR is given up; 10 EUR are 13 USD on account."""
    files = (
        importing.file("journal-entries.csv",
                       "document,postingDate,currency,exchangeRate,account,party,debit,credit",
                       "J1,2026-01-01,EUR,1.2,Debtors,UTAH,50,",
                       "J1,,,,Opening Balance Equity,,,50",
                       "J2,2026-01-01,EUR,1.2,Debtors,UTAH,10,",
                       "J2,,,,Opening Balance Equity,,,10"),
        importing.file("payments.csv",
                       "document,postingDate,type,party,account,amount,"
                       "allocations.invoice.document,allocations.amount,allocations.itemAmount,"
                       "allocations.writeOff",
                       "P1,2026-01-20,RECEIVE,UTAH,Bank,73,journalEntry J1,60,49,1"),
        importing.file("allocations.csv",
                       "document,postingDate,party,allocations.invoice.document,"
                       "allocations.amount,allocations.itemAmount",
                       "A1,2026-01-21,UTAH,payment P1,13,", "A1,,,journalEntry J2,13,10"),
    )  # fmt: skip
    assert importing(*files) == (True, [])
    assert importing.desk.balances() == {
        "Bank": "73.00", "Write Off": "1.20", "Exchange Gain/Loss": "-2.20",
        "Opening Balance Equity": "-72.00",
    }  # fmt: skip
    assert is_clean(importing.desk)


def test_an_element_that_is_wrong_is_told_by_its_line(importing: Import) -> None:
    file = importing.file(
        "purchase-receipts.csv",
        "document,postingDate,supplier,item,warehouse,quantity,rate,charges.account,charges.amount",
        "R1,2026-01-02,ARCU,RM0001,Stores,10,200,,",
        "R1,,,RM0001,Stores,10,200,Shipping Charges,1",
        "R1,2026-01-03,,,,,,None,1",
    )  # fmt: skip
    assert importing(file)[1] == [
        ("purchase-receipts.csv", 4, "charges.1.postingDate", "BAD_USER_INPUT"),
    ]
    mended = file.read_text().replace("R1,2026-01-03", "R1,")
    assert importing(importing.file(file.name, *mended.splitlines()))[1] == [
        ("purchase-receipts.csv", 4, "charges.1.account", "NOT_FOUND"),
    ]


def test_a_row_that_is_wrong_is_told_by_its_line(importing: Import) -> None:
    file = importing.file(
        "receipts.csv",
        "document,postingDate,supplier,item,warehouse,quantity,rate,orderLine,invoiceLine.document",
        'R1,2026-02-01,ARCU,RM0001,Stores,1,"5"', "R1,,,NONE,Stores,1,5", "",
        "R2,2026-02-01,ARCU,RM0001,Stores,1,5,six,purchaseInvoice P1",
        "R3,2026-02-01,ARCU,RM0001,Stores,1,5", "R3,2026-02-02,ARCU,RM0001,Stores,1,5",
    )  # fmt: skip
    done, told = importing(file, kind="purchaseReceipt", stops=False)
    assert not done
    assert told == [
        ("receipts.csv", 3, "lines.1.item", "NOT_FOUND"),
        ("receipts.csv", 5, "lines.0.orderLine", "BAD_USER_INPUT"),
        ("receipts.csv", 5, "lines.0.invoiceLine", "BAD_USER_INPUT"),
        ("receipts.csv", 7, "lines.1.postingDate", "BAD_USER_INPUT"),
    ]
    assert importing.desk.numbers() == []


def test_a_workbook_is_a_whole_move_and_refusals_name_its_sheets(importing: Import) -> None:
    path = importing.folder / "moving.xlsx"
    sheets = {
        "Opening stock": [
            ["document", "postingDate", "item", "warehouse", "quantity", "rate"],
            ["O1", date(2026, 1, 1), "00123", "Stores", 20, 2.1],
            ["O2", date(2026, 1, 1), "00123", "Nowhere", 20, 2.1],
        ],
        "Items": [["sku", "name", "barcodes"], ["00123", "Señal", 4000000000017]],
    }
    with Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    assert importing(path, stops=False) == (
        False, [("moving.xlsx", 3, "lines.0.warehouse", "NOT_FOUND")],
    )  # fmt: skip
    (told,) = (importing.folder / "rejects.jsonl").read_text().splitlines()
    assert json.loads(told)["sheet"] == "Opening stock"
    assert importing.desk.stock() == {"00123 in Stores": ("20", "42.00")}


def test_exports_of_masters_are_imported_into_another_company(
    importing: Import, server: str
) -> None:
    """As they are, but for what is not active: under the ids that they have."""
    desk = Desk(server)
    desk.item("I1", units=[{"uom": "Box; big", "factor": "0.5"}], barcodes=["a;b", "c"])
    desk.make(
        "createItem",
        "item",
        company=desk.company,
        sku="I2",
        standardCost="12.345",
        description="Señal,\nand more",
    )
    desk.item("I3")
    desk.ask(
        "mutation($input: ItemTargetInput!) { deactivateItem(input: $input) { item { id } } }",
        input={"company": desk.company, "item": {"sku": "I3"}},
    )
    desk.make("createItemGroup", "itemGroup", company=desk.company, code="Wood", name="Wood")
    desk.make("createItemGroup", "itemGroup", company=desk.company, code="Oak", name="Oak",
              parent={"code": "Wood"})  # fmt: skip
    queries = ("items", "itemGroups", "accounts", "parties")
    files = [importing.folder / f"{query}.csv" for query in queries]
    for file in files:
        file.write_text(get(desk, file.name).text)
    done, told = importing(*files, stops=False)
    assert (done, [one[2:] for one in told]) == (False, [("isActive", "BAD_USER_INPUT")])
    ids = [{one["sku"]: one["id"] for one in rows(of, "items")} for of in (desk, importing.desk)]
    assert ids[1]["I1"] == ids[0]["I1"]
    for query in queries:
        kept, found = told_of(desk, query), told_of(importing.desk, query)
        kept.pop("I3", None)
        assert {code: found[code] for code in kept} == kept


def told_of(desk: Desk, query: str) -> dict[str, dict[str, str]]:
    """What an export tells of masters by their codes, but for when they were made."""
    passed = {"id", "createdAt", "version"}
    told = [{name: one[name] for name in one if name not in passed} for one in rows(desk, query)]
    return {one.get("code") or one["sku"]: one for one in told}


@pytest.mark.parametrize("kind", MASTERS)
def test_whatever_exports_tell_of_masters_can_be_imported(kind: str) -> None:
    query = f"{kind[:-1]}ies" if kind == "party" else f"{kind}es" if kind == "tax" else f"{kind}s"
    titles = [".".join(path) for path in Listing.of(api_schema, query).columns(None, {})]
    types = input_types(schema)
    columns = columns_of(Table("", "", None, titles, iter(())), titles, kind, types, "DEMO")
    assert {one.name for one in columns} == types[kind].fields.keys() - {"company"}
