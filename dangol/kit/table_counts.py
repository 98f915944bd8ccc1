"""How many rows every table of a database holds at one moment, exactly, while others go on writing."""

import time

import psycopg
from psycopg import sql

WAIT_FOR_WRITERS = "1s"
PAUSE = 2.0
TABLES = """
SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind = 'r' AND relpersistence = 'p' AND nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def counted_tables(url: str, point: str) -> dict[str, int]:
    """
    Return the rows of every table, by name, as they were when the log passed a restore point of this name.

    Writers are held back until the moment is fixed, a second at the most; when they do not end, it is tried again.

    :param url: of a superuser: no row-level security may hide rows, and the point is written into the log
    """
    with (
        psycopg.connect(url, autocommit=True) as holding,
        psycopg.connect(url, autocommit=True) as counting,
    ):
        tables = [name for (name,) in holding.execute(TABLES)]
        while not _fix(holding, counting, tables, point):
            time.sleep(PAUSE)
        rows = {name: count_rows(counting, name) for name in tables}
        counting.execute("ROLLBACK")
    return rows


def _fix(holding: "psycopg.Connection", counting: "psycopg.Connection", tables: list[str], point: str) -> bool:
    """Begin to count at the restore point, while nobody writes; False if somebody would not end."""
    try:
        with holding.transaction():
            holding.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_WRITERS}'")
            names = sql.SQL(", ").join(sql.SQL(name) for name in tables)
            holding.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))
            counting.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            counting.execute("SELECT pg_current_xact_id_if_assigned()")  # the first query takes the snapshot
            holding.execute("SELECT pg_create_restore_point(%s)", [point])
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return False
    return True


def count_rows(connection: "psycopg.Connection", name: str) -> int:
    """Return how many rows a table holds that is named as `counted_tables` names it."""
    ((rows,),) = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.SQL(name)))
    return int(rows)
