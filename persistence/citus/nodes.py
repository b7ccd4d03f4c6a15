"""Whether the books are spread over Citus nodes, and telling these what a transaction is about.

Row-level security works on the nodes by what their own sessions are set to. Citus passes on
SET LOCAL, a statement by itself and with literals, where its setting says so; what a
function sets (`set_config`) stays on the coordinator.
"""

from uuid import UUID

from psycopg import AsyncConnection, Connection, sql

from persistence.round_trip import AskingConnection, RoundTrip, Statement

_HAS_CITUS = "select to_regclass('pg_dist_partition') is not null"
_IS_DISTRIBUTED = """
select exists (select from pg_dist_partition where logicalrelid = to_regclass('company_counter'))
"""
_TOLD = "set citus.propagate_set_commands to 'local'"
_GROW = "update company_counter set masters_version = masters_version + 1 where company_id = %s"


class BooksConnection(AskingConnection):
    """A connection of the pools; it knows where the books are."""

    is_on_citus: bool = False

    async def find_nodes(self) -> None:
        """Ask whether the tables are distributed, once, and pass on what transactions set."""
        self.is_on_citus = await self._says(_HAS_CITUS) and await self._says(_IS_DISTRIBUTED)
        if self.is_on_citus:
            await self.execute(_TOLD)

    async def _says(self, query: str) -> bool:
        return await (await self.execute(query.encode())).fetchone() == (True,)


def is_distributed(connection: Connection) -> bool:
    """The same, for whoever migrates."""
    return all(
        connection.execute(query.encode()).fetchone() == (True,)
        for query in (_HAS_CITUS, _IS_DISTRIBUTED)
    )


def is_on_citus(connection: AsyncConnection) -> bool:
    """Whether a connection of the pools leads to distributed tables."""
    return isinstance(connection, BooksConnection) and connection.is_on_citus


async def tell_nodes(connection: AsyncConnection, name: str, value: UUID) -> None:
    """Set `app.<name>` on the nodes until the end of the transaction; elsewhere do nothing."""
    if is_on_citus(connection):
        await connection.execute(_telling(connection, name, value), prepare=False)


def tell_nodes_in(trip: RoundTrip, connection: AsyncConnection, name: str, value: UUID) -> None:
    """The same, in a round trip."""
    if is_on_citus(connection):
        telling = Statement(_telling(connection, name, value), is_asked_again=False)
        trip.ask(telling, {})


def _telling(connection: AsyncConnection, name: str, value: UUID) -> bytes:
    setting = sql.Identifier("app", name)
    text = sql.SQL("set local {} to {}").format(setting, sql.Literal(str(value)))
    return text.as_bytes(connection)


async def grow_masters_version(connection: AsyncConnection, company_id: UUID) -> None:
    """What a trigger does elsewhere, where a posting changes masters: others see that they did.

    Whoever changes masters otherwise has done it before (`hold_postings`).
    """
    if is_on_citus(connection):
        await connection.execute(_GROW, (company_id,))
