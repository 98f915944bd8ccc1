"""Backups of a real cluster: restored to any moment, and refused when they are not what was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
import pytest

from dangol.kit.cluster_backup import BackupFolder, UnableToRestore
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.sealed_files import key_of
from tests.reachable import open_directory

pytestmark = pytest.mark.faults
KEY = key_of("a secret of the owner's that is long enough")
PASSWORD = "of the superuser"


@dataclass(frozen=True)
class Kept:
    """A cluster that wrote one row after the other, with a moment between each."""

    root: Path
    folder: BackupFolder
    moments: list[datetime]


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    with open_directory() as root:
        cluster = EmbeddedPostgres(root / "live", password=PASSWORD)
        cluster.start()
        folder, moments = BackupFolder(root / "backups", KEY), []
        staging = root / "staging"
        following = folder.follow(cluster.url(), staging)
        try:
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("CREATE TABLE deed (number int)")
                connection.execute("INSERT INTO deed VALUES (0)")
                folder.take(cluster.url())
                for number in (1, 2, 3):
                    moments.append(_between())
                    connection.execute("INSERT INTO deed VALUES (%s)", [number])
                    connection.execute("SELECT pg_switch_wal()")
                moments.append(_between())
                connection.execute("DROP TABLE deed")
                ((last,),) = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchall()
                connection.execute("SELECT pg_switch_wal()")
            _keep_until(folder, staging, segment=last)
            yield Kept(root, folder, moments)
        finally:
            following.terminate()
            following.wait()
            cluster.stop()


def _between() -> datetime:
    """Return a moment between two transactions."""
    Event().wait(0.02)
    moment = datetime.now(UTC)
    Event().wait(0.02)
    return moment


def _keep_until(folder: BackupFolder, staging: Path, *, segment: str) -> None:
    pause, deadline = Event(), monotonic() + 60
    while not any(folder.wal.glob(f"{segment}.*")):
        folder.keep(staging)
        assert monotonic() < deadline
        pause.wait(0.2)


def _restored(kept: Kept, name: str, at: datetime | None) -> list[int] | None:
    """Return the rows of a cluster restored to a moment; None if the table is gone."""
    cluster = EmbeddedPostgres(kept.root / name, password=PASSWORD, durable=False)
    kept.folder.restore(cluster, at=at)
    cluster.start()
    try:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
                Event().wait(0.1)
            if connection.execute("SELECT to_regclass('deed')").fetchone() == (None,):
                return None
            return [number for (number,) in connection.execute("SELECT number FROM deed ORDER BY number")]
    finally:
        cluster.stop()


def test_every_moment_after_the_copy_comes_back(kept: Kept) -> None:
    assert _restored(kept, "first", kept.moments[0]) == [0]
    assert _restored(kept, "third", kept.moments[2]) == [0, 1, 2]
    assert _restored(kept, "before the drop", kept.moments[3]) == [0, 1, 2, 3]
    assert _restored(kept, "latest", None) is None


def test_a_moment_before_the_first_copy_is_refused(kept: Kept) -> None:
    with pytest.raises(UnableToRestore, match="No backup is old enough"):
        kept.folder.restore(
            EmbeddedPostgres(kept.root / "early", password=PASSWORD), at=datetime(2026, 1, 1, tzinfo=UTC)
        )


@pytest.mark.shows("11.3.3")
@pytest.mark.parametrize("where", [0.0, 0.5, 0.999])
@pytest.mark.parametrize("part", ["base", "wal"])
def test_one_changed_byte_is_found(kept: Kept, part: str, where: float) -> None:
    path = max(getattr(kept.folder, part).iterdir())
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[int(len(whole) * where)] ^= 1
    path.write_bytes(changed)
    try:
        with pytest.raises(UnableToRestore, match="cannot be opened"):
            kept.folder.restore(EmbeddedPostgres(kept.root / f"{part}{where}", password=PASSWORD))
    finally:
        path.write_bytes(whole)


def test_a_cut_off_file_and_another_key_are_refused(kept: Kept) -> None:
    stranger = BackupFolder(kept.folder.base.parent, key_of("another"))
    with pytest.raises(UnableToRestore, match="not its key"):
        stranger.restore(EmbeddedPostgres(kept.root / "stranger", password=PASSWORD))
    path = kept.folder.bases()[0].path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(UnableToRestore, match="cannot be opened"):
            kept.folder.restore(EmbeddedPostgres(kept.root / "cut", password=PASSWORD))
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("what", ["base", "segment"])
def test_a_full_disk_leaves_no_half_of_a_file(kept: Kept, what: str) -> None:
    """`/dev/full` takes nothing: what `building` leads to is the full disk."""
    staging = kept.root / "full"
    staging.mkdir(exist_ok=True)
    (staging / ("0" * 24)).write_bytes(b"changes")
    folder = kept.folder.base if what == "base" else kept.folder.wal
    before = sorted(folder.iterdir())
    (folder / "building").symlink_to("/dev/full")
    try:
        with pytest.raises(OSError, match="No space left"):
            kept.folder.put(folder / "new.sealed", b"changes") if what == "base" else kept.folder.keep(staging)
    finally:
        (folder / "building").unlink()
    assert sorted(folder.iterdir()) == before
    assert (staging / ("0" * 24)).read_bytes() == b"changes"


def test_what_no_moment_needs_goes_and_every_later_moment_stays(kept: Kept) -> None:
    (base,) = kept.folder.bases()
    assert kept.folder.thin(before=datetime.now(UTC)) == base.at
    assert kept.folder.look_through(base).segments >= 3
    older = base.path.with_name("20260101T000000Z.sealed")
    older.write_bytes(b"of January")
    assert kept.folder.thin(before=base.at) == base.at
    assert not older.exists()


def test_a_missing_segment_is_found(kept: Kept) -> None:
    gone = sorted(kept.folder.wal.iterdir())[-2]
    aside = gone.rename(kept.root / "aside")
    try:
        with pytest.raises(UnableToRestore, match="is missing"):
            kept.folder.restore(EmbeddedPostgres(kept.root / "gap", password=PASSWORD))
    finally:
        aside.rename(gone)
