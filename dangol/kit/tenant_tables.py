"""
All rows of one workspace, out of the database and into another: the tables are read from the catalogue.

It runs as the tables' owner inside the workspace, so that row-level security lets no other workspace's row pass either
way. Foreign keys stay in force; triggers do not run, since what they write is among the rows.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any
from uuid import UUID

import psycopg
from psycopg import sql

from dangol.kit.tenant_models import walls_around

Connection = psycopg.Connection[Any]
CHUNK = 1024 * 1024
BOUND = re.compile(r"FOR VALUES FROM \('[-0-9 :+.]+'\) TO \('[-0-9 :+.]+'\)")
PARTITION = re.compile(r"[a-z_]+_[0-9]{6}")

TABLES = """
SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'workspace_id'
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""
# What a sequence numbers has no other name elsewhere, and nothing points at it.
COLUMNS = """
SELECT attname FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    AND coalesce(pg_get_expr(adbin, adrelid), '') NOT LIKE 'nextval(%%' AND attidentity = '' AND attgenerated = ''
ORDER BY attnum
"""
USER_COLUMNS = """
SELECT attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND confrelid = 'workspaces_user'::regclass AND conrelid = %s::regclass
"""
PARTITIONS = """
SELECT child.relname, parent.relname, pg_get_expr(child.relpartbound, child.oid)
FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
WHERE parent.relname = ANY (%s) AND child.relkind = 'r' ORDER BY child.relname
"""


@contextmanager
def inside(url: str, workspace_id: UUID) -> Iterator[Connection]:
    """
    Yield a connection of the owner's, in one transaction, that sees this workspace's rows and those in its trash.

    :param url: of the role that owns the tables
    """
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        connection.execute(
            "SELECT set_config('dangol.workspace', %s, true), set_config('dangol.trash', 'open', true)",
            [str(workspace_id)],
        )
        yield connection


def tenant_tables(connection: Connection) -> list[str]:
    """Return the name of every table whose rows belong to a workspace."""
    return [name for (name,) in connection.execute(TABLES)]


def copy_out(connection: Connection, table: str, to: IO[bytes]) -> int:
    """Write the rows of a table as PostgreSQL's text format; return how many."""
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(_columns(connection, table), sql.Identifier(table))
    with connection.cursor() as cursor:
        with cursor.copy(query) as rows:
            for chunk in rows:
                to.write(chunk)
        return cursor.rowcount


def copy_in(connection: Connection, table: str, rows: IO[bytes], *, users: dict[UUID, UUID]) -> int:
    """
    Write what `copy_out` wrote; return how many rows.

    :param users: who in this installation is who in the other one
    """
    columns, into = _columns(connection, table), sql.Identifier(table)
    fresh = sql.Identifier(f"fresh_{table}"[:63])
    make = sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
    connection.execute(make.format(fresh, columns, into))
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(fresh)) as copying:
            while chunk := rows.read(CHUNK):
                copying.write(chunk)
        for (column,) in connection.execute(USER_COLUMNS, [table]).fetchall():
            rename = sql.SQL("UPDATE {fresh} SET {column} = %s WHERE {column} = %s").format(
                fresh=fresh, column=sql.Identifier(column)
            )
            cursor.executemany(rename, [(ours, theirs) for theirs, ours in users.items()])
        cursor.execute(sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(into, columns, columns, fresh))
        return cursor.rowcount


def clear(connection: Connection, table: str) -> None:
    """Delete the workspace's rows of a table, and with them those that cannot be without."""
    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


@contextmanager
def without_triggers(connection: Connection, tables: list[str]) -> Iterator[None]:
    """Let a block write without the tables' own triggers; everybody else's writes wait until the transaction ends."""
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))


def partitions(connection: Connection, tables: list[str]) -> list[tuple[str, str, str]]:
    """Return the months into which tables are parted: name, table, bound."""
    return connection.execute(PARTITIONS, [tables]).fetchall()


def make_partitions(connection: Connection, wanted: Sequence[tuple[str, str, str]]) -> None:
    """
    Make the months that are not there yet, walled in like the others.

    :raises ValueError: for something that is no month of ours: this becomes a statement, and the file may be anybody's
    """
    known = set(tenant_tables(connection))
    for name, table, bound in wanted:
        if table not in known or not PARTITION.fullmatch(name) or not BOUND.fullmatch(bound):
            raise ValueError(name)
        if connection.execute("SELECT to_regclass(%s)", [f"public.{name}"]).fetchone() != (None,):
            continue
        connection.execute(f'CREATE TABLE "{name}" PARTITION OF "{table}" {bound}')
        for statement in walls_around(name):
            connection.execute(statement)
        connection.execute("SELECT public.dangol_close(%s::regclass, 'ALL')", [name])


def _columns(connection: Connection, table: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in connection.execute(COLUMNS, [table]))
