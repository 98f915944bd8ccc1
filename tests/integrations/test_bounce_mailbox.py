"""Returned mail out of a real dovecot, and out of a pipe."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from dangol.customers.models import Consent
from dangol.integrations.bounce_mailbox.forms import MailboxForm
from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.integrations.bounce_mailbox.operations import (
    UnableToReadMailbox,
    read_mailbox,
    save_mailbox,
    set_mailbox,
    try_mailbox,
)
from dangol.kit import tenancy
from dangol.messaging import links
from dangol.messaging.models import Message, Reaction, Suppression
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.databases import ROOT
from tests.factories import NOW, make_person
from tests.integrations.dovecot import PASSWORD, RunningMailbox, running_dovecot
from tests.messaging.letters import agree, make_letter
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


def test_an_opt_out_by_mail_arrives_through_the_mailbox(message: Message, box: RunningMailbox) -> None:
    agree(message.person)
    address = links.opt_out_address(message, pattern="bounce+{token}@example.com")
    box.deliver(f"From: nobody@example.com\r\nTo: {address}\r\nSubject: unsubscribe\r\n\r\n".encode())
    read_mailbox(workspace_id=message.workspace_id)
    assert Consent.objects.get().state == "withdrawn"
    assert list(Reaction.objects.values_list("kind", flat=True)) == ["opted_out"]


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


Clients = Callable[[Member], MemberClient]
PAGE = "/settings/returned-mail/"


def filled_in(box: RunningMailbox, **changes: str) -> dict[str, str]:
    place = {"host": "127.0.0.1", "port": str(box.port), "security": "none", "user": "bounces", "folder": "INBOX"}
    return place | {"new_password": PASSWORD} | changes


def told(response: Any) -> str:
    return str(response.content.decode())


def test_an_administrator_sets_and_tries_the_mailbox(cast: Cast, client_of: Clients, box: RunningMailbox) -> None:
    box.deliver(b"From: someone@example.com\r\nSubject: hello\r\n\r\nhello\r\n")
    client = client_of(cast.admin)
    client.post("/language/", {"language": "en"})
    assert "Save the mailbox first." in told(client.get(PAGE))
    assert client.post(PAGE, filled_in(box, new_password="")).status_code == 200
    assert client.post(PAGE, filled_in(box))["Location"] == PAGE
    with override("en"):
        answer = client.post(f"{PAGE}try/", follow=True)
    assert told(answer).count(PASSWORD) == 0
    with tenancy.workspace(cast.workspace.pk):
        assert try_mailbox(workspace_id=cast.workspace.pk) == 1
        assert AuditEntry.objects.get(verb="set_bounce_mailbox").detail["user"] == "bounces"
        assert PASSWORD not in Mailbox.objects.get().password


def test_a_mailbox_that_stays_the_same_is_read_on_and_keeps_its_password(
    cast: Cast, client_of: Clients, box: RunningMailbox
) -> None:
    client = client_of(cast.admin)
    client.post(PAGE, filled_in(box))
    with tenancy.workspace(cast.workspace.pk):
        Mailbox.objects.update(uid_validity=5, last_uid=7)
    client.post(PAGE, filled_in(box, new_password="", security="none"))
    with tenancy.workspace(cast.workspace.pk):
        kept = Mailbox.objects.get()
        assert (kept.uid_validity, kept.last_uid) == (5, 7)
        assert try_mailbox(workspace_id=cast.workspace.pk) == 0
    client.post(PAGE, filled_in(box, new_password="", user="others"))
    with tenancy.workspace(cast.workspace.pk):
        assert Mailbox.objects.get().last_uid == 0


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"new_password": "wrong"}, "did not accept the user name or the password"),
        ({"folder": "nowhere"}, "has no folder nowhere"),
        ({"port": "1"}, "Nobody answers at 127.0.0.1, port 1."),
        ({"host": "mail.invalid"}, "There is no server named mail.invalid."),
        ({"security": "tls"}, "The server hung up."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    cast: Cast, box: RunningMailbox, wrong: dict[str, str], words: str
) -> None:
    form = MailboxForm(filled_in(box, **wrong))
    assert form.is_valid()
    with tenancy.workspace(cast.workspace.pk), override("en"):
        password = form.cleaned_data["new_password"]
        set_mailbox(member=cast.admin, place=form.place, password=password, now=NOW)
        with pytest.raises(UnableToReadMailbox, match=re.escape(words)):
            try_mailbox(workspace_id=cast.workspace.pk)


def test_only_administrators_see_the_page(cast: Cast, client_of: Clients, box: RunningMailbox) -> None:
    client_of(cast.admin).post(PAGE, filled_in(box))
    for member in (cast.jieun, cast.marketer):
        client = client_of(member)
        assert [client.get(PAGE).status_code, client.post(f"{PAGE}try/").status_code] == [403, 403]
    assert "bounces" not in told(client_of(cast.lee).get(PAGE))
