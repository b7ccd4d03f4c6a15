"""The books as the API shows them: what a document posted, balances, stock, pending receipts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.conformance.client import Client

LINE = """
fragment Line on JournalLine {
  account { code name root } debit credit costCenter { code }
  entry { postingDate document { id } because { id } }
}"""

MADE = (
    """
fragment Made on Document {
  id lines { id } causedJournalLines { ...Line }
}"""
    + LINE
)

_JOURNAL = "query ($id: ID!) { document(id: $id) { journalLines { ...Line } } }" + LINE

_SNAPSHOT = """
query ($company: CompanyRef!) {
  trialBalance(company: $company) {
    rows { account { code name type root } closingDebit closingCredit }
  }
  stockBalance(company: $company, first: 500) {
    nodes {
      item { sku } warehouse { code } account { code name } quantity value expectedValue unitCost
    }
    pageInfo { hasNextPage }
  }
}"""

_PENDING = """
query ($company: CompanyRef!) {
  receivedNotBilled(company: $company, includeCleared: true, first: 500) {
    nodes {
      receipt { id number } line item { sku }
      receivedAmount billedAmount returnedAmount pendingAmount
    }
    pageInfo { hasNextPage }
  }
}"""

_MOVEMENTS = """
query ($id: ID!) { document(id: $id) { stockMovements { lineId nature quantity cost } } }"""

_OPEN = """
query ($company: CompanyRef!) {
  openMovements(company: $company, first: 500) {
    nodes { lineId remaining } pageInfo { hasNextPage }
  }
}"""

_STOCK_VERSUS_LEDGER = """
query ($company: CompanyRef!) {
  stockVersusLedger(company: $company) {
    rows { account { code name } stockValue ledgerBalance difference }
  }
}"""

_PARTIES = """
query ($company: CompanyRef!) {
  partyBalances(company: $company) { rows { party { code } receivable payable } }
}"""

_CHECK = """
query ($company: CompanyRef!) {
  booksCheck(company: $company) {
    rules { rule isClean findings { subject problem expected found isExplained } }
  }
}"""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A journal line; `amount` debit positive; `about`, `because` = documents' ids."""

    account: str
    root: str
    amount: Decimal
    cost_center: str | None
    date: dt.date
    about: str
    because: str

    def __str__(self) -> str:
        return f"{self.date} {self.account} {self.cost_center or '-'} {self.amount}"


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account's net balance, debit positive."""

    type: str
    root: str
    amount: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class Holding:
    """An item in a warehouse, and the stock account that the warehouse resolves to."""

    quantity: Decimal
    value: Decimal
    expected_value: Decimal
    unit_cost: Decimal | None
    account: str | None


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A receipt line's billing."""

    number: str
    item: str
    received: Decimal
    billed: Decimal
    returned: Decimal
    pending: Decimal


@dataclass(frozen=True, slots=True)
class StockAccountState:
    """A stock account: its balance, the value of its stock, the latter minus the former."""

    ledger: Decimal
    stock: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement of a document, with what it costs now."""

    line: str
    nature: str
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All balances by account, and all stock by item and warehouse."""

    accounts: Mapping[str, AccountBalance]
    stock: Mapping[tuple[str, str], Holding]

    @property
    def balances(self) -> dict[str, Decimal]:
        """Account -> balance, those of zero left out."""
        return {code: one.amount for code, one in self.accounts.items() if one.amount}


def label(account: Mapping[str, Any]) -> str:
    """An account as scenarios name it: those they make have one word for code and name."""
    code, name = str(account["code"]), str(account["name"])
    return code if code == name else f"{code} {name}"


def ledger_lines(rows: Iterable[Mapping[str, Any]]) -> tuple[LedgerLine, ...]:
    """Journal lines as they were selected by the fragment `Line`."""
    return tuple(
        LedgerLine(
            account=label(row["account"]),
            root=row["account"]["root"],
            amount=Decimal(row["debit"]) - Decimal(row["credit"]),
            cost_center=row["costCenter"]["code"] if row["costCenter"] else None,
            date=dt.date.fromisoformat(row["entry"]["postingDate"]),
            about=row["entry"]["document"]["id"],
            because=row["entry"]["because"]["id"],
        )
        for row in rows
    )


