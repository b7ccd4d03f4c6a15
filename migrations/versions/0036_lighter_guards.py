"""Guards set up less for each statement: what rows belong to is looked for as the tables' owner.

A policy is set up for each table that a guard looks at, though it looks by the company of rows that
have passed their own table's policy. Of a superuser there is nothing to be set up; another owner is
bound by the policies as whoever adds the rows is. A movement that is what its line says sets up
none of the looks that others need, and a journal entry's document is looked for where it stands
(docs/adr/0069).
"""

from migrations.single_node import single_node

revision = "0036"
down_revision = "0035"

_AS_ITS_LINE = """
    (select true from document_line l
      where l.company_id = a.company_id and l.id = a.line_id and l.document_id = a.document_id
        and l.item_id = a.item_id and l.warehouse_id = a.warehouse_id)"""
_DOCUMENT = "(select p.id from document p where p.company_id = a.company_id and p.id = a.{0})"
_MASTER = """
    (select p.id from {0} p
      where p.company_id = a.company_id and p.id = a.{0}_id for key share)"""
# A condition of several parts is set up as a whole: the second is only asked where it is wanted.
_MOVEMENT = f"""
create or replace function movement_refers() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    missing text;
begin
    perform from added a where {_AS_ITS_LINE} is null;
    if not found then
        return null;
    end if;
    select case when {_DOCUMENT.format("document_id")} is null then 'document ' || a.document_id
                when {_MASTER.format("item")} is null then 'item ' || a.item_id
                else 'warehouse ' || a.warehouse_id end
      into missing
      from added a
     where {_AS_ITS_LINE} is null
       and ({_DOCUMENT.format("document_id")} is null or {_MASTER.format("item")} is null
            or {_MASTER.format("warehouse")} is null)
     limit 1;
    if found then
        raise exception 'a row of movement belongs to %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$
"""  # noqa: S608 - constant names
# Most entries are about the document that made us write them.
_ENTRY = f"""
create or replace function journal_entry_refers() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    missing uuid;
begin
    perform from added a
      where {_DOCUMENT.format("document_id")} is null
         or a.because_id <> a.document_id and {_DOCUMENT.format("because_id")} is null;
    if found then
        select case when {_DOCUMENT.format("document_id")} is null then a.document_id
                    else a.because_id end
          into missing
          from added a
         where {_DOCUMENT.format("document_id")} is null
            or {_DOCUMENT.format("because_id")} is null
         limit 1;
        raise exception 'a row of journal_entry belongs to document %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$
"""  # noqa: S608 - constant names
_OTHERS = (
    "document_refers",
    "document_line_refers",
    "billing_entry_refers",
    "cost_entry_refers",
    "refuse_unbalanced_entry",
)


def upgrade() -> None:
    """Put the functions in the place of those before."""
    single_node(
        (_MOVEMENT, _ENTRY, *(f"alter function {one}() security definer" for one in _OTHERS))
    )


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
