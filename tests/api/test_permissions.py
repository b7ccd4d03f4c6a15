"""Every root field has a permission, visible in the schema and in the docs."""

from pathlib import Path

from graphql import GraphQLObjectType

from api.auth.permission_table import permission_table
from api.auth.permissions import permission_of, rule_of, unlisted, unused
from api.documents.submitting import KINDS
from api.schema import schema
from domain.authority import permission_for
from domain.documents.document import DocumentKind
from domain.roles import MEANINGS, ROLE_PERMISSIONS, CompanyRole, Permission

ROOT = Path(__file__).parents[2]


def _roots() -> list[GraphQLObjectType]:
    core = schema._schema
    found = (core.query_type, core.mutation_type, core.subscription_type)
    return [root for root in found if root is not None]


def test_every_root_field_is_listed_and_nothing_else() -> None:
    fields = [name for root in _roots() for name in root.fields]
    assert unlisted(fields) == [], "list them in api/auth/permissions.py"
    assert unused(fields) == set()


def test_a_field_that_is_not_listed_is_an_operators() -> None:
    assert rule_of("aNewField") == (Permission.INSTALLATION_MANAGE, False)
    assert rule_of("previewANewField") == (Permission.INSTALLATION_MANAGE, False)


def test_a_preview_needs_what_its_twin_needs() -> None:
    (mutations,) = (root for root in _roots() if root.name == "Mutation")
    previews = [name for name in mutations.fields if name.startswith("preview")]
    assert previews
    for name in previews:
        rest = name.removeprefix("preview")
        twin = (
            f"submit{rest}" if f"submit{rest}" in mutations.fields else rest[0].lower() + rest[1:]
        )
        assert rule_of(name) == rule_of(twin)


def test_the_schema_shows_them() -> None:
    text = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    for root in _roots():
        for name, field in root.fields.items():
            assert f"Needs {permission_of(name)}." in (field.description or "")
    assert text.count("@requires(permission: ") == sum(len(root.fields) for root in _roots())


def test_posting_a_kind_needs_what_its_mutation_says() -> None:
    for kind in KINDS:
        document = DocumentKind[
            "".join(f"_{c}" if c.isupper() else c for c in kind.name)[1:].upper()
        ]
        field = "".join(
            part.capitalize() if at else part
            for at, part in enumerate((kind.verb or f"submit_{kind.field}").split("_"))
        )
        assert permission_of(field) == permission_for(document), kind.name


def test_the_docs_have_the_whole_table() -> None:
    assert permission_table() in (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")


def test_each_permission_has_a_meaning_and_somebody() -> None:
    assert set(MEANINGS) == set(Permission)
    given = set().union(*ROLE_PERMISSIONS.values())
    assert set(Permission) - given == {
        Permission.PUBLIC, Permission.SIGNED_IN, Permission.INSTALLATION_MANAGE,
    }  # fmt: skip
    assert set(ROLE_PERMISSIONS) == set(CompanyRole)
