"""The drill: the newest backup is restored into a cluster of its own, and what comes out must be what went in."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from dangol.config.backup_server import recovered_cluster
from dangol.config.environment import ROOT
from dangol.kit.cluster_backup import BackupStore, Counts, finish_recovery
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.errors import OperationError
from dangol.kit.table_counts import count_rows


class DrillFailed(OperationError):
    """What was restored is not what was backed up."""


@dataclass(frozen=True)
class Drilling:
    """
    How to try the backups of one installation.

    :param place: where the cluster of the drill stands while it runs
    :param password: of the superuser
    :param runtime_url: the runtime role's address of the living database
    :param anchors: where the heads of the audit records are written down
    """

    store: BackupStore
    place: Path
    password: str
    runtime_url: str
    anchors: Path

    @property
    def database(self) -> str:
        """The name of the product's database."""
        return unquote(urlsplit(self.runtime_url).path.removeprefix("/"))

    def heads(self) -> dict[str, str]:
        """Return the newest head of every audit record, by the name of its file."""
        return {path.name: path.read_text(encoding="ascii").splitlines()[-1] for path in self.anchors.glob("*.txt")}

    def run(self) -> Counts:
        """
        Restore, count every row of every table, and prove the audit records whole up to the heads of that moment.

        :raises DrillFailed: if anything differs
        :raises UnableToRestore: if the backup does not open, has a gap, or PostgreSQL cannot use it
        """
        self._clear()
        cluster = recovered_cluster(self.place, password=self.password, durable=False)
        try:
            counts = self.store.restore_counted(cluster)
            finish_recovery(cluster)
            _compare(cluster.url(self.database), counts)
            self._verify_audit(cluster, counts)
            return counts
        finally:
            cluster.stop()
            self._clear()

    def _verify_audit(self, cluster: EmbeddedPostgres, counts: Counts) -> None:
        role = urlsplit(self.runtime_url)
        url = cluster.url(self.database, user=unquote(role.username or ""), password=unquote(role.password or ""))
        with tempfile.TemporaryDirectory() as heads:
            for name, head in counts.remarks.items():
                (Path(heads) / name).write_text(f"{head}\n", encoding="ascii")
            done = subprocess.run(
                [sys.executable, "-m", "dangol", "audit", "verify", "--heads", heads],
                cwd=ROOT,
                env=os.environ | {"DATABASE_RUNTIME_URL": url},
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise DrillFailed(f"The audit record of the restored database is not whole: {done.stdout}{done.stderr}")

    def _clear(self) -> None:
        """Remove the cluster; under root its home may be a link to a place that PostgreSQL's account can reach."""
        shutil.rmtree(self.place.resolve(), ignore_errors=True)
        if self.place.is_symlink():
            self.place.unlink()


def _compare(url: str, counts: Counts) -> None:
    differences = []
    with psycopg.connect(url) as connection:
        for name, expected in counts.tables.items():
            if (rows := count_rows(connection, name)) != expected:
                differences.append(f"{name}: {rows} / {expected}")
    if differences:
        raise DrillFailed(f"Rows restored / rows backed up: {', '.join(differences)}")
