"""Payment terms, and those that parties have; no bill has any yet."""

from alembic import op

from migrations.single_node import single_node

revision = "0052"
down_revision = "0051"

_STATEMENTS = (
    """
create table payment_term (
    company_id uuid not null,
    id uuid not null,
    code varchar not null,
    name varchar not null,
    due_days integer not null,
    end_of_month boolean not null,
    discount_percent numeric not null,
    discount_days integer not null,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    constraint payment_term_pkey primary key (company_id, id),
    constraint payment_term_code unique (company_id, code),
    constraint fk_company foreign key (company_id) references company (id)
)
""",
    "alter table payment_term enable row level security",
    "alter table payment_term force row level security",
    """
create policy own_company on payment_term
    using (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
    with check (company_id = (select nullif(current_setting('app.company_id', true), '')::uuid))
""",
    "grant select on payment_term to perpetuo_app, perpetuo_reader",
    "grant insert, update, delete on payment_term to perpetuo_app",
    "alter table party add column payment_term_id uuid",
)

# Tables that are distributed already refer to none that is not yet.
_KEY = """
alter table party add constraint fk_payment_term_id
    foreign key (company_id, payment_term_id) references payment_term (company_id, id)
"""

# Posting caches them, as it does the masters of 0002.
_CACHED = """
create function payment_term_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform grow_masters_version(array(select distinct company_id from changed order by 1));
    return null;
end $$;
create trigger payment_term_inserted after insert on payment_term referencing new table as changed
for each statement execute function payment_term_changed();
create trigger payment_term_updated after update on payment_term referencing new table as changed
for each statement execute function payment_term_changed();
create trigger payment_term_deleted after delete on payment_term referencing old table as changed
for each statement execute function payment_term_changed();
"""

# The function as it is now, with one place more to look in.
_LOCATE_NODE = """
do $$
declare
    now_is text := pg_get_functiondef('locate_node(uuid)'::regprocedure);
    to_be text := replace(now_is,
        $places$union all select 'lot' from lot t$places$,
        $places$union all select 'payment_term' from payment_term t
                where t.company_id = candidate and t.id = wanted
            union all select 'lot' from lot t$places$);
begin
    if to_be = now_is then
        raise exception 'locate_node is not what migrations 0003 to 0041 have made it';
    end if;
    execute to_be;
end $$
"""


def upgrade() -> None:
    """Create the table with its policy, the column, and what posting and nodes need of it."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    single_node((_KEY, _CACHED, _LOCATE_NODE))


def downgrade() -> None:
    """Refuse: what bills were agreed on is not removed."""
    raise RuntimeError("payment terms are not removed")
