"""What happens in other rooms is told here, and loads stay exact when workers charge at the same time."""

import threading
from datetime import timedelta

from django.db import connection, transaction

from dangol.customers.models import ConsentEntry, Identity
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.enums import ChargeKind
from dangol.relations.models import StoryEntry
from dangol.relations.operations import (
    NewCharge,
    charge_attention,
    tell_of_consent_given,
    tell_of_consent_withdrawn,
    tell_of_import,
    tell_of_recognition,
)
from dangol.relations.queries import attention_loads, attention_of, why_attention
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast

WEEK = 168.0


def test_consents_are_told_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    terms = {"purpose": "marketing", "channel": "sms", "source": "form", "at": NOW}
    given = ConsentEntry.objects.create(workspace=inside.workspace, person=person, state="given", night=True, **terms)
    taken = ConsentEntry.objects.create(workspace=inside.workspace, person=person, state="withdrawn", **terms)
    for _run in range(2):
        tell_of_consent_given(workspace_id=inside.workspace.pk, person_id=person.pk, entry_id=given.pk)
        tell_of_consent_withdrawn(workspace_id=inside.workspace.pk, person_id=person.pk, entry_id=taken.pk)

    told = StoryEntry.objects.order_by("kind").values_list("kind", "details")
    assert list(told) == [
        ("consent_given", {"purpose": "marketing", "channel": "sms", "night": True}),
        ("consent_withdrawn", {"purpose": "marketing", "channel": "sms", "night": False}),
    ]


def test_a_recognised_visitor_is_told(inside: Cast) -> None:
    person = make_person(inside.jieun)
    Identity.objects.create(
        workspace=inside.workspace, person=person, kind="anonymous_id", value="browser-1", origin="test"
    )
    tell_of_recognition(workspace_id=inside.workspace.pk, person_id=person.pk, anonymous_id="browser-1")
    tell_of_recognition(workspace_id=inside.workspace.pk, person_id=person.pk, anonymous_id="browser-2")
    assert [entry.kind for entry in StoryEntry.objects.all()] == ["identified"]


def test_an_import_begins_the_story_of_everybody_new(inside: Cast) -> None:
    make_person(inside.jieun, origin="import")
    make_person(inside.jieun, origin="import", is_anonymous=True)
    for _run in range(2):
        tell_of_import(workspace_id=inside.workspace.pk)
    assert [(entry.kind, entry.chapter) for entry in StoryEntry.objects.all()] == [("imported", "first_meeting")]


def test_workers_that_charge_at_once_lose_nothing(committed_db: str) -> None:
    with transaction.atomic():
        cast = make_cast()
        tenancy.enter_workspace(cast.workspace.pk)
        people = sorted(make_person(cast.jieun, email=f"p{number}@example.com").pk for number in range(5))
    failures: list[Exception] = []

    def work(seed: int) -> None:
        try:
            for round_ in range(10):
                order = people if (seed + round_) % 2 else people[::-1]
                charges = [
                    NewCharge(
                        person_id=person_id,
                        kind=ChargeKind.CONTACT,
                        channel="email",
                        at=NOW - timedelta(hours=WEEK * (round_ % 2)),
                        reason="contact",
                        source_id=uuid7(),
                        points=1.0,
                    )
                    for person_id in order
                ]
                with tenancy.workspace(cast.workspace.pk):
                    charge_attention(workspace_id=cast.workspace.pk, charges=charges, half_life_hours=WEEK)
        except Exception as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    with tenancy.workspace(cast.workspace.pk):
        loads = attention_loads(person_ids=people, now=NOW, half_life_hours=WEEK)
    assert {round(load, 9) for load in loads.values()} == {4 * (5 * 1.0 + 5 * 0.5)}


def test_the_use_of_attention_is_explained(inside: Cast) -> None:
    person = make_person(inside.jieun)
    quiet = attention_of(person, now=NOW, cap=8.0, half_life_hours=WEEK)
    assert why_attention(quiet, "en") == "No contact in the last 30 days. All 8 points are free."
    assert why_attention(quiet, "ko") == (
        "최근 30일 동안 연락하지 않았습니다. 8점이 모두 남아 있어 언제든 연락할 수 있습니다."
    )
    charges = [
        NewCharge(person_id=person.pk, kind=kind, channel=channel, at=NOW, reason=reason, source_id=uuid7())
        for kind, channel, reason in [
            (ChargeKind.CONTACT, "email", "contact"),
            (ChargeKind.CONTACT, "email", "contact"),
            (ChargeKind.CONTACT, "phone", "contact"),
            (ChargeKind.WELCOME, "email", "replied"),
            (ChargeKind.UNWELCOME, "email", "complained"),
        ]
    ]
    charge_attention(workspace_id=inside.workspace.pk, charges=charges, half_life_hours=WEEK)
    busy = attention_of(person, now=NOW, cap=8.0, half_life_hours=WEEK)
    assert busy.load == 1 + 1 + 4 - 1 + 6
    assert why_attention(busy, "en") == (
        "Contacts in the last 30 days: 2 × e-mail, 1 × phone call, 1 point given back by welcome answers, "
        "6 points extra for unwelcome ones. There is room for advertising again in 5 days."
    )
    assert why_attention(busy, "ko") == (
        "최근 30일 연락: 이메일 2번, 전화 1번, 반가운 반응으로 1점을 돌려받음, "
        "달갑지 않은 반응으로 6점이 더해짐. 5일 뒤에 광고를 보낼 여유가 생깁니다."
    )
