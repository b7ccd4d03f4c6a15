"""Books with twenty of most things: what lists are asked for."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

import psycopg

from tests.api.clerk import Clerk
from tests.api.desk import Desk, bill, delivery, goods, journal, payment, receipt, sale, stock_entry

ROWS = 20
CODES = [f"{n:02}" for n in range(ROWS)]
LINKED = "LINKED"
LEVEL = "LEVEL"

_IN_TOP = {"parent": {"code": "TOP"}}
_EARNING = {
    "incomeAccount": {"code": "Sales"},
    "costOfGoodsSoldAccount": {"code": "Cost of Goods Sold"},
}
MASTERS: dict[str, dict[str, Any]] = {
    "createCostCenter": {"code": "CC{}", "name": "{}", **_IN_TOP},
    "createItemGroup": {
        "code": "G{}", "name": "{}", **_IN_TOP, "stockAccount": {"code": "Stores"},
        "adjustmentAccount": {"code": "Stock Adjustment"}, **_EARNING,
    },
    "createWarehouse": {"code": "W{}", "name": "{}", "account": {"code": "Stores"}, **_IN_TOP},
    "createTax": {
        "code": "T{}", "name": "{}", "rate": "10", "salesAccount": {"code": "VAT"},
        "purchaseAccount": {"code": "VAT"},
    },
    "createItem": {
        "sku": "I{}", "name": "{}", "costingMethod": "LIFO", "barcodes": ["B{}"],
        "unitBarcodes": [{"uom": "Unit", "barcode": "U{}"}],
        "group": {"code": "G{}"}, "expenseAccount": {"code": "Cost of Goods Sold"},
        **_EARNING,
    },
    "createPaymentTerm": {"code": "D{}", "name": "{}", "dueDays": 30, "discountPercent": "2"},
    "createParty": {
        "code": "P{}", "name": "{}", "roles": ["SUPPLIER", "CUSTOMER"],
        "payableAccount": {"code": "Creditors"}, "receivableAccount": {"code": "Debtors"},
        "paymentTerm": {"code": "D{}"},
    },
    "createAccount": {
        "code": "A{}", "name": "{}", "type": "EXPENSE", "root": "EXPENSE",
        "parent": {"code": "Expenses"},
    },
}  # fmt: skip
"""Masters of which there are twenty each; {} stands for the number."""


def twenty_of_most(base: str, url: str) -> Desk:
    """A company at a server, and `LINKED` and `LEVEL` for what only such companies have."""
    desk = Desk(base)
    _make_masters(desk)
    _post_documents(desk)
    _post_rarer_things(desk)
    _move_in_linked_company(desk)
    _close_shipments(desk)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("analyze")  # as autovacuum does soon after
    return desk


def _many(desk: Desk, mutation: str, *inputs: dict[str, Any]) -> None:
    """The same mutation many times in one request."""
    name = mutation[0].upper() + mutation[1:]
    declared = ", ".join(f"$i{n}: {name}Input!" for n in range(len(inputs)))
    fields = " ".join(
        f"r{n}: {mutation}(input: $i{n}) {{ errors {{ code path message }} }}"
        for n in range(len(inputs))
    )
    given = {f"i{n}": {"company": desk.company, **one} for n, one in enumerate(inputs)}
    data = desk.ask(f"mutation({declared}) {{ {fields} }}", **given)
    assert [one["errors"] for one in data.values() if one["errors"]] == []


def _each(**fields: Any) -> list[dict[str, Any]]:
    """So many inputs; {} in a field stands for the number of each."""

    def filled(value: Any, code: str) -> Any:
        if isinstance(value, dict):
            return {name: filled(inner, code) for name, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner, code) for inner in value]
        return value.format(code) if isinstance(value, str) else value

    return [filled(fields, code) for code in CODES]


def _make_masters(desk: Desk) -> None:
    top = {"code": "TOP", "name": "All"}
    for kind in ("CostCenter", "Warehouse"):
        _many(desk, f"create{kind}", {**top, "isGroup": True})
    _many(desk, "createItemGroup", top)
    for mutation, fields in MASTERS.items():
        _many(desk, mutation, *_each(**fields))


DISCOUNT = {"discount": "0.5", "adjustTaxes": True}
FREIGHT = {
    "account": {"code": "Shipping Charges"}, "amount": "1", "category": "VALUATION_AND_TOTAL",
}  # fmt: skip


LANDED = {"account": {"code": "Shipping Charges"}, "amount": "1"}


def _post_documents(desk: Desk) -> None:
    """Twenty of the commonest kinds, each of other masters."""
    papers: list[Any] = []
    for n in CODES:
        bill_id, came = (str(uuid5(NAMESPACE_OID, f"{what} {n}")) for what in ("sale", "receipt"))
        elsewhere = {"code": f"W{CODES[int(n) - 1]}"}
        rejected = {"rejectedQuantity": "1", "rejectedWarehouse": elsewhere}
        line = {"sku": f"I{n}", "costCenter": {"code": f"CC{n}"}}
        where = {"warehouse": {"code": f"W{n}"}}
        supplier, customer = {"supplier": {"code": f"P{n}"}}, {"customer": {"code": f"P{n}"}}
        papers += [
            receipt(
                "2026-01-10",
                goods("10", "5", **line) | where,
                charges=[FREIGHT],
                id=came,
                **supplier,
            ),
            bill(
                "2026-01-11",
                goods("10", "5", taxes=[{"code": f"T{n}"}], **line) | where,
                updateStock=True,
                paidFrom={"code": "Bank"},
                **supplier,
            ),
            delivery("2026-01-12", goods("1", "9", **line) | where, **customer),
            sale(
                "2026-01-13",
                goods("1", "9", taxes=[{"code": f"T{n}"}], **line) | where,
                updateStock=True,
                id=bill_id,
                **customer,
            ),
            sale(
                "2026-01-13",
                {"account": {"code": "Sales"}, "quantity": "1", "rate": "2"},
                paidInto={"code": "Cash"},
                **customer,
            ),
            payment(
                "2026-01-16",
                "RECEIVE",
                "10",
                {},
                party={"code": f"P{n}"},
                allocations=[{"invoice": {"id": bill_id}, "amount": "8", **DISCOUNT}],
            ),
            stock_entry("2026-01-14", "ISSUE", goods("1", **line) | where),
            journal("2026-01-15", {f"A{n}": "5", "Bank": "-5"}),
            receipt("2026-01-11", goods("10", "4", **rejected, **line) | where, **supplier),  # late
            (
                "LandedCost",
                {
                    "postingDate": "2026-01-16", "receipts": [{"id": came}], "charges": [LANDED],
                    **supplier,
                },
            ),
        ]  # fmt: skip
    _post_batch(desk, desk.company, papers)


def _post_batch(desk: Desk, company: dict[str, str], papers: list[Any]) -> None:
    documents = [
        {kind[0].lower() + kind[1:]: {"company": company, **given}} for kind, given in papers
    ]
    data = desk.ask(
        "mutation($input: SubmitBatchInput!) { submitBatch(input: $input) {"
        " results { errors { code path message } } errors { code } } }",
        input={"company": company, "documents": documents},
    )["submitBatch"]
    refused = [one["errors"] for one in data["results"] if one["errors"]]
    assert refused == [], refused[:1]


def _post_rarer_things(desk: Desk) -> None:
    """Twenty lines of what is negative, on its way, billed ahead, kept by batch, not finished."""
    desk.make("updateCompany", "company", company=desk.company,
              settings={"allowNegativeStock": True})  # fmt: skip
    desk.make("createWarehouse", "warehouse", company=desk.company, code="Road", name="Road",
              account={"code": "Work In Progress"}, isTransit=True)  # fmt: skip
    desk.item("B", "BATCH")
    road = {"toWarehouse": {"code": "Road"}}
    sent = [goods("1", None, f"I{n}", warehouse={"code": f"W{n}"}, **road) for n in CODES]
    for paper in (
        receipt("2026-01-09", *(goods("1", "5", "B", batch=f"L{n}") for n in CODES)),
        stock_entry("2026-01-18", "ISSUE", *(goods("1", None, f"I{n}") for n in CODES)),
        ("StockEntry", {"postingDate": "2026-01-19", "purpose": "SEND_TO_TRANSIT", "lines": sent}),
        bill("2026-01-20", *(goods("1", "5", f"I{n}") for n in CODES)),
    ):
        desk.post(paper)
    note = {"company": desk.company, "postingDate": "2026-02-01", "lines": [goods("1", "9")]}
    drafts = [{"deliveryNote": {**note, "customer": {"code": f"P{n}"}}} for n in CODES]
    _many(desk, "saveDraft", *({"document": one} for one in drafts))


def _move_in_linked_company(desk: Desk) -> None:
    """Only where costs travel along links are there open movements."""
    clerk = Clerk(desk.base, LINKED)
    clerk.open(scheme="CONTINENTAL")
    for n in CODES:
        clerk.made("createWarehouse", "warehouse", code=f"W{n}")
        clerk.made("createItem", "item", sku=f"I{n}", costingMethod="FIFO")
    lines = [goods("1", "10", f"I{n}", warehouse={"code": f"W{n}"}) for n in CODES]
    clerk.made("submitStockEntry", "stockEntry", postingDate="2026-01-02",
               purpose="MATERIAL_RECEIPT", lines=lines)  # fmt: skip


def _close_shipments(desk: Desk) -> None:
    """Only under BY_LEVEL shipments are charged and closed: each of its own masters."""
    clerk = Clerk(desk.base, LEVEL)
    clerk.open(scheme="BY_LEVEL", costingMethod="STANDARD")
    came: list[Any] = []
    papers: list[Any] = []
    for n in CODES:
        clerk.made("createWarehouse", "warehouse", code=f"W{n}", account={"code": "Stores"})
        clerk.made("createItem", "item", sku=f"I{n}", standardCost="1")
        clerk.made("createParty", "party", code=f"P{n}", roles=["SUPPLIER"])
        party, number = {"supplier": {"code": f"P{n}"}}, int(n) + 1
        where = {"warehouse": {"code": f"W{n}"}}
        given = {"shipment": f"S{n}", **party}
        came.append(receipt("2026-01-10", goods("1", "2", f"I{n}", **where), **given))
        line = {"item": {"sku": f"I{n}"}, "quantity": "1", "rate": "2"}
        line["receiptLine"] = {"number": f"PR-2026-{number:05}/1"}
        charge = {"quantity": "1", "rate": "3", "shipment": f"S{n}"}
        papers += [
            bill("2026-01-11", line, charge, **party),
            ("ShipmentClosing", {"postingDate": "2026-01-12", "shipment": f"S{n}"}),
        ]
    _post_batch(desk, clerk.company, came)
    _post_batch(desk, clerk.company, papers)
