"""Products that were revalued wait for their cost to be worked out again (flow LINKED).

Earlier releases took a revaluation that was more than a product had come in at for scrap that was
dearer than its materials, and took the difference back at once: `adjustCosts` puts that right.
"""

from alembic import op

from migrations.each_company import each_company

revision = "0049"
down_revision = "0048"

MARK = each_company("""
        insert into cost_dirty (company_id, item_id, movement_id)
        select distinct m.company_id, m.item_id, m.id
          from cost_entry e
          join movement m on m.company_id = e.company_id and m.id = e.movement_id
          join linked_movement l on l.company_id = m.company_id and l.movement_id = m.id
         where e.company_id = one and e.kind = 'REVALUATION' and e.covered_quantity is not null
           and m.nature = 'MAKING' and m.quantity > 0
           and exists (select from movement_source s
                        where s.company_id = m.company_id and s.movement_id = m.id)
           and exists (select from cost_entry a
                        where a.company_id = m.company_id and a.movement_id = m.id
                          and a.kind = 'ADJUSTMENT')
        on conflict do nothing
""")


def upgrade() -> None:
    """Mark them."""
    op.get_bind().exec_driver_sql(MARK)


def downgrade() -> None:
    """Nothing: what waits is worked out by any release."""
