"""A date far after the last open fiscal year is taken for a slip, until its year is opened."""

from tests.api.desk import Desk, goods, journal, receipt, refusals

SLIP = "2062-01-11"
FAR = [("FISCAL_YEAR_NOT_OPEN", "postingDate")]


def test_documents_of_all_kinds_are_refused_and_leave_nothing(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("1", "20")))
    for paper in (
        receipt(SLIP, goods("1", "20")),  # posted with others
        journal(SLIP, {"Cash": "1", "Sales": "-1"}),  # posted by itself
    ):
        assert refusals(desk, paper) == FAR
    (error,) = desk.refused(receipt(SLIP, goods("1", "20")))
    assert error["message"] == (
        "2062-01-11 lies in fiscal year 2062, and 2026 is the last one open: "
        "correct the date, or open that year first."
    )
    years = "query($company: CompanyRef!) { fiscalYears(company: $company) { nodes { code } } }"
    assert desk.ask(years)["fiscalYears"]["nodes"] == [{"code": "2026"}]


def test_years_before_and_soon_after_open_themselves(desk: Desk) -> None:
    for day in ("2026-01-10", "2016-01-10", "2036-12-31"):
        desk.post(receipt(day, goods("1", "20")))


def test_a_year_that_was_opened_takes_documents(desk: Desk) -> None:
    desk.post(receipt("2026-01-10", goods("1", "20")))
    assert refusals(desk, receipt(SLIP, goods("1", "20"))) == FAR
    desk.make("openFiscalYear", "fiscalYear", company=desk.company, date="2062-07-01")
    assert desk.post(receipt(SLIP, goods("1", "20")))["number"] == "PR-2062-00001"


def test_nobody_migrates_as_of_a_slip(desk: Desk) -> None:
    desk.post(journal("2026-01-10", {"Cash": "1", "Sales": "-1"}))
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
