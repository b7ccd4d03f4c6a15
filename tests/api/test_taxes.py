"""Taxes, discounts of lines and freight: what bills come to, post and show."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.desk import (
    Desk,
    Paper,
    bill,
    billed,
    cancelling,
    delivery,
    entries,
    goods,
    moved,
    receipt,
    sale,
)

TAXES = """query($id: ID!) { document(id: $id) { netTotal taxesTotal freight grandTotal
  taxes { tax { code } account { code } base amount }
  lines { taxes { tax { code } base amount } rate listRate discountPercent amount } } }"""
A5, B8 = {"code": "A5"}, {"code": "B8"}


@pytest.fixture
def desk(server: str) -> Desk:
    """A company with two tax authorities, the second charged on top of the first."""
    made = Desk(server)
    for code, account in (("A5", "A"), ("B8", "B")):
        for side in ("Payable", "Recoverable"):
            made.make("createAccount", "account", company=made.company,
                      code=f"Tax {account} {side}", type="TAX",
                      parent={"code": "Tax Liabilities"})  # fmt: skip
        made.make(
            "createTax", "tax", company=made.company, code=code, rate=code[1:],
            order=int(code == "B8") + 1, onTax=code == "B8",
            salesAccount={"code": f"Tax {account} Payable"},
            purchaseAccount={"code": f"Tax {account} Recoverable"},
        )  # fmt: skip
    made.make("createAccount", "account", company=made.company, code="Freight Recovered",
              type="FREIGHT", parent={"code": "Direct Income"})  # fmt: skip
    made.make("updateCompany", "company", company=made.company,
              defaults={"freight": {"code": "Freight Recovered"}})  # fmt: skip
    made.post(receipt("2026-01-05", goods("20", "80")))
    return made


def _shown(desk: Desk, document: Any) -> Any:
    return desk.ask(TAXES, id=document["id"])["document"]


def _taxes(shown: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one["tax"]["code"], one["account"]["code"], one["base"], one["amount"])
        for one in shown["taxes"]
    ]


def _clean(desk: Desk) -> bool:
    query = "query($company: CompanyRef!) { booksCheck(company: $company) { isClean } }"
    return desk.ask(query)["booksCheck"]["isClean"]


def _sold(**more: Any) -> Paper:
    line = goods("2", "100", taxes=[A5, B8])
    return sale("2026-01-10", line, updateStock=True, freight="50", freightTaxes=[A5], **more)


def test_a_sale_credits_each_tax_and_the_freight(desk: Desk) -> None:
    preview = desk.hand_in(_sold(), "preview")["document"]
    document = desk.post(_sold())
    assert entries(document) == entries(preview) == {
        "Debtors": "279.30", "Sales": "-200.00", "Freight Recovered": "-50.00",
        "Tax A Payable": "-12.50", "Tax B Payable": "-16.80",
        "Cost of Goods Sold": "160.00", "Stores": "-160.00",
    }  # fmt: skip
    shown = _shown(desk, document)
    assert (shown["netTotal"], shown["taxesTotal"], shown["freight"], shown["grandTotal"]) == (
        "200.00", "29.30", "50.00", "279.30",
    )  # fmt: skip
    assert _taxes(shown) == [("A5", "Tax A Payable", "250.00", "12.50"),
                             ("B8", "Tax B Payable", "210.00", "16.80")]  # fmt: skip
    assert shown["lines"][0]["taxes"] == [
        {"tax": A5, "base": "200.00", "amount": "10.00"},
        {"tax": B8, "base": "210.00", "amount": "16.80"},
    ]
    assert desk.outstanding(document) == "279.30"
    assert _clean(desk)


def test_what_is_shown_at_once_is_what_is_read_later(desk: Desk) -> None:
    fields = TAXES[TAXES.index("{ netTotal") :].rstrip(" }") + " } }"
    query = f"""mutation($input: SubmitSalesInvoiceInput!) {{
      done: submitSalesInvoice(input: $input) {{ salesInvoice {fields} errors {{ code }} }} }}"""
    kind_and_input = _sold(id="01900000-0000-7000-8000-0000000a0001")
    made = desk.ask(query, input={"company": desk.company, **kind_and_input[1]})["done"]
    assert made["errors"] == []
    assert made["salesInvoice"] == _shown(desk, {"id": kind_and_input[1]["id"]})


def test_cancelling_takes_taxes_and_freight_back(desk: Desk) -> None:
    before = desk.balances()
    document = desk.post(_sold())
    cancellation = desk.post(cancelling(document))
    assert entries(cancellation)["Tax B Payable"] == "16.80"
    assert desk.balances() == before
    assert desk.status(document) == "CANCELLED"
    assert len(_taxes(_shown(desk, document))) == 2
    assert _clean(desk)


def test_a_purchase_debits_each_tax(desk: Desk) -> None:
    service = billed("1", "300", sku="SV0001", taxes=[A5, B8])
    document = desk.post(bill("2026-01-10", service))
    assert entries(document) == {
        "Cost of Goods Sold": "300.00", "Tax A Recoverable": "15.00", "Tax B Recoverable": "25.20",
        "Creditors": "-340.20",
    }  # fmt: skip
    assert desk.outstanding(document) == "340.20"
    assert _clean(desk)


def test_a_discount_makes_goods_cheaper_for_us_and_for_the_customer(desk: Desk) -> None:
    bought = desk.post(receipt("2026-01-11", goods("10", "30", discountPercent="10")))
    assert moved(bought) == {"RM0001 in Stores": ("10", "270.00")}
    shown = _shown(desk, bought)["lines"]
    assert shown == [
        {"taxes": [], "rate": "27", "listRate": "30", "discountPercent": "10", "amount": "270.00"}
    ]  # fmt: skip
    paid = desk.post(bill("2026-01-12", billed("10", "30", bought["lines"][0], taxes=[A5],
                                               discountPercent="10")))  # fmt: skip
    assert entries(paid) == {"Stock Received But Not Billed": "270.00",
                             "Tax A Recoverable": "13.50", "Creditors": "-283.50"}  # fmt: skip
    sold = desk.post(sale("2026-01-13", billed("3", "99.99", discountPercent="2.5", taxes=[A5])))
    assert _shown(desk, sold)["lines"][0]["rate"] == "97.49025"
    assert entries(sold) == {"Debtors": "307.09", "Sales": "-292.47", "Tax A Payable": "-14.62"}
    free = desk.post(delivery("2026-01-14", goods("1", "50", discountPercent="100")))
    assert free["netTotal"] == "0.00"
    assert _clean(desk)


def test_an_invoice_that_receives_goods_and_is_taxed(desk: Desk) -> None:
    line = goods("4", "10", taxes=[B8], discountPercent="25")
    document = desk.post(bill("2026-01-10", line, updateStock=True, roundedTotal=True))
    assert entries(document) == {"Stores": "30.00", "Tax B Recoverable": "2.40",
                                 "Round Off": "-0.40", "Creditors": "-32.00"}  # fmt: skip
    assert _clean(desk)


def test_taxes_in_another_currency_are_rounded_there_and_converted(desk: Desk) -> None:
    line = billed("1", "10.33", sku="SV0001", taxes=[A5])
    document = desk.post(bill("2026-01-10", line, currency="EUR", exchangeRate="1.1"))
    shown = _shown(desk, document)
    assert _taxes(shown) == [("A5", "Tax A Recoverable", "10.33", "0.52")]
    assert (shown["taxesTotal"], shown["grandTotal"]) == ("0.52", "10.85")
    booked = {code: Decimal(amount) for code, amount in entries(document).items()}
    assert (booked["Tax A Recoverable"], booked["Creditors"]) == (Decimal("0.57"),
                                                                  Decimal("-11.94"))  # fmt: skip
    assert sum(booked.values()) == 0
    assert _clean(desk)


@pytest.mark.parametrize(
    ("paper", "errors"),
    [
        (sale("2026-01-10", billed("1", "1", taxes=[{"code": "none"}])),
         [("NOT_FOUND", "lines.0.taxes.0")]),
        (sale("2026-01-10", billed("1", "1", taxes=[A5, B8, A5]), freight="-1"),
         [("INVALID_VALUE", "freight"), ("INVALID_VALUE", "lines.0.taxes.2")]),
        (bill("2026-01-10", billed("1", "1", discountPercent="101")),
         [("INVALID_VALUE", "lines.0.discountPercent")]),
        (receipt("2026-01-10", goods("1", "1", discountPercent="-1")),
         [("INVALID_VALUE", "lines.0.discountPercent")]),
    ],
)  # fmt: skip
def test_what_cannot_be_taxed_or_taken_off_is_refused(
    desk: Desk, paper: Paper, errors: list[tuple[str, str]]
) -> None:
    found = desk.refused(paper)
    assert [(one["code"], ".".join(one["path"])) for one in found] == errors


def test_a_tax_without_an_account_or_deactivated_is_refused(desk: Desk) -> None:
    desk.make("updateTax", "tax", company=desk.company, tax=A5, salesAccount=None)
    (error,) = desk.refused(sale("2026-01-10", billed("1", "1", taxes=[A5])))
    assert (error["code"], error["path"]) == ("TAX_ACCOUNT_MISSING", ["lines"])
    query = """mutation($input: TaxTargetInput!) { deactivateTax(input: $input) {
      tax { isActive } errors { code } } }"""
    desk.ask(query, input={"company": desk.company, "tax": B8})
    (error,) = desk.refused(bill("2026-01-10", billed("1", "1", taxes=[B8])))
    assert (error["code"], error["path"]) == ("INACTIVE", ["lines", "0", "taxes", "0"])


def test_a_tax_changes_for_documents_to_come(desk: Desk) -> None:
    old = desk.post(_sold())
    desk.make("updateTax", "tax", "version", company=desk.company, tax=A5, rate="10", order=3)
    new = desk.post(sale("2026-01-11", billed("1", "100", taxes=[A5, B8])))
    assert [(one[0], one[3]) for one in _taxes(_shown(desk, new))] == [("B8", "8.00"),
                                                                      ("A5", "10.00")]  # fmt: skip
    assert {one[0]: one[3] for one in _taxes(_shown(desk, old))} == {"A5": "12.50", "B8": "16.80"}


def test_taxes_are_masters(server: str) -> None:
    clerk = Clerk(server)
    clerk.open()
    fields = "code name rate order onTax salesAccount { code } purchaseAccount { code } version"
    made = clerk.made("createTax", "tax", fields, code="IVA21", name="IVA", rate="21.0",
                      salesAccount={"code": "VAT"})  # fmt: skip
    assert made == {
        "code": "IVA21", "name": "IVA", "rate": "21", "order": 1, "onTax": False,
        "salesAccount": {"code": "VAT"}, "purchaseAccount": None, "version": 1,
    }  # fmt: skip
    assert clerk.listed("taxes") == ["IVA21"]
    assert clerk.refused("createTax", "tax", code="IVA21", rate="4") == [("CODE_TAKEN", "code")]
    assert clerk.refused("createTax", "tax", code="X", rate="-1", order=0,
                         salesAccount={"code": "Stores"}) == [
        ("INVALID_VALUE", "rate"), ("INVALID_VALUE", "order"),
        ("WRONG_ACCOUNT_TYPE", "salesAccount"),
    ]  # fmt: skip
    gone = clerk.payload("deleteTax", "tax", company=clerk.company, tax={"code": "IVA21"})
    assert gone["errors"] == []
    assert clerk.listed("taxes") == []


def test_a_tax_that_was_charged_stays(desk: Desk) -> None:
    desk.post(_sold())
    query = (
        "mutation($input: TaxTargetInput!) { deleteTax(input: $input) { errors { code path } } }"
    )
    answer = desk.ask(query, input={"company": desk.company, "tax": A5})
    assert answer["deleteTax"]["errors"] == [{"code": "IN_USE", "path": ["tax"]}]


def test_a_taxed_invoice_is_not_taken_for_a_rounded_one_and_its_taxes_are_taken_back(
    desk: Desk,
) -> None:
    line = goods("3", "33.33", taxes=[A5, B8])
    invoice = desk.post(sale("2026-02-01", line))
    back = {"invoiceLine": {"id": invoice["lines"][0]["id"]}, "taxes": [A5, B8]}
    made = desk.post(("CreditNote", {
        "party": {"code": "UTAH"}, "side": "SALES", "creditKind": "RETURN",
        "postingDate": "2026-02-02", "lines": [back]}))  # fmt: skip
    assert _taxes(_shown(desk, made)) == _taxes(_shown(desk, invoice))
    assert entries(made) == {
        "Sales": "99.99", "Tax A Payable": "5.00", "Tax B Payable": "8.40", "Debtors": "-113.39",
    }  # fmt: skip
    assert desk.outstanding(invoice) == "0.00"
