"""Tables, keys and indexes: masters, documents, ledgers, caches.

Plain SQL in schema_0001/, frozen: the tables of `persistence.tables` may move on, this may not.
Every key and index is led by `company_id`, and nothing here is single-node: triggers are in
0002, roles and row-level security in 0003, so that the same tables can be distributed.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_SCHEMA = Path(__file__).with_name("schema_0001")
_FILES = ("masters.sql", "documents.sql", "ledger.sql", "caches.sql")


def upgrade() -> None:
    """Create all tables with their keys and indexes."""
    for file in _FILES:
        op.get_bind().exec_driver_sql((_SCHEMA / file).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refuse: no tool drops books."""
    raise RuntimeError("there is no way back before the first migration: drop the database instead")
