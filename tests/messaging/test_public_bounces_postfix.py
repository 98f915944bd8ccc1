"""Delivery reports as a real postfix writes them."""

import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from dangol.messaging import links
from dangol.messaging.models import Message, Suppression
from dangol.messaging.operations import take_bounce
from tests.conftest import free_port
from tests.factories import NOW, make_person
from tests.messaging.letters import make_letter
from tests.messaging.postfix import Refuser, running_postfix, wait_for_mail
from tests.people import Cast

Bouncer = Callable[..., bytes]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """The last server: refuses some addresses, and takes the reports that postfix sends back."""
    port = free_port()
    controller = Controller(Refuser(tmp_path), hostname="127.0.0.1", port=port)
    controller.start()
    yield tmp_path, port
    controller.stop()


def mail_of(message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Shop <hello@shop.example.com>"
    mail["To"] = message.address
    mail["Subject"] = "겨울 소식"
    mail["Message-ID"] = links.header_id(message, domain="shop.example.com")
    mail.set_content("안녕하세요")
    return mail


def report_about(message: Message, sink: tuple[Path, int], *, bounce_address: str, **postfix: str) -> bytes:
    """Send the message through postfix and return the report that comes back."""
    folder, port = sink
    with running_postfix(sink_port=port, **postfix) as entrance, smtplib.SMTP("127.0.0.1", entrance) as server:
        server.send_message(mail_of(message), from_addr=links.bounce_address(message, pattern=bounce_address))
        (report,) = wait_for_mail(folder)
    return report


def letter_to(cast: Cast, address: str) -> Message:
    return make_letter(cast.jieun, make_person(cast.jieun, email=address))


@pytest.mark.parametrize("bounce_address", ["returns+{token}@shop.example.com", "hello@shop.example.com"])
def test_an_unknown_user_is_suppressed(inside: Cast, sink: tuple[Path, int], bounce_address: str) -> None:
    message = letter_to(inside, "nobody@example.com")
    bounce = take_bounce(report_about(message, sink, bounce_address=bounce_address), now=NOW)
    assert bounce is not None
    assert (bounce.message_id, bounce.kind, bounce.is_hard, bounce.status) == (message.pk, "bounced", True, "5.1.1")
    assert Suppression.objects.get().address == "nobody@example.com"


def test_a_full_mailbox_is_not_suppressed(inside: Cast, sink: tuple[Path, int]) -> None:
    message = letter_to(inside, "full@example.com")
    bounce = take_bounce(report_about(message, sink, bounce_address="returns+{token}@shop.example.com"), now=NOW)
    assert bounce is not None
    assert (bounce.kind, bounce.is_hard, bounce.status) == ("bounced", False, "5.2.2")
    assert not Suppression.objects.exists()


def test_a_delay_is_a_delay(inside: Cast, sink: tuple[Path, int]) -> None:
    message = letter_to(inside, "busy@example.com")
    report = report_about(message, sink, bounce_address="returns+{token}@shop.example.com", warn_after="1s")
    bounce = take_bounce(report, now=NOW)
    assert bounce is not None
    assert (bounce.kind, bounce.is_hard, bounce.status) == ("delayed", False, "4.2.1")
    assert not Suppression.objects.exists()


def test_giving_up_after_delays_is_no_proof_against_the_address(inside: Cast, sink: tuple[Path, int]) -> None:
    message = letter_to(inside, "busy@example.com")
    report = report_about(message, sink, bounce_address="returns+{token}@shop.example.com", give_up_after="1s")
    bounce = take_bounce(report, now=NOW)
    assert bounce is not None
    assert (bounce.kind, bounce.is_hard, bounce.status) == ("bounced", False, "4.2.1")
