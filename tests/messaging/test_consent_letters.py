"""Mails that the law wants about consent: asked for, confirmed by a button only, told once each."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone

from dangol.customers.models import Consent, ConsentEntry, ConsentQuestion, Person, RightsRequest
from dangol.customers.operations import (
    UnableToAsk,
    ask_for_consent,
    give_consent,
    restrict,
    save_consent_rules,
    withdraw_consent,
    write_wording,
)
from dangol.kit import tenancy
from dangol.messaging import links
from dangol.messaging.enums import NoticeKind
from dangol.messaging.models import ConsentNotice, Message, TemplateVersion
from dangol.messaging.operations import edit_template, render_preview, send_consent_question, tell, tell_of_consents
from dangol.messaging.operations.consent_letters import let_consents_stand
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.messaging.making import make_sender
from tests.messaging.servers import Sink, serving
from tests.messaging.test_delivery import delivering, wait_until
from tests.people import Cast, make_cast

LINK = re.compile(r"https?://[^/]+(/m/y/[\w-]+)")
SignIn = Callable[[Member], MemberClient]


@pytest.fixture
def stranger() -> MemberClient:
    return MemberClient(enforce_csrf_checks=True)


def ask(person: Person, **terms: Any) -> ConsentQuestion:
    values: dict[str, Any] = {"purpose": "marketing", "channel": "email", "source": "매장", "at": timezone.now()}
    question = ask_for_consent(person=person, **values | terms)
    send_consent_question(workspace_id=person.workspace_id, person_id=person.pk, question_id=question.pk)
    return question


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def letters() -> list[Message]:
    return list(Message.objects.select_related("template_version__template", "person").order_by("created_at", "id"))


def link_of(message: Message) -> str:
    return "/" + links.confirm_url(message).split("/", 3)[3]


@contextmanager
def post_office(cast: Cast) -> Iterator[Sink]:
    """Deliver what is queued to a real mail server until the block ends."""
    sink = Sink()
    with serving(sink) as port:
        with tenancy.workspace(cast.workspace.pk):
            make_sender(cast.admin, port=port)
        with delivering():
            yield sink


@pytest.mark.usefixtures("committed_db")
def test_the_question_is_mailed_and_only_its_button_gives_the_consent() -> None:
    cast, client = make_cast(), MemberClient(enforce_csrf_checks=True)
    with post_office(cast) as sink:
        with tenancy.workspace(cast.workspace.pk):
            write_wording(
                member=cast.admin, label="2026-11", purpose="marketing", korean="새 상품 소식을 보냅니다.",
                english="We send you news.", now=timezone.now(),
            )  # fmt: skip
            person = make_person(cast.jieun, email="haneul@example.com")
            ask(person, wording_version="2026-11", by=cast.jieun)
        wait_until(lambda: len(sink.mails) == 1)
    mail = sink.mails[0][2]
    text = plain(mail)
    assert mail["Subject"] == "단골상회: 수신 동의를 확인해 주십시오"
    assert "새 상품 소식을 보냅니다." in text
    found = LINK.search(text)
    assert found is not None

    page = client.get(found[1])
    assert (page.status_code, "새 상품 소식을 보냅니다." in page.content.decode()) == (200, True)
    with tenancy.workspace(cast.workspace.pk):
        assert ConsentEntry.objects.count() == 0

    answers = [client.post(found[1], headers={"user-agent": "Firefox"}, REMOTE_ADDR="203.0.113.77") for _n in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    with tenancy.workspace(cast.workspace.pk):
        entry = ConsentEntry.objects.get()
        assert (entry.state, entry.source, entry.wording_version) == ("given", "double_opt_in", "2026-11")
        assert (entry.evidence["agent"], entry.evidence["network"]) == ("Firefox", "203.0.113.0/24")
        assert entry.evidence["question"] == str(ConsentQuestion.objects.get().pk)


@pytest.mark.django_db
def test_a_question_is_asked_twice_and_never_a_third_time(inside: Cast) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    first = ask(person)
    send_consent_question(workspace_id=person.workspace_id, person_id=person.pk, question_id=first.pk)
    assert len(letters()) == 1
    assert ask(person) == first
    assert len(letters()) == 2
    with pytest.raises(UnableToAsk, match="twice already"):
        ask(person)
    assert {message.purpose for message in letters()} == {"transactional"}


@pytest.mark.django_db
def test_only_an_email_address_is_asked(inside: Cast) -> None:
    person = make_person(inside.jieun)
    with pytest.raises(UnableToAsk, match="Only an e-mail address"):
        ask(person, channel="sms")


@pytest.mark.django_db
def test_after_seven_days_the_button_does_nothing(inside: Cast, stranger: MemberClient) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    ask(person)
    ConsentQuestion.objects.update(expires_at=timezone.now())
    answer = stranger.post(link_of(letters()[0]))
    assert answer.status_code == 410
    assert ConsentEntry.objects.count() == 0


@pytest.mark.django_db
def test_forged_and_foreign_links_do_nothing(inside: Cast, stranger: MemberClient) -> None:
    make_sender(inside.admin)
    ask(make_person(inside.jieun))
    message = letters()[0]
    good = link_of(message)
    middle = len("/m/y/") + 30
    forged = good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :]
    preferences = links.public_urls(message)["preferences_url"].rsplit("/", 1)[1]
    for path in (forged, f"/m/y/{preferences}", "/m/y/x"):
        assert stranger.post(path).status_code == 404
    for method in ("get", "head"):
        assert getattr(stranger, method)(good).status_code == 200
    assert ConsentEntry.objects.count() == 0


@pytest.mark.django_db
def test_a_letter_that_asks_nothing_confirms_nothing(inside: Cast, stranger: MemberClient) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    give(person)
    tell(
        workspace_id=person.workspace_id,
        kind=NoticeKind.RESULT,
        since=timezone.now() - timedelta(days=9),
        now=timezone.now(),
    )
    assert stranger.post(link_of(letters()[0])).status_code == 410
    assert ConsentEntry.objects.count() == 1


def give(person: Person, **terms: Any) -> ConsentEntry:
    values: dict[str, Any] = {"purpose": "marketing", "channel": "email", "source": "매장", "at": timezone.now()}
    return give_consent(person=person, **values | terms)


def choose(cast: Cast, **chosen: bool) -> None:
    values = {"double_opt_in": False, "result_notices": False, "reconfirmation": False, "silence_keeps": True}
    save_consent_rules(member=cast.admin, now=timezone.now() - timedelta(minutes=1), **values | chosen)


@pytest.mark.usefixtures("committed_db")
def test_the_result_is_told_once_in_one_mail_and_in_the_persons_language() -> None:
    cast = make_cast()
    with post_office(cast) as sink:
        with tenancy.workspace(cast.workspace.pk):
            choose(cast, result_notices=True)
            person = make_person(cast.jieun, email="haneul@example.com")
            dana = make_person(cast.jieun, name="Dana Park", email="dana.park@example.com", language="en")
            for channel in ("email", "sms"):
                give(person, channel=channel)
            withdraw_consent(person=dana, channel="email", purpose="marketing", at=timezone.now(), source="phone")
            for _twice in range(2):
                tell_of_consents(workspace_id=cast.workspace.pk)
        wait_until(lambda: len(sink.mails) == 2)
    texts = {addresses[0]: plain(mail) for _from, addresses, mail in sink.mails}
    assert texts["dana.park@example.com"].count("Marketing · E-mail: taken back on") == 1
    assert "다음과 같이 처리했습니다" in texts["haneul@example.com"]
    with tenancy.workspace(cast.workspace.pk):
        told = ConsentNotice.objects.filter(person=person)
        assert {notice.message_id for notice in told} == {Message.objects.get(person=person).pk}
        assert told.count() == 2


@pytest.mark.django_db
def test_nothing_is_told_of_the_past_of_other_purposes_or_while_switched_off(inside: Cast) -> None:
    make_sender(inside.admin)
    person = make_person(inside.jieun)
    tell_of_consents(workspace_id=inside.workspace.pk)
    give(person, purpose="service")
    give(person, channel="sms", at=timezone.now() - timedelta(days=15))
    choose(inside, result_notices=True)
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert letters() == []


@pytest.mark.django_db
def test_without_a_sender_notices_wait_and_without_an_address_they_say_so(inside: Cast) -> None:
    choose(inside, result_notices=True)
    nobody = make_person(inside.jieun)
    Person.objects.filter(pk=nobody.pk).update(email="")
    give(nobody, channel="sms")
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert ConsentNotice.objects.count() == 0

    make_sender(inside.admin)
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert [notice.message_id for notice in ConsentNotice.objects.all()] == [None]


@pytest.mark.django_db
def test_nothing_is_mailed_to_whoever_had_the_processing_stopped(inside: Cast) -> None:
    make_sender(inside.admin)
    choose(inside, result_notices=True)
    person = make_person(inside.jieun)
    give(person)
    restrict(person=person, reason="본인 요청", member=inside.admin, now=timezone.now())
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert letters() == []


@pytest.mark.django_db
def test_after_two_years_the_consent_is_told_and_silence_keeps_it(inside: Cast) -> None:
    make_sender(inside.admin)
    choose(inside, reconfirmation=True)
    now = timezone.now()
    old, young = make_person(inside.jieun), make_person(inside.jieun)
    entry = give(old, at=now - timedelta(days=715), night=True, wording_version="2024")
    give(young, at=now - timedelta(days=400))
    for _twice in range(2):
        tell_of_consents(workspace_id=inside.workspace.pk)
    (letter,) = letters()
    assert letter.person_id == old.pk
    assert let_consents_stand(workspace_id=inside.workspace.pk) == 0

    Message.objects.filter(pk=letter.pk).update(state="sent", sent_at=now)
    assert let_consents_stand(workspace_id=inside.workspace.pk) == 1
    assert let_consents_stand(workspace_id=inside.workspace.pk) == 0
    standing = Consent.objects.get(person=old)
    assert (standing.at, standing.night, standing.state) == (now, True, "given")
    line = ConsentEntry.objects.get(person=old, source="reconfirmation_notice")
    assert (line.wording_version, line.evidence["stands"]) == ("2024", str(entry.pk))


@pytest.mark.django_db
def test_who_takes_it_back_after_the_notice_is_not_kept(inside: Cast) -> None:
    make_sender(inside.admin)
    choose(inside, reconfirmation=True)
    now = timezone.now()
    person = make_person(inside.jieun)
    give(person, at=now - timedelta(days=715))
    tell_of_consents(workspace_id=inside.workspace.pk)
    Message.objects.update(state="sent", sent_at=now - timedelta(hours=2))
    withdraw_consent(person=person, channel="email", purpose="marketing", at=now, source="phone")
    assert let_consents_stand(workspace_id=inside.workspace.pk) == 0
    assert Consent.objects.get(person=person).state == "withdrawn"


@pytest.mark.django_db
def test_the_button_of_the_notice_gives_the_consent_again(inside: Cast, stranger: MemberClient) -> None:
    make_sender(inside.admin)
    choose(inside, reconfirmation=True)
    person = make_person(inside.jieun)
    give(person, at=timezone.now() - timedelta(days=715), wording_version="2024")
    tell_of_consents(workspace_id=inside.workspace.pk)
    path = link_of(letters()[0])
    assert stranger.get(path).status_code == 200
    assert ConsentEntry.objects.count() == 1
    for _twice in range(2):
        assert stranger.post(path).status_code == 200
    assert ConsentEntry.objects.filter(source="reconfirmed", wording_version="2024").count() == 1


@pytest.mark.django_db
def test_an_end_is_told_two_weeks_before(inside: Cast) -> None:
    make_sender(inside.admin)
    choose(inside, reconfirmation=True)
    now = timezone.now()
    give(make_person(inside.jieun), at=now - timedelta(days=50), expires_at=now + timedelta(days=13))
    give(make_person(inside.jieun), at=now - timedelta(days=50), expires_at=now + timedelta(days=20))
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert [message.template_version.template.system_key for message in letters()] == ["consent_expiry"]


@pytest.mark.django_db
def test_every_letter_can_be_written_and_stands_among_the_templates(inside: Cast, client_of: SignIn) -> None:
    choose(inside, reconfirmation=True)
    for _twice in range(2):
        tell_of_consents(workspace_id=inside.workspace.pk)
    versions = list(TemplateVersion.objects.select_related("template"))
    assert len(versions) == 10
    person = make_person(inside.jieun)
    for version in versions:
        assert render_preview(version, person).subject
        assert client_of(inside.admin).get(f"/templates/{version.template_id}/").status_code == 200


@pytest.mark.django_db
def test_an_administrator_changes_the_words(inside: Cast) -> None:
    make_sender(inside.admin)
    choose(inside, result_notices=True)
    give(make_person(inside.jieun))
    tell_of_consents(workspace_id=inside.workspace.pk)
    version = letters()[0].template_version
    body = version.body.replace("고객님의 뜻을", "말씀하신 대로")
    edit_template(template=version.template, member=inside.admin, subject="새 제목", body=body, now=timezone.now())
    give(make_person(inside.jieun))
    tell_of_consents(workspace_id=inside.workspace.pk)
    assert [message.template_version.number for message in letters()] == [1, 2]


@pytest.mark.django_db
def test_a_person_asks_for_erasure_over_a_link_and_nothing_happens_by_itself(
    inside: Cast, stranger: MemberClient
) -> None:
    make_sender(inside.admin)
    choose(inside, result_notices=True)
    person = make_person(inside.jieun)
    give(person)
    tell_of_consents(workspace_id=inside.workspace.pk)
    token = links.public_urls(letters()[0])["preferences_url"].rsplit("/", 1)[1]
    for kind in ("erasure", "erasure", "restriction", "nonsense"):
        assert stranger.post(f"/m/p/{token}/my-data", {"kind": kind}).status_code == 200
    request = RightsRequest.objects.get()
    assert (request.kind, request.state, request.by_person) == ("erasure", "unconfirmed", True)
    letter = letters()[-1]
    assert letter.template_version.template.system_key == "rights_confirm"

    assert stranger.get(link_of(letter)).status_code == 200
    request.refresh_from_db()
    assert request.state == "unconfirmed"
    for _twice in range(2):
        assert stranger.post(link_of(letter)).status_code == 200
    request.refresh_from_db()
    assert request.state == "open"
    assert Person.objects.filter(pk=person.pk).exists()
