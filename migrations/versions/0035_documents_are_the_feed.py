"""The documents themselves are the feed: the table that said the same of each again is gone.

A row of `change` was its document's sequence, moment, kind, id and who recorded it, and nothing
else wrote any (docs/adr/0075). That no sequence is given twice is kept by the index of documents.
"""

from alembic import op

from migrations.single_node import single_node

revision = "0035"
down_revision = "0034"

# Nothing that only `change` knows may be lost; each company's rows are seen under its own name.
_NOTHING_IS_LOST = """
do $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
    lost bigint;
begin
    for one in select id from company loop
        perform set_config('app.company_id', one::text, true);
        select c.seq into lost
          from change c
          left join document d
            on d.company_id = c.company_id and d.id = c.document_id and d.seq = c.seq
           and d.kind = c.kind and d.recorded_at = c.recorded_at
           and d.recorded_by is not distinct from c.recorded_by
         where c.company_id = one and d.id is null
         limit 1;
        if found then
            raise exception 'recording % of company % in the feed is not its document', lost, one
                using hint = 'perpetuo check says more.';
        end if;
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
"""
_COMPANY_STAYS = """
create or replace function company_stays() returns trigger
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
        if exists (select from document t where t.company_id = removed_company) then
            raise exception 'rows of company are named by rows of ledgers: delete refused'
                using errcode = '23503', table = tg_table_name;
        end if;
    end loop;
    perform set_config('app.company_id', writers_company, true);
    return null;
end $$
"""
_STATEMENTS = (
    "drop index document_by_seq",
    "create unique index document_by_seq on document (company_id, seq)",
    "create index document_recorded on document (company_id, recorded_at)",
    "drop table change",
)


def upgrade() -> None:
    """Drop the table once it is known to say nothing of its own."""
    single_node((_NOTHING_IS_LOST, _COMPANY_STAYS))
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    single_node(("drop function change_refers()",))


def downgrade() -> None:
    """Refuse: the programs of this release read the documents."""
    raise RuntimeError("the feed is not written a second time")
