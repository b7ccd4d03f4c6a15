"""Somebody with many slow reports: whoever posts, and whoever reads beside him, gets through."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.api.desk import Desk, delivery, goods, receipt
from tests.api.staff import SignedInDesk, Staff, staffed
from tests.api.test_at_the_same_time import WAITING, wait_until

_REPORTS = 24


@pytest.fixture(scope="module")
def staff(postgres: Any) -> Iterator[Staff]:
    with staffed(postgres) as people:
        yield people


def test_others_get_through(staff: Staff) -> None:
    root = Desk(staff.base, token=staff.key("root"))
    root.post(receipt("2026-01-05", goods("10", "100")))
    clerk, screen = (
        _impatient(staff.at(root.code, name, "ACCOUNTANT")) for name in ("clerk", "screen")
    )
    with ThreadPoolExecutor(_REPORTS) as programs:
        with psycopg.connect(staff.url) as owner:
            owner.execute("lock table master_change in access exclusive mode")
            asked = [programs.submit(_changes, root) for _ in range(_REPORTS)]
            wait_until(staff.url, WAITING, 6)

            assert clerk.post(delivery("2026-01-06", goods("4", "120")))["number"]
            assert screen.stock() == {"RM0001 in Stores": ("6", "600.00")}
        assert [one.result() for one in asked] == [[{"kind": "COMPANY"}]] * _REPORTS


def _impatient(desk: SignedInDesk) -> SignedInDesk:
    desk.client.timeout = 10
    return desk


def _changes(desk: Desk) -> Any:
    """Reads a table that neither postings nor what runs in the background look at."""
    query = "query($company: CompanyRef!) { masterChanges(company: $company) { nodes { kind } } }"
    return desk.ask(query, company=desk.company)["masterChanges"]["nodes"][-1:]
