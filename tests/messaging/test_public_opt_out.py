"""Opting out by the link of a message: no sign-in, no cookie, at once."""

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from dangol.customers.models import Consent, ConsentEntry
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.messaging import links
from dangol.messaging.enums import Stage
from dangol.messaging.models import Message, PolicyDecision, Reaction, Sender
from dangol.messaging.operations import decide
from dangol.messaging.operations.handoff import take_due
from dangol.relations.models import Attention, StoryEntry
from dangol.workspaces.models import AuditEntry
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.letters import agree, make_letter, make_sender
from tests.people import Cast


@pytest.fixture
def stranger() -> MemberClient:
    """A browser without cookies, which sends no CSRF token either."""
    return MemberClient(enforce_csrf_checks=True)


@pytest.fixture
def letter(inside: Cast) -> Message:
    make_sender(inside.admin)
    person = make_person(inside.jieun, email="haneul@example.com")
    agree(person)
    agree(person, channel="sms", night=True)
    return make_letter(inside.jieun, person)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def opt_out_path(letter: Message) -> str:
    return path_of(links.public_urls(letter)["unsubscribe_url"])


def states(letter: Message) -> dict[tuple[str, str], str]:
    rows = Consent.objects.filter(person=letter.person)
    return {(row.purpose, row.channel): row.state for row in rows}


def everything_stored(workspace_id: UUID) -> tuple[int, ...]:
    with tenancy.workspace(workspace_id):
        kinds = (ConsentEntry, Consent, Reaction, StoryEntry, Attention, AuditEntry)
        return tuple(kind.objects.count() for kind in kinds)


@pytest.mark.shows("3.5.3", "AC-19")
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(letter: Message, stranger: MemberClient, method: str) -> None:
    before = everything_stored(letter.workspace_id)
    response = getattr(stranger, method)(opt_out_path(letter))
    assert response.status_code == 200
    assert everything_stored(letter.workspace_id) == before


def test_no_link_of_a_message_changes_consent_by_get(letter: Message, stranger: MemberClient) -> None:
    for url in links.public_urls(letter).values():
        assert stranger.get(path_of(url)).status_code == 200
    assert states(letter) == {("marketing", "email"): "given", ("marketing", "sms"): "given"}


def test_one_click_from_the_mail_program(letter: Message, stranger: MemberClient) -> None:
    response = stranger.post(
        opt_out_path(letter), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert (response.status_code, response.content) == (200, b"")
    assert states(letter) == {("marketing", "email"): "withdrawn", ("marketing", "sms"): "given"}
    assert list(Reaction.objects.values_list("kind", flat=True)) == ["opted_out"]
    assert list(StoryEntry.objects.filter(kind="opted_out").values_list("person_id", flat=True)) == [letter.person_id]
    assert Attention.objects.get().load == 4.0
    assert AuditEntry.objects.filter(verb="PersonOptedOut").count() == 1


def test_one_click_may_come_as_multipart(letter: Message, stranger: MemberClient) -> None:
    assert stranger.post(opt_out_path(letter), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert states(letter)["marketing", "email"] == "withdrawn"


def test_opting_out_twice_is_once(letter: Message, stranger: MemberClient) -> None:
    for _time in range(2):
        assert stranger.post(opt_out_path(letter), {"scope": "this"}).status_code == 200
    assert ConsentEntry.objects.filter(state="withdrawn").count() == 1
    assert Attention.objects.get().load == 4.0


def test_the_button_of_the_page_opts_out_and_says_so(letter: Message, stranger: MemberClient) -> None:
    response = stranger.post(opt_out_path(letter), {"scope": "this"})
    assert "수신" in response.content.decode() or "off the list" in response.content.decode()
    assert states(letter)["marketing", "email"] == "withdrawn"


def test_everything_means_every_channel(letter: Message, stranger: MemberClient) -> None:
    stranger.post(opt_out_path(letter), {"scope": "everything"})
    assert states(letter) == {
        ("marketing", channel): "withdrawn" for channel in ("email", "sms", "kakao", "push", "phone")
    }


def test_the_next_question_to_the_policy_is_refused(letter: Message, stranger: MemberClient) -> None:
    stranger.post(opt_out_path(letter), {"scope": "this"})
    (decision,) = decide(
        workspace_id=letter.workspace_id,
        person_ids=[letter.person_id],
        channel="email",
        purpose="marketing",
        origin_id=letter.origin_id,
        stage=Stage.HANDOFF,
        now=NOW,
    )
    assert decision.outcome == "refuse"
    assert "consent_withdrawn" in decision.reasons


def test_undo_brings_back_what_was_agreed_to(letter: Message, stranger: MemberClient) -> None:
    stranger.post(opt_out_path(letter), {"scope": "everything"})
    stranger.post(f"{opt_out_path(letter)}/undo")
    assert {terms for terms, state in states(letter).items() if state == "given"} == {
        ("marketing", "email"),
        ("marketing", "sms"),
    }
    assert Consent.objects.get(channel="sms").night is True


def test_undo_does_not_overrule_a_later_choice(letter: Message, stranger: MemberClient) -> None:
    stranger.post(opt_out_path(letter), {"scope": "this"})
    agree(letter.person, at=timezone.now())
    stranger.post(path_of(links.public_urls(letter)["preferences_url"]), {})
    stranger.post(f"{opt_out_path(letter)}/undo")
    assert states(letter)["marketing", "email"] == "withdrawn"


def test_undo_without_an_opt_out_gives_nothing(letter: Message, stranger: MemberClient) -> None:
    Consent.objects.all().delete()
    assert stranger.post(f"{opt_out_path(letter)}/undo").status_code == 200
    assert states(letter) == {}


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-1], lambda t: t + "A", lambda t: "B" + t[1:], lambda _t: "x", str.lower]
)
def test_a_damaged_link_gets_a_friendly_404(letter: Message, stranger: MemberClient, damage: object) -> None:
    token = opt_out_path(letter).removeprefix("/m/u/")
    response = stranger.post(f"/m/u/{damage(token)}", {"scope": "everything"})  # type: ignore[operator] # test table
    assert response.status_code == 404
    assert "<h1>" in response.content.decode()
    assert states(letter)["marketing", "email"] == "given"


