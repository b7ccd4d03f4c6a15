"""A date far from the open fiscal years, or from today, is taken for a slip of a pen or a clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.desk import Desk, cancelling, goods, journal, receipt, refusals

SLIP, FIRST_DAY_OF_CLOCKS = "2062-01-11", "1970-01-01"
CLOSED = """
query($company: CompanyRef!) {
  company(company: $company) { frozenThrough } fiscalYears(company: $company) { nodes { code } }
}
"""
FAR = [("FISCAL_YEAR_NOT_OPEN", "postingDate")]


def bounded(desk: Desk, days: int | None) -> None:
    desk.make("updateCompany", "company", company=desk.company, settings={"postingDaysAhead": days})


def ahead(days: int) -> str:
    """So many days after today, where that is latest."""
    return (datetime.now(UTC) + timedelta(days=days, hours=14)).date().isoformat()


def test_documents_of_all_kinds_are_refused_and_leave_nothing(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("1", "20")))
    bounded(desk, None)
    for day in (SLIP, FIRST_DAY_OF_CLOCKS):
        assert refusals(desk, receipt(day, goods("1", "20"))) == FAR  # posted with others
        assert refusals(desk, journal(day, {"Cash": "1", "Sales": "-1"})) == FAR  # by itself
    (error,) = desk.refused(receipt(SLIP, goods("1", "20")))
    assert error["message"] == (
        "2062-01-11 lies in fiscal year 2062, and 2026 is the nearest one open: "
        "correct the date, or open that year first."
    )
    years = "query($company: CompanyRef!) { fiscalYears(company: $company) { nodes { code } } }"
    assert desk.ask(years)["fiscalYears"]["nodes"] == [{"code": "2026"}]


def test_years_before_and_soon_after_open_themselves(desk: Desk) -> None:
    bounded(desk, None)
    for day in ("2026-01-10", "2016-01-10", "2036-12-31"):
        desk.post(receipt(day, goods("1", "20")))


def test_a_year_that_was_opened_takes_documents(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("1", "20")))
    bounded(desk, None)
    assert refusals(desk, receipt(SLIP, goods("1", "20"))) == FAR
    desk.make("openFiscalYear", "fiscalYear", company=desk.company, date="2062-07-01")
    assert desk.post(receipt(SLIP, goods("1", "20")))["number"] == "PR-2062-00001"


def test_nobody_migrates_as_of_a_slip(desk: Desk) -> None:
    desk.post(journal("2026-01-10", {"Cash": "1", "Sales": "-1"}))
    bounded(desk, None)
    given = {"company": desk.company, "asOf": SLIP, "scheme": "PERIODIC"}
    for mutation, thing in (("previewMigrateCompany", "plan"), ("migrateCompany", "migration")):
        payload = desk.ask(
            f"mutation($input: MigrateCompanyInput!) {{ done: {mutation}(input: $input) {{"
            f" {thing} {{ __typename }} errors {{ code path }} }} }}",
            input=given,
        )["done"]
        assert payload == {
            thing: None,
            "errors": [{"code": "FISCAL_YEAR_NOT_OPEN", "path": ["asOf"]}],
        }


def test_nothing_is_dated_further_ahead_than_the_company_allows(desk: Desk) -> None:
    far = [("POSTING_DATE_AHEAD", "postingDate")]
    came = receipt(ahead(40), goods("1", "20"))
    sold = journal(ahead(40), {"Cash": "1", "Sales": "-1"})
    posted = desk.post(came)
    bounded(desk, 30)
    for paper in (came, sold):
        assert refusals(desk, paper) == far
    (error,) = desk.refused(sold)
    assert error["message"] == (
        f"{ahead(40)} is too far ahead: today the latest date is {ahead(30)}."
    )
    desk.post(receipt(ahead(29), goods("1", "20")))
    desk.post(cancelling(posted))  # on the day of what it undoes
    today = desk.post(journal(ahead(0), {"Cash": "1", "Sales": "-1"}, reverseOn=ahead(40)))
    desk.cancelled(today)  # an accrual of today is taken back when it is time
    today = desk.post(journal(ahead(0), {"Cash": "1", "Sales": "-1"}))
    later = [("POSTING_DATE_AHEAD", "reverseOn")]
    assert refusals(desk, cancelling(today, reverseOn=ahead(40))) == later
    bounded(desk, None)
    desk.post(sold)


@pytest.mark.parametrize(
    ("mutation", "given", "path"),
    [
        ("closePeriod", {"through": "3026-01-31"}, "through"),
        ("closeInventoryPeriod", {"through": "3026-01-31"}, "through"),
        ("updateCompany", {"frozenThrough": "3026-01-31"}, "frozenThrough"),
        ("openFiscalYear", {"date": "3026-01-31"}, "date"),
    ],
)
@pytest.mark.parametrize("days", [30, None])
def test_nothing_is_closed_or_opened_centuries_ahead(
    desk: Desk, mutation: str, given: Any, path: str, days: int | None
) -> None:
    bounded(desk, days)
    input_type = "ClosePeriodInput" if mutation.startswith("close") else ""
    input_type = input_type or mutation[0].upper() + mutation[1:] + "Input"
    done = desk.ask(
        f"mutation($input: {input_type}!) {{ done: {mutation}(input: $input) {{"
        " errors { code path } } }",
        input={"company": desk.company, **given},
    )["done"]
    assert done["errors"] == [{"code": "POSTING_DATE_AHEAD", "path": [path]}]
    assert desk.ask(CLOSED) == {"company": {"frozenThrough": None}, "fiscalYears": {"nodes": []}}


def test_no_year_is_opened_centuries_ago(desk: Desk) -> None:
    """The years around it would open themselves, and take a slip for a date of theirs."""
    opened = (
        "mutation($input: OpenFiscalYearInput!) { done: openFiscalYear(input: $input) {"
        " fiscalYear { code } errors { code path message } } }"
    )
    century = datetime.now(UTC).date() - timedelta(days=36_525)
    for day in ("0001-01-01", "1026-01-31", (century - timedelta(days=2)).isoformat()):
        done = desk.ask(opened, input={"company": desk.company, "date": day})["done"]
        message = "The value cannot be right: it must not be more than a hundred years ago."
        assert (done["fiscalYear"], done["errors"][0]["message"]) == (None, message)
        assert (done["errors"][0]["code"], done["errors"][0]["path"]) == ("INVALID_VALUE", ["date"])
    desk.make("openFiscalYear", "fiscalYear", company=desk.company, date=century.isoformat())


def test_what_may_be_posted_on_may_be_closed(desk: Desk) -> None:
    bounded(desk, 30)
    desk.make("closePeriod", "company", company=desk.company, through=ahead(29))
    assert desk.ask(CLOSED)["company"]["frozenThrough"] == ahead(29)


@pytest.mark.parametrize(
    ("settings", "days"),
    [(None, 1096), ({"fourEyes": False}, 1096), ({"postingDaysAhead": None}, None),
     ({"postingDaysAhead": 0}, 0)],
)  # fmt: skip
def test_a_new_company_has_a_bound_unless_it_wants_none(
    server: str, settings: Any, days: int | None
) -> None:
    desk = Desk(server)
    code = f"B{desk.code}"
    given = {"code": code, "name": code, "currency": "EUR", "settings": settings}
    made = desk.make("createCompany", "company", "settings { postingDaysAhead }", **given)
    assert made["settings"]["postingDaysAhead"] == days


def test_a_bound_is_none_below_today(desk: Desk) -> None:
    errors = desk.ask(
        "mutation($input: UpdateCompanyInput!) { done: updateCompany(input: $input) {"
        " errors { code path } } }",
        input={"company": desk.company, "settings": {"postingDaysAhead": -1}},
    )["done"]["errors"]
    assert errors == [{"code": "INVALID_VALUE", "path": ["settings", "postingDaysAhead"]}]
