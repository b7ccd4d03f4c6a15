"""Guards that the database keeps itself, whatever the role: balance, append-only, masters' version.

They are triggers, and therefore single-node things in a file of their own (0001 has the tables).
SQLSTATE PP001: a journal entry does not balance. PP002: a ledger row would be changed or removed.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# What is append-only, as of this migration.
_LEDGER_TABLES = (
    "document", "document_line", "document_charge", "voiding", "movement", "movement_source",
    "application", "cost_entry", "cost_posting", "journal_entry", "journal_line",
    "billing_entry", "party_entry", "change",
)  # fmt: skip

# What posting caches per company; `company` names itself by its own id.
_CACHED_MASTERS = {
    "company": "id",
    "account_role": "company_id",
    "account": "company_id",
    "cost_center": "company_id",
    "warehouse": "company_id",
}

# One statement inserts whole entries, so the statement's own rows are all there is to add up.
_BALANCE = """
create function refuse_unbalanced_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    unbalanced record;
begin
    select company_id, journal_entry_id, sum(amount) as off
      into unbalanced
      from added
     group by company_id, journal_entry_id
    having sum(amount) <> 0
     limit 1;
    if found then
        raise exception 'journal entry % does not balance: debits less credits are %',
            unbalanced.journal_entry_id, unbalanced.off
            using errcode = 'PP001', table = tg_table_name;
    end if;
    return null;
end $$;

create trigger journal_line_balances
after insert on journal_line
referencing new table as added
for each statement execute function refuse_unbalanced_entry();
"""

_APPEND_ONLY = """
create function refuse_change_of_ledger() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'PP002', table = tg_table_name,
              hint = 'Cancel the document instead: its mirror image is appended.';
end $$;
"""

_APPEND_ONLY_TRIGGER = """
create trigger {table}_append_only
before update or delete or truncate on {table}
for each statement execute function refuse_change_of_ledger();
"""

# Row-level security is forced for the owner too, and whoever changes `company` (which has none)
# need not have named a company: each counter is updated under its own company, and the writer's
# setting is put back.
_MASTERS_VERSION = """
create function grow_masters_version(companies uuid[]) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
    writers_company text := coalesce(current_setting('app.company_id', true), '');
    changed_company uuid;
begin
    foreach changed_company in array companies loop
        perform set_config('app.company_id', changed_company::text, true);
        update company_counter set masters_version = masters_version + 1
         where company_id = changed_company;
    end loop;
    perform set_config('app.company_id', writers_company, true);
end $$;
"""

_MASTERS_CHANGED = """
create function {table}_changed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    perform grow_masters_version(array(select distinct {company} from changed order by 1));
    return null;
end $$;

create trigger {table}_inserted after insert on {table} referencing new table as changed
for each statement execute function {table}_changed();
create trigger {table}_updated after update on {table} referencing new table as changed
for each statement execute function {table}_changed();
create trigger {table}_deleted after delete on {table} referencing old table as changed
for each statement execute function {table}_changed();
"""


def upgrade() -> None:
    """Create the trigger functions and hang them on their tables."""
    statements = [_BALANCE, _APPEND_ONLY, _MASTERS_VERSION]
    statements += [_APPEND_ONLY_TRIGGER.format(table=table) for table in _LEDGER_TABLES]
    statements += [
        _MASTERS_CHANGED.format(table=table, company=company)
        for table, company in _CACHED_MASTERS.items()
    ]
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Refuse: books without guards are no books."""
    raise RuntimeError("the guards of the books are not removed")
