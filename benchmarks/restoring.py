"""
A backup and the way back (T10): 20 GB with writes going on, at full scale.

Ours is what a restoring takes; the limit is 30 minutes. What can be lost with the machine is the age of
what is secured while somebody writes all the time: 20 s between two times, and the waits measured here; 60 may be lost.
"""

import shutil
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.harness import Bench
from dangol.kit.cluster_backup import BackupStore, finish_recovery, segment_key
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.sealed_files import key_of
from dangol.kit.storage import Folder

GIGABYTES = 20
ROWS_A_GIGABYTE = 900_000
LONGEST_RESTORE = 30 * 60
KEY = key_of("a throw-away key of a benchmark, long enough")
FILL = "INSERT INTO ballast SELECT n, repeat(md5(n::text), 32) FROM generate_series(%s::bigint, %s::bigint) n"


def run(bench: Bench) -> None:
    """Fill a table, copy the cluster while rows come, restore it, and compare what is there."""
    home = Path(tempfile.mkdtemp(prefix="dangol-restoring-"))
    home.chmod(0o711)
    store, staging = BackupStore(Folder(home / "backups"), KEY), home / "staging"
    restored = EmbeddedPostgres(home / "restored", password="only-on-loopback")  # noqa: S106 - thrown away
    try:
        _measure(bench, store, staging, restored)
    finally:
        restored.stop()
        shutil.rmtree(home, ignore_errors=True)


def _measure(bench: Bench, store: BackupStore, staging: Path, restored: EmbeddedPostgres) -> None:
    url, rows = bench.superuser_url(), bench.sized(GIGABYTES * ROWS_A_GIGABYTE)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE ballast (number bigint PRIMARY KEY, words text)")
        connection.execute(FILL, [1, rows])
    following = store.follow(url, staging)
    stop = threading.Event()
    writer = threading.Thread(target=_write, args=(url, rows, stop))
    writer.start()
    try:
        began = time.monotonic()
        backup = store.take(url)
        counts = store.count(url, backup, remarks={})
        took = time.monotonic() - began
        waits = [_secure(store, staging, url) for _ in range(10)]
    finally:
        stop.set()
        writer.join()
        following.terminate()
        following.wait()
    began = time.monotonic()
    store.restore_counted(restored)
    finish_recovery(restored)
    back = time.monotonic() - began
    name = url.rpartition("/")[2]
    with psycopg.connect(restored.url(name)) as connection:
        ((found,),) = connection.execute("SELECT count(*) FROM ballast").fetchall()
    if found != counts.tables["public.ballast"]:
        raise AssertionError(f"{found} rows came back of {counts.tables['public.ballast']}")
    bench.report(ours=back, limit=LONGEST_RESTORE * bench.scale, rows=found, waits=waits, label="back")
    bench.say(f"{bench.name}-copy took={took:.1f}s size={backup.size / 1e6:.0f}MB rows={rows}")


def _write(url: str, rows: int, stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while not stop.wait(0.01):
            connection.execute(FILL, [rows + 1, rows + 100])
            rows += 100


def _secure(store: BackupStore, staging: Path, url: str) -> float:
    """Return how long it takes until everything committed now lies in the backups."""
    asked = datetime.now(UTC)
    with psycopg.connect(url, autocommit=True) as connection:
        ((segment,),) = connection.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchall()
    while not store.storage.has(segment_key(segment)):
        store.keep(staging)
        time.sleep(0.1)
    return (datetime.now(UTC) - asked).total_seconds()
