"""Replay: what follows from the events of some days is made anew, while new events go on coming in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.kit import tenancy
from dangol.kit.authorship import working_on
from dangol.kit.locks import hold
from dangol.tracking.operations.processing import turn_of
from dangol.tracking.operations.rebuilding import rebuild_people

AT_A_TIME = 500
SOMEBODY = """
SELECT DISTINCT person_id FROM tracking_event
WHERE workspace_id = %(workspace)s AND occurred_at >= %(since)s AND occurred_at < %(until)s AND person_id > %(after)s
ORDER BY person_id LIMIT %(most)s
"""
NOBODY = UUID(int=0)


def replay_events(*, workspace_id: UUID, since: datetime, until: datetime, now: datetime) -> Iterator[int]:
    """
    Make counts, orders, traits and times anew for everybody who did something in this time; yield how many so far.

    Some hundred people are one transaction, in which no new events are stored, so it can be stopped at any time and
    run again. Nobody may have entered a workspace.
    """
    after, done = NOBODY, 0
    while True:
        with working_on("replay"), tenancy.workspace(workspace_id), tenancy.open_trash(), connection.cursor() as cursor:
            hold(turn_of(workspace_id))
            told: dict[str, Any] = {
                "workspace": workspace_id,
                "since": since,
                "until": until,
                "after": after,
                "most": AT_A_TIME,
            }
            cursor.execute(SOMEBODY, told)
            people = [person_id for (person_id,) in cursor.fetchall()]
            if not people:
                return
            rebuild_people(workspace_id=workspace_id, person_ids=people, now=now)
        after, done = people[-1], done + len(people)
        yield done
