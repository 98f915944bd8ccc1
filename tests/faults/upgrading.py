"""
A release comes while the one before serves.

Its migrations are killed in the middle, one after the other, give up behind a transaction that does not end, and are
whole in the end, after they were started again. Programs ask the old code all the while, and then the new code too.
"""

import os
import shutil
import signal
import time
from contextlib import closing
from dataclasses import dataclass, replace

import psycopg
from django.db import transaction
from django.db.migrations.loader import MigrationLoader

from benchmarks.harness import SEED
from dangol.config.environment import ROOT
from tests.config.test_supervisor import eventually
from tests.conftest import free_port
from tests.faults.houses import Installation, installed
from tests.faults.programs import Heard, Ledger, asking, compared, keys_for, waits_told
from tests.security.contents import contents
from tests.security.walked import build_town

PROGRAMS, RATE, CALM = 10, 50, 30.0
"""At full scale: requests a second of all programs, and seconds for which old and new code serve together."""

MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("customers", {before!r})]
    operations = [{operations}, migrations.RunSQL({held!r})]
"""
COLUMN = 'migrations.AddField("person", "motto", models.CharField(max_length=50, db_default="together"))'
TABLE = (
    'migrations.CreateModel("Saying", [("id", models.BigAutoField(primary_key=True)), ("words", models.TextField())])'
)
INDEX = 'migrations.AddIndex("person", models.Index(fields=["city"], name="person_by_city"))'
EMPTY_COLUMN = 'migrations.AddField("company", "motto", models.CharField(max_length=50, null=True))'
STEPS = (COLUMN, f"{TABLE}, {INDEX}", EMPTY_COLUMN)
ALTERED = ("customers_person", "customers_company")

FIRST_LOCK = 74300
HELD = """
SELECT pg_sleep(3600) FROM pg_locks WHERE locktype = 'advisory' AND objid = {lock}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""Holds a migration in its middle while somebody has this lock."""
HANGING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%SELECT pg_sleep(3600)%objid = {lock}%'
"""
APPLIED = "SELECT count(*) FROM django_migrations WHERE name LIKE '%next_release'"
IMPATIENT = """
import sys
from dangol.config import upgrade
upgrade.TRIES, upgrade.PAUSE, upgrade.LOCK_TIMEOUT = 2, 0.1, "500ms"
from dangol.config.cli import main
sys.exit(main(["migrate"]))
"""


@dataclass(frozen=True)
class Verdict:
    """
    What came of a run.

    :param kills: migrations that were killed, left no trace, and were whole after the next start
    :param said: what the migration wrote that gave up
    :param changed: tables with other rows than before, which no migration was to touch
    """

    heard: Heard
    ledger: Ledger
    kills: int
    said: str
    changed: list[str]

    def __str__(self) -> str:
        return (
            f"asked={self.heard.answers.total()} answers={dict(sorted(self.heard.answers.items()))} "
            f"faults={self.kills + 1}/{len(STEPS)} {self.ledger} changed={len(self.changed)} "
            f"broken={len(self.heard.broken)} {waits_told(self.heard.waits)} seed={SEED}"
        )

    @property
    def problems(self) -> list[str]:
        """Whatever was not as it must be."""
        untidy = [] if self.kills == len(STEPS) - 1 else ["a killed migration left something behind"]
        silent = [] if "in use by something that does not end" in self.said else [self.said]
        refused = [f"{times} requests were refused"] if (times := self.heard.answers[503]) else []
        return [*self.heard.broken, *refused, *self.ledger.problems, *self.changed, *untidy, *silent]


def endure(database: str, *, scale: float) -> Verdict:
    """Bring a scratch database to the next release while programs ask, and compare."""
    with transaction.atomic():
        town = build_town()
    heard, stranger = Heard(), town.cast.lee
    keys, rate = keys_for(stranger, PROGRAMS), max(10.0, RATE * scale)
    before = contents(town.cast.workspace.pk)
    with installed(database) as old, old.web(), asking(old, keys, heard, rate=rate):
        new = next_release(old)
        kills = sum(is_undone_when_killed(new, step) for step in range(len(STEPS) - 1))
        said = behind_a_long_transaction(new)
        with new.running("migrate", DATABASE_OWNER_URL=new.owner) as migrating:
            assert migrating.wait(120) == 0
        assert applied(new) == len(STEPS)
        with new.web(), asking(new, keys, heard, rate=rate):
            time.sleep(max(2.0, CALM * scale))
        with replace(old, port=free_port()).web():
            pass
    after = contents(town.cast.workspace.pk)
    changed = [table for table in before if after[table] != before[table] and table not in ALTERED]
    changed += [table for table in ALTERED if after[table].split()[0] != before[table].split()[0]]
    return Verdict(heard, compared(heard, stranger), kills, said, changed)


def next_release(old: Installation) -> Installation:
    """Copy the code, and add what a release to come could bring to the customers."""
    code = old.data / "next"
    shutil.copytree(ROOT / "dangol", code / "dangol", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "locale", code / "locale")
    ((_room, before),) = MigrationLoader(None).graph.leaf_nodes("customers")
    for step, operations in enumerate(STEPS):
        held = HELD.format(lock=FIRST_LOCK + step)
        name = f"9{step:03}_next_release"
        written = MIGRATION.format(before=before, operations=operations, held=held)
        (code / "dangol" / "customers" / "migrations" / f"{name}.py").write_text(written)
        before = name
    return replace(old, code=code, port=free_port())


def is_undone_when_killed(new: Installation, step: int) -> bool:
    """Kill the migration in the middle of a step; whether nothing of the step is left, nor its locks."""
    hanging = HANGING.format(lock=FIRST_LOCK + step)
    with closing(psycopg.connect(new.owner, autocommit=True)) as looker:
        looker.execute("SELECT pg_advisory_lock(%s)", [FIRST_LOCK + step])
        with new.running("migrate", DATABASE_OWNER_URL=new.owner) as migrating:
            eventually(lambda: looker.execute(hanging).fetchone() == (1,))
            os.killpg(migrating.pid, signal.SIGKILL)
            migrating.wait()
        eventually(lambda: looker.execute(hanging).fetchone() == (0,), seconds=10)
    return applied(new) == step


def behind_a_long_transaction(new: Installation) -> str:
    """Let the migration meet somebody who reads on and on; return what it says when it gives up."""
    assert new.log is not None
    before = new.log.stat().st_size
    with closing(psycopg.connect(new.owner)) as reader:
        reader.execute("SELECT FROM customers_company")
        with new.running_program("-c", IMPATIENT, DATABASE_OWNER_URL=new.owner) as migrating:
            assert migrating.wait(60) == 1
    return new.log.read_bytes()[before:].decode()


def applied(new: Installation) -> int:
    """Return how many steps of the next release are there."""
    with psycopg.connect(new.owner) as looker:
        ((count,),) = looker.execute(APPLIED).fetchall()
    return int(count)
