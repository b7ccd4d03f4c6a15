"""Refusals at the edge: a type, a message in each language, and a catalogue entry for each."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from graphql import GraphQLError

from api.context import Context, Services
from api.executing.top_level import translated
from api.messages import LANGUAGES, catalogue, message, negotiate, remedies
from api.schema import schema
from api.types.errors import error_catalogue, refusal_of, user_errors
from domain import errors as refusals
from domain.accounts import AccountType, Role, Root
from domain.company import CostingMethod, Flow, Scheme
from domain.documents.costing_method_change import INTERCHANGEABLE
from domain.documents.landed_cost import DistributionBasis
from domain.errors import (
    CodeTaken,
    HasDependents,
    Inactive,
    InsufficientStock,
    InternalError,
    InvalidValue,
    ItemMismatch,
    NotFound,
    NotSupported,
    PeriodNotClosed,
    Refusal,
    Refused,
    Required,
    SystemBusy,
    ValueMalformed,
    WrongAccountType,
    WrongRole,
)
from domain.masters import PartyRole
from domain.records import LotHold
from domain.roles import Permission

ROOT = Path(__file__).parents[2]

SHORT_OF_STOCK = InsufficientStock(
    path=("lines", "0", "quantity"),
    item="RM0001",
    warehouse="Stores",
    available=Decimal("5.00"),
    requested=Decimal(7),
    posting_date="2026-01-12",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refusal", refusals.catalogue(), ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_message_with_its_own_data(
    refusal: type[Refusal], language: str
) -> None:
    text = catalogue(language)[refusal.code]
    named = {name for _, name, _, _ in Formatter().parse(text) if name}
    assert text
    assert named <= set(refusal.__dataclass_fields__) - {"path"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_kind_in_the_code_has_words(language: str) -> None:
    words = catalogue(language)
    missing = {key for key in _keys_in_the_code() if not words.get(key)}
    assert not missing


def _keys_in_the_code() -> Iterator[str]:
    for folder in ("api", "domain", "persistence"):
        for source in (ROOT / folder).rglob("*.py"):
            for name, value in re.findall(r'\b(reason|kind)="([a-z_]+)"', source.read_text()):
                yield f"{name} {value}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_have_people_s_words_for_what_the_api_calls_otherwise(language: str) -> None:
    named = [*AccountType, *Root, *Role, *PartyRole, *Scheme, *Flow, *CostingMethod]
    named += [LotHold.BLOCKED, LotHold.QUARANTINED, *INTERCHANGEABLE, "SALES", "PURCHASE"]
    named += [DistributionBasis(one) for one in ("AMOUNT", "QUANTITY", "WEIGHT", "VOLUME")]
    named += set(Permission) - {Permission.PUBLIC, Permission.SIGNED_IN}
    words = catalogue(language)
    assert [one for one in named if not words.get(f"word {one}")] == []
    api_words = re.compile(r"[a-z][A-Z]|`|_|\b(?!FIFO|LIFO)[A-Z]{4,}\b")
    said = {key: re.sub(r"{\w+}|GraphQL", "", text) for key, text in words.items()}
    assert {key: text for key, text in said.items() if api_words.search(text)} == {}


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (WrongAccountType(account="Cash", expected="PAYABLE, RECEIVABLE"),
         "Account Cash does not fit here; expected: payables, receivables."),
        (NotSupported(feature="costingMethod", value="LIFO", supported=("FIFO", "MOVING_AVERAGE")),
         "LIFO is not supported as a costing method here; choose one of: FIFO, moving average."),
        (ItemMismatch(expected="STOCK", given="BANK"),  # SKUs
         "The line refers to item STOCK, not to BANK."),
        (PeriodNotClosed(closed_through=None), "Those days are open (last closed day: —)."),
        (WrongRole(party="UTAH", role="SUPPLIER"), "UTAH is not a supplier."),
    ],
)  # fmt: skip
def test_a_message_names_no_field_and_no_enum(refusal: Refusal, says: str) -> None:
    assert message(refusal, "en") == says


def test_the_languages_have_the_same_messages() -> None:
    assert len({frozenset(catalogue(language)) for language in LANGUAGES}) == 1


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_catalogue_speaks_every_language(language: str) -> None:
    sentences = {text for one in refusals.catalogue() for text in (one.meaning, one.fix)}
    assert set(remedies(language)) == sentences
    assert all(remedies(language).values())
    assert not {one.fix for one in error_catalogue(language)} & sentences


def test_a_message_names_the_figures_plainly() -> None:
    assert message(SHORT_OF_STOCK, "en") == ("Stores holds 5 of RM0001 on 2026-01-12; 7 is needed.")
    assert message(SHORT_OF_STOCK, "es") == (
        "Stores tiene 5 de RM0001 a fecha 2026-01-12; se necesitan 7."
    )
    assert message(InvalidValue(reason="empty"), "es") == (
        "El valor no puede ser correcto: está vacío."
    )
    assert message(HasDependents(documents=("PI-1", "PI-2")), "en").startswith(
        "Other documents refer to this one: PI-1, PI-2."
    )


def test_a_message_says_what_kind_of_record_it_is_about() -> None:
    void = Inactive(kind="document", reference="PR-1")
    assert message(void, "en") == "The document “PR-1” is cancelled."
    assert message(void, "es") == "El documento “PR-1” está anulado."
    unknown = NotFound(kind="explanation", reference="x")
    assert message(unknown, "en") == "There is nothing to explain under “x”."
    taken = CodeTaken(kind="company", value="ACME")
    assert message(taken, "en") == "Another company already has “ACME”."
    assert message(replace(taken, kind="item"), "en") == (
        "Another item of this company already has “ACME”."
    )


def test_braces_in_what_people_typed_are_only_text() -> None:
    refusal = NotFound(kind="item", reference="{0.__class__}{item}")
    assert "{0.__class__}{item}" in message(refusal, "en")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.3, es;q=0.5", "es"),
        ("fr, de;q=0.7", "en"),
        ("es;q=0", "en"),
        ("*", "en"),
        ("es;q=nonsense, en;q=0.1", "en"),
    ],
)
def test_the_language_follows_accept_language(header: str, language: str) -> None:
    assert negotiate(header) == language


def test_a_refusal_with_data_has_a_type_of_its_own() -> None:
    short, plain = user_errors([SHORT_OF_STOCK, Required(path=("name",))], "en")
    assert type(short).__name__ == "InsufficientStock"
    assert (short.path, short.retryable) == (["lines", "0", "quantity"], True)
    assert vars(short)["available"] == Decimal("5.00")
    assert type(plain).__name__ == "GeneralError"


async def test_the_catalogue_lists_every_code_with_its_remedy() -> None:
    entries = error_catalogue("en")
    assert {entry.type for entry in entries if not entry.params} == {"GeneralError"}
    assert all(entry.meaning and entry.fix for entry in entries)
    found = next(entry for entry in entries if entry.type == "InsufficientStock")
    assert found.params == ["item", "warehouse", "available", "requested", "postingDate"]


def test_faults_are_masked_and_passing_troubles_may_be_tried_again() -> None:
    fault = refusal_of(RuntimeError("secret"), "createItem")
    assert isinstance(fault, InternalError)
    assert "secret" not in message(fault, "en")
    assert isinstance(refusal_of(TimeoutError(), "createItem"), SystemBusy)


def test_refusals_of_queries_become_top_level_errors_with_code_and_path() -> None:
    missing = NotFound(path=("company",), kind="company", reference="X")
    error = GraphQLError("ignored", path=["items"], original_error=Refused(missing, Required()))
    answer: Any = translated(error, "en", ValueMalformed).formatted
    assert answer["path"] == ["items"]
    extensions = answer["extensions"]
    assert (extensions["code"], extensions["path"]) == ("NOT_FOUND", ["company"])
    assert extensions["params"] == {"kind": "company", "reference": "X"}
    assert [other["code"] for other in extensions["others"]] == ["REQUIRED"]


def test_faults_of_queries_leave_without_their_text() -> None:
    error = GraphQLError("secret", path=["items"], original_error=ValueError("secret"))
    answer: Any = translated(error, "es", ValueMalformed).formatted
    assert answer["extensions"]["code"] == "INTERNAL_ERROR"
    assert "secret" not in str(answer)


@pytest.mark.anyio
async def test_the_catalogue_is_a_query() -> None:
    services = Services(None)  # type: ignore[arg-type] - nothing is read from a database
    context = Context(services)
    answer = await schema.execute(
        "{ errorCatalog { code meaning fix retryable params type } }", context_value=context
    )
    assert not answer.errors
    assert answer.data
    assert {"TRY_AGAIN", "NOT_FOUND"} <= {entry["code"] for entry in answer.data["errorCatalog"]}
