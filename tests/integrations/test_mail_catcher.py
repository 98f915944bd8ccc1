"""The mail catcher takes real mail by SMTP, keeps it, and shows it to members only."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from dangol.integrations.mail_catcher.catcher import catching, keep
from dangol.integrations.mail_catcher.mails import newest_mails, open_mail
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.people import Cast


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return unused_port()


@pytest.fixture
def box(tmp_path: Path, port: int) -> Iterator[Path]:
    with catching(tmp_path / "mail", port=port):
        yield tmp_path / "mail"


@pytest.fixture
def shown(tmp_path: Path, settings: Settings) -> Path:
    settings.MAIL_CATCHER_DIR = str(tmp_path / "mail")
    return tmp_path / "mail"


def letter(recipient: str = "haneul@example.com", subject: str = "겨울 소식") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "단골상회 <hello@shop.example.com>"
    mail["To"] = recipient
    mail["Subject"] = subject
    mail.set_content("안녕하세요")
    mail.add_alternative('<p>안녕하세요 <a href="https://shop.example.com/">가게</a></p>', subtype="html")
    return mail


def test_a_mail_sent_by_smtp_is_kept_word_for_word(box: Path, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(letter(), from_addr="bounce+abc@shop.example.com")
    (path,) = box.rglob("*.eml")
    assert path.read_bytes().startswith(
        b"Return-Path: <bounce+abc@shop.example.com>\r\nDelivered-To: haneul@example.com\r\nFrom: "
    )
    (head,) = newest_mails(box).items
    assert (head.subject, head.recipient) == ("겨울 소식", "haneul@example.com")
    mail = open_mail(box, head.name)
    assert mail is not None
    assert mail.text in {"안녕하세요\r\n", "안녕하세요\n"}
    assert "https://shop.example.com/" in mail.html


def test_addresses_that_begin_with_bounce_do_not_exist(box: Path, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.send_message(letter("Bounce7@example.com"))
    code, text = refused.value.recipients["Bounce7@example.com"]
    assert (code, text[:5]) == (550, b"5.1.1")
    assert list(box.rglob("*.eml")) == []


def test_several_mails_in_one_connection(box: Path, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(25):
            server.send_message(letter(f"person{number}@example.com", f"{number}"))
    assert sorted(int(head.subject) for head in newest_mails(box).items) == list(range(25))


def test_a_taken_port_is_said_at_once(box: Path, port: int, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="address already in use"), catching(tmp_path / "other", port=port):
        pass
    with pytest.raises(CommandError, match=str(port)):
        call_command("mail_catcher", port=port, dir=tmp_path / "other")


def test_an_interrupted_write_is_no_mail(tmp_path: Path) -> None:
    name = keep(tmp_path, b"Subject: whole\r\n\r\n")
    (tmp_path / name[:8] / f".{'0' * 32}.part").write_bytes(b"Subject: ha")
    assert [head.subject for head in newest_mails(tmp_path).items] == ["whole"]


def test_pages_run_from_the_newest_to_the_oldest(tmp_path: Path) -> None:
    names = [keep(tmp_path, f"Subject: {number}\r\n\r\n".encode()) for number in range(5)]
    first = newest_mails(tmp_path, size=3)
    second = newest_mails(tmp_path, after=first.next_after, size=3)
    assert [head.name for head in first.items + second.items] == sorted(names, reverse=True)
    assert (first.is_first, second.is_first, second.next_after) == (True, False, None)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "x", "0" * 32, "0" * 31 + "/"])
def test_names_that_are_no_mail_open_nothing(tmp_path: Path, name: str) -> None:
    assert open_mail(tmp_path, name) is None


def test_a_broken_charset_still_opens(tmp_path: Path) -> None:
    name = keep(tmp_path, b"Subject: x\r\nContent-Type: text/plain; charset=no-such\r\n\r\nhello")
    mail = open_mail(tmp_path, name)
    assert mail is not None
    assert mail.text == "hello"


def test_members_read_the_inbox(shown: Path, cast: Cast, client_of: Callable[[Member], MemberClient]) -> None:
    name = keep(shown, letter().as_bytes())
    client = client_of(cast.jieun)
    assert "겨울 소식" in client.get("/mail/").content.decode()
    page = client.get(f"/mail/{name}/").content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert f'src="/mail/{name}/body"' in page


def test_the_body_may_run_nothing(shown: Path, cast: Cast, client_of: Callable[[Member], MemberClient]) -> None:
    name = keep(shown, letter().as_bytes())
    response = client_of(cast.jieun).get(f"/mail/{name}/body")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src" not in policy
    assert "https://shop.example.com/" in response.content.decode()


def test_an_empty_inbox_says_what_to_do(shown: Path, cast: Cast, client_of: Callable[[Member], MemberClient]) -> None:
    assert client_of(cast.jieun).get("/mail/").status_code == 200


def test_strangers_are_sent_to_sign_in(shown: Path, db: None, client: Client) -> None:
    name = keep(shown, letter().as_bytes())
    for path in ("/mail/", f"/mail/{name}/", f"/mail/{name}/body"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_there_is_no_inbox_without_a_catcher(
    cast: Cast, settings: Settings, client_of: Callable[[Member], MemberClient]
) -> None:
    settings.MAIL_CATCHER_DIR = ""
    assert client_of(cast.jieun).get("/mail/").status_code == 404
