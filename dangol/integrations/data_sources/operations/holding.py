"""One reader of a source at a time, over all workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from django.db import connection

SPACE = 74204
"""The first half of the advisory locks of this room."""


@contextmanager
def holding(source_id: UUID) -> Iterator[bool]:
    """
    Yield whether this process is the one that reads the source.

    The lock stands on a connection of its own: it goes with the process, however that ends.
    """
    parameters = connection.get_connection_params()
    chosen = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    key = int.from_bytes(source_id.bytes[-4:], signed=True)
    with psycopg.connect(**chosen, autocommit=True) as own:
        row = own.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, key]).fetchone()
        yield bool(row and row[0])
