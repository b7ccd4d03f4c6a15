"""What shows whether distributed books stay within one company: catalog, server's log, plans."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from persistence.citus.catalog import Catalog
from persistence.citus.lint import is_distributed


def catalog(url: str, *statements: str) -> Catalog:
    """The catalog as it would be after these statements."""
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        found = Catalog.of(connection)
        connection.rollback()
    return found


@dataclass
class Transaction:
    """The statements of one transaction, from the server's log."""

    text: str = ""

    @property
    def companies(self) -> set[str]:
        """Those whose rows the nodes were told to show."""
        return set(re.findall(r"set local \"app\"\.\"company_id\" to '([^']+)'", self.text))

    @property
    def words(self) -> set[str]:
        return words(self.text)


def words(text: str) -> set[str]:
    """Names that stand where a table's would."""
    return set(re.findall(r"\b(?:from|join|into|update)\s+(\w+)", text, re.IGNORECASE))


def statements(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(process, text) of each statement in the server's log."""
    pid, text = "", ""
    for line in [*lines, "- - UTC [] "]:
        head = re.match(r"\S+ \S+ UTC \[(\d*)\] (LOG:  (?:statement|execute \S+): )?", line)
        if head is None:
            text += line.removeprefix("\t") if text else ""
            continue
        if text:
            yield pid, text.strip()
        pid, text = head[1], line[head.end() :] if head[2] else ""


def transactions(logged: Iterable[tuple[str, str]]) -> Iterator[Transaction]:
    """Told apart by the process that runs them; what is still open at the end is left out."""
    current: dict[str, Transaction] = {}
    for pid, text in logged:
        if re.match(r"begin\b", text, re.IGNORECASE):
            current[pid] = Transaction()
        elif text.lower() in {"commit", "rollback"} and pid in current:
            yield current.pop(pid)
        elif pid in current:
            current[pid].text += f"{text}\n"


def ask_more_than_one_company(
    url: str, asked: Iterable[str], tables: set[str]
) -> dict[str, set[str]]:
    """Statements by whose plans a table is read without regard to the company, and which it is.

    What PostgreSQL concludes of the company from a condition on another table, Citus does too.
    """
    found: dict[str, set[str]] = {}
    with psycopg.connect(url, autocommit=True) as connection:  # as superuser: no policies
        for text in asked:
            explain = f"explain (generic_plan, verbose, format json) {text}"
            (plan,) = connection.execute(explain.encode()).fetchone() or ({},)
            free = {one["Relation Name"] for one in _scans(plan) if not _is_of_company(one)}
            if free & tables:
                found[text] = free & tables
    return found


def _scans(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict) and _is_compared_by_company(plan):
        return
    parts = plan if isinstance(plan, list) else plan.values() if isinstance(plan, dict) else ()
    if isinstance(plan, dict) and "Relation Name" in plan and "Scan" in plan["Node Type"]:
        yield plan
    for part in parts:
        yield from _scans(part)


def _is_compared_by_company(plan: dict[str, Any]) -> bool:
    """A subquery that is read once for all rows (hashed), and whose rows tell their company."""
    output = plan.get("Output", ()) if plan.get("Parent Relationship") == "SubPlan" else ()
    return any("company_id" in one for one in output)


def _is_of_company(scan: dict[str, Any]) -> bool:
    conditions = (scan.get(one, "") for one in ("Index Cond", "Recheck Cond", "Filter"))
    return any("company_id" in one for one in conditions)


def distributed_tables(url: str) -> set[str]:
    """The names of the tables that are spread by company."""
    return {one.name for one in catalog(url).tables if is_distributed(one.name)}
