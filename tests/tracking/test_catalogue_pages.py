"""The pages of the catalogue, of what arrives, and of trends: what they say, to whom, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.segments.models import Segment
from dangol.segments.queries import describe, offers
from dangol.tracking.models import (
    DailyCount,
    Event,
    EventDefinition,
    HourlyCount,
    InboxEntry,
    PropertyDefinition,
    SchemaWarning,
    Source,
)
from dangol.tracking.operations import create_source
from dangol.workspaces.models import AuditEntry, Member, User
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast

ClientOf = Callable[[Member], MemberClient]


@pytest.fixture
def source(cast: Cast) -> Source:
    with tenancy.workspace(cast.workspace.pk):
        return create_source(member=cast.admin, name="Web shop", now=NOW)[0]


def define(cast: Cast, name: str, **told: Any) -> EventDefinition:
    return EventDefinition.objects.create(
        workspace=cast.workspace, name=name, kind="track", first_seen_at=NOW - timedelta(days=40), **told
    )


def happen(
    cast: Cast, source: Source, name: str, at: datetime, person: Person | None = None, **properties: Any
) -> UUID:
    """Store one event and count it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(%s)", [at.date()])
    event = Event.objects.create(
        id=uuid7(), workspace=cast.workspace, occurred_at=at, received_at=at, person=person, anonymous_id="a1",
        kind="track", name=name, properties=properties, context={}, source_id=source.pk, message_id=str(uuid7()),
    )  # fmt: skip
    hour = at.replace(minute=0, second=0, microsecond=0)
    counts = HourlyCount.objects.filter(workspace=cast.workspace, name=name, hour=hour)
    if one := counts.first():
        counts.update(count=one.count + 1)
    else:
        HourlyCount.objects.create(workspace=cast.workspace, source_id=source.pk, name=name, hour=hour, count=1)
    return event.pk


