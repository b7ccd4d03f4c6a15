"""Expected cost on the account of received, not billed, as the Spanish chart has it (CONTINENTAL).

One account, 4009, is the other side of expected cost and what receipts wait on: its balance is what
the receipts still wait for, and no residue is left of any.
"""

from typing import Any

import pytest

from tests.api.clerk import Clerk
from tests.api.desk import Desk, bill, billed, goods, receipt, sale
from tests.api.house import House, back

WAITING = """
query($company: CompanyRef!, $asOf: Date) {
  receivedNotBilled(company: $company, asOf: $asOf) {
    residues { kind amount document { number } } totals { pendingAmount accountBalance difference }
  }
  billedNotReceived(company: $company, asOf: $asOf) { residues { kind amount document { number } } }
}
"""


class Casa(House):
    """A company with the Spanish chart; STD has a standard cost of 8."""

    def __post_init__(self) -> None:
        clerk = Clerk(self.base)
        clerk.open(scheme="CONTINENTAL", chart="PGC_ES", settings={"expectedCostPosting": True})
        self.client, self.code, self.company = clerk.client, clerk.code, clerk.company
        clerk.made("createWarehouse", "warehouse", code="Stores")
        clerk.made("createItem", "item", sku="RM0001", costingMethod="FIFO")
        clerk.made("createItem", "item", sku="STD", costingMethod="STANDARD", standardCost="8")
        for code, role in (("ARCU", "SUPPLIER"), ("UTAH", "CUSTOMER")):
            clerk.made("createParty", "party", code=code, roles=[role])

    def waiting(self, as_of: str | None = None) -> tuple[list[Any], list[Any], list[str]]:
        """Residues of receipts, residues of invoices, and the totals of receipts."""
        found = self.ask(WAITING, asOf=as_of)
        received, invoiced = found["receivedNotBilled"], found["billedNotReceived"]
        return (
            [_told(one) for one in received["residues"]],
            [_told(one) for one in invoiced["residues"]],
            list(received["totals"].values()),
        )

    def post_costs(self, day: str) -> None:
        """Post to the ledger what waits."""
        given = {"company": self.company, "postingDate": day}
        self.make("postInventoryCost", "inventoryPosting", **given)

    def migrate(self, scheme: str) -> None:
        """Move to another scheme at the end of January."""
        migrated = self.ask(
            "mutation($input: MigrateCompanyInput!) { migrateCompany(input: $input) {"
            " migration { id } errors { code message } } }",
            input={"company": self.company, "asOf": "2026-01-31", "scheme": scheme},
        )["migrateCompany"]
        assert migrated["errors"] == []


def _told(residue: Any) -> tuple[str, str, str]:
    return residue["kind"], residue["document"]["number"], residue["amount"]


@pytest.fixture
def casa(server: str) -> Casa:
    return Casa(server)


def _in_parts(desk: Desk, came: Any) -> None:
    """Four of ten are billed, dearer than expected, then the rest."""
    desk.post(bill("2026-01-12", billed("4", "11", came["lines"][0])))
    desk.post(bill("2026-01-13", billed("6", "11", came["lines"][0])))


def test_receipts_wait_on_the_account_and_leave_nothing_unexplained(casa: Casa) -> None:
    came = casa.post(receipt("2026-01-10", goods("10", "10")))
    number = came["number"]
    on_account = [("RECEIVED_NOT_BILLED", number, "-100.00")]
    assert casa.waiting() == ([], on_account, ["100.00", "100.00", "0.00"])
    _in_parts(casa, came)
    assert casa.waiting() == ([], [], ["0.00", "0.00", "0.00"])
    assert casa.waiting("2026-01-12")[2] == ["60.00", "60.00", "0.00"]
    assert casa.waiting("2026-01-10") == ([], on_account, ["100.00", "100.00", "0.00"])
    assert casa.check() == []


def test_what_waits_for_the_batch_is_not_posted_until_then(casa: Casa) -> None:
    casa.settings(automaticCostPosting=False)
    came = casa.post(receipt("2026-01-10", goods("10", "10")))
    number = came["number"]
    assert casa.waiting()[0] == [("NOT_POSTED", number, "-100.00")]
    casa.post_costs("2026-01-11")
    assert casa.waiting() == (
        [], [("RECEIVED_NOT_BILLED", number, "-100.00")], ["100.00", "100.00", "0.00"],
    )  # fmt: skip
    _in_parts(casa, came)
    assert casa.waiting()[0] == [("NOT_POSTED", number, "100.00")]
    casa.post_costs("2026-01-14")
    assert casa.waiting() == ([], [], ["0.00", "0.00", "0.00"])
    assert casa.check() == []


