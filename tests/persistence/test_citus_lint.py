"""What could not be spread over the nodes of Citus by company is named, with what to do."""

import re
from pathlib import Path

import pytest

import migrations
from persistence.citus.lint import faults
from persistence.embedded import EmbeddedPostgres
from tests.persistence.distributed import catalog

LAST_BEFORE_MARKING = "0030"


def test_the_schema_can_be_distributed(postgres: EmbeddedPostgres) -> None:
    assert faults(catalog(postgres.url)) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "create table shelf (code text)",
            (
                "shelf: it has no company_id; give it one, or list it in "
                "persistence/citus/decisions.py with a reason."
            ),
        ),
        (
            "alter table item add unique (sku)",
            "item: the unique key item_sku_key (sku) is not led by company_id.",
        ),
        (
            "alter table item add constraint again unique (sku, company_id)",
            "item: the unique key again (sku, company_id) is not led by company_id.",
        ),
        (
            "create index fast on item (lower(name), company_id)",
            "item: the index fast ((expression), company_id) is not led by company_id.",
        ),
        (
            (
                "alter table role_grant drop constraint fk_company,"
                " add constraint back foreign key (principal_id) references company (id)"
            ),
            None,  # to a reference table: any column will do
        ),
        (
            (
                "alter table company add column main uuid, add column of uuid,"
                " add constraint down foreign key (of, main) references account (company_id, id)"
            ),
            (
                "company: the foreign key down to account leads from every node to the node of one"
                " company."
            ),
        ),
        (
            (
                "alter table item add column other uuid, add constraint across"
                " foreign key (other, group_id) references item_group (company_id, id)"
            ),
            "item: the foreign key across to item_group is not led by company_id on both sides.",
        ),
        (
            (
                "alter table item drop constraint fk_group_id, add constraint to_group foreign key"
                " (company_id, group_id) references item_group (company_id, id) on delete set null"
            ),
            (
                "item: the foreign key to_group to item_group has ON DELETE SET NULL, which would"
                " change whose it is."
            ),
        ),
        (
            (
                "alter table item drop constraint fk_group_id, add constraint to_group foreign key"
                " (company_id, group_id) references item_group (company_id, id) on update cascade"
            ),
            (
                "item: the foreign key to_group to item_group has ON UPDATE CASCADE, which would"
                " change whose it is."
            ),
        ),
        (
            "alter table item add column no bigserial",
            "item: a sequence gives its values; ids are made by the server.",
        ),
        ("drop policy own_company on item", "item: no policy keeps companies apart."),
        (
            "create policy more on item using (true)",
            "item: the policy more is neither of own_company or own_company or own principal.",
        ),
        (
            (
                "create function note() returns trigger language plpgsql"
                " as 'begin return null; end';"
                "create trigger noted after insert on item for each row execute function note()"
            ),
            (
                "item: the trigger noted runs note, of which nothing says who does it on Citus"
                " (persistence/citus/decisions.py)."
            ),
        ),
        (
            "create function count_all() returns bigint language sql as 'select 1::bigint'",
            "the function count_all has no form for Citus (persistence/citus/functions.py).",
        ),
    ],
)
def test_what_could_not_be_distributed_is_named(
    postgres: EmbeddedPostgres, statement: str, fault: str | None
) -> None:
    assert faults(catalog(postgres.url, statement)) == ([] if fault is None else [fault])


def test_migrations_mark_what_is_for_a_single_node() -> None:
    for file in sorted(Path(migrations.__path__[0], "versions").glob("[0-9]*.py")):
        text = file.read_text(encoding="utf-8")
        if file.name[:4] > LAST_BEFORE_MARKING and re.search(r"create (constraint )?trigger", text):
            assert "single_node(" in text, f"{file.name}: see migrations/single_node.py"
