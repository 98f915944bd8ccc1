"""Returned mail out of a real dovecot, and out of a pipe."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.integrations.bounce_mailbox.operations import read_mailbox, save_mailbox
from dangol.kit import tenancy
from dangol.messaging import links
from dangol.messaging.models import Message, Reaction, Suppression
from tests.databases import ROOT
from tests.factories import make_person
from tests.integrations.dovecot import PASSWORD, RunningMailbox, running_dovecot
from tests.messaging.letters import make_letter
from tests.people import Cast, make_cast

SAMPLES = ROOT / "tests" / "messaging" / "dsn"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningMailbox]:
    with running_dovecot() as box:
        yield box


@pytest.fixture
def box(server: RunningMailbox) -> Iterator[RunningMailbox]:
    yield server
    for part in ("cur", "new"):
        for file in (server.maildir / part).iterdir():
            file.unlink()


@pytest.fixture
def message(inside: Cast, box: RunningMailbox) -> Message:
    save_mailbox(
        workspace_id=inside.workspace.pk,
        host="127.0.0.1",
        port=box.port,
        security="none",
        user="bounces",
        password=PASSWORD,
    )
    return make_letter(inside.jieun, make_person(inside.jieun, email="nobody@example.com"))


def report(message: Message, name: str = "unknown_user") -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"{token}", links.bounce_token(message).encode())


def test_a_bounce_in_the_mailbox_is_taken_once_and_left_unseen(message: Message, box: RunningMailbox) -> None:
    box.deliver(report(message))
    for _time in range(2):
        read_mailbox(workspace_id=message.workspace_id)
    assert Suppression.objects.get().address == "nobody@example.com"
    assert Reaction.objects.count() == 1
    assert box.flags() == [""]
    assert Mailbox.objects.get().error == ""


def test_only_new_mail_is_read(message: Message, box: RunningMailbox) -> None:
    box.deliver(report(message, "delayed"))
    read_mailbox(workspace_id=message.workspace_id)
    before = Mailbox.objects.get().last_uid
    Reaction.objects.all().delete()
    box.deliver(report(message))
    read_mailbox(workspace_id=message.workspace_id)
    assert list(Reaction.objects.values_list("kind", flat=True)) == ["bounced"]
    assert Mailbox.objects.get().last_uid == before + 1


def test_mail_of_strangers_is_passed_over(message: Message, box: RunningMailbox) -> None:
    box.deliver(b"From: someone@example.com\r\nSubject: hello\r\n\r\nhello\r\n")
    box.deliver(b"\x00\xff broken")
    box.deliver(report(message))
    read_mailbox(workspace_id=message.workspace_id)
    assert Suppression.objects.count() == 1


def test_a_mailbox_numbered_anew_is_read_from_the_beginning(message: Message, box: RunningMailbox) -> None:
    box.deliver(report(message))
    Mailbox.objects.update(uid_validity=1, last_uid=999_999)
    read_mailbox(workspace_id=message.workspace_id)
    assert Reaction.objects.count() == 1


def test_a_wrong_password_is_kept_as_the_error(message: Message, box: RunningMailbox) -> None:
    save_mailbox(
        workspace_id=message.workspace_id,
        host="127.0.0.1",
        port=box.port,
        security="none",
        user="bounces",
        password="wrong",
    )
    read_mailbox(workspace_id=message.workspace_id)
    assert "AUTHENTICATIONFAILED" in Mailbox.objects.get().error


def test_the_password_is_sealed(message: Message) -> None:
    assert PASSWORD not in Mailbox.objects.get().password


def test_a_workspace_without_a_mailbox_reads_nothing(cast: Cast) -> None:
    read_mailbox(workspace_id=cast.other_workspace.pk)
    with tenancy.workspace(cast.other_workspace.pk):
        assert not Mailbox.objects.exists()


def test_the_mailbox_is_set_by_command(cast: Cast, box: RunningMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"host": "127.0.0.1", "port": box.port, "security": "none", "user": "bounces"}
    monkeypatch.delenv("DANGOL_MAILBOX_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DANGOL_MAILBOX_PASSWORD"):
        call_command("set_bounce_mailbox", "dangol", **place)
    monkeypatch.setenv("DANGOL_MAILBOX_PASSWORD", PASSWORD)
    call_command("set_bounce_mailbox", "dangol", **place)
    with tenancy.workspace(cast.workspace.pk):
        assert Mailbox.objects.get().error == ""


def test_a_pipe_takes_a_bounce(committed_db: str) -> None:
    cast = make_cast_committed()
    with tenancy.workspace(cast.workspace.pk):
        raw = report(make_letter(cast.jieun))
    command = [sys.executable, "manage.py", "take_bounce", "--settings=tests.settings"]
    done = subprocess.run(command, cwd=ROOT, input=raw, capture_output=True, check=True, env=dict(os.environ))
    assert done.stdout.decode().startswith("bounced ")
    with tenancy.workspace(cast.workspace.pk):
        assert Suppression.objects.count() == 1


def make_cast_committed() -> Cast:
    from django.db import transaction

    with transaction.atomic():
        return make_cast()
