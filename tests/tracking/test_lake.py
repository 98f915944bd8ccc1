"""The lake's files: what is in them, what becomes of them when events come, change and go, and after a crash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import override_settings

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.database_address import database_address
from dangol.kit.ids import uuid7
from dangol.tracking import operations
from dangol.tracking.contracts import INSIDE
from dangol.tracking.lake.place import storage
from dangol.tracking.models import Event, LakeChange, LakeFile
from dangol.tracking.operations.lake import write_month
from dangol.tracking.queries import ask_lake
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast
from tests.segments.rows import did

MONTH = date(2026, 11, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lakeside:
    """지은's workspace, one customer of hers, and the folder of the lake."""

    cast: Cast
    haneul: Person
    folder: Path

    @property
    def workspace_id(self) -> UUID:
        return self.cast.workspace.pk

    def write(self) -> None:
        operations.write_lake(workspace_id=self.workspace_id)

    def names(self) -> list[str]:
        """Return what the lake says that people did, in order of names."""
        with tenancy.workspace(self.workspace_id):
            rows = ask_lake(
                "SELECT name FROM tracking_event ORDER BY name", {}, workspace_id=self.workspace_id,
                tables=["tracking_event"],
            )  # fmt: skip
        return [name for (name,) in rows]

    def files(self) -> list[LakeFile]:
        with tenancy.workspace(self.workspace_id):
            return list(LakeFile.objects.filter(replaced_at=None).order_by("table", "first_id"))

    def on_disk(self) -> set[str]:
        return {path.stem for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def lake(committed_db: str, tmp_path: Path) -> Iterator[Lakeside]:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        haneul = make_person(cast.jieun, name="하늘")
    with override_settings(LAKE=str(tmp_path)):
        storage.cache_clear()
        yield Lakeside(cast, haneul, tmp_path)
    storage.cache_clear()


def do(lake: Lakeside, *names: str, at: datetime = NOW) -> None:
    with tenancy.workspace(lake.workspace_id):
        for name in names:
            did(lake.haneul, name, at)


def test_events_come_month_by_month_and_only_once(lake: Lakeside) -> None:
    do(lake, "Visited", "Called")
    do(lake, "Called long ago", at=NOW - 60 * DAY)
    lake.write()
    assert lake.names() == ["Called", "Called long ago", "Visited"]
    assert [(file.month, file.rows) for file in lake.files()] == [(MONTH, 2), (date(2026, 9, 1), 1)]
    do(lake, "Visited again")
    lake.write()
    lake.write()
    assert lake.names() == ["Called", "Called long ago", "Visited", "Visited again"]
    assert [file.rows for file in lake.files()] == [2, 1, 1]


def test_values_are_kept_as_the_database_writes_them(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "Visited", price=1, branch="강남", tags=["a", "b"], none=None, deep={"x": 1.5}, yes=True)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tracking_event SET properties = properties || '{\"price\": 1.50}'")
            cursor.execute("SELECT key, value FROM tracking_event, jsonb_each_text(properties)")
            expected = dict(cursor.fetchall())
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        [(person_id, at, properties)] = ask_lake(
            "SELECT person_id, occurred_at, properties FROM tracking_event", {}, workspace_id=lake.workspace_id,
            tables=["tracking_event"],
        )  # fmt: skip
    inside = {f"deep{INSIDE}x": "1.5"}
    assert (person_id, at.astimezone(UTC), properties) == (lake.haneul.pk, NOW, expected | inside)
    assert expected["price"] == "1.50"


def test_what_commits_late_is_not_missed(lake: Lakeside, django_db_blocker: object) -> None:
    import psycopg

    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "First")
    with psycopg.connect(database_address()) as slow:
        early = uuid7()
        slow.execute("SELECT set_config('dangol.workspace', %s, true)", [str(lake.workspace_id)])
        slow.execute(
            "INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties,"
            " context, source_id, message_id) VALUES (%s, %s, %s, %s, %s, 'track', 'Slow', '{}', '{}', %s, '')",
            [lake.workspace_id, early, NOW, NOW, lake.haneul.pk, early],
        )
        do(lake, "Second")
        lake.write()
        assert lake.names() == ["First", "Second"]
    lake.write()
    assert lake.names() == ["First", "Second", "Slow"]


