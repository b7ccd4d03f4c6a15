"""What the planner knows of tables that were just filled: gathered at once, not in a minute."""

from psycopg import AsyncConnection, sql

from persistence.database import Database
from persistence.sessions import APPLICATION_ROLE

_DUE = """
select t.relname
  from pg_stat_user_tables t
  join pg_stat_xact_user_tables x on x.relid = t.relid
  join pg_class c on c.oid = t.relid
 where t.schemaname = current_schema()
   and t.n_mod_since_analyze + x.n_tup_ins + x.n_tup_upd + x.n_tup_del
     > current_setting('autovacuum_analyze_threshold')::bigint
       + current_setting('autovacuum_analyze_scale_factor')::float8 * greatest(c.reltuples, 0)
 order by t.relname
"""
_FLUSH = "select pg_stat_force_next_flush()"


async def gather_due(database: Database) -> None:
    """Analyze the tables that autovacuum would; see `gather_due_within`."""
    async with database.pool.connection() as connection:
        await connection.execute(_FLUSH)
        await connection.commit()
        await gather_due_within(connection)


async def gather_due_within(connection: AsyncConnection) -> None:
    """Analyze the tables that autovacuum would, with what the transaction itself has written.

    Those are the ones that have changed by more than a tenth. Without statistics the planner takes
    a company for a few rows, reports on what was imported may compare each of them with each other,
    and a session that began with empty tables keeps the plans that it made for them. It is done as
    whoever logged in; tables that he does not own are left to autovacuum, and what is being
    vacuumed is not waited for.
    """
    cursor = await connection.execute(_DUE)
    tables = [sql.Identifier(name) for (name,) in await cursor.fetchall()]
    if tables:
        await connection.execute("set local role none")
        analyze = sql.SQL("analyze (skip_locked) {}").format(sql.SQL(", ").join(tables))
        await connection.execute(analyze)
        role = sql.Identifier(APPLICATION_ROLE)
        await connection.execute(sql.SQL("set local role {}").format(role))
