"""People out of files: a folder of this server, and SFTP."""

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import xlsxwriter
from pytest_django import Settings

from dangol.customers.models import Person
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, Load, RunState
from dangol.integrations.data_sources.models import RunProblem
from dangol.integrations.data_sources.queries import host_fingerprint
from tests.factories import NOW
from tests.integrations.data_sources.sources import PASSWORD, counts, make_source, read
from tests.people import Cast

FOLDER = {"shelf": "folder", "folder": ""}


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.SOURCES_FOLDER = str(tmp_path)
    (tmp_path / "lee").mkdir()
    (tmp_path / "lee" / "lee.csv").write_text("email\nlee@example.com\n")
    own = tmp_path / "dangol"
    own.mkdir()
    return own


def write(path: Path, text: str, *, at: int, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))
    os.utime(path, (at, at))


def write_book(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["nothing", "here"])
        sheet = book.add_worksheet("Members")
        sheet.write_row(1, 0, ["고객번호", "이메일", "생일"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, (number, email) in enumerate([(101, "x@example.com"), (102, "y@example.com"), (103, "no address")], 2):
            sheet.write_row(at, 0, [number, email])
            sheet.write_datetime(at, 2, date(1990, 1, at), day)


def test_new_and_changed_files_are_read_once(inside: Cast, folder: Path) -> None:
    write(
        folder / "a.csv",
        "고객번호;이름;이메일\n1;김하늘;a@example.com\n2;이도윤;b@example.com\n",
        at=100,
        encoding="cp949",
    )
    source = make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.csv"}, load=Load.INCREMENTAL)
    assert counts(read(source, inside.admin)) == (2, 2, 0, 0)
    assert counts(read(source, inside.admin)) == (0, 0, 0, 0)
    write(folder / "b.csv", "이메일,고객번호,이름\nc@example.com,3,박서준\n", at=200)
    write(folder / "ignored.txt", "이메일\nx@example.com\n", at=200)
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)
    write(folder / "a.csv", "고객번호;이름;이메일\n1;김하늘2;a@example.com\n", at=300, encoding="cp949")
    assert counts(read(source, inside.admin)) == (1, 0, 1, 0)
    assert list(Person.objects.order_by("external_id").values_list("name", flat=True)) == [
        "김하늘2",
        "이도윤",
        "박서준",
    ]


def test_a_workbook_and_its_sheet(inside: Cast, folder: Path) -> None:
    write_book(folder / "members.xlsx")
    with pytest.raises(operations.UnableToSetUp, match=r"has no sheet Nothing\. It has: "):
        make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.xlsx", "sheet": "Nothing"}, name="other")
    source = make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.xlsx", "sheet": "Members"})
    run = read(source, inside.admin)
    assert counts(run) == (3, 2, 0, 1)
    assert Person.objects.get(external_id="101").born_on is not None
    assert list(RunProblem.objects.values_list("place", "row", "column")) == [("members.xlsx", 3, "이메일")]


def test_one_file_is_read_on_by_a_column(inside: Cast, folder: Path) -> None:
    header = "id,email,updated\n"
    write(folder / "all.csv", header + "1,a@example.com,2026-01-02\n2,b@example.com,2026-01-01\n", at=100)
    mapping = {"updated": ""}
    source = make_source(
        inside.admin, Kind.FILES, FOLDER, {"pattern": "all.csv"}, mapping=mapping, cursor_column="updated"
    )
    assert counts(read(source, inside.admin)) == (2, 2, 0, 0)
    more = "1,a@example.com,2026-01-02\n2,b@example.com,2026-01-01\n3,c@example.com,2026-01-02\n"
    write(folder / "all.csv", header + more + "4,d@example.com,2026-02-01\n", at=200)
    assert counts(read(source, inside.admin)) == (2, 2, 0, 0)
    assert source.cursor["value"].startswith("2026-02-01")


def test_a_file_without_a_needed_column_stops_the_run_before_it(inside: Cast, folder: Path) -> None:
    write(folder / "a.csv", "id,email\n1,a@example.com\n", at=100)
    source = make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.csv"}, load=Load.INCREMENTAL)
    read(source, inside.admin)
    write(folder / "b.csv", "id,phone\n2,010-1234-5678\n", at=200)
    write(folder / "c.csv", "id,email\n3,c@example.com\n", at=300)
    run = read(source, inside.admin)
    assert (run.state, run.drift, counts(run)) == (RunState.STOPPED, {"gone": ["email"]}, (0, 0, 0, 0))


def test_rows_with_too_many_cells_are_refused_by_number(inside: Cast, folder: Path) -> None:
    write(folder / "a.csv", "id,email\n1,a@example.com\n2,Kim, b@example.com\n3\n", at=100)
    source = make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.csv"})
    assert counts(read(source, inside.admin)) == (3, 2, 0, 1)
    assert list(RunProblem.objects.values_list("place", "row", "code")) == [("a.csv", 2, "wrong_column_count")]


@pytest.mark.parametrize("place", ["../lee", "/etc", "linked"])
def test_nothing_outside_the_workspaces_own_folder_is_read(inside: Cast, folder: Path, place: str) -> None:
    (folder / "linked").symlink_to(folder.parent / "lee")
    with pytest.raises(operations.UnableToSetUp, match="There is no folder"):
        make_source(inside.admin, Kind.FILES, {"shelf": "folder", "folder": place}, {"pattern": "*.csv"})


def test_links_to_files_elsewhere_are_not_followed(inside: Cast, folder: Path) -> None:
    (folder / "stolen.csv").symlink_to(folder.parent / "lee" / "lee.csv")
    with pytest.raises(operations.UnableToSetUp, match="No file fits"):
        make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.csv"})


def test_without_a_folder_of_the_operator_there_is_none(inside: Cast, settings: Settings) -> None:
    settings.SOURCES_FOLDER = ""
    with pytest.raises(operations.UnableToSetUp, match="DANGOL_SOURCES_FOLDER"):
        make_source(inside.admin, Kind.FILES, FOLDER, {"pattern": "*.csv"})


class Door(asyncssh.SSHServer):
    """Lets `reader` in with the one password."""

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("reader", PASSWORD)


class SshServer:
    """A real SSH server of one folder, in a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listening: Any = None

    def start(self) -> None:
        self._listening = self._run(self._listen())
        self.port = self._listening.get_port()

    def stop(self) -> None:
        self._listening.close()
        self._run(self._listening.wait_closed())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> Any:
        return await asyncssh.listen(
            "127.0.0.1", self.port, server_host_keys=[self.key], server_factory=Door, config=[],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(self.root).encode()),
        )  # fmt: skip


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshServer]:
    (tmp_path / "out").mkdir()
    server = SshServer(tmp_path)
    server.start()
    yield server
    server.stop()
    server.close()


def sftp_place(ssh: SshServer, **changes: Any) -> dict[str, Any]:
    return {"shelf": "sftp", "host": "127.0.0.1", "port": ssh.port, "user": "reader", "folder": "/out"} | changes


def test_files_come_over_sftp(inside: Cast, ssh: SshServer, tmp_path: Path) -> None:
    write(tmp_path / "out" / "a.csv", "id,email\n1,a@example.com\n", at=100)
    source = make_source(inside.admin, Kind.FILES, sftp_place(ssh), {"pattern": "*.csv"}, load=Load.INCREMENTAL)
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)
    assert host_fingerprint(source) == ssh.key.get_fingerprint()
    write(tmp_path / "out" / "b.csv", "id,email\n2,b@example.com\n", at=200)
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)


def test_a_server_with_another_key_is_refused_until_the_old_one_is_forgotten(
    inside: Cast, ssh: SshServer, tmp_path: Path
) -> None:
    write(tmp_path / "out" / "a.csv", "id,email\n1,a@example.com\n", at=100)
    source = make_source(inside.admin, Kind.FILES, sftp_place(ssh), {"pattern": "*.csv"})
    ssh.stop()
    ssh.key = asyncssh.generate_private_key("ssh-ed25519")
    ssh.start()
    run = read(source, inside.admin)
    assert (run.state, run.read_count) == (RunState.FAILED, 0)
    assert "shows another key than the one that was kept" in run.error
    operations.forget_host_key(source=source, member=inside.admin, now=NOW)
    assert operations.try_connection(source=source) == ["a.csv"]
    assert counts(read(source, inside.admin)) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"user": "nobody"}, "did not accept the user name, the password or the key"),
        ({"folder": "/nowhere"}, "There is no folder /nowhere on the server"),
        ({"port": 1}, "Nobody answers at 127.0.0.1, port 1"),
    ],
)
def test_what_is_wrong_with_sftp(inside: Cast, ssh: SshServer, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(operations.UnableToSetUp, match=words):
        make_source(inside.admin, Kind.FILES, sftp_place(ssh, **wrong), {"pattern": "*.csv"})
