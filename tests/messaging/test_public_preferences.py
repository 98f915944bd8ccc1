"""The preference page and the why page, for whoever holds the link."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dangol.customers.models import Consent, ConsentEntry
from dangol.messaging import links, origins
from dangol.messaging.models import Message, Mute
from dangol.messaging.origins import Origin, OriginReason
from dangol.relations.models import Attention
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.letters import agree, make_letter, make_sender
from tests.people import Cast

THEN = NOW - timedelta(days=30)
TOPIC = UUID("01900000-0000-7000-8000-000000000009")
DECIDED: dict[str, Any] = {
    "consent": {"state": "given", "basis": "explicit", "at": THEN.isoformat()},
    "contacts": [THEN.isoformat()],
    "rules": {"cap_count": 3, "cap_days": 7},
    "attention_load": 7.25,
    "cluster": "secret-cluster",
    "hurt": "secret-hurt",
}


@pytest.fixture
def stranger() -> MemberClient:
    return MemberClient(enforce_csrf_checks=True)


@pytest.fixture
def letter(inside: Cast) -> Message:
    make_sender(inside.admin)
    person = make_person(inside.jieun, email="haneul@example.com", language="en")
    agree(person)
    return make_letter(inside.jieun, person, **DECIDED)


class Segment(Origin):
    def reason(self, *, workspace_id: UUID, origin_id: UUID, language: str) -> OriginReason | None:
        sentence = "최근에 코트를 사셨습니다." if language == "ko" else "You bought a coat lately."
        return OriginReason(sentence, TOPIC)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(origins._ORIGINS, "test", Segment())


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def preferences(letter: Message) -> str:
    return path_of(links.public_urls(letter)["preferences_url"])


def why(letter: Message) -> str:
    return path_of(links.public_urls(letter)["why_url"])


def states(letter: Message) -> dict[tuple[str, str], str]:
    return {(row.purpose, row.channel): row.state for row in Consent.objects.filter(person=letter.person)}


def all_service() -> dict[str, str]:
    return {f"service-{channel}": "on" for channel in ("email", "sms", "kakao", "push", "phone")}


def test_switches_show_what_stands(letter: Message, stranger: MemberClient) -> None:
    page = stranger.get(preferences(letter)).content.decode()
    assert 'name="marketing-email" checked' in page
    assert 'name="marketing-sms">' in page
    assert 'name="service-email" checked' in page
    assert "haneul@" not in page


def test_choices_become_lines_of_the_ledger(letter: Message, stranger: MemberClient) -> None:
    response = stranger.post(preferences(letter), all_service() | {"marketing-sms": "on"})
    assert response.status_code == 200
    assert states(letter) == {("marketing", "email"): "withdrawn", ("marketing", "sms"): "given"}
    line = ConsentEntry.objects.get(channel="sms")
    assert (line.source, line.wording_version, line.evidence) == (
        "preference_page",
        "preference-page-1",
        {"message": str(letter.pk)},
    )


def test_saving_the_page_as_it_is_writes_nothing(letter: Message, stranger: MemberClient) -> None:
    stranger.post(preferences(letter), all_service() | {"marketing-email": "on"})
    assert ConsentEntry.objects.count() == 1


def test_service_may_be_switched_off(letter: Message, stranger: MemberClient) -> None:
    choices = all_service() | {"marketing-email": "on"}
    del choices["service-email"]
    stranger.post(preferences(letter), choices)
    assert states(letter)["service", "email"] == "withdrawn"
    assert 'name="service-email">' in stranger.get(preferences(letter)).content.decode()


def test_too_much_costs_attention_once(letter: Message, stranger: MemberClient) -> None:
    for _time in range(2):
        assert stranger.post(f"{preferences(letter)}/too-much").status_code == 200
    assert Attention.objects.get().load == 3.0
    assert states(letter) == {("marketing", "email"): "given"}


@pytest.mark.parametrize("page", ["too-much", "mute"])
def test_looking_at_a_button_presses_nothing(letter: Message, stranger: MemberClient, page: str) -> None:
    path = f"{preferences(letter)}/too-much" if page == "too-much" else f"{why(letter)}/mute"
    assert stranger.get(path).status_code == 405


def test_why_tells_reason_consent_and_cap(letter: Message, stranger: MemberClient, told: None) -> None:
    page = stranger.get(why(letter)).content.decode()
    assert "You bought a coat lately." in page
    assert "You agreed to advertising from us." in page
    assert 'datetime="2026-10-23' in page
    assert "We send you at most 3 advertising messages in 7 days. With this one it is 2." in page


def test_why_speaks_korean(letter: Message, stranger: MemberClient, told: None) -> None:
    stranger.cookies["language"] = "ko"
    assert "최근에 코트를 사셨습니다." in stranger.get(why(letter)).content.decode()


def test_why_keeps_inner_facts_to_itself(letter: Message, stranger: MemberClient) -> None:
    page = stranger.get(why(letter)).content.decode()
    for secret in ("secret-cluster", "secret-hurt", "7.25", "haneul@"):
        assert secret not in page


def test_a_reason_can_be_muted(letter: Message, stranger: MemberClient, told: None) -> None:
    for _time in range(2):
        response = stranger.post(f"{why(letter)}/mute")
        assert "Muted." in response.content.decode()
    mute = Mute.objects.get()
    assert (mute.person_id, mute.topic_id, mute.message_id) == (letter.person_id, TOPIC, letter.pk)


def test_without_a_known_origin_the_origin_itself_is_muted(letter: Message, stranger: MemberClient) -> None:
    stranger.post(f"{why(letter)}/mute")
    assert Mute.objects.get().topic_id == letter.origin_id


def test_a_receipt_needs_no_consent_and_has_nothing_to_mute(inside: Cast, stranger: MemberClient) -> None:
    letter = make_letter(inside.jieun, purpose="transactional")
    page = stranger.get(why(letter)).content.decode()
    assert "/mute" not in page
