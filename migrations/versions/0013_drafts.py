"""Drafts: documents that are not posted yet, and the second pair of eyes that some want."""

from alembic import op

revision = "0013"
down_revision = "0012"

_LOCATE_NODE = """
create or replace function locate_node(wanted uuid, out company_id uuid, out kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    candidate uuid;
begin
    for candidate in select c.id from company c order by (c.id = wanted) desc, c.id loop
        perform set_config('app.company_id', candidate::text, true);
        select candidate, found_in into company_id, kind from (
            select 'company' as found_in where candidate = wanted
            union all select 'document' from document t
                where t.company_id = candidate and t.id = wanted
            union all select 'document_line' from document_line t
                where t.company_id = candidate and t.id = wanted
            union all select 'item' from item t
                where t.company_id = candidate and t.id = wanted
            union all select 'item_group' from item_group t
                where t.company_id = candidate and t.id = wanted
            union all select 'lot' from lot t
                where t.company_id = candidate and t.id = wanted
            union all select 'party' from party t
                where t.company_id = candidate and t.id = wanted
            union all select 'account' from account t
                where t.company_id = candidate and t.id = wanted
            union all select 'warehouse' from warehouse t
                where t.company_id = candidate and t.id = wanted
            union all select 'cost_center' from cost_center t
                where t.company_id = candidate and t.id = wanted
            union all select 'fiscal_year' from fiscal_year t
                where t.company_id = candidate and t.id = wanted
            union all select 'journal_entry' from journal_entry t
                where t.company_id = candidate and t.id = wanted
            union all select 'draft' from draft t
                where t.company_id = candidate and t.id = wanted
            union all select 'movement' from movement t
                where t.company_id = candidate and t.id = wanted
        ) as places limit 1;
        exit when company_id is not null;
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
"""
_STATEMENTS = (
    """
create table draft (
    company_id uuid not null,
    id uuid not null,
    document_id uuid not null,
    kind varchar not null,
    content jsonb not null,
    note varchar,
    status varchar not null default 'OPEN',
    created_by varchar not null,
    created_at timestamp with time zone not null default clock_timestamp(),
    changed_by varchar not null,
    changed_at timestamp with time zone not null default clock_timestamp(),
    approved_by varchar,
    rejected_by varchar,
    reason varchar,
    version integer not null default 1,
    constraint draft_pkey primary key (company_id, id),
    constraint draft_document unique (company_id, document_id),
    constraint draft_status check (status in ('OPEN', 'PENDING', 'REJECTED', 'POSTED')),
    constraint draft_four_eyes
        check (approved_by is null or (approved_by <> created_by and approved_by <> changed_by)),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    "create index draft_by_change on draft (company_id, changed_at, id)",
    "alter table draft enable row level security",
    "alter table draft force row level security",
    """
create policy own_company on draft
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select, insert, update, delete on draft to perpetuo_app",
    "grant select on draft to perpetuo_reader",
    # Whoever posts, by whatever way: where the company wants four eyes there was an approval.
    """
create function refuse_without_approval() returns trigger language plpgsql as $$
begin
    if (select (c.settings ->> 'four_eyes')::boolean from company c where c.id = new.company_id)
       and new.kind <> 'MIGRATION'
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
""",
    """
create constraint trigger document_four_eyes
after insert on document deferrable initially deferred
for each row execute function refuse_without_approval()
""",
    _LOCATE_NODE,
)


def upgrade() -> None:
    """Create the table with its policy, and the guard on documents."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: who approved what is not removed."""
    raise RuntimeError("drafts and approvals are not removed")