def test_what_comes_while_it_is_written_is_for_the_next_time(lake: Lakeside, monkeypatch: pytest.MonkeyPatch) -> None:
    def written_in_a_busy_shop(*, workspace_id: UUID, month: date, now: datetime) -> bool:
        done = write_month(workspace_id=workspace_id, month=month, now=now)
        if len(lake.files()) < 3:  # or it would never end
            do(lake, "Later")
        return done

    do(lake, "First")
    monkeypatch.setattr("dangol.tracking.operations.lake.write_month", written_in_a_busy_shop)
    lake.write()
    assert lake.names() == ["First"]
    lake.write()
    assert lake.names() == ["First", "Later"]


def test_nothing_is_taken_over_if_it_was_rolled_back(lake: Lakeside) -> None:
    with transaction.atomic():
        do(lake, "Never")
        transaction.set_rollback(True)
    lake.write()
    assert lake.names() == []
    assert lake.files() == []


def test_a_visitor_who_is_known_later_is_known_in_the_lake(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "Visited")
        Event.objects.update(person_id=None)
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        Event.objects.update(person_id=lake.haneul.pk)
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        rows = ask_lake(
            "SELECT person_id FROM tracking_event", {}, workspace_id=lake.workspace_id, tables=["tracking_event"]
        )
    assert rows == [(lake.haneul.pk,)]


def test_erased_people_leave_the_files(lake: Lakeside) -> None:
    do(lake, "Visited")
    lake.write()
    before = lake.on_disk()
    with tenancy.workspace(lake.workspace_id), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_person WHERE id = %s", [lake.haneul.pk])
    with tenancy.workspace(lake.workspace_id):
        assert Event.objects.count() == 0
        assert LakeChange.objects.count() == 1
    lake.write()
    assert lake.names() == []
    assert lake.on_disk() == before
    operations.sweep_lake(workspace_id=lake.workspace_id, now=datetime.now(UTC) + timedelta(minutes=11))
    assert lake.on_disk() == set()


def test_small_files_are_joined(lake: Lakeside) -> None:
    for number in range(12):
        do(lake, f"Visit {number:02}")
        write_month(workspace_id=lake.workspace_id, month=MONTH, now=NOW)
    assert [file.rows for file in lake.files()] == [11, 1]
    operations.compact_lake(workspace_id=lake.workspace_id, now=NOW)
    assert [file.rows for file in lake.files()] == [12]
    assert lake.names() == [f"Visit {number:02}" for number in range(12)]


def test_the_lake_can_be_thrown_away(lake: Lakeside) -> None:
    do(lake, "Visited")
    do(lake, "Called", at=NOW - 60 * DAY)
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        LakeFile.objects.all().delete()
    assert lake.names() == []
    with tenancy.workspace(lake.workspace_id):
        operations.rebuild_lake(workspace_id=lake.workspace_id)
    lake.write()
    assert lake.names() == ["Called", "Visited"]


def test_a_crash_leaves_a_file_that_nobody_lists_and_nothing_else(lake: Lakeside) -> None:
    do(lake, "Visited")
    with transaction.atomic():
        write_month(workspace_id=lake.workspace_id, month=MONTH, now=NOW)
        transaction.set_rollback(True)
    [orphan] = lake.on_disk()
    assert lake.names() == []
    lake.write()
    assert lake.names() == ["Visited"]
    assert orphan in lake.on_disk()
    operations.sweep_lake(workspace_id=lake.workspace_id, now=datetime.now(UTC) + timedelta(minutes=61))
    assert lake.on_disk() == {str(file.pk) for file in lake.files()}


def test_nobody_reads_the_lake_of_another_workspace(lake: Lakeside) -> None:
    do(lake, "Visited")
    lake.write()
    other = lake.cast.other_workspace.pk
    with tenancy.workspace(other):
        rows = ask_lake("SELECT * FROM tracking_event", {}, workspace_id=other, tables=["tracking_event"])
        assert rows == []
        assert LakeFile.objects.count() == 0
        stolen = ask_lake("SELECT * FROM tracking_event", {}, workspace_id=lake.workspace_id, tables=["tracking_event"])
        assert stolen == []


def test_people_are_copied_without_those_in_the_trash(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        gone = make_person(lake.cast.jieun, name="바다")
    with tenancy.workspace(lake.workspace_id), tenancy.open_trash():
        Person.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    for _turn in range(2):
        operations.copy_tables(workspace_id=lake.workspace_id)
    with tenancy.workspace(lake.workspace_id):
        rows = ask_lake(
            "SELECT name FROM customers_person", {}, workspace_id=lake.workspace_id, tables=["customers_person"]
        )
    assert rows == [("하늘",)]
