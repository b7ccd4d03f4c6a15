"""What is cleared of a billed line, what each item tolerates, and which lines are void.

A line is void when its own document is cancelled; so far only receipts and deliveries were, because
nothing could come of an invoice that came first. An index finds what a document's lines refer to.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

_COLUMNS = """
alter table billing_state
    add column cleared_quantity numeric not null default 0,
    add column cleared_amount numeric not null default 0;
alter table item
    add column over_receipt_tolerance numeric,
    add column over_delivery_tolerance numeric,
    add column over_billing_tolerance numeric;
create index document_line_against_document on document_line (company_id, against_id)
    where against_id is not null;
"""

# Row-level security is forced for the owner too: each company's lines under its own name.
_VOID = """
do $$
declare
    one uuid;
begin
    for one in select id from company order by id loop
        perform set_config('app.company_id', one::text, true);
        update billing_state s set is_void = true
          from voiding v
         where s.company_id = one and v.company_id = one and v.document_id = s.document_id
           and not s.is_void;
    end loop;
    perform set_config('app.company_id', '', true);
end $$;
"""


def upgrade() -> None:
    """Add the columns and the index, and mark the lines of cancelled invoices."""
    for statement in (_COLUMNS, _VOID):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: what was cleared would be open again."""
    raise RuntimeError("what was cleared cannot be forgotten")
