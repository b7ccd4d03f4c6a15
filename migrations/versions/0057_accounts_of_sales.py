"""Items and their groups name accounts for what they cost as they are sold, groups for their sales.

None does yet: all of it goes where it went.
"""

from alembic import op

revision = "0057"
down_revision = "0056"

_STATEMENTS = (
    "alter table item add column cost_of_goods_sold_account_id uuid",
    """
alter table item_group
    add column cost_of_goods_sold_account_id uuid,
    add column income_account_id uuid,
    add constraint fk_cost_of_goods_sold_account_id
        foreign key (company_id, cost_of_goods_sold_account_id) references account (company_id, id),
    add constraint fk_income_account_id
        foreign key (company_id, income_account_id) references account (company_id, id)
""",
)


def upgrade() -> None:
    """Add the columns, empty."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what they name would be forgotten."""
    raise RuntimeError("the accounts of items and groups are not removed")
