"""Who may do what, over the wire: tokens, roles, and what is said to whoever may not."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from api.auth import authentication
from domain.references import Ref
from domain.roles import CompanyRole, Permission
from persistence.access import administration
from tests import wire
from tests.api.desk import Desk, delivery, goods, receipt
from tests.api.staff import Staff, codes, desk_of_the_operator, staffed

BALANCE = "query($company: CompanyRef!) { trialBalance(company: $company) { asOf } }"
ITEM = """
mutation($input: CreateItemInput!) {
  createItem(input: $input) { item { sku } errors { code path ... on Forbidden { permission } } }
}
"""


@pytest.fixture(scope="module")
def staff(postgres: Any) -> Iterator[Staff]:
    with staffed(postgres) as people:
        yield people


@pytest.fixture(scope="module")
def operator(staff: Staff) -> Desk:
    return desk_of_the_operator(staff)


def test_documents_say_who_recorded_them(operator: Desk) -> None:
    query = "query($company: CompanyRef!) { documents(company: $company) { nodes { recordedBy } } }"
    nodes = operator.ask(query)["documents"]["nodes"]
    assert {node["recordedBy"] for node in nodes} == {"root"}


# -- tokens -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Basic cm9vdDpyb290", "Bearer ppt_000000000000_" + "a" * 43,
        "Bearer ppt_short", "Bearer " + "x" * 9000, "Bearer a.b.c",
    ],
    ids=str,
)  # fmt: skip
def test_without_a_valid_token_nobody_is_signed_in(
    staff: Staff, operator: Desk, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    client = wire.client(staff.base, headers=headers)
    variables = {"company": operator.company}
    answer = client.post("/graphql", json={"query": BALANCE, "variables": variables}).json()
    assert codes(answer) == ["UNAUTHENTICATED"]
    given = {"company": operator.company, "sku": "X", "name": "X"}
    answer = client.post("/graphql", json={"query": ITEM, "variables": {"input": given}}).json()
    assert answer["data"]["createItem"]["item"] is None
    assert codes(answer, "createItem") == ["UNAUTHENTICATED"]


def test_what_is_public_needs_no_token(staff: Staff) -> None:
    query = {"query": "{ version errorCatalog { code } }"}
    answer = httpx2.post(f"{staff.base}/graphql", json=query).json()
    assert answer["data"]["version"]


def test_a_wrong_secret_of_a_known_prefix_is_no_key(staff: Staff, operator: Desk) -> None:
    _, prefix, _ = operator.token.split("_", 2)
    forged = staff.desk(operator.code, f"ppt_{prefix}_{'A' * 43}")
    assert codes(forged.answer(BALANCE)) == ["UNAUTHENTICATED"]


def test_while_the_database_is_away_nobody_is_told_that_something_is_wrong_inside(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.add("patient")
    headers = {"Authorization": f"Bearer {staff.key('patient')}"}

    async def away(*_: Any) -> None:
        raise psycopg.errors.DiskFull

    monkeypatch.setattr(authentication.sign_in, "key_by_prefix", away)
    with wire.client(staff.base, headers=headers) as client:
        answers = [
            client.post("/graphql", json={"query": "{ me { name } }"}),
            client.get("/export/items.csv?company=ACME"),
        ]
        assert client.get("/metrics").status_code == 503
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        assert codes(answer.json()) == ["TRY_AGAIN"]


def test_a_key_expires(staff: Staff, operator: Desk) -> None:
    over = datetime.now(UTC) - timedelta(seconds=1)
    desk = staff.desk(operator.code, staff.key("root", expires_at=over))
    assert codes(desk.answer(BALANCE)) == ["UNAUTHENTICATED"]
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert staff.desk(operator.code, staff.key("root", expires_at=soon)).ask(BALANCE)


def test_a_revoked_key_and_a_disabled_user_are_out(
    staff: Staff, operator: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = staff.at(operator.code, "leaver", "VIEWER")
    other = staff.desk(operator.code, staff.key("leaver"))
    _, prefix, _ = desk.token.split("_", 2)
    staff.run(lambda database: administration.revoke_key(database, prefix, "test"))
    assert codes(desk.answer(BALANCE)) == ["UNAUTHENTICATED"]
    staff.run(lambda database: administration.set_active(database, "leaver", "test", active=False))
    assert codes(other.answer(BALANCE)) == ["UNAUTHENTICATED"]


def test_the_last_use_of_a_key_is_noted_and_its_secret_kept_nowhere(
    staff: Staff, operator: Desk
) -> None:
    operator.ask(BALANCE)
    _, prefix, secret = operator.token.split("_", 2)
    with psycopg.connect(staff.url) as owner:
        row = owner.execute(
            "select last_used_at > now() - interval '1 hour', row_to_json(k)::text"
            " from api_key k where prefix = %s", (prefix,)
        ).fetchone()  # fmt: skip
    assert row is not None
    assert row[0]
    assert secret not in row[1]


def test_a_scope_cuts_down_what_roles_give(staff: Staff, operator: Desk) -> None:
    token = staff.key("root", scopes=[Permission.BOOKS_READ])
    desk = staff.desk(operator.code, token)
    assert desk.ask(BALANCE)
    given = {"company": desk.company, "sku": "S1", "name": "S"}
    assert codes(desk.answer(ITEM, input=given), "createItem") == ["FORBIDDEN"]


# -- roles ------------------------------------------------------------------------------------


def test_each_role_may_what_it_says(staff: Staff, operator: Desk) -> None:
    asked = {
        "trialBalance": BALANCE,
        "stockBalance": "query($company: CompanyRef!) { stockBalance(company: $company) { asOf } }",
    }
    sent = {
        "createItem": ("CreateItemInput", {"sku": "R-{}", "name": "R"}),
        "createAccount": ("CreateAccountInput", {"code": "R-{}", "name": "R-{}", "type": "BANK",
                          "root": "ASSET", "parent": {"code": "Bank Accounts"}}),
        "closePeriod": ("ClosePeriodInput", {"through": "1999-12-31"}),
        "updateCompany": ("UpdateCompanyInput", {"name": operator.code}),
    }  # fmt: skip
    may = {
        "VIEWER": {"trialBalance", "stockBalance"},
        "WAREHOUSE": {"stockBalance"},
        "ACCOUNTANT": {"trialBalance", "stockBalance", "createItem"},
        "CONTROLLER": {"trialBalance", "stockBalance", "createItem", "createAccount",
                       "closePeriod"},
        "ADMIN": {"trialBalance", "stockBalance", "createItem", "createAccount", "closePeriod",
                  "updateCompany"},
    }  # fmt: skip
    for role, allowed in may.items():
        desk = staff.at(operator.code, f"a-{role.lower()}", role)
        done = {name for name, query in asked.items() if "errors" not in desk.answer(query)}
        for name, (input_type, given) in sent.items():
            filled = {key: value.format(role) if isinstance(value, str) else value
                      for key, value in given.items()}  # fmt: skip
            query = (f"mutation($input: {input_type}!) {{ {name}(input: $input) "
                     "{ errors { code message } } }")  # fmt: skip
            answer = desk.answer(query, input={"company": desk.company, **filled})
            if "FORBIDDEN" not in codes(answer, name):
                done.add(name)
        assert done == allowed, role


def test_a_refused_mutation_leaves_its_siblings_and_nothing_behind(
    staff: Staff, operator: Desk
) -> None:
    desk = staff.at(operator.code, "keeper", "WAREHOUSE")
    query = """
    mutation($item: CreateItemInput!, $note: SubmitDeliveryNoteInput!) {
      done: submitDeliveryNote(input: $note) { deliveryNote { recordedBy } errors { code } }
      refused: createItem(input: $item) {
        item { sku } errors { code message path retryable ... on Forbidden { permission } } }
    }
    """
    kind, note = delivery("2026-01-06", goods("1", "300"))
    data = desk.answer(
        query,
        note={"company": desk.company, **note},
        item={"company": desk.company, "sku": "NO", "name": "No"},
    )["data"]
    assert kind == "DeliveryNote"
    assert data["done"] == {"deliveryNote": {"recordedBy": "keeper"}, "errors": []}
    assert data["refused"] == {
        "item": None,
        "errors": [
            {
                "code": "FORBIDDEN",
                "message": "You may not change items, parties, batches and serial numbers here.",
                "path": [], "retryable": False, "permission": "MASTERS_WRITE",
            }
        ],
    }  # fmt: skip
    found = operator.ask(
        'query($company: CompanyRef!) { item(company: $company, item: {sku: "NO"}) { sku } }'
    )
    assert found["item"] is None


def test_whoever_has_no_role_does_not_learn_what_there_is(staff: Staff, operator: Desk) -> None:
    elsewhere = Desk(staff.base, token=operator.token)
    document = elsewhere.post(receipt("2026-01-05", goods("1", "1")))
    stranger = staff.at(operator.code, "stranger", "ADMIN")
    there, nowhere = (
        stranger.answer(BALANCE, company=company)
        for company in ({"code": elsewhere.code}, {"code": "NO-SUCH-COMPANY"})
    )
    assert there == nowhere
    assert codes(there) == ["FORBIDDEN"]
    by_id = "query($id: ID!) { document(id: $id) { id } node(id: $id) { id } }"
    assert stranger.ask(by_id, id=document["id"]) == {"document": None, "node": None}
    seen = stranger.ask("{ companies { nodes { code } } }")["companies"]["nodes"]
    assert seen == [{"code": operator.code}]
    cancel = """
    mutation($id: ID!) { cancelDocument(input: {document: {id: $id}}) { errors { code } } }
    """
    assert codes(stranger.answer(cancel, id=document["id"]), "cancelDocument") == ["NOT_FOUND"]
    assert elsewhere.status(document) == "SUBMITTED"


def test_cancelling_needs_what_the_document_needed(staff: Staff, operator: Desk) -> None:
    invoice = operator.make(
        "submitSalesInvoice", "salesInvoice", "id", company=operator.company,
        customer={"code": "UTAH"}, postingDate="2026-01-07",
        lines=[{"item": {"sku": "SV0001"}, "quantity": "1", "rate": "10"}],
    )  # fmt: skip
    keeper = staff.at(operator.code, "canceller", "WAREHOUSE")
    answer = keeper.hand_in(("Cancellation", {"document": {"id": invoice["id"]}}))
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert operator.status(invoice) == "SUBMITTED"


# -- changes ----------------------------------------------------------------------------------


def test_changes_of_rights_count_at_once(staff: Staff, operator: Desk) -> None:
    """Made in the database, as by another server or the command line: this one hears of them."""
    staff.add("clerk")
    staff.grant("clerk", "ACCOUNTANT", operator.code)
    key = staff.key("clerk")
    clerk = staff.desk(operator.code, key)

    def said() -> str | None:
        errors = clerk.answer(BALANCE).get("errors")
        return errors[0]["extensions"]["code"] if errors else None

    def soon(code: str | None) -> None:
        until = time.monotonic() + 2
        while said() != code and time.monotonic() < until:
            time.sleep(0.01)
        assert said() == code

    company, role = Ref("company", "code", operator.code), CompanyRole.ACCOUNTANT
    assert said() is None
    staff.run(lambda db: administration.revoke_role(db, company, "clerk", role, "test"))
    soon("FORBIDDEN")
    staff.grant("clerk", "ACCOUNTANT", operator.code)
    soon(None)
    staff.run(lambda db: administration.set_active(db, "clerk", "test", active=False))
    soon("UNAUTHENTICATED")
    staff.run(lambda db: administration.set_active(db, "clerk", "test", active=True))
    soon(None)
    prefix = key.split("_")[1]
    staff.run(lambda db: administration.revoke_key(db, prefix, "test"))
    soon("UNAUTHENTICATED")


def test_what_is_changed_by_hand_counts_after_half_a_minute_at_most() -> None:
    assert authentication.REMEMBERED_SECONDS <= 30
