"""What people who run the company change while the others post: days, settings, masters, schemes.

The oracle has to know when: a trigger on the company's own row notes after which recording each
change came. Whoever changes a company holds its counter by then, so that this is exact.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import psycopg

from tests.api.desk import cancelling
from tests.api.house import House
from tests.crowd.papers import Posted

DAYS = ("2026-01-05", "2026-01-20", "2026-02-10", "2026-02-28")
SWITCHES: dict[str, tuple[Any, ...]] = {
    "allowNegativeStock": (True, False),
    "invoiceRatePolicy": ("MUST_MATCH", "KEEP_DIFFERENCE", "ADJUST_RECEIPT_COST"),
    "adjustmentDating": ("OWN_PERIOD", "FIRST_OPEN_PERIOD"),
    "overBillingTolerance": ("0", "50"),
    "overReceiptTolerance": ("0", "50"),
    "requireParty": (True, False),
    "adjustForPaymentDiscount": (True, False),
}
SWITCHES_OF = {
    "CONTINENTAL": {
        "automaticCostPosting": (True, False),
        "automaticCostAdjustment": ("ALWAYS", "NEVER"),
        "averageCostPeriod": ("DAY", "MONTH"),
        "averageCostCalcType": ("ITEM", "ITEM_WAREHOUSE"),
        "expectedCostPosting": (True, False),
    },
    "BY_LEVEL": {
        "integrateStock": (True, False),
        "integrateSales": (True, False),
        "integratePurchases": (True, False),
    },
}
DEFAULTS = {
    "stockAdjustment": ("Stock Adjustment", "Cost of Goods Sold"),
    "costOfGoodsSold": ("Cost of Goods Sold", "Stock Adjustment"),
}
"""Accounts that take turns at being a company's default, by their role."""
_FOUR_EYES_SECONDS = 0.5
_SCHEMES = ("PERPETUAL", "CONTINENTAL", "BY_LEVEL")

NOTING = """
create table crowd_change (
    no bigint generated always as identity, company_id uuid, seq bigint);
create function crowd_note() returns trigger language plpgsql security definer as $$
declare changed uuid;
begin
    changed := case when tg_table_name = 'company' then to_jsonb(new) ->> 'id'
                    else to_jsonb(new) ->> 'company_id' end;
    insert into crowd_change (company_id, seq)
    select n.company_id, n.seq from company_counter n where n.company_id = changed for update;
    return null;
end $$;
create trigger crowd_note after update on company for each row execute function crowd_note();
create trigger crowd_note after insert or update on account_role
    for each row execute function crowd_note();
"""
"""For a database of the crowd's own."""

_NOTED = """
select max(no), min(seq) from crowd_change
 where company_id = (select id from company where code = %s) and no > %s
"""


def note_changes(url: str) -> None:
    """From now on, note when companies are changed."""
    with psycopg.connect(url) as owner:
        owner.execute(NOTING)


class Change(NamedTuple):
    """What a company was changed by, and after which recording."""

    seq: int
    mutation: str
    input_type: str
    given: dict[str, Any]

    def make(self, desk: House) -> list[str]:
        """Change a company so; what was refused."""
        done = desk.ask(
            f"mutation($input: {self.input_type}!) {{ done: {self.mutation}(input: $input)"
            " { errors { code message } } }",
            input={"company": desk.company, **self.given},
        )["done"]
        return [f"{self.mutation}: {one['code']} {one['message'][:60]}" for one in done["errors"]]


