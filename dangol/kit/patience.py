"""Questions to the database that are given up when they take too long."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg.errors
from django.db import OperationalError, connection, transaction


class OutOfPatience(Exception):
    """The database had no answer in time."""


@contextmanager
def patience(milliseconds: int) -> Iterator[None]:
    """
    Open a savepoint in which no statement may run longer than this.

    :raises OutOfPatience: if one does
    """
    try:
        with transaction.atomic():
            before = _statement_timeout(f"{milliseconds}ms")
            yield
            _statement_timeout(before)
    except OperationalError as slow:
        if isinstance(slow.__cause__, psycopg.errors.QueryCanceled):
            raise OutOfPatience from slow
        raise


def _statement_timeout(value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [value]
        )
        before, _now = cursor.fetchone()
    return str(before)
