"""The runner itself: nothing is left out silently, and every wrong figure is found."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.client import Client
from tests.conformance.compare import Difference
from tests.conformance.runner import main
from tests.conformance.scenario import judge, table_of

_VECTORS = Path(__file__).parent / "vectors"
_SMALL = _VECTORS / "erpnext" / "erpnext-moving-average.json"

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Client]:
    """One kept-alive connection."""
    with Client(server) as connected:
        yield connected


def changed(folder: Path, change: Change, original: Path = _SMALL) -> Path:
    """A copy of a scenario file with a change."""
    scenario = json.loads(original.read_text("utf-8"))
    change(scenario)
    path = folder / "changed.json"
    path.write_text(json.dumps(scenario), "utf-8")
    return path


def _set(*path: str | int, to: object) -> Change:
    def change(scenario: dict[str, Any]) -> None:
        place: Any = scenario
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (_set("novelty", to=1), "scenario.novelty"),
        (_set("company", "novelty", to=1), "scenario.company.novelty"),
        (_set("company", "settings", "novelty", to=True), "settings.novelty"),
        (_set("company", "defaults", "novelty", to="Stores"), "company.defaults.novelty"),
        (_set("company", "mode", to="BY_HAND"), "company.mode BY_HAND"),
        (_set("items", 0, "novelty", to=1), "scenario.items.novelty"),
        (_set("items", 0, "valuation", to="NIFO"), "items.valuation.NIFO"),
        (_set("steps", 0, "do", to="conjure"), "conjure"),
        (_set("steps", 0, "novelty", to=1), "purchaseReceipt.novelty"),
        (_set("steps", 0, "freight", to="5"), "purchaseReceipt.freight"),
        (_set("steps", 0, "lines", 0, "novelty", to=1), "purchaseReceipt.lines.novelty"),
        (_set("steps", 0, "lines", 0, "countedQty", to="1"), "purchaseReceipt.lines.countedQty"),
        (_set("steps", 0, "charges", to=[{"basis": "QTY"}]), "purchaseReceipt.charges.basis"),
        (_set("steps", 0, "expect", "novelty", to=[]), "purchaseReceipt.expect.novelty"),
        (_set("final", "gl", to=[]), "final.gl"),
    ],
)
def test_what_is_not_handled_fails(
    tmp_path: Path, client: Client, change: Change, missing: str
) -> None:
    verdict = judge(changed(tmp_path, change), client)
    assert verdict.failure == f"not supported: {missing}"


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (_set("steps", 0, "lines", 0, "qty", to="ten"), "purchaseReceipt.lines.qty is no Decimal"),
        (_set("steps", 0, "date", to="soon"), "purchaseReceipt.date is no date"),
        (_set("accounts", to={}), "scenario.accounts is no list"),
        (_set("warehouses", 0, "parent", to="Nowhere"), "warehouses have no such parent: Nowhere"),
    ],
)
def test_what_is_no_scenario_says_where(
    tmp_path: Path, client: Client, change: Change, trouble: str
) -> None:
    verdict = judge(changed(tmp_path, change), client)
    assert verdict.failure is not None
    assert trouble in verdict.failure


def test_a_file_that_is_not_json_fails(tmp_path: Path, client: Client) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{")
    failure = judge(path, client).failure
    assert failure is not None
    assert failure.startswith("malformed: not JSON")


@pytest.mark.parametrize("step", [0, 1, 2])
@pytest.mark.parametrize("key", ["gl", "stock"])
def test_every_wrong_figure_is_found(tmp_path: Path, client: Client, step: int, key: str) -> None:
    column = {"gl": "debit", "stock": "value"}[key]
    path = changed(tmp_path, _set("steps", step, "expect", key, 0, column, to="7.77"))
    failure = judge(path, client).failure
    assert failure is not None
    assert f": {key}" in failure
    assert "  * " in failure


def test_a_balance_too_many_is_found(tmp_path: Path, client: Client) -> None:
    failure = judge(
        changed(tmp_path, _set("final", "trialBalance", 0, to={"account": "X"})), client
    )
    assert failure.failure is not None
    assert "at final: trialBalance" in failure.failure


def test_an_error_that_does_not_come_is_found(tmp_path: Path, client: Client) -> None:
    change = _set("steps", 1, "expect", to={"error": "PERIOD_CLOSED"})
    failure = judge(changed(tmp_path, change), client).failure
    assert failure is not None
    assert "PERIOD_CLOSED" in failure


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        ({"errors": ["UNBALANCED_ENTRY", "STOCK_ACCOUNT_LOCKED"]}, None),
        ({"error": "UNBALANCED_ENTRY", "errors": ["STOCK_ACCOUNT_LOCKED"]}, None),
        ({"error": "UNBALANCED_ENTRY"}, "outcome"),
        ({"errors": ["UNBALANCED_ENTRY", "PERIOD_CLOSED"]}, "outcome"),
        ({"errors": []}, "outcome"),
    ],
)
def test_all_codes_of_a_refusal_are_compared(
    tmp_path: Path, client: Client, expected: Any, failure: str | None
) -> None:
    lines = [{"account": "Stores", "debit": "5"}, {"account": "Creditors", "credit": "4"}]
    step = {"ref": "X", "do": "journalEntry", "date": "2024-03-02", "lines": lines}

    def end_with_it(scenario: dict[str, Any]) -> None:
        scenario["steps"][1:] = [{**step, "expect": expected}]
        del scenario["final"]

    found = judge(changed(tmp_path, end_with_it), client).failure
    assert found is None if failure is None else f"at X journalEntry: {failure}" in str(found)


def test_a_difference_is_a_table() -> None:
    rows = {"Stores": (Decimal("1.00"), Decimal("1.50")), "Creditors": (None, Decimal("-1.00"))}
    assert table_of(Difference("PR-1 purchaseReceipt", "gl", rows)).splitlines() == [
        "at PR-1 purchaseReceipt: gl",
        "               expected  actual",
        "  * Stores         1.00    1.50",
        "  * Creditors         -   -1.00",
    ]


def test_the_command_says_which_pass(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tmp_path, _set("steps", 0, "do", to="conjure"))
    assert main([str(_SMALL), "--url", server]) == 0
    assert capsys.readouterr().out == "ok erpnext-moving-average\n1 passed, 0 failed\n"
    assert main([str(tmp_path), "--url", server]) == 1
    assert capsys.readouterr().out == ("FAIL changed not supported: conjure\n0 passed, 1 failed\n")
    assert main([str(tmp_path / "nothing"), "--url", server]) == 2