@pytest.mark.shows("9.2.2", "AC-19")
def test_a_token_for_another_page_does_not_opt_out(letter: Message, stranger: MemberClient) -> None:
    why = path_of(links.public_urls(letter)["why_url"]).removeprefix("/m/w/")
    assert stranger.post(f"/m/u/{why}", {"scope": "this"}).status_code == 404


@pytest.mark.shows("9.2.3", "AC-19")
def test_a_token_signed_for_lees_workspace_reaches_nothing_here(cast: Cast, stranger: MemberClient) -> None:
    with tenancy.workspace(cast.workspace.pk):
        letter = make_letter(cast.jieun)
        agree(letter.person)
    letter.workspace_id = cast.other_workspace.pk
    assert stranger.post(opt_out_path(letter), {"scope": "this"}).status_code == 404
    with tenancy.workspace(cast.workspace.pk):
        assert states(letter) == {("marketing", "email"): "given"}


def test_the_page_is_private_and_names_nobody(letter: Message, stranger: MemberClient) -> None:
    response = stranger.get(opt_out_path(letter))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "haneul@" not in response.content.decode()
    assert "example.com" not in opt_out_path(letter)


def test_the_page_speaks_the_persons_language(letter: Message, stranger: MemberClient) -> None:
    assert '<html lang="ko"' in stranger.get(opt_out_path(letter)).content.decode()
    letter.person.language = "en"
    letter.person.save()
    assert '<html lang="en"' in stranger.get(opt_out_path(letter)).content.decode()
    stranger.cookies["language"] = "ko"
    assert '<html lang="ko"' in stranger.get(opt_out_path(letter)).content.decode()


def test_the_page_offers_the_other_language(letter: Message, client: Client) -> None:
    assert 'lang="en">English</button>' in client.get(opt_out_path(letter)).content.decode()


def test_a_queued_message_of_someone_who_opted_out_is_not_sent(letter: Message, stranger: MemberClient) -> None:
    waiting = make_letter_waiting(letter)
    stranger.post(opt_out_path(letter), {"scope": "this"})
    letters = take_due(
        workspace_id=letter.workspace_id, sender=Sender.objects.get(), token="test", now=timezone.now(), limit=10
    )
    waiting.refresh_from_db()
    assert (letters, waiting.state) == ([], "refused")
    reasons = PolicyDecision.objects.get(person=letter.person, stage="handoff").reasons
    assert "consent_withdrawn" in reasons


def make_letter_waiting(sent: Message) -> Message:
    waiting = Message.objects.get(pk=sent.pk)
    waiting.pk, waiting.send_key, waiting.state, waiting.sent_at = uuid7(), "waiting", "queued", None
    waiting.save(force_insert=True)
    return waiting
