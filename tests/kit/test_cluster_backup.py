"""
Backups of a real cluster, in a folder and in a bucket: restored to any moment, and refused when they are not what was
written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

import psycopg
import pytest

from dangol.kit.cluster_backup import BackupStore, BaseBackup, UnableToRestore, segment_key
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.object_store import ObjectStore, StoreRefuses
from dangol.kit.sealed_files import key_of
from dangol.kit.storage import Folder, Storage
from tests.reachable import open_directory
from tests.s3_server import S3Server, line_to, place_at, running_s3_server

pytestmark = pytest.mark.faults
KEY = key_of("a secret of the owner's that is long enough")
PASSWORD = "of the superuser"
KEYS = ("dangol", "only-on-loopback")


@dataclass(frozen=True)
class Kept:
    """A cluster that wrote one row after the other, with a moment between each."""

    root: Path
    url: str
    store: BackupStore
    moments: list[datetime]

    def content(self, key: str) -> bytes:
        with self.store.storage.reading(key) as file:
            return file.read()

    def write(self, key: str, content: bytes) -> None:
        with self.store.storage.writing(key) as new:
            new.write_bytes(content)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[S3Server]:
    with running_s3_server() as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", KEYS[0])
        environment.setenv("AWS_SECRET_ACCESS_KEY", KEYS[1])
        server.make_bucket("backups")
        yield server


def storage_of(kind: str, root: Path, server: S3Server) -> Storage:
    if kind == "folder":
        return Folder(root / "backups")
    return ObjectStore.at(server.place("backups/shop"), local=root / "unsent", keys=KEYS)


@pytest.fixture(scope="module", params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, s3_server: S3Server) -> Iterator[Kept]:
    with open_directory() as root:
        cluster = EmbeddedPostgres(root / "live", password=PASSWORD)
        cluster.start()
        store, moments = BackupStore(storage_of(request.param, root, s3_server), KEY), []
        staging = root / "staging"
        following = store.follow(cluster.url(), staging)
        try:
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("CREATE TABLE deed (number int)")
                connection.execute("INSERT INTO deed VALUES (0)")
                store.take(cluster.url())
                for number in (1, 2, 3):
                    moments.append(_between())
                    connection.execute("INSERT INTO deed VALUES (%s)", [number])
                    connection.execute("SELECT pg_switch_wal()")
                moments.append(_between())
                connection.execute("DROP TABLE deed")
                ((last,),) = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchall()
                connection.execute("SELECT pg_switch_wal()")
            _keep_until(store, staging, segment=last)
            yield Kept(root, cluster.url(), store, moments)
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


def _keep_until(store: BackupStore, staging: Path, *, segment: str) -> None:
    pause, deadline = Event(), monotonic() + 60
    while not store.storage.has(segment_key(segment)):
        store.keep(staging)
        assert monotonic() < deadline
        pause.wait(0.2)


def _restored(kept: Kept, name: str, at: datetime | None) -> list[int] | None:
    """Return the rows of a cluster restored to a moment; None if the table is gone."""
    cluster = EmbeddedPostgres(kept.root / name, password=PASSWORD, durable=False)
    kept.store.restore(cluster, at=at)
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
        kept.store.restore(
            EmbeddedPostgres(kept.root / "early", password=PASSWORD), at=datetime(2026, 1, 1, tzinfo=UTC)
        )


@pytest.mark.shows("11.3.3")
@pytest.mark.parametrize("where", [0.0, 0.5, 0.999])
@pytest.mark.parametrize("part", ["base", "wal"])
def test_one_changed_byte_is_found(kept: Kept, part: str, where: float) -> None:
    key = max(file.key for file in kept.store.storage.stored(part))
    whole = kept.content(key)
    changed = bytearray(whole)
    changed[int(len(whole) * where)] ^= 1
    kept.write(key, bytes(changed))
    try:
        with pytest.raises(UnableToRestore, match="cannot be opened"):
            kept.store.restore(EmbeddedPostgres(kept.root / f"{part}{where}", password=PASSWORD))
    finally:
        kept.write(key, whole)


def test_a_cut_off_file_and_another_key_are_refused(kept: Kept) -> None:
    stranger = BackupStore(kept.store.storage, key_of("another"))
    with pytest.raises(UnableToRestore, match="not its key"):
        stranger.restore(EmbeddedPostgres(kept.root / "stranger", password=PASSWORD))
    key = kept.store.bases()[0].key
    whole = kept.content(key)
    kept.write(key, whole[: len(whole) // 2])
    try:
        with pytest.raises(UnableToRestore, match="cannot be opened"):
            kept.store.restore(EmbeddedPostgres(kept.root / "cut", password=PASSWORD))
    finally:
        kept.write(key, whole)


@pytest.mark.parametrize("key", ["base/20261123T093000Z.sealed", f"wal/{'0' * 24}.sealed"])
def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path, key: str) -> None:
    """`/dev/full` takes nothing: what the unfinished file leads to is the full disk."""
    store, unfinished = BackupStore(Folder(tmp_path), KEY), (tmp_path / key).with_suffix(".part")
    unfinished.parent.mkdir()
    unfinished.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        store.put(key, b"changes")
    assert list(unfinished.parent.iterdir()) == []


def test_what_cannot_be_sealed_away_waits_where_it_is(tmp_path: Path) -> None:
    staging, segment = tmp_path / "staging", "0" * 24
    staging.mkdir()
    (staging / segment).write_bytes(b"changes")
    (tmp_path / "wal").mkdir()
    (tmp_path / "wal" / f"{segment}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        BackupStore(Folder(tmp_path), KEY).keep(staging)
    assert (staging / segment).read_bytes() == b"changes"


def test_what_no_moment_needs_goes_and_every_later_moment_stays(kept: Kept) -> None:
    (base,) = kept.store.bases()
    assert kept.store.thin(before=datetime.now(UTC)) == base.at
    assert kept.store.look_through(base).segments >= 3
    older = BaseBackup(datetime(2026, 1, 1, tzinfo=UTC), 10)
    kept.write(older.key, b"of January")
    assert kept.store.bases() == [base, older]
    assert kept.store.thin(before=base.at) == base.at
    assert kept.store.bases() == [base]


def test_a_missing_segment_is_found(kept: Kept) -> None:
    gone = sorted(file.key for file in kept.store.storage.stored("wal"))[-2]
    whole = kept.content(gone)
    kept.store.storage.delete(gone)
    try:
        with pytest.raises(UnableToRestore, match="is missing"):
            kept.store.restore(EmbeddedPostgres(kept.root / "gap", password=PASSWORD))
    finally:
        kept.write(gone, whole)


def test_a_line_that_is_cut_while_a_copy_is_sent_leaves_no_copy(kept: Kept, s3_server: S3Server) -> None:
    with line_to(s3_server.address, cut_after=1_000_000) as line:
        storage = ObjectStore.at(place_at(line, "backups/cut"), local=kept.root / "on its way", keys=KEYS)
        assert BackupStore(storage, KEY).bases() == []
        with pytest.raises(StoreRefuses, match="backups/cut: it cannot be reached"):
            BackupStore(storage, KEY).take(kept.url)
    whole_line = ObjectStore.at(s3_server.place("backups/cut"), local=kept.root / "on its way", keys=KEYS)
    assert whole_line.stored("base") == []
    assert list((kept.root / "on its way").iterdir()) == []


@pytest.mark.parametrize("keys", [("stranger", "only-on-loopback"), ("", "")])
def test_a_store_that_refuses_the_keys_is_named(s3_server: S3Server, tmp_path: Path, keys: tuple[str, str]) -> None:
    store = BackupStore(ObjectStore.at(s3_server.place("backups/shop"), local=tmp_path, keys=keys), KEY)
    with s3_server.closed_to_strangers():
        with pytest.raises(StoreRefuses, match=r"s3://backups/shop: it refuses the keys: check them.* / .*키를 거절"):
            store.bases()
        with pytest.raises(StoreRefuses, match="it refuses the keys"):
            store.put("secrets.sealed", b"secret")


def test_a_bucket_that_is_not_there_is_named(s3_server: S3Server, tmp_path: Path) -> None:
    store = BackupStore(ObjectStore.at(s3_server.place("nowhere/shop"), local=tmp_path, keys=KEYS), KEY)
    with pytest.raises(
        StoreRefuses, match=r"s3://nowhere/shop: there is no such bucket: make it.* / .*버킷이 없습니다"
    ):
        store.bases()
    with pytest.raises(StoreRefuses, match="there is no such bucket"):
        store.put("secrets.sealed", b"secret")
