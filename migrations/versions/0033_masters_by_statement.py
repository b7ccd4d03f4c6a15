"""Rows of ledgers are checked against the masters that they name once a statement, too.

A trigger looks for each master that new rows name and locks it as a foreign key's check does, by
one statement for all rows. A master that is deleted is looked for in the rows that may name it, and
its key never changes (docs/adr/0069). SQLSTATE 23503, as of a foreign key. On Citus, which runs no
triggers, the foreign keys stay.
"""

from collections.abc import Iterator, Mapping

from migrations.single_node import single_node

revision = "0033"
down_revision = "0032"

_NAMES: Mapping[str, Mapping[str, str]] = {
    "document": {"company_id": "company", "party_id": "party"},
    "document_line": {"document_id": "document", "item_id": "item", "warehouse_id": "warehouse"},
    "movement": {"document_id": "document", "item_id": "item", "warehouse_id": "warehouse"},
    "journal_line": {"journal_entry_id": "journal_entry", "account_id": "account"},
    "change": {"company_id": "company"},
}
"""What rows belong to, by column. Ledgers stay by themselves; masters are locked."""
_MAY_BE_NULL = frozenset(
    {("document", "party_id"), ("document_line", "item_id"), ("document_line", "warehouse_id")}
)
_FEW = ("document_id", "warehouse_id")
"""Columns of lines that are the same in most rows: each is looked for once."""
_EACH_ONCE = "select from (select distinct company_id, document_id, warehouse_id from added)"
_MASTERS = ("company", "party", "item", "warehouse", "account")
_SINCE_0032 = frozenset({"document_id", "journal_entry_id"})

# By its key, whatever the planner knows of the table: a subquery that gives a value is never made
# a join. Which one is missing is looked for only where one is.
_REFERS = """
create or replace function {table}_refers() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    missing text;
begin
    {look};
    if found then
        select {which} into missing from added a where {any_missing} limit 1;
        raise exception 'a row of {table} belongs to %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$;
"""
_REFERS_TRIGGER = """
create trigger {table}_refers
after insert on {table}
referencing new table as added
for each statement execute function {table}_refers();
"""

# Most movements are what a line says: the line is there, and all that it belongs to.
_AS_ITS_LINE = """
    (select true from document_line l
      where l.company_id = a.company_id and l.id = a.line_id and l.document_id = a.document_id
        and l.item_id = a.item_id and l.warehouse_id = a.warehouse_id) is null
    and """

_BALANCES = """
create or replace function refuse_unbalanced_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    entry record;
    missing text;
begin
    select a.journal_entry_id, a.off
      into entry
      from (select company_id, journal_entry_id, sum(amount) as off from added group by 1, 2) a
     where a.off <> 0 or {no_entry}
     union all
    select null, 0
      from (select distinct company_id, account_id from added) a
     where {no_account}
     limit 1;
    if found and entry.off <> 0 then
        raise exception 'journal entry % does not balance: debits less credits are %',
            entry.journal_entry_id, entry.off
            using errcode = 'PP001', table = tg_table_name;
    elsif found then
        select {which} into missing from added a where {any_missing} limit 1;
        raise exception 'a row of journal_line belongs to %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$;
"""

