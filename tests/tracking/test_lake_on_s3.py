"""The lake in the bucket of a real S3 server."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pyarrow import fs

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.tracking import operations
from dangol.tracking.lake.place import storage
from dangol.tracking.models import Event, LakeFile
from dangol.tracking.operations.lake import write_month
from tests.factories import NOW, make_person
from tests.people import make_cast
from tests.s3_server import S3Server, running_s3_server
from tests.tracking.test_lake import DAY, MONTH, Lakeside, do


@dataclass(frozen=True)
class Bucketside(Lakeside):
    """A lake whose files lie in a bucket; `folder` holds this machine's copies."""

    bucket: fs.FileSystem

    def in_bucket(self) -> set[str]:
        found = self.bucket.get_file_info(fs.FileSelector("lake", recursive=True))
        return {Path(info.path).stem for info in found if info.type == fs.FileType.File}

    def listed(self) -> set[str]:
        return {str(file.pk) for file in self.files()}


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3Server]:
    with running_s3_server() as server:
        yield server


@pytest.fixture
def lake(
    committed_db: str, tmp_path: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bucketside]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "dangol")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-on-loopback")
    bucket = s3_server.make_bucket("lake")
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        haneul = make_person(cast.jieun, name="하늘")
    with override_settings(LAKE=s3_server.place("lake/dangol"), DATA_DIRECTORY=tmp_path):
        storage.cache_clear()
        yield Bucketside(cast, haneul, tmp_path / "lake-copies", bucket)
    storage.cache_clear()
    bucket.delete_dir("lake")


def test_events_are_written_to_the_bucket_read_back_and_joined(lake: Bucketside) -> None:
    for number in range(3):
        do(lake, f"Visit {number}")
        write_month(workspace_id=lake.workspace_id, month=MONTH, now=NOW)
    do(lake, "Called long ago", at=NOW - 60 * DAY)
    lake.write()
    assert lake.names() == ["Called long ago", "Visit 0", "Visit 1", "Visit 2"]
    assert lake.in_bucket() == lake.on_disk() == lake.listed()
    operations.compact_lake(workspace_id=lake.workspace_id, now=NOW)
    assert sorted(file.rows for file in lake.files()) == [1, 3]
    assert lake.names() == ["Called long ago", "Visit 0", "Visit 1", "Visit 2"]


def test_people_are_copied_to_the_bucket(lake: Bucketside) -> None:
    operations.copy_tables(workspace_id=lake.workspace_id)
    assert {file.table for file in lake.files()} >= {"customers_person", "tracking_order"}
    assert lake.in_bucket() == lake.listed()


def test_erased_people_leave_the_bucket_and_the_copies_of_it(lake: Bucketside) -> None:
    do(lake, "Visited")
    lake.write()
    assert lake.names() == ["Visited"]
    [copy] = lake.folder.rglob("*.parquet")
    with tenancy.workspace(lake.workspace_id):
        Event.objects.all().delete()
        Person.objects.filter(pk=lake.haneul.pk).delete()
    lake.write()
    assert lake.names() == []
    assert lake.in_bucket() == lake.on_disk() == {copy.stem}
    operations.sweep_lake(workspace_id=lake.workspace_id, now=datetime.now(UTC) + timedelta(minutes=11))
    assert lake.in_bucket() == lake.on_disk() == set()


def test_a_copy_that_was_fetched_while_its_file_went_is_swept(lake: Bucketside) -> None:
    do(lake, "Visited")
    lake.write()
    lake.names()
    [copy] = lake.folder.rglob("*.parquet")
    with tenancy.workspace(lake.workspace_id):
        storage().delete(lake.files()[0].key)
        LakeFile.objects.all().delete()
    copy.write_bytes(b"")
    operations.sweep_lake(workspace_id=lake.workspace_id, now=datetime.now(UTC) + timedelta(minutes=61))
    assert lake.on_disk() == set()


def test_a_machine_that_does_not_sweep_forgets_what_it_no_longer_reads(lake: Bucketside) -> None:
    do(lake, "Visited")
    lake.write()
    lake.names()
    [copy] = lake.folder.rglob("*.parquet")
    yesterday = time.time() - 25 * 3600
    os.utime(copy, (yesterday, yesterday))
    with tenancy.workspace(lake.workspace_id):
        Event.objects.all().delete()
    do(lake, "Called")
    lake.write()
    assert lake.names() == ["Called"]
    assert lake.on_disk() == lake.listed()


def test_what_a_crash_left_in_the_bucket_is_swept(lake: Bucketside) -> None:
    do(lake, "Visited")
    with transaction.atomic():
        write_month(workspace_id=lake.workspace_id, month=MONTH, now=NOW)
        transaction.set_rollback(True)
    assert (len(lake.in_bucket()), lake.listed()) == (1, set())
    lake.write()
    operations.sweep_lake(workspace_id=lake.workspace_id, now=datetime.now(UTC) + timedelta(minutes=61))
    assert lake.in_bucket() == lake.listed()
    assert lake.names() == ["Visited"]


def test_an_empty_bucket_is_filled_anew(lake: Bucketside) -> None:
    do(lake, "Visited")
    lake.write()
    lake.bucket.delete_dir_contents("lake")
    with tenancy.workspace(lake.workspace_id):
        operations.rebuild_lake(workspace_id=lake.workspace_id)
    lake.write()
    assert lake.names() == ["Visited"]
    assert lake.in_bucket() & lake.listed() == lake.listed()