def net(lines: Iterable[LedgerLine]) -> dict[str, Decimal]:
    """Account -> net amount, zero left out."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        amounts[line.account] += line.amount
    return {account: amount for account, amount in amounts.items() if amount}


class Books:
    """What can be asked about one company."""

    def __init__(self, client: Client, company: Mapping[str, str]) -> None:
        """Nothing is read before it is asked for."""
        self._client = client
        self._variables = {"company": company}

    def journal_of(self, document: str) -> tuple[LedgerLine, ...]:
        """All lines about a document, adjustments by later ones included."""
        data = self._client.execute(_JOURNAL, {"id": document})
        return ledger_lines(data["document"]["journalLines"])

    def snapshot(self) -> Snapshot:
        """The state right now, all dates included."""
        data = self._client.execute(_SNAPSHOT, self._variables)
        return Snapshot(
            accounts={
                label(row["account"]): AccountBalance(
                    type=row["account"]["type"],
                    root=row["account"]["root"],
                    amount=Decimal(row["closingDebit"]) - Decimal(row["closingCredit"]),
                    name=row["account"]["name"],
                )
                for row in data["trialBalance"]["rows"]
            },
            stock={
                (node["item"]["sku"], node["warehouse"]["code"]): Holding(
                    quantity=Decimal(node["quantity"]),
                    value=Decimal(node["value"]),
                    expected_value=Decimal(node["expectedValue"]),
                    unit_cost=None if node["unitCost"] is None else Decimal(node["unitCost"]),
                    account=label(node["account"]) if node["account"] else None,
                )
                for node in _all_nodes(data["stockBalance"])
            },
        )

    def pending(self) -> dict[tuple[str, int], PendingLine]:
        """(receipt's id, line from 1) -> its billing, cleared lines included."""
        data = self._client.execute(_PENDING, self._variables)
        return {
            (node["receipt"]["id"], node["line"]): PendingLine(
                number=node["receipt"]["number"],
                item=node["item"]["sku"],
                received=Decimal(node["receivedAmount"]),
                billed=Decimal(node["billedAmount"]),
                returned=Decimal(node["returnedAmount"]),
                pending=Decimal(node["pendingAmount"]),
            )
            for node in _all_nodes(data["receivedNotBilled"])
        }

    def movements_of(self, document: str) -> list[Moved]:
        """The movements of a document."""
        data = self._client.execute(_MOVEMENTS, {"id": document})
        return [
            Moved(row["lineId"], row["nature"], Decimal(row["quantity"]), Decimal(row["cost"]))
            for row in data["document"]["stockMovements"]
        ]

    def open_movements(self) -> dict[str, Decimal]:
        """Line -> what no link covers of its movements."""
        data = self._client.execute(_OPEN, self._variables)
        left: dict[str, Decimal] = defaultdict(Decimal)
        for node in _all_nodes(data["openMovements"]):
            left[node["lineId"]] += Decimal(node["remaining"])
        return {line: remaining for line, remaining in left.items() if remaining}

    def stock_versus_ledger(self) -> dict[str, StockAccountState]:
        """Stock account -> its state."""
        data = self._client.execute(_STOCK_VERSUS_LEDGER, self._variables)
        return {
            label(row["account"]): StockAccountState(
                ledger=Decimal(row["ledgerBalance"]),
                stock=Decimal(row["stockValue"]),
                difference=Decimal(row["difference"]),
            )
            for row in data["stockVersusLedger"]["rows"]
        }

    def party_balances(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """What customers owe, and what suppliers are owed, by code."""
        data = self._client.execute(_PARTIES, self._variables)
        customers: dict[str, Decimal] = {}
        suppliers: dict[str, Decimal] = {}
        for row in data["partyBalances"]["rows"]:
            if row["receivable"] is not None:
                customers[row["party"]["code"]] = Decimal(row["receivable"])
            if row["payable"] is not None:
                suppliers[row["party"]["code"]] = Decimal(row["payable"])
        return customers, suppliers

    def faults(self) -> dict[str, tuple[str, str]]:
        """What the product's own check of the books finds broken -> expected, found."""
        data = self._client.execute(_CHECK, self._variables)
        return {
            f"{rule['rule']} {one['subject']}, {one['problem']}": (one["expected"], one["found"])
            for rule in data["booksCheck"]["rules"]
            if not rule["isClean"]
            for one in rule["findings"]
            if not one["isExplained"]
        }


def _all_nodes(connection: Mapping[str, Any]) -> list[dict[str, Any]]:
    assert not connection["pageInfo"]["hasNextPage"], "more rows than a page holds"
    return connection["nodes"]
