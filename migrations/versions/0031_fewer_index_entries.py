"""Fewer index entries for each posting.

Each index that goes is one that another serves as well (docs/adr/0064): the cost entries of a
document are those of its movements, those that another document caused are few, and what was
recorded is found through the documents. Indexes are built anew while the tables are locked.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

_STATEMENTS = (
    "drop index document_line_against",
    """
create index document_line_against on document_line (company_id, against_line_id)
 where against_line_id is not null
""",
    "drop index cost_entry_document",
    "drop index cost_entry_by_seq",
    "drop index cost_entry_because",
    """
create index cost_entry_because on cost_entry (company_id, because_id)
 where document_id <> because_id
""",
    "drop index billing_entry_by_date",
    "alter table billing_entry drop constraint billing_entry_pkey",
    """
alter table billing_entry add constraint billing_entry_pkey primary key (company_id, line_id, id)
""",
    "drop index billing_entry_line",
    # A cache, as layer and bin_snapshot are: made of billing_entry, which has the foreign key.
    "alter table billing_state drop constraint fk_document_id",
)


def upgrade() -> None:
    """Replace the indexes."""
    for statement in _STATEMENTS:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Refuse: the queries of this release do not use the indexes of the last."""
    raise RuntimeError("indexes that nothing uses are not built again")
