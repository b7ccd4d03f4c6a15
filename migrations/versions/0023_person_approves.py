"""A second pair of eyes is a person's: no service account approves a document.

SQLSTATE PP004: a service account approved a draft.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

_STATEMENTS = (
    """
create function refuse_service_approval() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if exists (select from principal p where p.name = new.approved_by and p.kind = 'SERVICE') then
        raise exception 'a document is approved by a person: % is a service account',
            new.approved_by using errcode = 'PP004';
    end if;
    return new;
end $$
""",
    """
create trigger draft_approved_by_person
before insert or update of approved_by on draft
for each row when (new.approved_by is not null) execute function refuse_service_approval()
""",
)


def upgrade() -> None:
    """Create the guard."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    """Remove the guard."""
    op.execute("drop trigger draft_approved_by_person on draft")
    op.execute("drop function refuse_service_approval()")
