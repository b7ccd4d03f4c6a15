"""Guards look at less: for an approval where one is wanted, for what cost entries belong to once.

A row of `document` looks for its draft only in companies that want the approval of a second person;
cost entries look for all their movements at once (docs/adr/0069).
"""

from migrations.single_node import single_node

revision = "0034"
down_revision = "0033"

# A condition of several parts is set up as a whole, whichever of them is asked.
_APPROVAL = """
create or replace function refuse_without_approval() returns trigger language plpgsql as $$
begin
    perform from company c
      where c.id = new.company_id and (c.settings ->> 'four_eyes')::boolean;
    if not found then
        return null;
    end if;
    if new.kind <> 'MIGRATION'
       and not exists (
           select from draft d
            where d.company_id = new.company_id and d.document_id = new.id
              and d.status = 'POSTED' and d.approved_by is not null)
    then
        raise exception 'a document of this company is posted by the approval of a second person'
            using errcode = 'PP003';
    end if;
    return null;
end $$
"""

# A list of ids is one walk along the index; which of them is missing is looked for only where one
# is.
_MOVEMENTS = """
create or replace function cost_entry_refers() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    missing uuid;
begin
    perform from (select company_id, array_agg(distinct movement_id) as ids
                    from added group by company_id) a
      where (select count(*) from movement p
              where p.company_id = a.company_id and p.id = any(a.ids)) <> cardinality(a.ids);
    if found then
        select a.movement_id
          into missing
          from added a
         where (select p.id from movement p
                 where p.company_id = a.company_id and p.id = a.movement_id) is null
         limit 1;
        raise exception 'a row of cost_entry belongs to movement %, which is not there', missing
            using errcode = '23503', table = tg_table_name;
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    """Put the functions in the place of those before."""
    single_node((_APPROVAL, _MOVEMENTS))


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
