"""
A whole installation is backed up while it works, and comes back: on the same machine and on another one.

The mail server's own files are the independent ledger: over both lives of the database everybody gets each mail once.
"""

import email
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import msgspec
import psycopg
import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from dangol.config.backup_store import backup_store
from dangol.config.cli import main
from dangol.config.databases import DATABASE
from dangol.config.environment import parsed_database_url
from dangol.config.supervisor import System, running_system
from dangol.integrations.mail_catcher.catcher import catching
from dangol.kit import tenancy
from dangol.kit.backup_state import BackupState, read_state
from dangol.kit.cluster_backup import Counts
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.messaging.models import ContactRules, Message
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, User, Workspace
from dangol.workspaces.operations import record_act, seal_audit
from dangol.workspaces.queries import head_of, tamperings
from tests.conftest import free_port
from tests.factories import make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.reachable import open_directory

pytestmark = [pytest.mark.faults]

EACH = 10
PATIENCE = 120.0
BEFORE, SINCE, STILL_WAITING = "before", "since", "waiting"


@dataclass(frozen=True)
class House:
    """
    An installation that was restored in place to a moment.

    :param moment: `BEFORE` had left by then; `SINCE` waited and left soon after; `STILL_WAITING` waited on
    :param states: how many messages stood how, as soon as the restored database was served
    :param heads: the head of the audit record at the moment, by its number
    """

    root: Path
    member: Member
    moment: datetime
    heads: dict[int, str]
    states: dict[str, int]

    @property
    def data(self) -> Path:
        return self.root / "data"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    before = dict(connection.settings_dict)
    with ExitStack() as stack:
        root = stack.enter_context(open_directory())
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DANGOL_DB_ROLE"):
            environment.delenv(name, raising=False)
        environment.setenv("DANGOL_DATA", str(root / "data"))
        environment.setenv("DANGOL_BACKUP", str(root / "backups"))
        stack.enter_context(django_db_blocker.unblock())
        stack.callback(connection.settings_dict.update, before)
        stack.callback(connections.close_all)
        mail_port = free_port()
        stack.enter_context(catching(root / "mail", port=mail_port))
        with running(root / "data"):
            member, moment, heads = first_life(root, mail_port)
        assert main(["backup", "restore", "--at", moment.isoformat(), "--replace"]) == 0
        with running(root / "data"):
            eventually(lambda: "queued" in states(member) and states(member)["queued"] == EACH)
            found = states(member)
            release(member, STILL_WAITING)
            eventually(lambda: len(arrived(root)) == 3 * EACH)
            yield House(root, member, moment, heads, found)


def running(data: Path) -> "ExitStack":
    """Run the installation, and let this process look at its database."""
    stack = ExitStack()
    system: System = stack.enter_context(running_system(data, free_port(), log_to_files=True))
    connections.close_all()
    connection.settings_dict.update(parsed_database_url(system.addresses.runtime, pooled=False))
    stack.callback(connections.close_all)
    return stack


def first_life(root: Path, mail_port: int) -> tuple[Member, datetime, dict[int, str]]:
    member = make_house(mail_port)
    (root / "data" / "files" / "picture.png").write_bytes(b"a picture")
    for name in (BEFORE, SINCE, STILL_WAITING):
        put_into_outbox(member, name)
    eventually(lambda: bool(read_state(root / "data").bases))
    release(member, BEFORE)
    eventually(lambda: states(member).get("sent") == EACH)
    heads = sealed_head(member)
    moment = between()
    sealed_head(member)
    release(member, SINCE)
    eventually(lambda: len(arrived(root)) == 2 * EACH)
    later = between()
    eventually(lambda: secured(root / "data") > later)
    return member, moment, heads


def make_house(mail_port: int) -> Member:
    workspace = Workspace.objects.create(name="단골상회", slug="restored")
    with tenancy.workspace(workspace.pk):
        user = User.objects.create_user("admin@example.com", "correct horse battery", name="관리자")
        member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
        make_sender(member, port=mail_port)
        always = {"email_at_legal_night": True, "quiet_from": clock(0), "quiet_until": clock(0)}
        ContactRules.objects.create(workspace=workspace, **always)
    return member


def sealed_head(member: Member) -> dict[int, str]:
    """Let the audit record grow, seal it, and return its head."""
    with tenancy.workspace(member.workspace_id):
        record_act(member=member, verb="sealed", detail={}, now=datetime.now(UTC))
    seal_audit(workspace_id=member.workspace_id)
    with tenancy.workspace(member.workspace_id):
        head = head_of(member.workspace_id)
    assert head is not None
    return {head.number: bytes(head.hash).hex()}


def put_into_outbox(member: Member, name: str) -> None:
    """Queue a mail to some people, for later."""
    with tenancy.workspace(member.workspace_id):
        people = [make_person(member, email=f"{name}{number}@example.com") for number in range(EACH)]
        for person in people:
            agree(person)
        queue(make_version(member, name=name), people, now=datetime.now(UTC), key=name)
        Message.objects.filter(send_key__startswith=name).update(due_at=datetime.now(UTC) + timedelta(hours=1))


def release(member: Member, name: str) -> None:
    with tenancy.workspace(member.workspace_id):
        Message.objects.filter(send_key__startswith=name).update(due_at=datetime.now(UTC))


