"""What must hold in any set of books, each rule as one SQL that finds where it does not.

Every statement gives rows of (subject, problem, expected, found, is_explained): what a person can
look up, what is wrong with it, and the two figures. An explained row is no fault: a difference
that has a name. Parameters: `company`, `digits` (of its currency), `posts_from` (the first day on
which its stock reaches the ledger at once, null under PERIODIC), `coins` (decimal places of the
currencies that have not two).
"""

from dataclasses import dataclass

from persistence.checking.amounts import LINES, TOTALS
from persistence.checking.currencies import CURRENCIES
from persistence.checking.parties import BILLING, OPEN_ITEMS, PARTIES
from persistence.checking.recordings import (
    CANCELLATIONS,
    DOCUMENTS,
    JOURNAL,
    LEDGER_SUMS,
    NUMBERS,
    RECORDINGS,
    SEQUENCE,
)
from persistence.checking.stock import BIN_SUMS, MOVEMENT_COSTS, STOCK_VERSUS_LEDGER


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the books: `examined` counts what it looks at, `findings` is where it is broken."""

    name: str
    examined: str
    findings: str


def _count(table: str) -> str:
    return f"select count(*) from {table} where company_id = %(company)s"  # noqa: S608 - constants


_KEPT = "select count(currency) from journal_line where company_id = %(company)s"

RULES = (
    Rule("JOURNAL_BALANCES", _count("journal_entry"), JOURNAL),
    Rule("NUMBERS_GAPLESS", _count("document"), NUMBERS),
    Rule("SEQUENCE_GAPLESS", _count("document"), SEQUENCE),
    Rule("RECORDINGS_AGREE", _count("document"), f"{RECORDINGS} union all ({DOCUMENTS})"),
    Rule("DOCUMENTS_ADD_UP", _count("document"), f"{LINES} union all ({TOTALS})"),
    Rule("CURRENCIES_AGREE", _KEPT, CURRENCIES),
    Rule("CANCELLATIONS_MIRROR", _count("voiding"), CANCELLATIONS),
    Rule("BINS_ADD_UP", _count("bin"), BIN_SUMS),
    Rule("MOVEMENTS_COST", _count("movement"), MOVEMENT_COSTS),
    Rule("BILLING_REBUILT", _count("billing_state"), BILLING),
    Rule("OPEN_ITEMS_REBUILT", _count("open_item"), OPEN_ITEMS),
    Rule("STOCK_EQUALS_LEDGER", _count("cost_entry"), STOCK_VERSUS_LEDGER),
    Rule("PARTIES_EQUAL_LEDGER", _count("party_entry"), PARTIES),
    Rule("LEDGER_SUMS_REBUILT", _count("ledger_day"), LEDGER_SUMS),
)
"""In the order in which they are reported; those that need more than SQL are in check.py."""
