"""No mark says that the cost of a cancelled movement is to be worked out again.

Earlier releases left one where a cancelled document had made goods of others whose cost it changed:
adjusting costs failed from then on.
"""

from alembic import op

revision = "0047"
down_revision = "0046"

# Whoever owns the tables may be bound by policies, and sees one company at a time then.
FORGET = """
do $$
declare
    callers_company text := coalesce(current_setting('app.company_id', true), '');
    one uuid;
begin
    for one in select id from company loop
        perform set_config('app.company_id', one::text, true);
        delete from cost_dirty d
         where d.company_id = one
           and not exists (select from linked_movement l
                            where l.company_id = one and l.movement_id = d.movement_id);
    end loop;
    perform set_config('app.company_id', callers_company, true);
end $$
"""


def upgrade() -> None:
    """Take those marks away."""
    op.get_bind().exec_driver_sql(FORGET)


def downgrade() -> None:
    """Nothing: no release needs them."""