def between() -> datetime:
    """Return a moment between two transactions."""
    threading.Event().wait(0.5)
    moment = datetime.now(UTC)
    threading.Event().wait(0.5)
    return moment


def secured(data: Path) -> datetime:
    return read_state(data).secured_at or datetime.min.replace(tzinfo=UTC)


def states(member: Member) -> dict[str, int]:
    with tenancy.workspace(member.workspace_id):
        return dict(Counter(Message.objects.values_list("state", flat=True)))


def arrived(root: Path) -> Counter[str]:
    """How often each address got a mail."""
    heads = [email.message_from_bytes(path.read_bytes()) for path in (root / "mail").rglob("*.eml")]
    return Counter(str(head["To"]) for head in heads)


def eventually(holds: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It did not happen."
        pause.wait(0.1)


def state_when(data: Path, holds: Callable[[BackupState], bool]) -> BackupState:
    eventually(lambda: holds(read_state(data)))
    return read_state(data)


def test_over_both_lives_everybody_gets_each_mail_once(house: House) -> None:
    assert house.states == {"sent": 2 * EACH, "queued": EACH}
    assert sorted(arrived(house.root).values()) == [1] * 3 * EACH


def test_the_audit_record_goes_on_from_the_head_of_the_moment(house: House) -> None:
    with tenancy.workspace(house.member.workspace_id):
        assert list(tamperings(house.member.workspace_id, house.heads, datetime.now(UTC).date())) == []


def test_a_restored_database_is_copied_anew_and_tried(house: House) -> None:
    state = state_when(house.data, lambda state: state.drill is not None and state.doing is None)

    assert state.bases[0].at > house.moment
    assert state.problem == ""
    assert state.drill is not None
    assert state.drill.is_well, state.drill.words
    assert state.drill.rows > 3 * EACH


def test_a_drill_that_finds_other_rows_says_which(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "take"]) == 0
    store = backup_store()
    newest = store.bases()[0]
    whole = store.get(newest.counts)
    told = Counts(f"dangol-{newest.name}", {"public.customers_person": 3 * EACH + 1}, {})
    store.put(newest.counts, msgspec.json.encode(told))
    try:
        assert main(["backup", "drill"]) == 1
    finally:
        store.put(newest.counts, whole)

    assert "public.customers_person: 30 / 31" in capsys.readouterr().err


def test_it_comes_back_on_another_machine_with_its_files_and_secrets(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = house.root / "elsewhere"
    to_come = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert main(["backup", "restore", "--to", str(elsewhere), "--at", to_come]) == 1
    assert "The backups do not reach that moment" in capsys.readouterr().err

    assert main(["backup", "restore", "--to", str(elsewhere), "--at", house.moment.isoformat()]) == 0

    assert (elsewhere / "secrets.json").read_bytes() == (house.data / "secrets.json").read_bytes()
    assert (elsewhere / "files" / "picture.png").read_bytes() == b"a picture"
    assert f"DANGOL_DATA={elsewhere} python -m dangol start" in capsys.readouterr().out


def test_a_living_installation_is_not_overwritten(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "restore", "--replace"]) == 1
    assert "Dangol already runs with" in capsys.readouterr().err

    stopped = house.root / "elsewhere"
    assert main(["backup", "restore", "--to", str(stopped)]) == 1
    assert "There is a database in" in capsys.readouterr().err


def test_a_full_disk_is_said_and_the_next_copy_is_whole(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """`/dev/full` takes nothing: the file that becomes the copy leads there."""
    before = backup_store().bases()
    (house.root / "backups" / "base" / "building.part").symlink_to("/dev/full")
    assert main(["backup", "take"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert backup_store().bases() == before

    assert main(["backup", "take"]) == 0
    assert len(backup_store().bases()) == len(before) + 1


def test_a_changed_byte_and_another_key_are_said(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = house.root / "backups" / backup_store().bases()[0].key
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        assert main(["backup", "verify"]) == 1
    finally:
        copy.write_bytes(whole)
    assert "it was changed, or this is not its key" in capsys.readouterr().err

    monkeypatch.setenv("DANGOL_BACKUP_KEY", "another key that is long enough for all of this")
    assert main(["backup", "verify"]) == 1
    assert "it was changed, or this is not its key" in capsys.readouterr().err


def test_with_the_machine_a_minute_is_lost_at_the_most(house: House) -> None:
    """The signs of life that the worker gives every five seconds tell how late the restored database is."""
    lost_at, elsewhere = datetime.now(UTC), house.root / "later"
    assert main(["backup", "restore", "--to", str(elsewhere)]) == 0

    password = json.loads((elsewhere / "secrets.json").read_text())["DANGOL_POSTGRES_PASSWORD"]
    cluster = EmbeddedPostgres(elsewhere / "postgres", password=password)
    cluster.start()
    try:
        with psycopg.connect(cluster.url(DATABASE)) as restored:
            ((last,),) = restored.execute("SELECT max(last_heartbeat) FROM procrastinate_workers").fetchall()
    finally:
        cluster.stop()
    assert lost_at - last < timedelta(minutes=1)


def test_list_and_verify_say_what_is_there(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "list"]) == 0
    assert "Any moment can be restored up to" in capsys.readouterr().out
    assert main(["backup", "verify"]) == 0
    assert capsys.readouterr().out.count(": whole,") == len(backup_store().bases())
