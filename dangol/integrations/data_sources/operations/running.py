"""The run of a source: read some rows, take them, move on; all three in one transaction, again and again."""

import logging
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.integrations.data_sources.contracts import (
    Column,
    ColumnsGone,
    Portion,
    Reader,
    SourceRefuses,
    SourceUnreachable,
    Wish,
)
from dangol.integrations.data_sources.cursors import Mark, Sieve, as_typed
from dangol.integrations.data_sources.enums import OPEN, Kind, Load, RunState
from dangol.integrations.data_sources.models import Run, RunProblem, Source
from dangol.integrations.data_sources.operations import ending
from dangol.integrations.data_sources.operations.drift import Drift, drift_of, needed_columns
from dangol.integrations.data_sources.operations.places import place_of
from dangol.integrations.data_sources.operations.taking import refuse_unanswered, take
from dangol.integrations.data_sources.operations.vanished import count_vanished, key_column, remember_rows
from dangol.integrations.data_sources.readers import opened
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.kit.leading import leading

logger = logging.getLogger(__name__)

MOST_PROBLEMS = 1000
"""Problems that a run keeps by row. Beyond, they are only counted."""


class RunTaken(Exception):
    """The run was cancelled, or another process reads on: write nothing more."""


@dataclass
class Course:
    """A run under way in this process, and how it moves through the source."""

    run: Run
    source: Source
    columns: list[str]
    sieve: Sieve | None
    wish: Wish


@job(queue="imports", atomic=False)
def run_source(*, workspace_id: UUID, run_id: UUID) -> None:
    """
    Read a source as far as it goes, each portion of rows in a transaction of its own that also moves the cursor.

    A run that is killed goes on behind the last portion that was taken. A second run beside it does nothing. When the
    source cannot be reached it waits, the longer the more often; when it refuses, the run has failed and says why.
    """
    with tenancy.workspace(workspace_id):
        run = Run.objects.select_related("source").filter(workspace_id=workspace_id, pk=run_id, state__in=OPEN).first()
    if run is None:
        return
    with leading(run.source_id) as leads:
        if leads is not None:
            _carry_on(workspace_id, run_id)


