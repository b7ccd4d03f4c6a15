"""Small ledgers made by hand, row by row, for reports to be read from.

As the owner of the database, and with the accountant's figures typed in: nothing here computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

_START = datetime(2026, 1, 1, tzinfo=UTC)

CHART = {
    "Debtors": ("RECEIVABLE", "ASSET"),
    "Stock Assets": ("STOCK", "ASSET"),
    "Stores": ("STOCK", "ASSET"),
    "Finished Goods": ("STOCK", "ASSET"),
    "Stock In Hand": ("STOCK", "ASSET"),
    "Creditors": ("PAYABLE", "LIABILITY"),
    "Stock Received But Not Billed": ("STOCK_RECEIVED_NOT_BILLED", "LIABILITY"),
    "Sales": ("INCOME", "INCOME"),
    "Cost of Goods Sold": ("COGS", "EXPENSE"),
}


def moment(seq: int) -> datetime:
    """When the books of `HandmadeBooks` recorded that sequence: an hour each."""
    return _START + timedelta(hours=seq)


@dataclass
class HandmadeBooks:
    """One company with the chart above, warehouses Stores and Finished Goods, items, a party."""

    connection: psycopg.Connection
    currency: str = "USD"
    code: str = "ACME"
    year_starts_in: int = 1
    company_id: UUID = field(default_factory=uuid7)
    ids: dict[str, UUID] = field(default_factory=dict)
    seq: int = 0

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._ordinals = count(0)
        self._insert(
            "company", id=self.company_id, code=self.code, name=self.code, currency=self.currency,
            chart="NONE", scheme="PERPETUAL", flow="REPLAY", costing_method="FIFO",
            fiscal_year_start_month=self.year_starts_in,
        )  # fmt: skip
        self._own("company_counter", seq=0, recorded_at=_START, masters_version=1)
        for position, (name, (kind, root)) in enumerate(CHART.items()):
            self._master(
                "account", name, type=kind, root=root, position=position,
                is_group=name == "Stock Assets",
            )  # fmt: skip
        for role, account in (
            ("stockInHand", "Stock In Hand"),
            ("stockReceivedNotBilled", "Stock Received But Not Billed"),
        ):
            self._own("account_role", role=role, account_id=self.ids[account])
        self._master("warehouse", "All", is_group=True, key="warehouse:All")
        for name in ("Stores", "Finished Goods"):
            self._master(
                "warehouse", name, is_group=False, key=f"warehouse:{name}",
                account_id=self.ids[name], parent_id=self.ids["warehouse:All"],
            )  # fmt: skip
        self._master("warehouse", "Yard", is_group=False, key="warehouse:Yard")
        for sku in ("RM0001", "RM0002"):
            self.ids[sku] = self._own(
                "item", id=uuid7(), sku=sku, name=sku, uom="Unit", is_stock_item=True
            )
        for code in ("ARCU", "UTAH"):
            self.ids[code] = self._own(
                "party", id=uuid7(), code=code, name=code, roles=["SUPPLIER"]
            )
        self._master("cost_center", "Main", is_group=True, key="cc:Main")
        self._master(
            "cost_center", "North", is_group=False, key="cc:North", parent_id=self.ids["cc:Main"]
        )

    # -- facts --------------------------------------------------------------------------------

    def document(self, kind: str, day: str, **fields: Any) -> UUID:
        """The next recorded document; what follows belongs to its recording sequence."""
        self.seq += 1
        self._ordinals = count(0)
        number = f"{kind}-{next(self._numbers):05d}"
        values = {
            "id": uuid7(), "seq": self.seq, "kind": kind, "number": number,
            "posting_date": day, "posting_time": time(12), "recorded_at": moment(self.seq),
            "body_hash": b"", "update_stock": False, "currency": self.currency, "exchange_rate": 1,
        } | fields  # fmt: skip
        document_id = self._own("document", **values)
        self.ids[number] = document_id
        return document_id

    def line(self, document_id: UUID, line_no: int = 1, **fields: Any) -> UUID:
        values = {"item_id": self.ids["RM0001"], "quantity": 1} | fields
        return self._own(
            "document_line", id=uuid7(), document_id=document_id, line_no=line_no, **values
        )

    def void(self, document_id: UUID, by: UUID) -> None:
        self._own("voiding", document_id=document_id, by_id=by, seq=self.seq)

    def journal(self, document_id: UUID, day: str, lines: Mapping[str, str], **fields: Any) -> UUID:
        """A journal entry: accounts by name, debit positive; `because_id` may be another."""
        line_fields = {
            name: fields.pop(name) for name in ("party_id", "cost_center_id") if name in fields
        }
        entry = {
            "because_id": document_id, "source": "TEST", "ordinal": next(self._ordinals),
        } | fields  # fmt: skip
        entry_id = self._own(
            "journal_entry", id=uuid7(), seq=self.seq, posting_date=day, document_id=document_id,
            **entry,
        )  # fmt: skip
        rows = [
            {
                "journal_entry_id": entry_id, "line_no": line_no, "seq": self.seq,
                "posting_date": day, "account_id": self.ids[account], "amount": Decimal(amount),
                **line_fields,
            }
            for line_no, (account, amount) in enumerate(lines.items(), 1)
        ]  # fmt: skip
        self.own_rows("journal_line", rows)
        return entry_id

    def movement(
        self, document_id: UUID, day: str, quantity: str, *, item: str = "RM0001",
        warehouse: str = "Stores", at: str = "12:00", **fields: Any,
    ) -> UUID:  # fmt: skip
        values = {"leg": "IN" if Decimal(quantity) > 0 else "OUT", "nature": "STOCK"} | fields
        return self._own(
            "movement", id=uuid7(), seq=self.seq, ordinal=next(self._ordinals),
            document_id=document_id, posting_date=day, posting_time=at, item_id=self.ids[item],
            warehouse_id=self.ids[f"warehouse:{warehouse}"], quantity=Decimal(quantity), **values,
        )  # fmt: skip

    def cost(
        self, movement_id: UUID, document_id: UUID, day: str, amount: str, *, item: str = "RM0001",
        warehouse: str = "Stores", **fields: Any,
    ) -> None:  # fmt: skip
        values = {"kind": "DIRECT", "because_id": document_id} | fields
        self._own(
            "cost_entry", id=uuid7(), seq=self.seq, movement_id=movement_id,
            document_id=document_id, posting_date=day, actual=Decimal(amount),
            item_id=self.ids[item], warehouse_id=self.ids[f"warehouse:{warehouse}"], **values,
        )  # fmt: skip

    def stock(
        self, document_id: UUID, day: str, quantity: str, amount: str, *, item: str = "RM0001",
        warehouse: str = "Stores", account: str | None = "Stores", at: str = "12:00", **fields: Any,
    ) -> UUID:  # fmt: skip
        """A movement and its cost, on a stock account."""
        movement_id = self.movement(
            document_id, day, quantity, item=item, warehouse=warehouse, at=at, **fields
        )
        self.cost(
            movement_id, document_id, day, amount, item=item, warehouse=warehouse,
            stock_account_id=self.ids[account] if account else None,
        )  # fmt: skip
        return movement_id

    def bin(self, item: str, warehouse: str, quantity: str, value: str) -> None:
        """The cached balance of an item in a warehouse."""
        self._own(
            "bin", item_id=self.ids[item], warehouse_id=self.ids[f"warehouse:{warehouse}"],
            quantity=Decimal(quantity), value=Decimal(value), first_layer=0, next_layer=0,
            movements=1, last_seq=self.seq, last_ordinal=0,
        )  # fmt: skip

    def billing(
        self, line_id: UUID, document_id: UUID, day: str, kind: str, /, *, quantity: str,
        amount: str, account: str | None = "Stock Received But Not Billed",
    ) -> None:  # fmt: skip
        self._own(
            "billing_entry", id=uuid7(), seq=self.seq, line_id=line_id, document_id=document_id,
            posting_date=day, kind=kind, quantity=Decimal(quantity), amount=Decimal(amount),
            account_id=self.ids[account] if account else None,
        )  # fmt: skip

    # -- rows ---------------------------------------------------------------------------------

    def own_rows(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Rows of this company, in one statement."""
        rows = [{"company_id": self.company_id, **row} for row in rows]
        names = list(rows[0])
        one = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(names)))
        statement = sql.SQL("insert into {} ({}) values {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join([one] * len(rows)),
        )
        self.connection.execute(statement, [value for row in rows for value in row.values()])

    def _own(self, table: str, **fields: Any) -> Any:
        self.own_rows(table, [fields])
        return fields.get("id")

    def _master(self, table: str, code: str, *, key: str | None = None, **fields: Any) -> None:
        self.ids[key or code] = self._own(table, id=uuid7(), code=code, name=code, **fields)

    def _insert(self, table: str, **fields: Any) -> None:
        names = list(fields)
        self.connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.SQL(", ").join([sql.Placeholder()] * len(names)),
            ),
            list(fields.values()),
        )


def day(text: str) -> date:
    return date.fromisoformat(text)
