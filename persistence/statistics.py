"""What the planner knows of tables that were just filled: gathered at once, not in a minute."""

from psycopg import sql

from persistence.database import Database

_DUE = """
select t.relname from pg_stat_user_tables t join pg_class c on c.oid = t.relid
 where t.schemaname = current_schema()
   and t.n_mod_since_analyze > current_setting('autovacuum_analyze_threshold')::bigint
       + current_setting('autovacuum_analyze_scale_factor')::float8 * greatest(c.reltuples, 0)
 order by t.relname
"""

_ANALYZE = sql.SQL("analyze (skip_locked) {}")
"""What is being vacuumed or analyzed is not waited for."""


async def gather_due(database: Database) -> None:
    """Analyze the tables that autovacuum would: what has changed by more than a tenth.

    Without statistics the planner takes a company for a few rows, and reports on what was imported
    may compare each of them with each other. It is done as whoever logged in; tables that he does
    not own are left to autovacuum.
    """
    async with database.pool.connection() as connection:
        # Else what this process has written last is counted later.
        await connection.execute("select pg_stat_force_next_flush()")
        await connection.commit()
        cursor = await connection.execute(_DUE)
        tables = [name for (name,) in await cursor.fetchall()]
        await connection.commit()
        for table in tables:
            async with connection.transaction():
                await connection.execute("set local role none")
                await connection.execute(_ANALYZE.format(sql.Identifier(table)))
