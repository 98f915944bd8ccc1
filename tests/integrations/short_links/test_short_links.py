"""Short links: every visit of a person is one event, and nobody is led astray."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.customers.models import Person
from dangol.integrations.short_links.models import ShortLink
from dangol.integrations.short_links.operations import make_short_link
from dangol.integrations.short_links.queries import visits_by_day
from dangol.kit import tenancy
from dangol.tracking.models import DailyCount, Event, InboxEntry, Source
from dangol.tracking.operations import create_source, process_workspace, put_into_inbox
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_sources import ClientOf

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
TOLD = {
    "name": "Leaflet",
    "target": "https://shop.example.com/tea?x=1",
    "campaign": "Autumn",
    "store": "서울",
    "channel": "",
}


@pytest.fixture
def link(cast: Cast) -> ShortLink:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Paper", kind="short_links", now=NOW)
        return make_short_link(source=source, told=TOLD, member=cast.marketer, now=NOW)


def visit(path: str, agent: str = PHONE, method: str = "get", **headers: str) -> tuple[int, str]:
    tenancy.leave_workspace()
    answer = getattr(Client(), method)(path, headers={"user-agent": agent} | headers)
    tenancy.leave_workspace()
    return answer.status_code, answer.headers.get("Location", "")


def test_a_visit_is_one_event(cast: Cast, link: ShortLink) -> None:
    for _time in range(2):
        assert visit(f"/q/{link.code}?next=https://evil.example.com") == (302, TOLD["target"])
    process_workspace(cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        first, second = Event.objects.all()
        assert first.properties == {"code": link.code, "link": "Leaflet", "campaign": "Autumn", "store": "서울"}
        assert first.name == "Link Visited"
        assert first.anonymous_id != second.anonymous_id
        assert sum(day.visits for day in visits_by_day(link, now=timezone.now())) == 2
        assert visits_by_day(link, now=timezone.now())[-1].height == 40


@pytest.mark.parametrize(
    ("agent", "method", "headers"),
    [
        ("", "get", {}),
        ("Googlebot/2.1 (+http://www.google.com/bot.html)", "get", {}),
        ("facebookexternalhit/1.1; kakaotalk-scrap/1.0", "get", {}),
        ("curl/8.5", "get", {}),
        (PHONE, "head", {}),
        (PHONE, "get", {"sec-purpose": "prefetch;prerender"}),
    ],
)
def test_machines_are_led_and_only_counted(
    cast: Cast, link: ShortLink, agent: str, method: str, headers: dict[str, str]
) -> None:
    assert visit(f"/q/{link.code}", agent, method, **headers)[0] == 302
    with tenancy.workspace(cast.workspace.pk):
        link.refresh_from_db()
        assert (link.machine_count, InboxEntry.objects.count()) == (1, 0)


def test_an_unknown_code_leads_nowhere(link: ShortLink) -> None:
    assert visit("/q/nothing") == (404, "")
    assert visit(f"/q/{link.code}", method="post")[0] == 405


@pytest.mark.shows("1.2.2", "3.7.2")
@pytest.mark.parametrize("target", ["javascript:alert(1)", "ftp://example.com/x", "//evil.example.com", "nowhere"])
def test_links_lead_to_web_pages_only(cast: Cast, link: ShortLink, client_of: ClientOf, target: str) -> None:
    path = f"/sources/{link.source_id}/links/"
    client_of(cast.marketer).post(path, TOLD | {"name": "Other", "target": target})
    with tenancy.workspace(cast.workspace.pk):
        assert [one.target[:8] for one in ShortLink.objects.all()] in (["https://"], ["https://", "https://"])


def test_the_pages_and_pictures(cast: Cast, link: ShortLink, client_of: ClientOf) -> None:
    client, path = client_of(cast.marketer), f"/sources/links/{link.pk}/"
    assert link.code in client.get(path).content.decode()
    assert client.get(f"{path}qr.svg").content.startswith(b"<?xml")
    assert client.get(f"{path}qr.png").content.startswith(b"\x89PNG")
    assert client.get(f"{path}qr.exe").status_code == 404
    assert client.post(f"/sources/{link.source_id}/links/", TOLD).status_code == 200
    for page in (path, f"{path}qr.svg", f"/sources/{link.source_id}/links/"):
        members = (cast.jieun, cast.minsu, cast.dana, cast.lee)
        assert [client_of(member).get(page).status_code for member in members] == [403, 403, 403, 404]


def test_the_list_costs_the_same_for_one_and_three(cast: Cast, link: ShortLink, client_of: ClientOf) -> None:
    client, counted = client_of(cast.marketer), []
    for names in ([], ["B", "C"]):
        with tenancy.workspace(cast.workspace.pk):
            for name in names:
                source = Source.objects.get()
                make_short_link(source=source, told=TOLD | {"name": name}, member=cast.admin, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/sources/{link.source_id}/links/").status_code == 200
        counted.append(len(captured))
    assert counted == [14, 14]


@pytest.mark.parametrize(
    ("target", "begins", "ends"),
    [
        ("https://shop.example.com/tea", "https://shop.example.com/tea?dangol_visit=", ""),
        ("https://shop.example.com/tea?a=1#green", "https://shop.example.com/tea?a=1&dangol_visit=", "#green"),
    ],
)
def test_a_link_to_our_own_site_says_who_is_led_there(
    cast: Cast, link: ShortLink, target: str, begins: str, ends: str
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        ShortLink.objects.update(joins_visits=True, target=target)
    _status, address = visit(f"/q/{link.code}")
    assert (address.startswith(begins), address.endswith(ends)) == (True, True)
    assert visit(f"/q/{link.code}", agent="curl/8.5") == (302, target)


@pytest.mark.parametrize("is_known", [True, False])
def test_the_visit_of_a_link_belongs_to_the_story_of_whom_it_led(cast: Cast, link: ShortLink, is_known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    visitor = led(cast, link)
    told: dict[str, Any] = {"type": "page", "anonymousId": "browser", "context": {"dangolVisit": visitor}}
    named = {"type": "identify", "userId": "u1", "anonymousId": "browser"}
    calls: list[dict[str, Any]] = [named, told] if is_known else [told, named]
    for call in calls:
        arrive(cast, link, call)
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get()
        assert {(one.name, one.person_id, one.anonymous_id) for one in Event.objects.all()} == {
            (name, person.pk, "browser") for name in ("Link Visited", "Page Viewed", "Identified")
        }
        assert DailyCount.objects.get(name="Link Visited").person_id == person.pk


def test_a_visit_is_joined_once_and_other_events_never(cast: Cast, link: ShortLink) -> None:
    visitor = led(cast, link)
    arrive(cast, link, {"type": "page", "anonymousId": "first", "context": {"dangolVisit": visitor}})
    arrive(cast, link, {"type": "page", "anonymousId": "second", "context": {"dangolVisit": visitor}})
    arrive(cast, link, {"type": "page", "anonymousId": "third", "context": {"dangolVisit": "first"}})
    arrive(cast, link, {"type": "page", "anonymousId": "fourth", "context": {"dangolVisit": ["?"]}})
    with tenancy.workspace(cast.workspace.pk):
        assert Event.objects.get(name="Link Visited").anonymous_id == "first"
        assert Event.objects.filter(name="Page Viewed", anonymous_id="first").count() == 1


def led(cast: Cast, link: ShortLink) -> str:
    """Follow the link as a visitor whom nobody knows, and return by what the link knows them."""
    visit(f"/q/{link.code}")
    process_workspace(cast.workspace.pk)
    with tenancy.workspace(cast.workspace.pk):
        return Event.objects.get().anonymous_id


def arrive(cast: Cast, link: ShortLink, call: dict[str, Any]) -> None:
    with tenancy.workspace(cast.workspace.pk):
        body = json.dumps({"batch": [call]}).encode()
        put_into_inbox(source=link.source, call="batch", bodies=[body], now=timezone.now())
    process_workspace(cast.workspace.pk)
