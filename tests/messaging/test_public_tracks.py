"""Opens and clicks: counted when a human did it, never a way to lead anybody elsewhere."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.messaging import links
from dangol.messaging.machines import HUMAN_BELOW, machine_probability
from dangol.messaging.models import Message, Reaction
from dangol.messaging.operations import record_click, record_open, record_reaction
from dangol.relations.models import Attention, StoryEntry
from dangol.workspaces.models import AuditEntry
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.messaging.letters import make_letter
from tests.people import Cast

BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15"
SHOP = "https://shop.example.com/coat?size=m&color=red#reviews"
HUMAN = {"agent": BROWSER, "method": "GET", "ahead": False, "network": "203.0.113.0/24"}


@pytest.fixture
def browser() -> MemberClient:
    return MemberClient(enforce_csrf_checks=True, headers={"user-agent": BROWSER})


@pytest.fixture
def letter(inside: Cast) -> Message:
    return make_letter(inside.jieun)


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def hrefs(html: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href=["\']([^"\']*)["\']', html)]


def test_the_pixel_is_a_picture_that_nobody_keeps(letter: Message, browser: MemberClient) -> None:
    response = browser.get(path_of(links.public_urls(letter)["open_url"]))
    assert (response["Content-Type"], response.content[:6]) == ("image/gif", b"GIF89a")
    assert "no-store" in response["Cache-Control"]
    assert list(Reaction.objects.values_list("kind", "person")) == [("opened", letter.person_id)]


def test_a_click_is_counted_and_leads_on(letter: Message, browser: MemberClient) -> None:
    response = browser.get(path_of(links.click_url(SHOP, message=letter, number=3)))
    assert (response.status_code, response["Location"]) == (302, SHOP)
    reaction = Reaction.objects.get()
    assert (reaction.kind, reaction.evidence["link"], reaction.evidence["url"]) == ("clicked", 3, SHOP)
    assert reaction.machine < HUMAN_BELOW
    assert StoryEntry.objects.get(kind="clicked").details["url"] == SHOP
    assert Attention.objects.get().load == -0.5
    assert AuditEntry.objects.filter(verb="PersonAnswered").count() == 1


def test_the_second_click_is_kept_but_counts_no_more(letter: Message) -> None:
    for minute in (10, 20):
        record_click(message=letter, at=NOW + timedelta(minutes=minute), evidence=HUMAN | {"link": 1})
    assert Reaction.objects.count() == 2
    assert StoryEntry.objects.count() == 1
    assert AuditEntry.objects.filter(verb="PersonAnswered").count() == 1


@pytest.mark.shows("3.7.2", "9.1.1", "AC-18")
@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example.net/", "//evil.example.net", "javascript:alert(1)", "", SHOP + "x", SHOP.upper()],
)
def test_nobody_can_be_led_elsewhere(letter: Message, browser: MemberClient, elsewhere: str) -> None:
    url = urlsplit(links.click_url(SHOP, message=letter))
    response = browser.get(f"{url.path}?u={quote(elsewhere)}")
    assert response.status_code == 404
    assert "Location" not in response
    assert not Reaction.objects.exists()


@pytest.mark.shows("1.2.2", "3.7.2", "AC-18")
def test_a_sealed_address_that_is_no_web_page_is_not_followed(letter: Message, browser: MemberClient) -> None:
    assert browser.get(path_of(links.click_url("javascript:alert(1)", message=letter))).status_code == 404


def test_a_click_by_post_is_refused(letter: Message, browser: MemberClient) -> None:
    assert browser.post(path_of(links.click_url(SHOP, message=letter))).status_code == 405


@pytest.mark.shows("9.2.3")
def test_a_token_for_lees_workspace_shows_nothing(cast: Cast, browser: MemberClient) -> None:
    with tenancy.workspace(cast.workspace.pk):
        letter = make_letter(cast.jieun)
    letter.workspace_id = cast.other_workspace.pk
    for url in [*links.public_urls(letter).values(), links.click_url(SHOP, message=letter)]:
        assert browser.get(path_of(url)).status_code == 404


def test_links_are_led_through_us_and_ours_are_left_alone(letter: Message) -> None:
    ours = links.public_urls(letter)
    html = f"""<html><body><a class="b" title="1 > 0" href="{SHOP.replace("&", "&amp;")}">coat</a>
    <A HREF='http://shop.example.com/'>shop</A> <a href="mailto:hello@shop.example.com">m</a> <a href="tel:02">t</a>
    <a href="#top">top</a> <a href="{ours["unsubscribe_url"]}">out</a> <a href="{ours["why_url"]}">why</a>
    </body></html>"""
    tracked = links.tracked_html(html, message=letter)
    first, second, *others = hrefs(tracked.replace("HREF", "href"))
    assert parse_qs(urlsplit(first).query) == {"u": [SHOP]}
    assert parse_qs(urlsplit(second).query) == {"u": ["http://shop.example.com/"]}
    assert others[:5] == [
        "mailto:hello@shop.example.com", "tel:02", "#top", ours["unsubscribe_url"], ours["why_url"],
    ]  # fmt: skip
    assert tracked.count(ours["open_url"]) == 1
    assert tracked.endswith("</body></html>")


@given(st.text(max_size=300))
def test_any_html_survives(text: str) -> None:
    letter = Message(pk=uuid7(), workspace_id=uuid7())
    tracked = links.tracked_html(text.replace("</body", ""), message=letter)
    assert re.sub(r'href=(["\'])[^"\']*\1', "", tracked, flags=re.IGNORECASE)


def test_the_hidden_link_betrays_a_machine(letter: Message, browser: MemberClient) -> None:
    hidden = next(url for url in hrefs(links.tracked_html("<p></p>", message=letter)) if "/m/h/" in url)
    assert browser.get(path_of(hidden)).status_code == 204
    assert Reaction.objects.get().machine > 0.9
    assert not StoryEntry.objects.exists()


def test_many_links_within_a_second_are_a_machines(letter: Message) -> None:
    at = NOW + timedelta(hours=1)
    for number in range(1, 4):
        record_click(message=letter, at=at + timedelta(milliseconds=100 * number), evidence=HUMAN | {"link": number})
    assert [reaction.machine > HUMAN_BELOW for reaction in Reaction.objects.order_by("at")] == [True, True, True]


def test_two_links_with_a_pause_are_a_humans(letter: Message) -> None:
    for second in (0, 5):
        record_click(message=letter, at=NOW + timedelta(seconds=second), evidence=HUMAN | {"link": second})
    assert [reaction.machine < HUMAN_BELOW for reaction in Reaction.objects.all()] == [True, True]


def test_machines_leave_no_trace_in_the_story(letter: Message) -> None:
    record_open(message=letter, at=NOW, evidence=HUMAN | {"agent": "Mozilla/5.0"})
    record_click(message=letter, at=NOW, evidence=HUMAN | {"method": "HEAD", "link": 1})
    assert Reaction.objects.count() == 2
    assert not StoryEntry.objects.exists()
    assert not Attention.objects.exists()
    assert not AuditEntry.objects.filter(verb="PersonAnswered").exists()


def test_a_flood_of_opens_is_not_stored(letter: Message) -> None:
    for _time in range(30):
        record_open(message=letter, at=NOW, evidence=HUMAN)
    assert Reaction.objects.count() == 20


def test_an_unknown_message_gets_no_reaction(inside: Cast) -> None:
    reaction = record_reaction(
        workspace_id=inside.workspace.pk, message_id=uuid7(), kind="opened", at=timezone.now(), evidence={}, machine=0.0
    )
    assert reaction is None


@pytest.mark.parametrize(
    ("kind", "evidence", "is_machine"),
    [
        ("opened", {"agent": BROWSER}, False),
        ("clicked", {"agent": BROWSER, "seconds": 60.0}, False),
        ("clicked", {"agent": BROWSER, "seconds": 5.0}, False),
        ("clicked", {"agent": BROWSER, "seconds": 0.4}, True),
        ("opened", {"agent": BROWSER, "seconds": 0.4}, True),
        (
            "opened",
            {"agent": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"},
            False,
        ),
        ("clicked", {"agent": "GoogleImageProxy"}, True),
        ("opened", {"agent": "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"}, False),
        ("opened", {"agent": "Mozilla/5.0"}, True),
        ("clicked", {"agent": ""}, True),
        ("clicked", {"agent": "python-requests/2.32"}, True),
        ("clicked", {"agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}, True),
        ("clicked", {"agent": "Barracuda Sentinel (EE)"}, True),
        ("clicked", {"agent": "Mozilla/5.0 (Windows NT 10.0) HeadlessChrome/120"}, True),
        ("clicked", {"agent": BROWSER, "method": "HEAD"}, True),
        ("clicked", {"agent": BROWSER, "ahead": True}, True),
        ("clicked", {"agent": BROWSER, "hidden": True}, True),
        ("clicked", {"agent": BROWSER, "burst": True}, True),
        ("replied", {"agent": ""}, False),
    ],
)
def test_who_is_a_machine(kind: str, evidence: dict[str, object], is_machine: bool) -> None:  # noqa: FBT001 - a table
    assert (machine_probability(kind, evidence) >= HUMAN_BELOW) is is_machine
