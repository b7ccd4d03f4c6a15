"""Drafts over the wire: saved, changed, previewed, posted; and the second pair of eyes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.settings import Settings
from persistence.access.administration import add_principal
from persistence.embedded import EmbeddedPostgres
from tests.api.desk import Desk, Paper, cancelling, delivery, goods, receipt
from tests.api.staff import Staff
from tests.servers import new_database, running_server

DRAFT = """
id documentId documentKind content note status
createdBy changedBy approvedBy rejectedBy reason version
document { number }
"""
ERRORS = """
errors { code path ... on ApprovalRequired { draft } ... on DraftClosed { document }
  ... on VersionConflict { current record { id ... on Draft { version note } } }
} replayed
"""
IN = receipt("2026-01-10", goods("10", "200"))
AT_ONCE = 4


def document(desk: Desk, paper: Paper) -> Any:
    """The paper as an `AnyDocumentInput`."""
    kind, given = paper
    return {kind[0].lower() + kind[1:]: {"company": desk.company, **given}}


def do(desk: Desk, mutation: str, input_type: str, fields: str, **given: Any) -> Any:
    """The payload of a mutation on drafts."""
    return desk.ask(
        f"mutation($input: {input_type}!) {{"
        f" done: {mutation}(input: $input) {{ {fields} {ERRORS} }} }}",
        input={"company": desk.company, **given},
    )["done"]


def save(desk: Desk, paper: Paper, **more: Any) -> Any:
    """A draft that was saved."""
    given = {"document": document(desk, paper), **more}
    payload = do(desk, "saveDraft", "SaveDraftInput", f"draft {{ {DRAFT} }}", **given)
    assert payload["errors"] == [], payload["errors"]
    return payload["draft"]


def submit(desk: Desk, draft: Any, mutation: str = "submitDraft", **more: Any) -> Any:
    """The payload of submitting or approving a draft."""
    fields = f"document {{ id number }} draft {{ {DRAFT} }}"
    return do(desk, mutation, "DraftInput", fields, draft=draft["id"], **more)


def preview(desk: Desk, draft: Any, **more: Any) -> Any:
    """The payload of previewing a draft."""
    lines = "journalLines { account { code } debit credit }"
    fields = f"document {{ kind number {lines} }} draft {{ status version }}"
    return do(desk, "previewDraft", "DraftInput", fields, draft=draft["id"], **more)


def listed(desk: Desk, **more: Any) -> list[Any]:
    """The drafts of the company."""
    query = (
        "query($company: CompanyRef!, $status: [DraftStatus!]) {"
        f" drafts(company: $company, status: $status) {{ nodes {{ {DRAFT} }} }} }}"
    )
    return desk.ask(query, **more)["drafts"]["nodes"]


def test_a_draft_is_kept_as_given_and_says_what_it_would_post(desk: Desk) -> None:
    before = desk.books()
    draft = save(desk, IN, note="Wait for the invoice")
    assert draft["content"]["purchaseReceipt"] == {
        "company": desk.company,
        "supplier": {"code": "ARCU"},
        "postingDate": "2026-01-10",
        "id": draft["documentId"],
        "lines": [
            {
                "item": {"sku": "RM0001"}, "warehouse": {"code": "Stores"}, "quantity": "10",
                "rate": "200", "discountPercent": "0", "rejectedQuantity": "0", "serials": [],
            }
        ],
        "charges": [],
    }  # fmt: skip
    shown = (draft["status"], draft["version"], draft["documentKind"])
    assert shown == ("OPEN", 1, "PURCHASE_RECEIPT")
    shown = preview(desk, draft)["document"]
    assert shown["number"] == ""
    assert shown["journalLines"][0] == {
        "account": {"code": "Stores"}, "debit": "2000.00", "credit": "0.00",
    }  # fmt: skip
    assert desk.books() == before
    assert [one["id"] for one in listed(desk)] == [draft["id"]]


def test_a_draft_that_is_sent_several_times_at_once_is_posted_once(desk: Desk) -> None:
    drafts = [save(desk, IN) for _ in range(4)]
    with ThreadPoolExecutor(AT_ONCE) as people:
        for draft in drafts:
            answers = list(people.map(lambda _, one=draft: submit(desk, one), range(AT_ONCE)))
            assert [one["errors"] for one in answers] == [[]] * AT_ONCE
            assert sorted(one["replayed"] for one in answers) == [False] + [True] * (AT_ONCE - 1)
            assert len({one["document"]["number"] for one in answers}) == 1
    assert len(desk.numbers()) == len(drafts)


def test_a_preview_says_what_is_wrong(desk: Desk) -> None:
    draft = save(desk, delivery("2026-01-10", goods("10", "200")))
    found = preview(desk, draft)
    assert (found["document"], found["draft"]) == (None, None)
    assert found["errors"] == [
        {
            "code": "INSUFFICIENT_STOCK",
            "path": ["document", "deliveryNote", "lines", "0", "quantity"],
        }
    ]
    stale = preview(desk, draft, expectedVersion=7)
    assert [one["code"] for one in stale["errors"]] == ["VERSION_CONFLICT"]
    unknown = preview(desk, {"id": str(uuid4())})
    assert [one["code"] for one in unknown["errors"]] == ["NOT_FOUND"]
    payload = submit(desk, draft)
    assert [one["code"] for one in payload["errors"]] == ["INSUFFICIENT_STOCK"]
    assert listed(desk)[0]["status"] == "OPEN"


def test_what_does_not_fit_the_input_is_refused_on_the_way_in(desk: Desk) -> None:
    both = {**document(desk, IN), **document(desk, delivery("2026-01-10"))}
    answer = desk.answer(
        "mutation($input: SaveDraftInput!) { saveDraft(input: $input) { draft { id } } }",
        input={"company": desk.company, "document": both},
    )
    assert "errors" in answer
    assert listed(desk) == []


def test_submitting_posts_the_document_and_closes_the_draft(desk: Desk) -> None:
    draft = save(desk, IN)
    first, again = submit(desk, draft), submit(desk, draft)
    assert first["errors"] == again["errors"] == []
    assert first["document"] == {"id": draft["documentId"], "number": "PR-2026-00001"}
    assert (first["draft"]["status"], first["replayed"]) == ("POSTED", False)
    assert (again["document"], again["replayed"]) == (first["document"], True)
    assert listed(desk) == []
    assert listed(desk, status=["POSTED"])[0]["document"] == {"number": "PR-2026-00001"}
    (refused,) = do(desk, "deleteDraft", "DraftInput", "deletedId", draft=draft["id"])["errors"]
    assert refused["code"] == "DRAFT_CLOSED"
    assert refused["document"] == "PR-2026-00001"


def test_nobody_changes_what_they_have_not_seen(desk: Desk) -> None:
    draft = save(desk, IN)
    other = document(desk, receipt("2026-01-11", goods("5", "100")))
    change = {"draft": draft["id"], "document": other, "expectedVersion": 1}
    fields = f"draft {{ {DRAFT} }}"
    changed = do(desk, "updateDraft", "UpdateDraftInput", fields, **change)
    assert changed["draft"]["version"] == 2
    assert changed["draft"]["content"]["purchaseReceipt"]["postingDate"] == "2026-01-11"
    noted = {**change, "expectedVersion": 2, "note": "ask Ana"}
    do(desk, "updateDraft", "UpdateDraftInput", fields, **noted)
    kept = do(desk, "updateDraft", "UpdateDraftInput", fields, **change | {"expectedVersion": 3})
    assert kept["draft"]["note"] == "ask Ana"
    cleared = {**change, "expectedVersion": 4, "note": None}
    again = do(desk, "updateDraft", "UpdateDraftInput", fields, **cleared)
    assert again["draft"]["note"] is None
    late = do(desk, "updateDraft", "UpdateDraftInput", fields, **change)
    assert late["errors"] == [
        {
            "code": "VERSION_CONFLICT", "path": ["expectedVersion"], "current": 5,
            "record": {"id": draft["id"], "version": 5, "note": None},
        }
    ]  # fmt: skip
    assert submit(desk, draft, expectedVersion=1)["errors"][0]["code"] == "VERSION_CONFLICT"
    gone = do(desk, "deleteDraft", "DraftInput", "deletedId", draft=draft["id"], expectedVersion=5)
    assert gone["deletedId"] == draft["id"]
    assert listed(desk) == []


def test_saving_again_under_the_same_id_is_the_same_draft(desk: Desk) -> None:
    given = {"document": document(desk, IN), "id": str(uuid4())}
    fields = "draft { id version }"
    first = do(desk, "saveDraft", "SaveDraftInput", fields, **given)
    again = do(desk, "saveDraft", "SaveDraftInput", fields, **given)
    assert (first["draft"], again["replayed"]) == (again["draft"], True)


def test_drafts_of_another_company_are_not_found(desk: Desk, server: str) -> None:
    draft, other = save(desk, IN), Desk(server)
    assert submit(other, draft)["errors"][0]["code"] == "NOT_FOUND"
    assert listed(other) == []


# -- four eyes ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def staff(postgres: EmbeddedPostgres) -> Iterator[Staff]:
    """Whoever works at a server that needs a token."""
    with new_database(postgres) as url, running_server(url, Settings(auth="required")) as base:
        people = Staff(base, url)
        for name in ("ana", "bea", "cid"):
            people.add(name, operator=True)
        yield people


@pytest.fixture
def people(staff: Staff) -> tuple[Desk, Desk]:
    """Ana and Bea at two desks of one company that wants four eyes."""
    ana = Desk(staff.base, token=staff.key("ana"))
    ana.make("updateCompany", "company", company=ana.company, settings={"fourEyes": True})
    return ana, staff.desk(ana.code, staff.key("bea"))


def test_a_submitted_document_waits_for_somebody_else(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    (error,) = ana.hand_in(IN)["errors"]
    assert error["code"] == "APPROVAL_REQUIRED"
    assert ana.numbers() == []
    (draft,) = listed(bea)
    assert (draft["status"], draft["createdBy"]) == ("PENDING", "ana")
    own = submit(ana, draft, "approveDocument")
    assert [one["code"] for one in own["errors"]] == ["FOUR_EYES"]
    approved = submit(bea, draft, "approveDocument")
    assert approved["errors"] == []
    assert approved["document"]["number"] == "PR-2026-00001"
    assert (approved["draft"]["status"], approved["draft"]["approvedBy"]) == ("POSTED", "bea")
    assert ana.stock() == {"RM0001 in Stores": ("10", "2000.00")}


def test_approving_again_gives_the_document_again(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    ana.hand_in(IN)
    (draft,) = listed(bea)
    first = submit(bea, draft, "approveDocument")
    again = submit(bea, draft, "approveDocument")
    assert (again["document"], again["errors"]) == (first["document"], [])
    other = submit(ana, draft, "approveDocument")
    assert [one["code"] for one in other["errors"]] == ["DRAFT_CLOSED"]


def test_of_two_who_approve_at_once_one_is_told_that_it_is_done(
    people: tuple[Desk, Desk], staff: Staff
) -> None:
    ana, bea = people
    both = (bea, staff.desk(ana.code, staff.key("cid")))
    for day in range(10, 14):
        ana.hand_in(receipt(f"2026-01-{day}", goods("1", "200")))
    with ThreadPoolExecutor(2) as threads:
        for draft in listed(bea):
            one = list(threads.map(lambda desk, d=draft: submit(desk, d, "approveDocument"), both))
            refused = [error for answer in one for error in answer["errors"]]
            number = next(answer["document"]["number"] for answer in one if answer["document"])
            assert refused == [{"code": "DRAFT_CLOSED", "path": ["draft"], "document": number}]
    assert len(ana.numbers()) == 4


def test_no_service_account_approves(people: tuple[Desk, Desk], staff: Staff) -> None:
    ana, _ = people
    robot = f"robot.{ana.code.lower()}"
    staff.run(lambda database: add_principal(database, robot, "SERVICE", "test"))
    staff.grant(robot, "CONTROLLER", ana.code)
    ana.hand_in(IN)
    (draft,) = listed(ana)
    refused = submit(staff.desk(ana.code, staff.key(robot)), draft, "approveDocument")
    assert [one["code"] for one in refused["errors"]] == ["PERSON_REQUIRED"]
    with psycopg.connect(staff.url) as owner:
        company = owner.execute("select id from company where code = %s", (ana.code,)).fetchone()
        assert company is not None
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        with pytest.raises(psycopg.DatabaseError, match=f"{robot} is a service account"):
            owner.execute("update draft set approved_by = %s where id = %s", (robot, draft["id"]))


def test_the_same_submit_again_waits_in_the_same_draft(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    paper = (IN[0], {**IN[1], "id": str(uuid4())})
    for _ in range(2):
        ana.hand_in(paper)
    (draft,) = listed(bea)
    submit(bea, draft, "approveDocument")
    assert ana.hand_in(paper)["replayed"]


def test_what_is_wrong_is_refused_at_once(people: tuple[Desk, Desk]) -> None:
    ana, _ = people
    (error,) = ana.hand_in(delivery("2026-01-10", goods("1", "1")))["errors"]
    assert error["code"] == "INSUFFICIENT_STOCK"
    assert listed(ana) == []


def test_a_rejected_document_goes_back_and_may_come_again(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    draft = save(ana, IN)
    assert submit(ana, draft)["errors"][0] == {
        "code": "APPROVAL_REQUIRED", "path": ["draft"], "draft": draft["id"],
    }  # fmt: skip
    rejected = do(bea, "rejectDocument", "RejectDocumentInput", f"draft {{ {DRAFT} }}",
                  draft=draft["id"], reason="No order")  # fmt: skip
    assert rejected["draft"]["status"] == "REJECTED"
    assert (rejected["draft"]["reason"], rejected["draft"]["rejectedBy"]) == ("No order", "bea")
    assert submit(bea, draft, "approveDocument")["errors"][0]["code"] == "NOT_PENDING"
    submit(ana, draft)
    assert submit(bea, draft, "approveDocument")["errors"] == []


def test_whoever_changes_it_may_not_approve_it(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    draft = save(ana, IN)
    do(bea, "updateDraft", "UpdateDraftInput", "draft { id }", draft=draft["id"],
       document=document(bea, receipt("2026-01-11", goods("5", "100"))))  # fmt: skip
    submit(ana, draft)
    for each in people:
        assert submit(each, draft, "approveDocument")["errors"][0]["code"] == "FOUR_EYES"


def test_cancelling_and_batches_want_four_eyes_too(people: tuple[Desk, Desk]) -> None:
    ana, bea = people
    ana.hand_in(IN)
    posted = submit(bea, listed(bea)[0], "approveDocument")["document"]
    (error,) = ana.hand_in(cancelling(posted))["errors"]
    assert error["code"] == "APPROVAL_REQUIRED"
    assert submit(bea, listed(bea)[0], "approveDocument")["errors"] == []
    results = ana.ask(
        "mutation($input: SubmitBatchInput!) { done: submitBatch(input: $input) {"
        " results { errors { code path ... on ApprovalRequired { draft } } } } }",
        input={"company": ana.company, "documents": [document(ana, IN), document(ana, IN)]},
    )["done"]["results"]
    assert [one["errors"][0]["code"] for one in results] == ["APPROVAL_REQUIRED"] * 2
    assert sorted(one["errors"][0]["draft"] for one in results) == sorted(
        one["id"] for one in listed(bea)
    )


def test_the_database_refuses_an_approval_by_the_author(
    people: tuple[Desk, Desk], staff: Staff
) -> None:
    ana, _ = people
    draft = save(ana, IN)
    with psycopg.connect(staff.url) as owner:
        company = owner.execute("select id from company where code = %s", (ana.code,)).fetchone()
        assert company is not None
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(
                "update draft set approved_by = created_by, status = 'POSTED' where id = %s",
                (draft["id"],),
            )


def test_the_database_refuses_a_document_that_nobody_approved(
    people: tuple[Desk, Desk], staff: Staff
) -> None:
    ana, _ = people
    with psycopg.connect(staff.url) as owner:
        company = owner.execute("select id from company where code = %s", (ana.code,)).fetchone()
        assert company is not None
        owner.execute("select set_config('app.company_id', %s, true)", (str(company[0]),))
        add = (
            "insert into document (company_id, id, seq, kind, number, posting_date, posting_time,"
            " recorded_at, update_stock, body_hash, currency, exchange_rate)"
            " values (%s, gen_random_uuid(), 900, %s, 'X', '2026-01-10', '12:00', now(), false, '',"
            " 'EUR', 1)"
        )
        with pytest.raises(psycopg.Error) as refused, owner.transaction():
            owner.execute(add, (company[0], "JOURNAL_ENTRY"))
        assert refused.value.sqlstate == "PP003"
        owner.execute(add, (company[0], "MIGRATION"))
        owner.rollback()
