"""What only a single PostgreSQL has: triggers, which Citus does not run on distributed tables.

A migration runs those statements by `single_node`, and nothing else by it. What they guard has to
be guarded on Citus by somebody else: persistence/citus/decisions.py says by whom.
"""

from collections.abc import Iterable

from alembic import op


def single_node(statements: Iterable[str]) -> None:
    """Run statements, unless the database's tables are distributed."""
    context = op.get_context()
    if context.config is not None and context.config.attributes.get("distributed"):
        return
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
