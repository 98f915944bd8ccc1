"""Noticing that the database was restored, by whatever means."""

from datetime import datetime

from django.db import connection

from dangol.workspaces.models import DatabaseLife

NOW_SERVED = """
SELECT system_identifier::text, left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()
"""


def begin_life(*, now: datetime) -> bool:
    """
    Write down which life of the database this is; return whether the data are those of an earlier one.

    The current transaction settles what follows from it; until it commits, everybody else who asks waits.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE workspaces_databaselife IN EXCLUSIVE MODE")
        cursor.execute(NOW_SERVED)
        cluster, timeline = cursor.fetchone()
    life = DatabaseLife.objects.first()
    if life is not None and (life.cluster, life.timeline) == (cluster, timeline):
        return False
    DatabaseLife.objects.all().delete()
    DatabaseLife.objects.create(cluster=cluster, timeline=timeline, since=now)
    return life is not None
