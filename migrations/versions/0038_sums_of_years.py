"""Sums of the ledger by year: what counts before a period is a few rows, however long ago it began.

A cache like the sums of days and months, and made of the latter here (docs/adr/0051).
"""

from alembic import op

from migrations.each_company import each_company

revision = "0038"
down_revision = "0037"

_STATEMENTS = (
    """
create table ledger_year (
    company_id uuid not null,
    year date not null,
    account_id uuid not null,
    cost_center_id uuid not null,
    debit numeric not null,
    credit numeric not null,
    constraint ledger_year_pkey primary key (company_id, year, account_id, cost_center_id),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    each_company("""
        insert into ledger_year
        select one, date_trunc('year', month)::date, account_id, cost_center_id,
               sum(debit), sum(credit)
          from ledger_month where company_id = one group by 2, 3, 4
"""),
    "alter table ledger_year enable row level security",
    "alter table ledger_year force row level security",
    """
create policy own_company on ledger_year
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select, insert, update, delete on ledger_year to perpetuo_app",
    "grant select on ledger_year to perpetuo_reader",
)


def upgrade() -> None:
    """Create the table with what the months come to."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Drop it: everything in it is in the ledger."""
    op.execute("drop table ledger_year")