class Boss:
    """The one who does, with luck of their own; keeps the `changes` for the oracle to make too."""

    def __init__(
        self,
        seed: str,
        url: str,
        desk: House,
        posted: Posted,
        hand_in: Callable[..., Any],
        changes: list[Change],
        todo: Sequence["ToDo"],
    ) -> None:
        self._changes = changes
        self._luck = random.Random(seed)
        self._watching = psycopg.connect(url, autocommit=True)
        self._noted = 0
        self._desk = desk
        self._posted = posted
        self._hand_in = hand_in
        self._todo = todo
        self._note()

    def act(self) -> list[str]:
        """Do one thing; what was refused."""
        todo = self._luck.choice(self._todo)
        found = todo(self)
        self._note()
        return found

    def _note(self, made: Change | None = None) -> None:
        """Find out when a change was made, if one was made."""
        ((last, seq),) = self._watching.execute(_NOTED, (self._desk.code, self._noted)).fetchall()
        if last is not None:
            self._noted = last
            if made is not None:
                self._changes.append(made._replace(seq=seq))

    def _do(self, mutation: str, input_type: str = "", **given: Any) -> list[str]:
        input_type = input_type or mutation[0].upper() + mutation[1:] + "Input"
        made = Change(0, mutation, input_type, given)
        refused = made.make(self._desk)
        self._note(made)
        return refused

    def _close(self) -> list[str]:
        what = self._luck.choice(("closePeriod", "closeInventoryPeriod"))
        return self._do(what, "ClosePeriodInput", through=self._luck.choice(DAYS))

    def _reopen(self) -> list[str]:
        what = self._luck.choice(("reopenPeriod", "reopenInventoryPeriod"))
        return self._do(what, "ReopenPeriodInput")

    def _switch(self) -> list[str]:
        switches = SWITCHES | SWITCHES_OF.get(self._desk.scheme, {})
        name = self._luck.choice(list(switches))
        return self._do("updateCompany", settings={name: self._luck.choice(switches[name])})

    def _default(self) -> list[str]:
        if self._desk.scheme == "CONTINENTAL":  # a batch goes by the accounts of its own moment
            return []
        role = self._luck.choice(list(DEFAULTS))
        code = self._luck.choice(DEFAULTS[role])
        return self._do("updateCompany", defaults={role: {"code": code}})

    def _rest(self) -> list[str]:
        """A master is put aside, and comes back soon."""
        thing, key, code = self._luck.choice((
            ("Item", "sku", "MEAN"), ("Warehouse", "code", "Finished Goods"),
            ("Party", "code", "UTAH"), ("Account", "code", "Customs Duty"),
        ))  # fmt: skip
        given = {thing.lower(): {key: code}}
        return [
            one
            for verb in ("deactivate", "activate")
            for one in self._do(f"{verb}{thing}", f"{thing}TargetInput", **given)
        ]

    def _change_item(self) -> list[str]:
        sku = self._luck.choice(("CHAIR", "MEAN"))
        given = {"description": f"{self._luck.random()}"}
        return self._do("updateItem", item={"sku": sku}, **given)

    def _migrate(self) -> list[str]:
        scheme = self._luck.choice(_SCHEMES)
        as_of = self._luck.choice(("2026-04-01", "2026-04-01", "2026-03-28"))
        codes = self._hand_in(("Migration", {"asOf": as_of, "scheme": scheme}))
        return [f"migrate: {code}" for code in codes]

    def _undo(self) -> list[str]:
        if not self._posted["Migration"]:
            return []
        migration = self._luck.choice(self._posted["Migration"][-2:])
        return [f"undo: {code}" for code in self._hand_in(cancelling(migration))]

    def _migrate_and_undo(self) -> list[str]:
        return self._migrate() + self._undo()

    def _check(self) -> list[str]:
        self._desk.check()
        return []

    def _want_four_eyes(self) -> list[str]:
        """For a while all that is handed in waits for somebody else; its books are the same."""
        refused: list[str] = []
        for is_wanted in (True, False):
            given = {"settings": {"fourEyes": is_wanted}}
            refused += Change(0, "updateCompany", "UpdateCompanyInput", given).make(self._desk)
            self._note()
            time.sleep(_FOUR_EYES_SECONDS * is_wanted)
        return refused


ToDo: TypeAlias = Callable[[Boss], list[str]]
"""One thing that a boss does; what was refused."""

TODO: tuple[ToDo, ...] = (
    Boss._close,
    Boss._reopen,
    Boss._reopen,
    Boss._reopen,
    Boss._reopen,
    Boss._switch,
    Boss._switch,
    Boss._default,
    Boss._rest,
    Boss._change_item,
    Boss._check,
)
MIGRATING: tuple[ToDo, ...] = (Boss._migrate, Boss._migrate_and_undo, Boss._undo) * 3
FOUR_EYES: tuple[ToDo, ...] = (Boss._want_four_eyes,)
