"""
A send of 2,000 survives `kill -9` of the worker and of PostgreSQL.

The mail server's own files are the independent ledger: what arrived, and how often. The database says what became of
each message. Both must agree, and every planned fault must have been applied.
"""

import email
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from dangol.config.environment import parsed_database_url
from dangol.config.supervisor import System, running_system
from dangol.customers.models import Identity, Person
from dangol.customers.operations import give_consents
from dangol.integrations.mail_catcher.catcher import catching
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.marketing.models import Campaign
from dangol.marketing.operations import launch
from dangol.messaging.enums import MessageState
from dangol.messaging.links import header_id
from dangol.messaging.models import ContactRules, Message, Sender
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member, User, Workspace
from tests.conftest import free_port
from tests.installations import copied
from tests.marketing.making import make_campaign, make_sender
from tests.reachable import open_directory

PEOPLE = 2_000
FAULTS = ((300, "worker"), (800, "postgres"), (1_300, "worker"), (1_700, "worker"))
"""After so many mails, kill that."""
CONNECTIONS = 4
"""As many messages at the most are between a hand-over and its reply when a worker dies."""
PATIENCE = 180.0

pytestmark = [pytest.mark.faults]


@pytest.fixture
def system(prepared_installation: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[System]:
    """A whole installation with its own durable PostgreSQL; this test's Django looks at its database."""
    before = dict(connection.settings_dict)
    with (
        open_directory() as folder,
        running_system(copied(prepared_installation, folder / "data"), free_port(), log_to_files=True) as running,
        django_db_blocker.unblock(),
    ):
        connections.close_all()
        connection.settings_dict.update(parsed_database_url(running.addresses.runtime, pooled=False))
        connection.settings_dict.update({"ATOMIC_REQUESTS": True})
        yield running
        connections.close_all()
        connection.settings_dict.update(before)
        for log in ("worker", "web"):
            print(log, *(running.data / "log" / f"{log}.log").read_text().splitlines()[-60:], sep="\n")


def test_every_eligible_person_gets_it_once_or_an_explicit_failure(system: System, tmp_path: Path) -> None:
    port = free_port()
    mail = tmp_path / "mail"
    with catching(mail, port=port):
        campaign = launched_campaign(smtp_port=port)
        applied = [kill_after(system, mail, count, victim) for count, victim in FAULTS]
        states = settled_states(campaign)
    arrived = Counter(str(head["Message-ID"]) for head in heads(mail))
    print(f"invoked={PEOPLE} {dict(states)} faults={len(applied)} arrived={len(arrived)}")
    assert applied == [victim for _, victim in FAULTS]
    assert sum(states.values()) == PEOPLE
    assert set(states) <= {MessageState.SENT, MessageState.UNKNOWN, MessageState.FAILED}
    assert [message for message, times in arrived.items() if times > 1] == []
    assert lost(campaign, arrived) == []
    assert states[MessageState.UNKNOWN] <= len(FAULTS) * CONNECTIONS
    assert states[MessageState.SENT] <= len(arrived) <= states[MessageState.SENT] + states[MessageState.UNKNOWN]


def launched_campaign(*, smtp_port: int) -> Campaign:
    now = datetime.now(UTC)
    workspace = Workspace.objects.create(name="단골상회", slug="crash")
    with tenancy.workspace(workspace.pk):
        user = User.objects.create_user("admin@example.com", "correct horse battery", name="관리자")
        member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
        make_readers(member, now=now)
        make_sender(member)
        Sender.objects.update(host="127.0.0.1", port=smtp_port, connections=CONNECTIONS)
        ContactRules.objects.update(email_at_legal_night=True, quiet_from=clock(0), quiet_until=clock(0))
        campaign = make_campaign(member, holdout_percent=0)
        launch(campaign=campaign, by=member, now=now)
    return campaign


def make_readers(member: Member, *, now: datetime) -> None:
    workspace_id = member.workspace_id
    people = [
        Person(
            workspace_id=workspace_id,
            name=f"손님 {number}",
            email=f"guest{number}@example.com",
            time_zone="Asia/Seoul",
            origin="test",
            first_seen_at=now,
        )
        for number in range(PEOPLE)
    ]
    Person.objects.bulk_create(people)
    Identity.objects.bulk_create(
        Identity(id=uuid7(), workspace_id=workspace_id, person=p, kind="email", value=p.email, origin="test")
        for p in people
    )
    give_consents(
        workspace_id=workspace_id,
        person_ids=[person.pk for person in people],
        channel="email",
        purpose="marketing",
        at=now - timedelta(days=1),
        source="test",
        by=member,
    )


def kill_after(system: System, mail: Path, count: int, victim: str) -> str:
    """Wait until so many mails arrived, then kill the victim. Returns its name only if it was killed."""
    deadline = time.monotonic() + PATIENCE
    while sum(1 for _ in mail.rglob("*.eml")) < count:
        assert time.monotonic() < deadline, f"fewer than {count} mails arrived"
        time.sleep(0.02)
    while not killed(system.check().pids.get(victim)):
        assert time.monotonic() < deadline, f"{victim} did not come back"
        time.sleep(0.05)
    return victim


def killed(pid: int | None) -> bool:
    """Kill a process, unless it is down, or ended while the slow look at all parts went on."""
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def settled_states(campaign: Campaign) -> Counter[str]:
    """Wait until no message is open, whatever happens to the database in between."""
    deadline = time.monotonic() + PATIENCE
    states: Counter[str] = Counter()
    while time.monotonic() < deadline:
        try:
            with tenancy.workspace(campaign.workspace_id):
                states = Counter(Message.objects.filter(origin_id=campaign.pk).values_list("state", flat=True))
        except Exception:  # noqa: BLE001 - the database may be down: that is the test
            connections.close_all()
        open_states = {MessageState.QUEUED, MessageState.HELD, MessageState.HANDING_OFF}
        if sum(states.values()) == PEOPLE and not open_states & set(states):
            return states
        time.sleep(0.5)
    raise AssertionError(f"not settled: {states}")


def heads(mail: Path) -> Iterator[email.message.Message]:
    for path in mail.rglob("*.eml"):
        with path.open("rb") as file:
            yield email.message_from_binary_file(file)


def lost(campaign: Campaign, arrived: Counter[str]) -> list[str]:
    """Messages that the database calls sent, but that never arrived."""
    with tenancy.workspace(campaign.workspace_id):
        sent = Message.objects.filter(origin_id=campaign.pk, state=MessageState.SENT)
        return [str(message.pk) for message in sent if arrived[header_id(message, domain="example.com")] != 1]
