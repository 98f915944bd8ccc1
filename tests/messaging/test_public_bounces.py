"""Bounces, complaints, automatic answers and replies. The samples in `dsn/` are what postfix 3.7 wrote."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.customers.models import Consent, ConsentEntry
from dangol.kit import tenancy
from dangol.messaging import links
from dangol.messaging.models import Message, Reaction, Suppression
from dangol.messaging.operations import take_bounce, take_mail, take_reply
from dangol.messaging.returned_mail import DeliveryReport, delivery_reports, is_automatic, parsed
from dangol.relations.models import Attention, StoryEntry
from tests.factories import NOW, make_person
from tests.messaging.letters import agree, make_letter
from tests.people import Cast

SAMPLES = Path(__file__).parent / "dsn"


@pytest.fixture
def message(inside: Cast) -> Message:
    person = make_person(inside.jieun, email="nobody@example.com")
    agree(person)
    return make_letter(inside.jieun, person)


def sample(name: str, message: Message) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"{token}", links.bounce_token(message).encode())


def reply(message: Message, **headers: str) -> bytes:
    lines = {
        "From": "nobody@example.com",
        "To": "hello@shop.example.com",
        "Message-ID": "<reply-1@example.com>",
        "In-Reply-To": links.header_id(message, domain="shop.example.com"),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n\xea\xb3\xa0\xeb\xa7\x99"


@pytest.mark.parametrize(
    ("name", "kind", "is_hard", "status"),
    [
        ("unknown_user", "bounced", True, "5.1.1"),
        ("mailbox_full", "bounced", False, "5.2.2"),
        ("expired", "bounced", False, "4.2.1"),
        ("delayed", "delayed", False, "4.2.1"),
    ],
)
def test_reports_of_postfix(message: Message, name: str, kind: str, is_hard: bool, status: str) -> None:  # noqa: FBT001 - a table
    bounce = take_bounce(sample(name, message), now=NOW)
    assert bounce is not None
    assert (bounce.workspace_id, bounce.message_id) == (message.workspace_id, message.pk)
    assert (bounce.kind, bounce.is_hard, bounce.status) == (kind, is_hard, status)
    assert list(Reaction.objects.values_list("kind", "person")) == [(kind, message.person_id)]
    assert Suppression.objects.count() == int(is_hard)


def test_a_hard_bounce_enters_the_story_and_stops_the_address(message: Message) -> None:
    take_bounce(sample("unknown_user", message), now=NOW)
    assert list(StoryEntry.objects.filter(kind="bounced").values_list("person_id", "at")) == [(message.person_id, NOW)]
    suppression = Suppression.objects.get()
    assert (suppression.address, suppression.reason, suppression.at) == ("nobody@example.com", "hard_bounce", NOW)
    assert "User unknown" in suppression.evidence


def test_the_same_report_twice_counts_once(message: Message) -> None:
    for _time in range(2):
        assert take_bounce(sample("unknown_user", message), now=NOW) is not None
    assert (Reaction.objects.count(), Suppression.objects.count()) == (1, 1)


def test_a_report_is_taken_from_outside_of_every_workspace(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        message = make_letter(cast.jieun)
        raw = sample("unknown_user", message)
    assert take_bounce(raw, now=NOW) is not None
    with tenancy.workspace(cast.other_workspace.pk):
        assert not Suppression.objects.exists()
    with tenancy.workspace(cast.workspace.pk):
        assert Suppression.objects.get().address == message.address


@pytest.mark.parametrize("name", ["unknown_user", "complaint"])
def test_a_forged_token_does_nothing(message: Message, name: str) -> None:
    token = links.bounce_token(message)
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    raw = (SAMPLES / f"{name}.eml").read_bytes().replace(b"{token}", forged.encode())
    assert take_mail(raw, now=NOW) is None
    assert not Suppression.objects.exists()


def test_a_complaint_ends_advertising(message: Message) -> None:
    bounce = take_bounce(sample("complaint", message), now=NOW)
    assert bounce is not None
    assert bounce.kind == "complained"
    assert Suppression.objects.get().reason == "complaint"
    assert Consent.objects.get(channel="email").state == "withdrawn"
    assert Attention.objects.get().load == 6.0
    assert StoryEntry.objects.filter(kind="complained").count() == 1


def test_a_complaint_weighs_more_than_a_bounce(message: Message) -> None:
    take_bounce(sample("unknown_user", message), now=NOW)
    take_bounce(sample("complaint", message), now=NOW)
    assert Suppression.objects.get().reason == "complaint"
    take_bounce(sample("unknown_user", message), now=NOW)
    assert Suppression.objects.get().reason == "complaint"


def test_not_spam_is_no_complaint(message: Message) -> None:
    raw = sample("complaint", message).replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
    assert take_bounce(raw, now=NOW) is None
    assert not Reaction.objects.exists()


def test_a_reply_is_kept_once(message: Message) -> None:
    for _time in range(2):
        assert take_mail(reply(message), now=NOW) is not None
    assert list(Reaction.objects.values_list("kind", flat=True)) == ["replied"]
    assert Attention.objects.get().load == -1.0
    assert StoryEntry.objects.filter(kind="replied").count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; why=vacation"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.com"},
    ],
)
def test_automatic_answers_are_no_replies(message: Message, headers: dict[str, str]) -> None:
    assert is_automatic(parsed(reply(message, **headers)))
    assert take_mail(reply(message, **headers), now=NOW) is None
    assert not Reaction.objects.exists()


def test_a_mail_that_says_it_is_not_automatic_is_a_reply(message: Message) -> None:
    assert take_reply(reply(message, Auto_Submitted="no"), now=NOW) is not None


def test_other_mail_is_left_alone(inside: Cast) -> None:
    assert take_mail(b"From: someone@example.com\r\nSubject: hello\r\n\r\nhello", now=NOW) is None


def test_a_vague_status_is_read_from_the_diagnostic() -> None:
    report = DeliveryReport("failed", "5.0.0", "a@example.com", "", "smtp; 550 No such user here")
    assert report.is_hard
    assert not DeliveryReport("failed", "5.7.1", "a@example.com", "", "smtp; 550 blocked: user unknown").is_hard
    assert not DeliveryReport("delayed", "5.1.1", "a@example.com", "", "").is_hard


def test_the_recipient_of_a_report_is_read() -> None:
    (report,) = delivery_reports(parsed((SAMPLES / "unknown_user.eml").read_bytes()))
    assert (report.recipient, report.original_recipient) == ("nobody@example.com", "nobody@example.com")


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    mail = parsed(b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n" + raw)
    assert isinstance(delivery_reports(mail), list)
    assert isinstance(is_automatic(mail), bool)


def by_mail(message: Message, address: str = "") -> bytes:
    to = address or links.opt_out_address(message, pattern="bounce+{token}@shop.example.com")
    return f"From: x@example.com\r\nTo: <{to}>\r\nSubject: unsubscribe\r\nMessage-ID: <1@x>\r\n\r\n".encode()


def test_a_mail_to_the_opt_out_address_is_one_click(message: Message) -> None:
    for _time in range(2):
        taken = take_mail(by_mail(message), now=NOW)
        assert taken is not None
        assert (taken.message_id, taken.kind) == (message.pk, "opted_out")
    assert Consent.objects.get().state == "withdrawn"
    assert list(Reaction.objects.values_list("kind", flat=True)) == ["opted_out"]
    entry = ConsentEntry.objects.get(state="withdrawn")
    assert (entry.source, entry.evidence["mail"], entry.evidence["everything"]) == ("opt_out", "<1@x>", False)
    assert not Suppression.objects.exists()


def test_an_answer_to_the_bounce_address_is_no_opt_out(message: Message) -> None:
    bounces = links.bounce_address(message, pattern="bounce+{token}@shop.example.com")
    taken = take_mail(by_mail(message, bounces), now=NOW)
    assert taken is not None
    assert taken.kind == "replied"
    assert Consent.objects.get().state == "given"


def test_without_returned_mail_there_is_no_opt_out_address(message: Message) -> None:
    assert links.opt_out_address(message, pattern="") == ""
    assert links.opt_out_address(message, pattern="shop@example.com") == ""
