"""What the database's catalog says of its tables, as far as distributing them goes by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from psycopg import Connection
from psycopg.rows import class_row

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `company_type` is the type of its column `company_id`, None where it has none."""

    name: str
    company_type: str | None
    has_policies: bool
    own_sequences: bool
    is_distributed: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, unique or exclusion constraint, or an index; `columns` as they are ordered."""

    table: str
    name: str
    columns: Sequence[str]
    is_unique: bool


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; `on_delete` and `on_update` are pg_constraint's letters."""

    table: str
    name: str
    columns: Sequence[str]
    target: str
    target_columns: Sequence[str]
    on_delete: str
    on_update: str
    definition: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that somebody made, and its function."""

    table: str
    name: str
    function: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of row-level security."""

    table: str
    name: str
    using: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function with the types of its arguments, as DROP FUNCTION wants them."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of schema public, each kind in an order that does not depend on when it was made."""

    tables: tuple[Table, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    triggers: tuple[Trigger, ...]
    policies: tuple[Policy, ...]
    functions: tuple[Function, ...]

    @classmethod
    def of(cls, connection: Connection) -> "Catalog":
        """Read it; what is distributed already says Citus, where it is installed."""
        found = connection.execute("select to_regclass('pg_dist_partition') is not null")
        distributed = _DISTRIBUTED if found.fetchone() == (True,) else "false"
        return cls(
            tables=_read(connection, Table, _TABLES.replace("/*distributed*/", distributed)),
            keys=_read(connection, Key, _KEYS),
            foreign_keys=_read(connection, ForeignKey, _FOREIGN_KEYS),
            triggers=_read(connection, Trigger, _TRIGGERS),
            policies=_read(connection, Policy, _POLICIES),
            functions=_read(connection, Function, _FUNCTIONS),
        )


def _read(connection: Connection, kind: type[Row], query: str) -> tuple[Row, ...]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return tuple(cursor.execute(query.encode()).fetchall())


_DISTRIBUTED = "exists (select from pg_dist_partition where logicalrelid = t.oid)"
_PUBLIC = "relnamespace = 'public'::regnamespace"
_TABLES = f"""
select t.relname::text as name,
       (select format_type(a.atttypid, a.atttypmod) from pg_attribute a
         where a.attrelid = t.oid and a.attname = 'company_id'
           and not a.attisdropped) as company_type,
       exists (select from pg_policy where polrelid = t.oid) as has_policies,
       exists (select from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
                where d.refobjid = t.oid) as own_sequences,
       /*distributed*/ as is_distributed
  from pg_class t where t.relkind in ('r', 'p') and t.{_PUBLIC}
 order by 1
"""  # noqa: S608 - constants
_KEYS = f"""
select t.relname::text as "table", i.relname::text as name, x.indisunique as is_unique,
       array(select coalesce(a.attname::text, '(expression)')
               from unnest(x.indkey::int2[]) with ordinality as k (number, place)
               left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number
              order by k.place) as columns
  from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
 where t.{_PUBLIC}
 order by 1, 2
"""  # noqa: S608 - constants
_COLUMNS = """
array(select a.attname::text from unnest({numbers}) with ordinality as k (number, place)
        join pg_attribute a on a.attrelid = {table} and a.attnum = k.number order by k.place)
"""
_FOREIGN_KEYS = f"""
select t.relname::text as "table", c.conname::text as name,
       {_COLUMNS.format(numbers="c.conkey", table="c.conrelid")} as columns,
       r.relname::text as target,
       {_COLUMNS.format(numbers="c.confkey", table="c.confrelid")} as target_columns,
       c.confdeltype::text as on_delete, c.confupdtype::text as on_update,
       pg_get_constraintdef(c.oid) as definition
  from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
 where c.contype = 'f' and t.{_PUBLIC}
 order by 1, 2
"""  # noqa: S608 - constants
_TRIGGERS = f"""
select t.relname::text as "table", g.tgname::text as name, p.proname::text as function
  from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_proc p on p.oid = g.tgfoid
 where not g.tgisinternal and t.{_PUBLIC}
 order by 1, 2
"""  # noqa: S608 - constants
_POLICIES = f"""
select t.relname::text as "table", p.polname::text as name,
       coalesce(pg_get_expr(p.polqual, p.polrelid), '') as using
  from pg_policy p join pg_class t on t.oid = p.polrelid where t.{_PUBLIC}
 order by 1, 2
"""  # noqa: S608 - constants
_FUNCTIONS = """
select p.proname::text as name, pg_get_function_identity_arguments(p.oid) as arguments
  from pg_proc p
 where p.pronamespace = 'public'::regnamespace
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
 order by 1, 2
"""
