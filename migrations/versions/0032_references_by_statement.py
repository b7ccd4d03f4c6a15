"""Rows of ledgers are checked against what they belong to once a statement, not one by one.

What they belong to is append-only itself: once it is there it stays, so that looking when a row is
added is all that a foreign key does (docs/adr/0066). SQLSTATE 23503, as of a foreign key. On Citus,
which runs no triggers, the foreign keys stay.
"""

from collections.abc import Iterator

from migrations.single_node import single_node

revision = "0032"
down_revision = "0031"

_OF_DOCUMENTS = {
    "document_line": ("document_id",),
    "movement": ("document_id",),
    "billing_entry": ("document_id",),
    "journal_entry": ("document_id", "because_id"),
}

# By its key, whatever the planner knows of the table: a subquery that gives a value is never made
# a join. Each document once, however many rows belong to it.
_REFERS = """
create function {table}_refers() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    missing uuid;
begin
    select a.id
      into missing
      from ({named}) a
     where (select p.id from {parent} p where p.company_id = a.company_id and p.id = a.id) is null
     limit 1;
    if found then
        raise exception 'a row of {table} belongs to {parent} %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$;

create trigger {table}_refers
after insert on {table}
referencing new table as added
for each statement execute function {table}_refers();
"""

_BALANCES = """
create or replace function refuse_unbalanced_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    entry record;
begin
    select a.company_id, a.journal_entry_id, sum(a.amount) as off
      into entry
      from added a
     group by a.company_id, a.journal_entry_id
    having sum(a.amount) <> 0
        or (select e.id from journal_entry e
             where e.company_id = a.company_id and e.id = a.journal_entry_id) is null
     limit 1;
    if found and entry.off <> 0 then
        raise exception 'journal entry % does not balance: debits less credits are %',
            entry.journal_entry_id, entry.off
            using errcode = 'PP001', table = tg_table_name;
    elsif found then
        raise exception 'a row of journal_line belongs to journal_entry %, which is not there',
            entry.journal_entry_id
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$;
"""


def _statements() -> Iterator[str]:
    for table, columns in _OF_DOCUMENTS.items():
        named = " union ".join(
            f"select distinct company_id, {one} as id from added"  # noqa: S608 - constant names
            for one in columns
        )
        yield _REFERS.format(table=table, parent="document", named=named)
        for column in columns:
            yield f"alter table {table} drop constraint fk_{column}"
    named = "select company_id, movement_id as id from added"
    yield _REFERS.format(table="cost_entry", parent="movement", named=named)
    yield "alter table cost_entry drop constraint fk_movement_id"
    yield _BALANCES
    yield "alter table journal_line drop constraint fk_journal_entry_id"


def upgrade() -> None:
    """Put the triggers in the place of the foreign keys."""
    single_node(_statements())


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
