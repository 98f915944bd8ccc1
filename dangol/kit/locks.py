"""Locks in the database by name, held until the transaction ends."""

from django.db import connection


def hold(name: str) -> None:
    """Wait until no other transaction holds this lock, and hold it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share(name: str) -> None:
    """Wait until no other transaction holds this lock alone, and hold it together with others who share it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def hold_if_free(name: str) -> bool:
    """Hold this lock unless another session does; return whether it is held now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])
