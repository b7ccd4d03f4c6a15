"""One index entry less for each cost entry, and approvals are looked for once a statement.

What the cost entries of a bin were wanted for is found by its movements, or by an index of the few
that revalue an average (docs/adr/0064). The draft that a document was approved by is closed before
the document is added now, so that the guard of what documents belong to sees both at once.
"""

from alembic import op

from migrations.single_node import single_node

revision = "0037"
down_revision = "0036"

_COMPANY = "(select p.id from company p where p.id = a.company_id for key share)"
_WANTS_TWO = """
    (select coalesce((p.settings ->> 'four_eyes')::boolean, false)
       from company p where p.id = a.company_id for key share)"""
_NO_PARTY = """
    a.party_id is not null
    and (select p.id from party p
          where p.company_id = a.company_id and p.id = a.party_id for key share) is null"""
# One look at the company says whether it is there and what it wants.
_DOCUMENT = f"""
create or replace function document_refers() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    missing text;
begin
    perform from added a where {_WANTS_TWO} is not false or ({_NO_PARTY});
    if not found then
        return null;
    end if;
    select case when {_COMPANY} is null then 'company ' || a.company_id
                else 'party ' || a.party_id end
      into missing
      from added a
     where {_COMPANY} is null or ({_NO_PARTY})
     limit 1;
    if found then
        raise exception 'a row of document belongs to %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    perform from added a
      where a.kind <> 'MIGRATION' and {_WANTS_TWO}
        and not exists (
            select from draft d
             where d.company_id = a.company_id and d.document_id = a.id
               and d.status = 'POSTED' and d.approved_by is not null);
    if found then
        raise exception 'a document of this company is posted by the approval of a second person'
            using errcode = 'PP003', table = tg_table_name;
    end if;
    return null;
end $$
"""  # noqa: S608 - constant names
_GUARDS = (
    _DOCUMENT,
    "drop trigger document_four_eyes on document",
    "drop function refuse_without_approval()",
)
_INDEXES = (
    "drop index cost_entry_pool",
    """
create index cost_entry_revaluation on cost_entry (company_id, item_id, warehouse_id, posting_date)
 where kind = 'REVALUATION'
""",
)


def upgrade() -> None:
    """Replace the index and the guard."""
    single_node(_GUARDS)
    for statement in _INDEXES:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
