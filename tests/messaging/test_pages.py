"""The staff pages of the room, with the cast."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dangol.kit import tenancy
from dangol.kit.sealed_columns import opened
from dangol.messaging.models import ContactRules, Message, PolicyDecision, Sender, Template, TemplateVersion
from dangol.messaging.policy import wording_of
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient, free_port
from tests.factories import make_person
from tests.messaging.letters import make_letter
from tests.messaging.making import BODY, agree, make_sender, make_version, queue
from tests.messaging.servers import Sink, serving
from tests.people import Cast

SignIn = Callable[[Member], MemberClient]
Inside = Callable[[Member], AbstractContextManager[None]]
WORDS = {"subject": "안녕", "preheader": "", "body": BODY}
SENDER = {
    "name": "단골상회",
    "email": "shop@example.com",
    "phone": "02-123-4567",
    "postal_address": "서울시 종로구 1",
    "host": "127.0.0.1",
    "port": "2525",
    "security": "none",
    "user": "shop",
    "new_password": "s3cret",
    "bounce_address": "",
    "connections": "4",
}


def test_a_marketer_writes_a_template_and_rewrites_it(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    made = client.post(reverse("messaging:template_new"), {"name": "소식", "purpose": "marketing", **WORDS})
    with tenancy.workspace(cast.workspace.pk):
        template = Template.objects.get()
    url = reverse("messaging:template_edit", args=[template.pk])
    assert (made.status_code, made["Location"]) == (302, url)
    client.post(url, {**WORDS, "subject": "다시 안녕"})
    client.post(url, {**WORDS, "subject": "다시 안녕"})
    with tenancy.workspace(cast.workspace.pk):
        assert list(TemplateVersion.objects.order_by("number").values_list("number", "subject")) == [
            (1, "안녕"),
            (2, "다시 안녕"),
        ]
    assert "다시 안녕" in client.get(reverse("messaging:templates")).content.decode()


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"body": "<mjml><mj-body>\n<mj-foo/></mj-body></mjml>"}, "2번째 줄: MJML"),
        ({"body": "<mjml><mj-body>\n\n{{ person.name | shout }}</mj-body></mjml>"}, "3번째 줄: "),
        ({"body": "<mjml><mj-body>\n{% if person.name %}</mj-body></mjml>"}, "Liquid"),
        ({"subject": "{{ person.name"}, "Liquid"),
        ({"purpose": ""}, 'name="purpose"'),
        ({"purpose": "transactional"}, "transactional_reason"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_saved(
    cast: Cast, client_of: SignIn, wrong: dict[str, str], message: str
) -> None:
    client = client_of(cast.marketer)
    answer = client.post(reverse("messaging:template_new"), {"name": "소식", "purpose": "service", **WORDS, **wrong})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    with tenancy.workspace(cast.workspace.pk):
        assert not Template.objects.exists()


def test_a_transactional_template_is_audited_with_its_reason(cast: Cast, client_of: SignIn) -> None:
    words = {"name": "주문 확인", "purpose": "transactional", "transactional_reason": "주문 접수", **WORDS}
    client_of(cast.marketer).post(reverse("messaging:template_new"), words)
    with tenancy.workspace(cast.workspace.pk):
        entry = AuditEntry.objects.get(verb="transactional_template")
        assert (entry.member_id, entry.detail["reason"]) == (cast.marketer.pk, "주문 접수")


def test_the_preview_is_fenced_in_and_shows_the_chosen_person(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.admin, name="<b>지우</b>")
    answer = client_of(cast.marketer).post(
        reverse("messaging:template_preview"), {**WORDS, "purpose": "marketing", "person": str(person.pk)}
    )
    page = answer.content.decode()
    assert "안녕하세요 &lt;b&gt;지우&lt;/b&gt;님" in page
    assert "무료 수신거부" in page
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_a_preview_never_shows_a_person_of_another_team(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.admin, name="지우", owner=cast.jieun)
    data = {**WORDS, "purpose": "marketing", "person": str(person.pk)}
    assert "지우" not in client_of(cast.dana).post(reverse("messaging:template_preview"), data).content.decode()
    assert "지우" in client_of(cast.minsu).post(reverse("messaging:template_preview"), data).content.decode()


def test_a_draft_that_cannot_be_shown_says_why(cast: Cast, client_of: SignIn) -> None:
    data = {**WORDS, "purpose": "marketing", "body": "hello"}
    assert "&lt;mjml&gt;" in client_of(cast.marketer).post(reverse("messaging:template_preview"), data).content.decode()


def test_lee_reaches_nothing_of_this_workspace(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        person = make_person(cast.admin)
        agree(person)
        version = make_version(cast.admin)
        (message,) = queue(version, [person])
    lee = client_of(cast.lee)
    assert lee.get(reverse("messaging:template_edit", args=[version.template_id])).status_code == 404
    assert lee.post(reverse("messaging:settle", args=[message.pk, "stop"])).status_code == 404
    assert "소식" not in lee.get(reverse("messaging:templates")).content.decode()
    assert person.email not in lee.get(reverse("messaging:messages"), {"in": "waiting"}).content.decode()


@pytest.mark.parametrize("name", ["template_new", "sender", "contact_rules"])
def test_sales_people_change_no_templates_and_no_settings(cast: Cast, client_of: SignIn, name: str) -> None:
    assert client_of(cast.jieun).get(reverse(f"messaging:{name}")).status_code == 403


def test_the_messages_page_shows_a_members_own_customers_with_the_reason(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        ours = make_person(cast.admin, name="지우", owner=cast.jieun, time_zone="")
        agree(ours)
        queue(make_version(cast.admin), [ours])
    page = client_of(cast.minsu).get(reverse("messaging:messages")).content.decode()
    assert "고객의 시간대를 몰라서 기다립니다." in page
    assert "지우" in page
    assert "지우" not in client_of(cast.dana).get(reverse("messaging:messages")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_for_one_row_and_for_three(cast: Cast, client_of: SignIn, count: int) -> None:
    client = client_of(cast.admin)
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        people = [make_person(cast.admin, name=f"고객{n}", time_zone="") for n in range(count)]
        for person in people:
            agree(person)
        for n in range(count):
            version = make_version(cast.admin, name=f"소식{n}")
        queue(version, people)
    with CaptureQueriesContext(connection) as templates:
        client.get(reverse("messaging:templates"))
    with CaptureQueriesContext(connection) as messages:
        client.get(reverse("messaging:messages"))
    assert (len(templates), len(messages)) == (12, 13)


@pytest.mark.parametrize(
    "state, act, after",
    [
        ("unknown", "sent", "sent"),
        ("unknown", "again", "queued"),
        ("failed", "again", "queued"),
        ("held", "stop", "refused"),
    ],
)
def test_a_member_settles_what_the_machine_cannot(
    cast: Cast, client_of: SignIn, state: str, act: str, after: str
) -> None:
    message = stuck(cast, state)
    client_of(cast.marketer).post(reverse("messaging:settle", args=[message.pk, act]))
    with tenancy.workspace(cast.workspace.pk):
        message.refresh_from_db()
        assert message.state == after
        assert AuditEntry.objects.filter(member=cast.marketer, detail__message=str(message.pk)).count() == 1


@pytest.mark.parametrize(
    "state, act", [("sent", "again"), ("handing_off", "stop"), ("held", "sent"), ("queued", "again")]
)
def test_what_moved_on_is_left_where_it_is(cast: Cast, client_of: SignIn, state: str, act: str) -> None:
    message = stuck(cast, state)
    answer = client_of(cast.marketer).post(reverse("messaging:settle", args=[message.pk, act]), follow=True)
    assert "메시지" in answer.content.decode()
    with tenancy.workspace(cast.workspace.pk):
        message.refresh_from_db()
        assert message.state == state


def test_sales_people_settle_nothing(cast: Cast, client_of: SignIn) -> None:
    message = stuck(cast, "unknown")
    assert client_of(cast.jieun).post(reverse("messaging:settle", args=[message.pk, "sent"])).status_code == 403


def test_the_senders_password_is_sealed_never_shown_and_kept(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    client.post(reverse("messaging:sender"), SENDER)
    client.post(reverse("messaging:sender"), {**SENDER, "new_password": "", "name": "단골"})
    with tenancy.workspace(cast.workspace.pk):
        sender = Sender.objects.get()
        assert sender.name == "단골"
        assert "s3cret" not in sender.password
        assert opened(sender, "password") == "s3cret"
        assert not AuditEntry.objects.filter(detail__icontains="s3cret").exists()
    assert "s3cret" not in client.get(reverse("messaging:sender")).content.decode()


def test_a_test_mail_goes_out_or_says_what_is_wrong(cast: Cast, client_of: SignIn) -> None:
    client, sink = client_of(cast.admin), Sink()
    with serving(sink) as port:
        client.post(reverse("messaging:sender"), {**SENDER, "port": port, "user": ""})
        client.post(reverse("messaging:sender_test"), {"to": "me@example.com"})
        assert sink.recipients == ["me@example.com"]
        client.post(reverse("messaging:sender"), {**SENDER, "port": port, "security": "starttls"})
        refused = client.post(reverse("messaging:sender_test"), {"to": "me@example.com"}, follow=True)
    closed = free_port()
    client.post(reverse("messaging:sender"), {**SENDER, "port": closed, "user": ""})
    down = client.post(reverse("messaging:sender_test"), {"to": "me@example.com"}, follow=True)
    assert str(closed) in down.content.decode()
    assert refused.status_code == 200
    assert len(sink.recipients) == 1
    with tenancy.workspace(cast.workspace.pk):
        entries = AuditEntry.objects.filter(verb="send_test", deed="send", member=cast.admin)
        told = [entry.detail for entry in entries]
    assert told == [{"host": "127.0.0.1", "email": "shop@example.com", "to": "m***@e***"}] * 3


def test_contact_rules_are_saved_and_nonsense_is_refused(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.admin)
    values = {
        "quiet_from": "22:00", "quiet_until": "09:00", "cap_count": "2", "cap_days": "14", "attention_cap": "12",
        "service_reserve": "3", "attention_half_life_hours": "100", "hold_expires_hours": "48",
    }  # fmt: skip
    client.post(reverse("messaging:contact_rules"), values)
    client.post(reverse("messaging:contact_rules"), {**values, "cap_count": "0"})
    client.post(reverse("messaging:contact_rules"), {**values, "service_reserve": "12"})
    with tenancy.workspace(cast.workspace.pk):
        rules = ContactRules.objects.get()
        assert (rules.cap_count, rules.cap_days, rules.service_reserve, rules.hold_expires_hours) == (2, 14, 3.0, 48)


def stuck(cast: Cast, state: str) -> Message:
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        person = make_person(cast.admin)
        agree(person)
        (message,) = queue(make_version(cast.admin), [person])
        Message.objects.filter(pk=message.pk).update(state=state)
    return message


def test_the_messages_page_tells_a_long_reason_once(cast: Cast, client_of: SignIn, in_workspace: Inside) -> None:
    with in_workspace(cast.jieun):
        for _nth in range(3):
            letter = make_letter(cast.jieun, make_person(cast.jieun, owner=cast.dana), state="held")
        PolicyDecision.objects.update(outcome="hold", reasons=["legal_night", "quiet_hours"])
    page = client_of(cast.admin).get(reverse("messaging:messages")).content.decode()
    night = wording_of("legal_night")
    assert night is not None
    language = "ko" if night.staff_ko in page else "en"
    assert page.count(night.for_staff(language)) == 1
    assert page.count(f'<span class="small">{night.in_short(language)}</span>') == 3
    assert letter.state == "held"
