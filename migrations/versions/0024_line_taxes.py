"""Each line knows its part of the document's taxes, so that credits of it take back just that.

Taxes of earlier documents are spread over their lines, and last their freight, by net amount.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

_TABLE = """
create table document_line_tax (
    company_id uuid not null,
    line_id uuid not null,
    tax_id uuid not null,
    document_id uuid not null,
    base numeric not null,
    amount numeric not null,
    constraint document_line_tax_pkey primary key (company_id, line_id, tax_id),
    constraint fk_document_id foreign key (company_id, document_id)
        references document (company_id, id),
    constraint fk_line_id foreign key (company_id, line_id)
        references document_line (company_id, id),
    constraint fk_tax_id foreign key (company_id, tax_id) references tax (company_id, id)
);
create index document_line_tax_document on document_line_tax (company_id, document_id);
"""

_SPREAD = """
do $$
declare
    one uuid;
begin
    for one in select id from company order by id loop
        perform set_config('app.company_id', one::text, true);
insert into document_line_tax (company_id, line_id, tax_id, document_id, base, amount)
select company_id, line_id, tax_id, document_id,
       base_until - coalesce(lag(base_until) over until, 0),
       amount_until - coalesce(lag(amount_until) over until, 0)
  from (select l.company_id, l.id as line_id, t.tax_id, t.document_id, l.line_no,
               round(t.base * sum(l.amount) over before / (d.net_total + d.freight),
                     scale(t.base)) as base_until,
               round(t.amount * sum(l.amount) over before / (d.net_total + d.freight),
                     scale(t.amount)) as amount_until
          from document_tax t
          join document d on d.company_id = t.company_id and d.id = t.document_id
          join document_line l on l.company_id = t.company_id and l.document_id = t.document_id
         where t.company_id = one and d.net_total + d.freight <> 0
        window before as (partition by t.company_id, t.document_id, t.tax_id order by l.line_no)
       ) kept
window until as (partition by company_id, document_id, tax_id order by line_no);
    end loop;
    perform set_config('app.company_id', '', true);
end $$
"""

_GUARDS = """
create trigger document_line_tax_append_only
before update or delete or truncate on document_line_tax
for each statement execute function refuse_change_of_ledger();
alter table document_line_tax enable row level security;
alter table document_line_tax force row level security;
create policy own_company on document_line_tax
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid));
grant select on document_line_tax to perpetuo_app, perpetuo_reader;
grant insert on document_line_tax to perpetuo_app;
"""


def upgrade() -> None:
    """Create the table, spread earlier taxes, then guard it as the rest of the books."""
    for statement in (_TABLE, _SPREAD, _GUARDS):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what lines were taxed with is books."""
    raise RuntimeError("taxes of lines are not removed")
