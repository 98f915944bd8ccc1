"""
A whole installation is backed up while it works, and comes back: on the same machine and on another one.

The mail server's own files are the independent ledger: over both lives of the database everybody gets each mail once.
"""

import email
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
import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from dangol.config.backup_store import backup_store
from dangol.config.cli import main
from dangol.config.environment import parsed_database_url
from dangol.config.supervisor import System, running_system
from dangol.integrations.mail_catcher.catcher import catching
from dangol.kit import tenancy
from dangol.kit.backup_state import BackupState, read_state
from dangol.kit.cluster_backup import Counts
from dangol.messaging.models import ContactRules, Message
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, User, Workspace
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
    """

    root: Path
    member: Member
    moment: datetime
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
            member, moment = first_life(root, mail_port)
        assert main(["backup", "restore", "--at", moment.isoformat(), "--replace"]) == 0
        with running(root / "data"):
            eventually(lambda: "queued" in states(member) and states(member)["queued"] == EACH)
            found = states(member)
            release(member, STILL_WAITING)
            eventually(lambda: len(arrived(root)) == 3 * EACH)
            yield House(root, member, moment, found)


def running(data: Path) -> "ExitStack":
    """Run the installation, and let this process look at its database."""
    stack = ExitStack()
    system: System = stack.enter_context(running_system(data, free_port(), log_to_files=True))
    connections.close_all()
    connection.settings_dict.update(parsed_database_url(system.addresses.runtime, pooled=False))
    stack.callback(connections.close_all)
    return stack


def first_life(root: Path, mail_port: int) -> tuple[Member, datetime]:
    member = make_house(mail_port)
    (root / "data" / "files" / "picture.png").write_bytes(b"a picture")
    for name in (BEFORE, SINCE, STILL_WAITING):
        put_into_outbox(member, name)
    eventually(lambda: bool(read_state(root / "data").bases))
    release(member, BEFORE)
    eventually(lambda: states(member).get("sent") == EACH)
    moment = between()
    release(member, SINCE)
    eventually(lambda: len(arrived(root)) == 2 * EACH)
    later = between()
    eventually(lambda: secured(root / "data") > later)
    return member, moment


def make_house(mail_port: int) -> Member:
    workspace = Workspace.objects.create(name="단골상회", slug="restored")
    with tenancy.workspace(workspace.pk):
        user = User.objects.create_user("admin@example.com", "correct horse battery", name="관리자")
        member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
        make_sender(member, port=mail_port)
        always = {"email_at_legal_night": True, "quiet_from": clock(0), "quiet_until": clock(0)}
        ContactRules.objects.create(workspace=workspace, **always)
    return member


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


def test_list_and_verify_say_what_is_there(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "list"]) == 0
    assert "Any moment can be restored up to" in capsys.readouterr().out
    assert main(["backup", "verify"]) == 0
    assert capsys.readouterr().out.count(": whole,") == len(backup_store().bases())
