"""What a company lacks or forbids, and what may be handed in again once it is no longer so."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.desk import (
    Desk,
    bill,
    billed,
    charge,
    delivery,
    goods,
    is_clean,
    journal,
    receipt,
    stock_entry,
)

DAY = "2026-03-01"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"defaults": {"stockReceivedNotBilled": None}}, "DEFAULT_ACCOUNT_MISSING", []),
        ({"frozenThrough": DAY}, "PERIOD_CLOSED", ["postingDate"]),
        (
            {"defaultCostCenter": None, "settings": {"requireCostCenter": True}},
            "COST_CENTER_REQUIRED",
            ["lines"],
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_a_company_lacks_or_forbids(
    desk: Desk, change: dict[str, Any], code: str, path: list[str]
) -> None:
    desk.make("updateCompany", "company", company=desk.company, **change)
    given = receipt(
        DAY, goods("1", "1"), charges=[charge("Customs Duty", "1", category="VALUATION")]
    )
    errors = desk.refused(given)
    assert (errors[0]["code"], errors[0]["path"]) == (code, path)


def test_an_inactive_company_takes_no_documents(desk: Desk) -> None:
    desk.ask("mutation($company: CompanyRef!) {"
             " deactivateCompany(input: {company: $company}) { errors { code } } }")  # fmt: skip
    (error,) = desk.refused(receipt(DAY, goods("1", "1")))
    assert (error["code"], error["path"]) == ("INACTIVE", ["company"])


def test_a_refused_document_may_be_sent_again_under_its_id(desk: Desk) -> None:
    note, id_ = delivery("2026-01-12", goods("5", "300")), str(uuid4())
    (error,) = desk.refused(note, id=id_)
    assert (error["code"], error["retryable"]) == ("INSUFFICIENT_STOCK", True)
    desk.post(receipt("2026-01-10", goods("10", "200")))
    document = desk.post(note, id=id_)
    assert (document["id"], document["number"]) == (id_, "DN-2026-00001")
    assert desk.numbers() == ["PR-2026-00001", "DN-2026-00001"]


def test_a_company_may_require_the_party_of_what_is_kept_by_party(desk: Desk) -> None:
    open_ = desk.post(journal(DAY, {"Debtors": "1", "Cash": "-1"}))
    came = desk.post(receipt(DAY, goods("1", "1")))
    landing = {"postingDate": DAY, "receipts": [{"id": came["id"]}],
               "charges": [{"account": {"code": "Creditors"}, "amount": "1"}]}  # fmt: skip
    desk.cancelled(desk.post(("LandedCost", landing)))
    desk.post(("LandedCost", landing))
    desk.post(bill(DAY, billed("1", "1", sku="SV0001"), charges=[charge("Debtors", "1")]))
    assert is_clean(desk), "it is explained: they name the account themselves"
    desk.make("updateCompany", "company", company=desk.company,
              settings={"requireParty": True})  # fmt: skip
    for paper, code, path in (
        (journal(DAY, {"Debtors": "1", "Cash": "-1"}), "REQUIRED", "lines.0.party"),
        (journal(DAY, {"Cash": "1", "Creditors": "-1"}), "REQUIRED", "lines.1.party"),
        (("LandedCost", landing), "INVALID_VALUE", "charges.0.account"),
        (bill(DAY, billed("1", "1", sku="SV0001"), charges=[charge("Debtors", "1")]),
         "INVALID_VALUE", "charges.0.account"),
        (stock_entry(DAY, "RECEIPT", goods("1", "1"), differenceAccount={"code": "Creditors"}),
         "INVALID_VALUE", "differenceAccount"),
    ):  # fmt: skip
        for verb in ("preview", "submit"):
            (error,) = desk.refused(paper, verb)
            assert (error["code"], ".".join(error["path"])) == (code, path)
    with_party = journal(DAY, {"Debtors": "1", "Cash": "-1"})
    with_party[1]["lines"][0]["party"] = {"code": "UTAH"}
    desk.post(with_party)
    desk.post(bill(DAY, billed("1", "1", sku="SV0001")))
    desk.cancelled(open_)
