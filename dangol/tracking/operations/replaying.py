"""Replay: what follows from the events of some time is made anew, while new events go on coming in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol import facts
from dangol.kit import bus, tenancy
from dangol.kit.authorship import working_on
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.kit.locks import hold
from dangol.tracking.enums import ReplayState
from dangol.tracking.models import Replay
from dangol.tracking.operations.hours import count_hours_anew
from dangol.tracking.operations.processing import turn_of
from dangol.tracking.operations.rebuilding import rebuild_people
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

AT_A_TIME = 500
SOMEBODY = """
SELECT DISTINCT person_id FROM tracking_event
WHERE workspace_id = %(workspace)s AND occurred_at >= %(since)s AND occurred_at < %(until)s AND person_id > %(after)s
ORDER BY person_id LIMIT %(most)s
"""
EVERYBODY = """
SELECT count(DISTINCT person_id) FROM tracking_event
WHERE workspace_id = %s AND occurred_at >= %s AND occurred_at < %s
"""
NOBODY = UUID(int=0)


class UnableToReplay(OperationError):
    """The time is no time, another replay runs, or this one is in another state."""


def start_replay(*, member: Member, since: datetime, until: datetime, now: datetime) -> Replay:
    """
    Queue a replay of what happened from `since` until before `until`.

    :raises UnableToReplay: if the time ends before it begins, or another replay is running
    """
    if since >= until:
        raise UnableToReplay(_("The end is before the beginning."))
    with _one_at_a_time():
        replay = Replay.objects.create(
            workspace_id=member.workspace_id, since=since, until=until, by=member, created_at=now
        )
    run_replay.defer(workspace_id=replay.workspace_id, replay_id=replay.pk)
    detail = {"since": since.isoformat(), "until": until.isoformat()}
    record_act(member=member, verb="replay_events", detail=detail, now=now)
    return replay


def stop_replay(*, replay: Replay) -> None:
    """
    Stop behind the people who are being done; what is done stays.

    :raises UnableToReplay: if it does not run
    """
    _move(replay, ReplayState.STOPPED, before=[ReplayState.RUNNING])


@transaction.atomic
def resume_replay(*, replay: Replay) -> None:
    """
    Go on where it stopped or failed.

    :raises UnableToReplay: if it did neither, or another replay is running
    """
    with _one_at_a_time():
        _move(replay, ReplayState.RUNNING, before=[ReplayState.STOPPED, ReplayState.FAILED])
    run_replay.defer(workspace_id=replay.workspace_id, replay_id=replay.pk)


@job(queue="imports", atomic=False)
def run_replay(*, workspace_id: UUID, replay_id: UUID) -> None:
    """Do one replay; after a crash it goes on behind the last people who were done."""
    try:
        _begin(workspace_id, replay_id)
        while _continue(workspace_id, replay_id):
            pass
    except (OperationalError, InterfaceError):
        raise  # the database was away: the queue tries again
    except Exception:
        with tenancy.workspace(workspace_id):
            _running(workspace_id, replay_id).update(state=ReplayState.FAILED)
        raise


def replay_events(*, workspace_id: UUID, since: datetime, until: datetime, now: datetime) -> Iterator[int]:
    """
    Make the hourly counts of this time anew, then what follows from all that everybody did who did something in it.

    Yields how many people so far. Some hundred people are one transaction, in which no new events are stored, so it can
    be stopped at any time and run again. Nobody may have entered a workspace.
    """
    count_hours_anew(workspace_id=workspace_id, since=since, until=until)
    after, done = NOBODY, 0
    while True:
        with working_on("replay"), tenancy.workspace(workspace_id), tenancy.open_trash():
            people = _rebuild_next(workspace_id, since, until, after, now)
        if not people:
            return
        after, done = people[-1], done + len(people)
        yield done


def _continue(workspace_id: UUID, replay_id: UUID) -> bool:
    """Do some hundred people and write down how far it is, in one transaction. False: it is over, or was stopped."""
    with working_on("replay"), tenancy.workspace(workspace_id), tenancy.open_trash():
        replay = _running(workspace_id, replay_id).select_for_update().first()
        if replay is None:
            return False
        people = _rebuild_next(workspace_id, replay.since, replay.until, replay.after or NOBODY, timezone.now())
        if people:
            replay.after, replay.done = people[-1], replay.done + len(people)
        else:
            replay.state = ReplayState.DONE
        replay.save(update_fields=["after", "done", "state"])
        return bool(people)


def _rebuild_next(workspace_id: UUID, since: datetime, until: datetime, after: UUID, now: datetime) -> list[UUID]:
    told: dict[str, Any] = {"workspace": workspace_id, "since": since, "until": until, "after": after}
    hold(turn_of(workspace_id))
    with connection.cursor() as cursor:
        cursor.execute(SOMEBODY, told | {"most": AT_A_TIME})
        people = [person_id for (person_id,) in cursor.fetchall()]
    if people:
        rebuild_people(workspace_id=workspace_id, person_ids=people, now=now)
        bus.publish(facts.PeopleChanged(workspace_id=workspace_id, person_ids=tuple(people)))
    return people


def _begin(workspace_id: UUID, replay_id: UUID) -> None:
    """Count the hours anew, which belong to nobody, and the people whom it concerns; once, unless killed before."""
    with tenancy.workspace(workspace_id):
        replay = _running(workspace_id, replay_id).filter(people=None).first()
    if replay is None:
        return
    count_hours_anew(workspace_id=workspace_id, since=replay.since, until=replay.until)
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute(EVERYBODY, [workspace_id, replay.since, replay.until])
        Replay.objects.filter(workspace_id=workspace_id, pk=replay_id).update(people=cursor.fetchone()[0])


def _move(replay: Replay, to: ReplayState, *, before: list[ReplayState]) -> None:
    found = Replay.objects.filter(workspace_id=replay.workspace_id, pk=replay.pk, state__in=before)
    if not found.update(state=to):
        raise UnableToReplay(_("The replay is in another state meanwhile. Look at it again."))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise UnableToReplay(_("Another replay is running. Wait for it, or stop it.")) from error


def _running(workspace_id: UUID, replay_id: UUID) -> QuerySet[Replay]:
    return Replay.objects.filter(workspace_id=workspace_id, pk=replay_id, state=ReplayState.RUNNING)
