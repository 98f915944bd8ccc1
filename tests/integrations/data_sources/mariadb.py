"""A real MariaDB on the loopback, from a folder of its own, as an ordinary process."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql

from tests.conftest import free_port
from tests.integrations.data_sources.sources import PASSWORD

PLACES = f"{os.environ['PATH']}:/usr/sbin"


@contextmanager
def running_mariadb() -> Iterator[tuple[dict[str, Any], "pymysql.Connection[Any]"]]:
    """Start MariaDB; yield the place of a database that `reader` may read, and a connection of its owner."""
    command = shutil.which("mariadbd", path=PLACES)
    assert command, "mariadbd is not installed: apt-get install mariadb-server-core (.ci/run does it)"
    folder = Path(tempfile.mkdtemp(prefix="dangol-mariadb-"))
    folder.chmod(0o755)
    port, account = free_port(), _account()
    os.chown(folder, account.pw_uid, account.pw_gid)
    options = ["--no-defaults", f"--datadir={folder}/data", f"--user={account.pw_name}"]
    _bootstrap(command, folder, options)
    server = subprocess.Popen(
        [command, *options, "--bind-address=127.0.0.1", f"--port={port}",
         f"--socket={folder}/socket", "--innodb-buffer-pool-size=16M", f"--log-error={folder}/log"],
    )  # fmt: skip
    try:
        owner = _connected(port, folder / "log")
        with owner, owner.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
            cursor.execute("CREATE USER 'reader'@'%%' IDENTIFIED BY %s", [PASSWORD])
            cursor.execute("GRANT ALL ON shop.* TO 'reader'@'%'")
            cursor.execute("USE shop")
            place = {
                "dialect": "mariadb", "host": "127.0.0.1", "port": port, "database": "shop", "user": "reader",
                "encryption": "none",
            }  # fmt: skip
            yield place, owner
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _bootstrap(command: str, folder: Path, options: list[str]) -> None:
    """Make the tables of MariaDB's own, which `mariadb-install-db` makes too, without the client package it needs."""
    data = folder / "data"
    data.mkdir()
    os.chown(data, _account().pw_uid, _account().pw_gid)
    scripts = Path(shutil.which("mariadbd", path=PLACES) or "").resolve().parent.parent / "share" / "mysql"
    parts = [scripts / name for name in ("mysql_system_tables.sql", "mysql_system_tables_data.sql")]
    said = "CREATE DATABASE mysql;\nUSE mysql;\n" + "\n".join(part.read_text() for part in parts)
    made = subprocess.run([command, *options, "--bootstrap"], input=said.encode(), capture_output=True, check=False)
    assert made.returncode == 0, made.stderr.decode()


def _account() -> pwd.struct_passwd:
    """MariaDB does not run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _connected(port: int, log: Path) -> "pymysql.Connection[Any]":
    deadline = time.monotonic() + 60
    while True:
        try:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)
        except pymysql.Error:
            said = log.read_text() if log.exists() else ""
            assert time.monotonic() < deadline, f"MariaDB did not start: {said}"
            time.sleep(0.1)