def text_of(client: MemberClient, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_catalogue_lists_events_and_what_looks_odd(cast: Cast, client_of: ClientOf, source: Source) -> None:
    with tenancy.workspace(cast.workspace.pk):
        event = define(cast, "Product Viewed", description="A page of the shop")
        for _again in range(3):
            happen(cast, source, "Product Viewed", timezone.now())
        SchemaWarning.objects.create(
            workspace=cast.workspace, event=event, property="price", kind="type_changed",
            detail={"was": ["number"], "now": ["text"]}, first_at=NOW, last_at=NOW,
        )  # fmt: skip
    client = client_of(cast.dana)
    page = text_of(client, "/sources/catalogue/")
    assert "A page of the shop" in page
    assert '<td class="num">3</td>' in page
    assert "“price” was always number and now came as text. Conditions on it may miss people." in page
    assert "/close/" not in page
    assert "Product Viewed" in text_of(client, "/sources/catalogue/?q=shop")
    assert "No event fits" in text_of(client, "/sources/catalogue/?q=nothing")
    assert "Product Viewed" not in client_of(cast.lee).get("/sources/catalogue/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_and_three(cast: Cast, client_of: ClientOf, source: Source, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(rows):
            event = define(cast, f"Event {number}")
            person = make_person(cast.jieun, email=f"p{number}@example.com")
            happen(cast, source, "Event 0", timezone.now(), person, sku="a")
            PropertyDefinition.objects.create(
                workspace=cast.workspace, event=EventDefinition.objects.get(name="Event 0"), name=f"p{number}",
                types=["text"], first_seen_at=NOW,
            )  # fmt: skip
            for kind in ("stopped", "unplanned"):
                SchemaWarning.objects.create(
                    workspace=cast.workspace, event=event, kind=kind, detail={"days": 1, "least": 2},
                    first_at=NOW, last_at=NOW,
                )  # fmt: skip
        first = EventDefinition.objects.get(name="Event 0")
    client = client_of(cast.admin)
    counted = {}
    for path in (
        "/sources/catalogue/", f"/sources/catalogue/{first.pk}/", "/sources/events/?name=Event+0",
        f"/sources/trends/?event={first.pk}&by=sku",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counted[path.split("?")[0].replace(str(first.pk), "one")] = len(captured)
    assert counted == {
        "/sources/catalogue/": 15,
        "/sources/catalogue/one/": 21,
        "/sources/events/": 17,
        "/sources/trends/": 30,
    }


def test_an_event_shows_what_it_carries_and_who_relies_on_it(cast: Cast, client_of: ClientOf, source: Source) -> None:
    with tenancy.workspace(cast.workspace.pk):
        event = define(cast, "Product Viewed")
        for name in ("sku", "email", "rare"):
            PropertyDefinition.objects.create(
                workspace=cast.workspace, event=event, name=name, types=["text"], first_seen_at=NOW
            )
        for number in range(4):
            person = make_person(cast.jieun, email=f"p{number}@example.com")
            rare = {"rare": "only me"} if number == 0 else {}
            happen(cast, source, "Product Viewed", NOW, person, sku="tea-1", email="us@example.com", **rare)
        Segment.objects.create(
            workspace=cast.workspace, name="Lookers", created_by=cast.admin,
            definition={"all": [{"kind": "event", "event": "Product Viewed"}]},
        )  # fmt: skip
    page = text_of(client_of(cast.dana), f"/sources/catalogue/{event.pk}/")
    assert "tea-1" in page
    assert '<td class="num">25%</td>' in page
    assert "only me" not in page
    assert "us@example.com" not in page
    assert "Lookers" in page
    assert "/rule/" not in page
    assert client_of(cast.lee).get(f"/sources/catalogue/{event.pk}/").status_code == 404


def test_rules_are_for_administrators_and_words_for_those_who_build(
    cast: Cast, client_of: ClientOf, source: Source
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        event = define(cast, "Product Viewed")
        one = PropertyDefinition.objects.create(
            workspace=cast.workspace, event=event, name="card", types=["text"], first_seen_at=NOW
        )
        warning = SchemaWarning.objects.create(
            workspace=cast.workspace, event=event, kind="unplanned", first_at=NOW, last_at=NOW
        )
    home = f"/sources/catalogue/{event.pk}"
    acts = {
        f"{home}/rule/": {"rule": "block"},
        f"{home}/{one.pk}/rule/": {"rule": "mask"},
        f"{home}/description/": {"label_ko": "상품 봄", "label_en": "Looked", "description": "Seen"},
        f"/sources/catalogue/warnings/{warning.pk}/close/": {},
    }
    answers = {
        name: [client_of(getattr(cast, name)).post(path, data).status_code for path, data in acts.items()]
        for name in ("lee", "dana", "marketer", "admin")
    }
    assert answers == {
        "lee": [404, 404, 404, 404],
        "dana": [403, 403, 403, 403],
        "marketer": [403, 403, 302, 302],
        "admin": [302, 302, 302, 404],
    }
    with tenancy.workspace(cast.workspace.pk):
        event.refresh_from_db()
        one.refresh_from_db()
        warning.refresh_from_db()
        assert (event.rule, event.description, one.rule) == ("block", "Seen", "mask")
        assert (event.label_ko, event.label_en) == ("상품 봄", "Looked")
        assert warning.closed_by == cast.marketer
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"rule_event", "rule_property"}
    assert client_of(cast.admin).get(f"{home}/rule/").status_code == 405


def test_what_arrives_is_shown_to_those_who_may_see_the_person(cast: Cast, client_of: ClientOf, source: Source) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        event = happen(cast, source, "Product Viewed", NOW, person, sku="secret-tea")
        happen(cast, source, "Cart Viewed", NOW)
    path = f"/sources/events/{event}/"
    seen = {
        name: (
            "김하늘" in client_of(getattr(cast, name)).get("/sources/events/").content.decode(),
            client_of(getattr(cast, name)).get(path).status_code,
        )
        for name in ("jieun", "minsu", "dana", "lee")
    }
    assert seen == {"jieun": (True, 200), "minsu": (True, 200), "dana": (False, 404), "lee": (False, 404)}
    assert "secret-tea" in text_of(client_of(cast.minsu), path)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["Door Opened", "Box Opened"]),
        ("name=Door+Opened", ["Door Opened"]),
        ("person=하늘", ["Box Opened"]),
        ("person=nobody", []),
        ("source=not-an-id", ["Door Opened", "Box Opened"]),
    ],
)
def test_what_arrives_can_be_narrowed_and_paused(
    cast: Cast, client_of: ClientOf, source: Source, asked: str, shown: list[str]
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        happen(cast, source, "Box Opened", NOW, make_person(cast.jieun, name="김하늘"))
        happen(cast, source, "Door Opened", NOW)
    client = client_of(cast.admin)
    part = client.get(f"/sources/events/?{asked}", headers={"hx-request": "true"}).content.decode()
    assert [name for name in ("Door Opened", "Box Opened") if f">{name}</a>" in part] == shown
    assert 'hx-trigger="every 1s"' in part
    assert "hx-trigger" not in client.get(f"/sources/events/?{asked}&paused=1").content.decode().split("stream")[-1]


def test_what_the_house_calls_an_event_is_said_wherever_it_is_shown(
    cast: Cast, client_of: ClientOf, source: Source
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        event = define(cast, "pdp_open", label_ko="상품을 봄", label_en="Looked at a product")
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        seen = happen(cast, source, "pdp_open", timezone.now(), person)
        DailyCount.objects.create(
            workspace=cast.workspace, person=person, name="pdp_open", day=timezone.now().date(), count=1, amount=0
        )
        definition = {"kind": "event", "event": "pdp_open", "operator": "at_least", "count": 1, "days": 30}
        assert "“Looked at a product”" in describe(definition, "en")
        assert "상품을 봄" in describe(definition, "ko")
        assert [(one.value, one.label) for one in offers(cast.admin).events] == [("pdp_open", "Looked at a product")]
    client = client_of(cast.admin)
    assert "Looked at a product" in text_of(client_of(cast.dana), "/sources/catalogue/?q=looked")
    for path in (
        "/sources/catalogue/?q=looked", f"/sources/catalogue/{event.pk}/", "/sources/events/",
        f"/sources/events/{seen}/", "/sources/trends/", f"/people/{person.pk}/timeline/",
    ):  # fmt: skip
        assert "상품을 봄" in text_of(client, path), path
    assert "Looked at a product" not in text_of(client_of(cast.lee), "/sources/catalogue/")


def test_the_page_says_when_events_wait_for_longer_than_usual(cast: Cast, client_of: ClientOf, source: Source) -> None:
    def is_behind(member: Member) -> bool:
        User.objects.filter(pk=member.user_id).update(language="en")
        return "More arrives than is processed" in client_of(member).get("/sources/events/").content.decode()

    with tenancy.workspace(cast.workspace.pk):
        entry = InboxEntry(workspace=cast.workspace, source_id=source.pk, call="track", body=b"{}")
        entry.received_at = timezone.now() - timedelta(seconds=2)
        entry.save()
    assert not is_behind(cast.admin)
    with tenancy.workspace(cast.workspace.pk):
        InboxEntry.objects.update(received_at=timezone.now() - timedelta(minutes=2))
    assert (is_behind(cast.admin), is_behind(cast.lee)) == (True, False)
