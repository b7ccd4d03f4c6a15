"""No mark says that the cost of a cancelled movement is to be worked out again.

Earlier releases left one where a cancelled document had made goods of others whose cost it changed:
adjusting costs failed from then on.
"""

from alembic import op

from migrations.each_company import each_company

revision = "0047"
down_revision = "0046"

FORGET = each_company("""
        delete from cost_dirty d
         where d.company_id = one
           and not exists (select from linked_movement l
                            where l.company_id = one and l.movement_id = d.movement_id)
""")


def upgrade() -> None:
    """Take those marks away."""
    op.get_bind().exec_driver_sql(FORGET)


def downgrade() -> None:
    """Nothing: no release needs them."""