# Whoever named the master holds its row until he is done: this comes after, and has to see it.
# With one snapshot for all of a transaction it would not.
_STAYS = """
create function {master}_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'rows of {master} are deleted in transactions that are READ COMMITTED'
            using errcode = '0A000', table = tg_table_name;
    end if;
    if exists (select from removed r where {named}) then
        raise exception 'rows of {master} are named by rows of ledgers: delete refused'
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$;
"""
# The company's table is under no policy, those that name it are: it is named for each look.
_COMPANY_STAYS = """
create function company_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    writers_company text := coalesce(current_setting('app.company_id', true), '');
    removed_company uuid;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'rows of company are deleted in transactions that are READ COMMITTED'
            using errcode = '0A000', table = tg_table_name;
    end if;
    for removed_company in select r.id from removed r loop
        perform set_config('app.company_id', removed_company::text, true);
        if exists (select from document t where t.company_id = removed_company)
            or exists (select from change t where t.company_id = removed_company) then
            raise exception 'rows of company are named by rows of ledgers: delete refused'
                using errcode = '23503', table = tg_table_name;
        end if;
    end loop;
    perform set_config('app.company_id', writers_company, true);
    return null;
end $$;
"""
_REFUSED = """
create function refuse_losing_masters() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception 'rows of % are named by rows of ledgers: % of their keys refused',
        tg_table_name, lower(tg_op)
        using errcode = '23503', table = tg_table_name;
end $$;
"""
_STAYS_TRIGGERS = """
create trigger {master}_stays
after delete on {master}
referencing old table as removed
for each statement execute function {master}_stays();

create trigger {master}_keeps_its_key
before update of {key} on {master}
for each row when (({old}) is distinct from ({new})) execute function refuse_losing_masters();

create trigger {master}_is_not_emptied
before truncate on {master}
for each statement execute function refuse_losing_masters();
"""


def _missing(table: str, column: str) -> str:
    target = _NAMES[table][column]
    key = (
        "p.id = a.company_id"
        if target == "company"
        else (f"p.company_id = a.company_id and p.id = a.{column}")
    )
    lock = " for key share" if target in _MASTERS else ""
    test = f"(select p.id from {target} p where {key}{lock}) is null"  # noqa: S608 - constant names
    return f"(a.{column} is not null and {test})" if (table, column) in _MAY_BE_NULL else test


def _checks(table: str) -> dict[str, str]:
    """The look for all rows, and how to find which of them belongs to nothing, and to what."""
    missing = {column: _missing(table, column) for column in _NAMES[table]}
    some = " or ".join(missing.values())
    cases = " ".join(
        f"when {test} then '{_NAMES[table][column]} ' || a.{column}"
        for column, test in missing.items()
    )
    look = f"perform from added a where {some}"
    if table == "movement":
        look = f"perform from added a where {_AS_ITS_LINE}({some})"
    elif table == "document_line":
        look = f"perform from added a where {missing['item_id']}"
        few = " or ".join(missing[column] for column in _FEW)
        look += f"\n    union all\n    {_EACH_ONCE} a where {few}"
    return {"table": table, "look": look, "any_missing": some, "which": f"case {cases} end"}


def _guards(master: str) -> Iterator[str]:
    if master == "company":
        yield _COMPANY_STAYS
        key = ("id",)
    else:
        named = " or ".join(
            f"exists (select from {table} t"
            f" where t.company_id = r.company_id and t.{column} = r.id)"
            for table, columns in _NAMES.items()
            for column, target in columns.items()
            if target == master
        )
        yield _STAYS.format(master=master, named=named)
        key = ("company_id", "id")
    yield _STAYS_TRIGGERS.format(
        master=master,
        key=", ".join(key),
        old=", ".join(f"old.{one}" for one in key),
        new=", ".join(f"new.{one}" for one in key),
    )


def _statements() -> Iterator[str]:
    yield _REFUSED
    for master in _MASTERS:
        yield from _guards(master)
    for table, columns in _NAMES.items():
        if table == "journal_line":
            yield _BALANCES.format(
                no_account=_missing(table, "account_id"),
                no_entry=_missing(table, "journal_entry_id"),
                **_checks(table),
            )
        else:
            yield _REFERS.format(**_checks(table))
        if table in ("document", "change"):
            yield _REFERS_TRIGGER.format(table=table)
        for column in sorted(columns.keys() - _SINCE_0032):
            key = "fk_company" if column == "company_id" else f"fk_{column}"
            yield f"alter table {table} drop constraint {key}"


def upgrade() -> None:
    """Put the triggers in the place of the foreign keys."""
    single_node(_statements())


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