def test_goods_sent_back_and_cancellations_leave_nothing(casa: Casa) -> None:
    came = casa.post(receipt("2026-01-10", goods("10", "10")))
    sent = casa.post(back("PurchaseReturn", "2026-01-11", came, "3"))
    assert casa.waiting()[0] == []
    assert casa.waiting()[2] == ["70.00", "70.00", "0.00"]
    casa.cancelled(sent)
    assert casa.waiting()[0] == []
    casa.cancelled(came)
    assert casa.waiting() == ([], [], ["0.00", "0.00", "0.00"])
    assert casa.check() == []


def test_serial_numbers_that_went_back_wait_for_neither_bill_nor_credit(casa: Casa) -> None:
    """All four are billed by halves, dearer, before one goes back: another bill of one is left."""
    casa.item("SN", "SPECIFIC")
    came = casa.post(receipt("2026-01-10", goods("4", "10", "SN", serials=["a", "b", "c", "d"])))
    line = came["lines"][0]
    casa.post(bill("2026-01-11", billed("2", "12", line, "SN")))
    sent = back("PurchaseReturn", "2026-01-12", came, "1")
    sent[1]["lines"][0]["serials"] = ["b"]
    casa.post(sent)
    assert casa.waiting()[2] == ["10.00", "10.00", "0.00"]
    casa.post(bill("2026-01-13", billed("1", "12", line, "SN")))
    assert casa.waiting() == ([], [], ["0.00", "0.00", "0.00"])
    casa.post(sale("2026-01-14", goods("3", "30", "SN", serials=["a", "c", "d"])))
    assert casa.balances().get("300", "0.00") == "0.00"
    assert casa.check() == []


def test_what_goods_are_expected_to_cost_has_their_overhead_in_it(casa: Casa) -> None:
    casa.item("OVER", overheadRate="1", indirectCostPercent="10")
    came = casa.post(receipt("2026-01-10", goods("10", "10", "OVER")))
    assert casa.waiting()[2] == ["100.00", "120.00", "20.00"]
    assert [rule for rule, _, _ in casa.check()] == ["RECEIVED_NOT_BILLED"], "which is explained"
    casa.post(bill("2026-01-12", billed("10", "10", came["lines"][0], "OVER")))
    assert casa.waiting()[2] == ["0.00", "0.00", "0.00"]
    assert casa.check() == []


def test_goods_expected_at_standard_cost_differ_by_the_variance(casa: Casa) -> None:
    came = casa.post(receipt("2026-01-10", goods("10", "10", "STD")))
    assert casa.waiting()[0] == [("NOT_POSTED", came["number"], "-20.00")]
    assert casa.waiting()[2] == ["100.00", "80.00", "-20.00"]
    casa.post(bill("2026-01-12", billed("10", "10", came["lines"][0], "STD")))
    assert casa.waiting() == ([], [], ["0.00", "0.00", "0.00"])
    assert casa.check() == []


@pytest.mark.parametrize(
    ("scheme", "left"), [("PERPETUAL", []), ("BY_LEVEL", []), ("PERIODIC", ["NOT_POSTED"])]
)
def test_a_migration_takes_over_what_waits(casa: Casa, scheme: str, left: list[str]) -> None:
    came = casa.post(receipt("2026-01-10", goods("10", "10")))
    casa.post(bill("2026-01-12", billed("4", "11", came["lines"][0])))
    casa.migrate(scheme)
    assert [kind for kind, _, _ in casa.waiting()[0]] == left
    casa.check()
    casa.post(bill("2026-02-01", billed("6", "10", came["lines"][0])))
    assert casa.waiting()[0] == []
    casa.check()


def test_what_came_with_its_bill_and_went_back_waits_for_nothing(casa: Casa) -> None:
    """Its return has credited it; nor does a migration take it for billed and still to come."""
    came = casa.post(bill("2026-01-10", goods("10", "9")))
    casa.post(back("PurchaseReturn", "2026-01-11", came, "2"))
    nothing = ([], [], ["0.00", "0.00", "0.00"])
    assert casa.waiting() == nothing
    casa.migrate("PERPETUAL")
    assert casa.waiting() == nothing
    assert "4009" not in casa.balances()
    assert casa.check() == []