def _carry_on(workspace_id: UUID, run_id: UUID) -> None:
    with tenancy.workspace(workspace_id):
        run = _claimed(workspace_id, run_id)
        language = run.source.workspace.language if run else ""
    if run is None:
        return
    with translation.override(language):
        try:
            _read(run)
        except RunTaken:
            return
        except SourceUnreachable as trouble:
            ending.wait(run=run, error=str(trouble), now=timezone.now())
        except SourceRefuses as trouble:
            ending.fail(run=run, error=str(trouble), now=timezone.now())
        except ColumnsGone as gone:
            ending.stop(run=run, drift=Drift(gone=gone.names), now=timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Run %s of data source %s failed", run.pk, run.source_id)
            ending.fail(
                run=run, error=_("Something unexpected happened. The log of the server says more."), now=timezone.now()
            )


def _claimed(workspace_id: UUID, run_id: UUID) -> Run | None:
    """Make this process the one that writes for the run."""
    found = Run.objects.select_for_update(of=("self",)).select_related("source__workspace", "source__by")
    run = found.filter(workspace_id=workspace_id, pk=run_id, state__in=OPEN).first()
    if run is not None:
        run.holder, run.state = uuid7(), RunState.RUNNING
        run.save(update_fields=["holder", "state"])
    return run


def _read(run: Run) -> None:
    source = run.source
    with tenancy.workspace(source.workspace_id):
        refuse_unanswered(source)
    with opened(place_of(source)) as reader:
        drift = drift_of(source, _columns_now(reader, source), may_lack=source.kind == Kind.REST)
        if drift.stops:
            ending.stop(run=run, drift=drift, now=timezone.now())
            return
        course = _course(run, source, reader)
        with closing(reader.portions(course.wish)) as portions:
            for portion in portions:
                _take_portion(course, portion)
    _finish(course, drift)


def _columns_now(reader: Reader, source: Source) -> list[Column]:
    """A service without an item, and a folder without a file, say nothing about columns."""
    try:
        return reader.columns()
    except SourceRefuses:
        if source.kind == Kind.FILES and not list(reader.portions(Wish(columns=[]))):
            return []
        raise


def _course(run: Run, source: Source, reader: Reader) -> Course:
    columns = source.column_names
    by = _tells(source, is_ordered=reader.is_ordered)
    sieve = _sieve(run, source, columns, by, is_ordered=reader.is_ordered) if by else None
    position = run.position or (source.cursor if _moves_by_position(source) else {})
    wish = Wish(
        columns=columns,
        ordered_by=by if reader.is_ordered else "",
        since=sieve.since.value if sieve else None,
        position=position,
        needed=needed_columns(source),
    )
    return Course(run, source, columns, sieve, wish)


def _tells(source: Source, *, is_ordered: bool) -> str:
    """The column that tells how far we are: the cursor's, else in a full load of a database what rows are known by."""
    if source.load == Load.INCREMENTAL:
        return source.cursor_column
    return key_column(source) if is_ordered else ""


def _sieve(run: Run, source: Source, columns: list[str], by: str, *, is_ordered: bool) -> Sieve:
    before = source.cursor if source.load == Load.INCREMENTAL else {}
    reached = run.position.get("mark") or before
    kinds = {column["name"]: column["kind"] for column in source.columns}
    return Sieve(
        at=columns.index(by),
        kind="" if is_ordered else kinds[by],
        since=_mark(reached if is_ordered else before, "" if is_ordered else kinds[by]),
        newest=_mark(reached, "" if is_ordered else kinds[by]),
        is_ordered=is_ordered,
    )


def _mark(kept: dict[str, object], kind: str) -> Mark:
    mark = Mark.read(kept)
    return replace(mark, value=as_typed(mark.value, kind)) if kind else mark


def _moves_by_position(source: Source) -> bool:
    """Files without a cursor column: what was read is the cursor."""
    return source.load == Load.INCREMENTAL and source.kind == Kind.FILES and not source.cursor_column


def _take_portion(course: Course, portion: Portion) -> None:
    """Take the rows, and move to behind them, or do neither."""
    source, now = course.source, timezone.now()
    with tenancy.workspace(source.workspace_id):
        run = locked(course.run)
        chosen = course.sieve.kept(portion.rows) if course.sieve else list(enumerate(portion.rows))
        rows = [row for _number, row in chosen]
        faults = {at: portion.faults[number] for at, (number, _row) in enumerate(chosen) if number in portion.faults}
        numbers = [portion.first + number for number, _row in chosen]
        taken = take(source=source, rows=rows, numbers=numbers, faults=faults, batch=run.pk, now=now)
        run.read_count += len(rows)
        run.created_count += taken.created
        run.updated_count += taken.updated
        _keep_problems(run, taken.problems, portion.place)
        run.rejected_count += taken.rejected
        if source.load == Load.FULL:
            remember_rows(run=run, source=source, rows=rows)
        _move_on(course, run, portion)
        run.save()


def _keep_problems(run: Run, problems: "ending.Problems", place: str) -> None:
    room = max(MOST_PROBLEMS - run.rejected_count, 0)
    RunProblem.objects.bulk_create(
        RunProblem(
            workspace_id=run.workspace_id, run=run, place=place, row=problem.row, column=problem.column,
            code=problem.code, text=problem.text,
        )
        for problem in problems[:room]
    )  # fmt: skip


def _move_on(course: Course, run: Run, portion: Portion) -> None:
    mark = course.sieve.newest.stored() if course.sieve else {}
    run.position = {**portion.position, "mark": mark}
    run.attempts = 0
    source = course.source
    if source.load != Load.INCREMENTAL:
        return
    if _moves_by_position(source):
        _move_cursor(run, source, portion.position)
    elif course.sieve and course.sieve.is_ordered and mark:
        _move_cursor(run, source, mark)


def _move_cursor(run: Run, source: Source, cursor: dict[str, object]) -> None:
    run.cursor_after = source.cursor = cursor
    Source.objects.filter(workspace_id=source.workspace_id, pk=source.pk).update(cursor=cursor)


def _finish(course: Course, drift: Drift) -> None:
    source, now = course.source, timezone.now()
    with tenancy.workspace(source.workspace_id):
        run = locked(course.run)
        if source.load == Load.FULL:
            run.vanished_count = count_vanished(run=run, source=source, now=now)
        if source.load == Load.INCREMENTAL and course.sieve and (mark := course.sieve.newest.stored()):
            _move_cursor(run, source, mark)
        ending.finish(run=run, source=source, drift=drift, now=now)


def locked(run: Run) -> Run:
    """
    Return the run's row, held for this transaction.

    :raises RunTaken: if it is no longer this process that carries it on
    """
    found = Run.objects.select_for_update().filter(workspace_id=run.workspace_id, pk=run.pk).first()
    if found is None or found.holder != run.holder or found.state != RunState.RUNNING:
        raise RunTaken
    return found
