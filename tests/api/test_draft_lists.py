"""Lists of drafts: filtered and sorted, with what their content says of party, day and total."""

from typing import Any
from uuid import uuid4

import pytest

from api.documents.draft_total import net_total
from tests.api.desk import Desk, goods, journal, payment, receipt, sale, stock_entry
from tests.api.staff import desk_of_the_operator, staffed
from tests.api.test_drafts import save

LIST = """
query($company: CompanyRef!, $filter: DraftFilter, $sort: DraftSort! = CHANGED_ASC) {
  drafts(company: $company, filter: $filter, sort: $sort) {
    nodes { note documentKind createdBy party { code } postingDate currency netTotal } } }
"""
PAPERS = {
    "came": receipt("2026-01-12", goods("3", "1.115"), goods("1", "10", discountPercent="50")),
    "sold": sale("2026-01-11", goods("2", "10.005"), currency="EUR", exchangeRate="2"),
    "paid": payment("2026-01-10", "RECEIVE", "90", {}),
    "moved": stock_entry("2026-01-13", "ISSUE", goods("1")),
    "written": journal("2026-01-09", {"Cash": "7", "Sales": "-7"}),
}
SAID = {
    "came": ("ARCU", "2026-01-12", "USD", "8.35"),  # 3.345 is 3.35, as on the document
    "sold": ("UTAH", "2026-01-11", "EUR", "20.01"),
    "paid": ("UTAH", "2026-01-10", "USD", "90.00"),
    "moved": (None, "2026-01-13", "USD", None),
    "written": (None, "2026-01-09", "USD", "7.00"),
}


def listed(desk: Desk, **given: Any) -> list[Any]:
    return desk.ask(LIST, **given)["drafts"]["nodes"]


def notes(desk: Desk, **given: Any) -> list[str]:
    return [one["note"] for one in listed(desk, **given)]


@pytest.fixture(scope="module")
def desk_with_drafts(server: str) -> Desk:
    desk = Desk(server)
    for note, paper in PAPERS.items():
        save(desk, paper, note=note)
    return desk


def test_drafts_say_what_their_content_says(desk_with_drafts: Desk) -> None:
    assert {
        one["note"]: (
            one["party"] and one["party"]["code"],
            one["postingDate"],
            one["currency"],
            one["netTotal"],
        )
        for one in listed(desk_with_drafts)
    } == SAID


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ({"kinds": ["PAYMENT", "JOURNAL_ENTRY"]}, ["paid", "written"]),
        ({"party": {"code": "UTAH"}}, ["sold", "paid"]),
        ({"from": "2026-01-11", "to": "2026-01-12"}, ["came", "sold"]),
        ({"createdBy": "nobody"}, []),
        ({"kinds": [], "party": None}, []),
    ],
)
def test_drafts_are_filtered(desk_with_drafts: Desk, which: Any, found: list[str]) -> None:
    assert notes(desk_with_drafts, filter=which) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("POSTING_DATE_ASC", ["written", "paid", "sold", "came", "moved"]),
        ("KIND_DESC", ["moved", "sold", "came", "paid", "written"]),
        ("AUTHOR_ASC", list(PAPERS)),
    ],
)
def test_drafts_are_sorted(desk_with_drafts: Desk, sort: str, found: list[str]) -> None:
    assert notes(desk_with_drafts, sort=sort) == found


def test_a_page_goes_on_where_the_one_before_ended(desk_with_drafts: Desk) -> None:
    page = """query($company: CompanyRef!, $after: String) {
        drafts(company: $company, sort: POSTING_DATE_ASC, first: 2, after: $after) {
            nodes { note } pageInfo { endCursor hasNextPage } } }"""
    found: list[str] = []
    after, more = None, True
    while more:
        drafts = desk_with_drafts.ask(page, after=after)["drafts"]
        found += [one["note"] for one in drafts["nodes"]]
        after, more = drafts["pageInfo"]["endCursor"], drafts["pageInfo"]["hasNextPage"]
    assert found == ["written", "paid", "sold", "came", "moved"]


@pytest.mark.parametrize("by", ["id", "ID", "unknown", "none"])
def test_a_party_is_found_by_its_id_too(desk: Desk, by: str) -> None:
    query = 'query($company: CompanyRef!) { party(company: $company, code: "ARCU") { id } }'
    known = desk.ask(query.replace('code: "ARCU"', 'party: {code: "ARCU"}'))["party"]["id"]
    name = {"id": known, "ID": known.upper(), "unknown": str(uuid4()), "none": "------"}[by]
    save(desk, receipt("2026-01-12", goods("3", "1"), supplier={"id": name}))
    (one,) = listed(desk)
    assert one["party"] == ({"code": "ARCU"} if by in {"id", "ID"} else None)


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"party": {}, "lines": [{"amount": "5"}, {"quantity": "2", "rate": "1"}]}, "7.00"),
        ({"customer": {}, "lines": [{"quantity": "2"}]}, None),
        ({"customer": {}, "lines": []}, None),
        ({"lines": [{"quantity": "2", "rate": "1"}]}, None),  # costs of goods within the company
        ({"document": {}}, None),
    ],
)
def test_what_a_content_comes_to(given: Any, total: str | None) -> None:
    found = net_total(given, "EUR")
    assert (None if found is None else str(found)) == total


def test_a_limited_role_finds_its_own_drafts_alone(postgres: Any) -> None:
    with staffed(postgres) as staff:
        desk = desk_of_the_operator(staff)
        clerk = staff.at(desk.code, "storekeeper", "WAREHOUSE", "Stores")
        save(desk, PAPERS["came"], note="ours")
        save(clerk, PAPERS["came"], note="own")
        assert notes(clerk, filter={"createdBy": "root"}) == []
        assert notes(clerk) == notes(desk, filter={"createdBy": "storekeeper"}) == ["own"]
        assert notes(desk, sort="AUTHOR_DESC") == ["own", "ours"]
