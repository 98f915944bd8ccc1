"""The pages: list, builder, estimate, detail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.segments import operations
from dangol.segments.models import Segment, SegmentMember
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, define, group, records

ClientOf = Callable[[Member], MemberClient]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
LIST_QUERIES = 13
DETAIL_QUERIES = 18
SEOUL = group("all", attribute("city", "is", value="서울"))

FORM = {
    "name": "서울 손님",
    "c:kind": "all",
    "c.0:kind": "attribute",
    "c.0:attribute": "city",
    "c.0:operator": "is",
    "c.0:value": "서울",
}


def computed(cast: Cast, definition: dict[str, Any] = SEOUL, name: str = "서울 손님") -> Segment:
    segment = operations.create_segment(by=cast.marketer, name=name, definition=definition, now=NOW)
    operations.compute_membership(workspace_id=segment.workspace_id, segment_id=segment.pk, version=1, now=NOW)
    return segment


def test_saving_the_form_makes_the_segment(inside: Cast, town: Town, client_of: ClientOf) -> None:
    answer = client_of(inside.marketer).post("/segments/new/", FORM | {"save": "1"})
    segment = Segment.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/segments/{segment.pk}/")
    assert (segment.name, segment.definition) == ("서울 손님", SEOUL)


def test_empty_list_teaches(inside: Cast, client_of: ClientOf) -> None:
    page = client_of(inside.dana).get("/segments/").content.decode()
    assert "A segment describes people" in page
    assert "/segments/new/" not in page.split("<main")[1]


def test_pages_show_the_segment(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = computed(inside)
    client = client_of(inside.marketer)
    for path in ("/segments/", f"/segments/{segment.pk}/", f"/segments/{segment.pk}/edit/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "서울 손님" in answer.content.decode()


def test_htmx_builds_the_form_row_by_row(inside: Cast, town: Town, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    added = client.post("/segments/new/", FORM | {"act": "add c"}, **HTMX).content.decode()
    assert "<html" not in added
    assert 'name="c.1:kind"' in added
    assert 'value="서울"' in added
    grouped = client.post("/segments/new/", FORM | {"act": "group c"}, **HTMX).content.decode()
    assert 'name="c.1.0:attribute"' in grouped
    removed = client.post("/segments/new/", FORM | {"act": "remove c.0"}, **HTMX).content.decode()
    assert 'name="c.0:kind"' not in removed
    changed = client.post("/segments/new/", FORM | {"c.0:kind": "event"}, **HTMX).content.decode()
    assert 'name="c.0:event"' in changed
    assert 'name="c.0:attribute"' not in changed
    assert Segment.objects.count() == 0


def test_form_works_without_script(inside: Cast, town: Town, client_of: ClientOf) -> None:
    page = client_of(inside.marketer).post("/segments/new/", FORM | {"act": "add c"}).content.decode()
    assert "<html" in page
    assert 'name="c.1:kind"' in page
    page = client_of(inside.marketer).post("/segments/estimate/", FORM).content.decode()
    assert "<html" in page
    assert ">하늘</a>" in page


NESTED = FORM | {
    "c.1:kind": "not",
    "c.1.0:kind": "event",
    "c.1.0:event": "Order Completed",
    "c.1.0:operator": "at_least",
    "c.1.0:count": "2",
    "c.1.0:window": "days",
    "c.1.0:days": "90",
    "c.1.0:narrow_where": "1",
    "c.1.0:where.0.property": "지점",
    "c.1.0:where.0.value": "강남",
    "c.2:kind": "order_total",
    "c.2:operator": "at_most",
    "c.2:value": "100,000",
    "c.2:currency": "KRW",
    "c.2:window": "ever",
    "c.7:kind": "random",
    "c.7:draw": "A",
    "c.7:from": "0",
    "c.7:to": "50",
}


def test_every_row_of_the_form_reaches_the_definition_and_comes_back(
    inside: Cast, town: Town, client_of: ClientOf
) -> None:
    client = client_of(inside.marketer)
    client.post("/segments/new/", NESTED | {"save": "1"})
    segment = Segment.objects.get()
    where = [{"property": "지점", "operator": "is", "value": "강남"}]
    ordered = {"kind": "event", "event": "Order Completed", "operator": "at_least", "count": 2, "days": 90}
    assert segment.definition == group(
        "all",
        attribute("city", "is", value="서울"),
        group("not", ordered | {"where": where}),
        {"kind": "order_total", "operator": "at_most", "value": 100000, "currency": "KRW"},
        {"kind": "random", "draw": "A", "from": 0, "to": 50},
    )
    page = client.get(f"/segments/{segment.pk}/edit/").content.decode()
    for name, value in (
        ("c.1.0:days", "90"),
        ("c.1.0:where.0.value", "강남"),
        ("c.2:value", "100000"),
        ("c.3:to", "50"),
    ):
        assert f'name="{name}" id="{name}" value="{value}"' in page
    assert '<option value="ever" selected>' in page


RECORDS = {
    "name": "계약 고객",
    "c:kind": "all",
    "c.0:kind": "records",
    "c.0:object": "contract",
    "c.0:operator": "at_least",
    "c.0:count": "2",
    "c.0.0:kind": "attribute",
    "c.0.0:attribute": "fields.seats",
    "c.0.0:operator": "more_than",
    "c.0.0:value": "4",
}


def test_records_have_a_group_of_their_own_in_the_form(inside: Cast, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    assert 'value="records c"' not in client.get("/segments/new/").content.decode()
    define(inside, filterable=True)
    assert 'value="records c"' in client.get("/segments/new/").content.decode()
    fresh = client.post("/segments/new/", FORM | {"act": "records c"}, headers={"HX-Request": "true"})
    for shown in ('value="records"', '<option value="contract" selected>Contracts', 'name="c.1:count"'):
        assert shown in fresh.content.decode()
    client.post("/segments/new/", RECORDS | {"save": "1"})
    segment = Segment.objects.get()
    asked = records("at_least", 2, attribute("fields.seats", "more_than", value=4))
    assert segment.definition == group("all", asked)
    page = client.get(f"/segments/{segment.pk}/edit/").content.decode()
    assert 'name="c.0:count" id="c.0:count" value="2"' in page
    assert '<option value="fields.seats" selected>Seats</option>' in page
    wrong = client.post("/segments/new/", RECORDS | {"c.0:count": "many", "save": "1"}).content.decode()
    assert ("1,000,000" in wrong, Segment.objects.count()) == (True, 1)


def test_unfinished_form_is_marked_where_it_is_unfinished(inside: Cast, client_of: ClientOf) -> None:
    answer = client_of(inside.admin).post("/segments/new/", FORM | {"c.0:value": "", "save": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="c.0:value:problem"' in page
    assert 'aria-invalid="true"' in page
    assert Segment.objects.count() == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"c:kind": "everyone"},
        {"c.0.0.0.0.0.0.0:kind": "all"},
        {"c.999999999:kind": "attribute"},
        {"c.x:kind": "attribute"},
        {"c.0:kind": "all", "c.0:attribute": "city"},
        {"c.0:kind": "event", "c.0:where.x.value": "1", "c.0:narrow_where": "1"},
        {"c.0:kind": "event", "c.0:where": "1", "c.0:count": "٣", "c.0:days": "1e9"},
        {"c.0:attribute": "fields."},
        {"c.0:attribute": "fields.a\x00b", "c.0:operator": "is", "c.0:value": "a\x00b"},
        {"act": "remove c"},
        {"act": "add c.0"},
        {"act": "explode"},
    ],
)
def test_crooked_forms_never_crash(inside: Cast, client_of: ClientOf, junk: dict[str, str]) -> None:
    client = client_of(inside.marketer)
    for address, more in (
        ("/segments/new/", {}),
        ("/segments/new/", {"save": "1", "name": "x"}),
        ("/segments/estimate/", {}),
    ):
        answer = client.post(address, FORM | junk | more, **HTMX)
        assert answer.status_code in {200, 302}


def test_estimate_says_counts_and_shows(inside: Cast, town: Town, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    page = client.post("/segments/estimate/", FORM, **HTMX).content.decode()
    assert "<html" not in page
    assert '<strong class="num">1</strong>' in page
    assert "하늘" in page
    assert "바다" not in page
    unfinished = client.post("/segments/estimate/", FORM | {"c.0:value": ""}, **HTMX).content.decode()
    assert '<strong class="num">' not in unfinished
    first_row = {"c:kind": "all", "c.0:kind": "attribute", "c.0:key": "city", "c.0:operator": "is"}
    untouched = client.post("/segments/estimate/", first_row | {"c.0:value": ""}, **HTMX).content.decode()
    assert untouched.count("<p") == 1
    begun = client.post("/segments/estimate/", first_row | {"c.1:kind": "attribute"}, **HTMX).content.decode()
    assert begun.count("<p") == 2


def test_members_who_do_not_see_everybody_cannot_ask(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = computed(inside)
    for member in (inside.jieun, inside.minsu, inside.dana):
        client = client_of(member)
        assert client.get("/segments/new/").status_code == 403
        assert client.post("/segments/estimate/", FORM, **HTMX).status_code == 403
        assert client.post(f"/segments/{segment.pk}/edit/", FORM | {"save": "1"}).status_code == 403
        assert client.post(f"/segments/{segment.pk}/delete/").status_code == 403
    assert Segment.objects.get().definition == SEOUL


def test_detail_lists_only_people_the_member_may_see(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = computed(inside, {"kind": "everyone"}, "모두")
    seen = {
        member.user.name: [
            name
            for name in ("하늘", "바다", "John", "아무개")
            if f">{name}</a>" in client_of(member).get(f"/segments/{segment.pk}/").content.decode()
        ]
        for member in (inside.marketer, inside.jieun, inside.minsu, inside.dana)
    }
    assert seen == {
        "마케터": ["하늘", "바다", "John", "아무개"],
        "지은": ["하늘", "John", "아무개"],
        "민수": ["하늘", "John", "아무개"],
        "Dana": ["바다", "John", "아무개"],
    }


def test_lee_finds_nothing(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = computed(inside)
    lee = client_of(inside.lee)
    assert lee.get(f"/segments/{segment.pk}/").status_code == 404
    assert lee.get(f"/segments/{segment.pk}/edit/").status_code == 404
    assert lee.post(f"/segments/{segment.pk}/edit/", FORM | {"save": "1"}).status_code == 404
    assert lee.post(f"/segments/{segment.pk}/delete/").status_code == 404
    assert "서울 손님" not in lee.get("/segments/").content.decode()
    page = lee.post("/segments/estimate/", FORM | {"c.0:operator": "is_set"}, **HTMX).content.decode()
    assert '<strong class="num">0</strong>' in page
    on_it = FORM | {"c.0:kind": "segment", "c.0:segment": str(segment.pk)}
    assert "서울 손님" not in lee.post("/segments/estimate/", on_it, **HTMX).content.decode()
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_edit_and_delete(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = computed(inside)
    client = client_of(inside.marketer)
    edited = FORM | {"c.0:value": "부산", "version": "1", "save": "1"}
    assert client.post(f"/segments/{segment.pk}/edit/", edited)["Location"] == f"/segments/{segment.pk}/"
    segment.refresh_from_db()
    assert (segment.version, segment.definition) == (2, group("all", attribute("city", "is", value="부산")))
    assert client.post(f"/segments/{segment.pk}/edit/", edited | {"c.0:value": "대전"}).status_code == 200
    segment.refresh_from_db()
    assert segment.version == 2
    polling = client.get(f"/segments/{segment.pk}/", **HTMX).content.decode()
    assert 'hx-trigger="every 1s"' in polling
    assert "<html" not in polling
    assert client.get(f"/segments/{segment.pk}/delete/").status_code == 405
    assert client.post(f"/segments/{segment.pk}/delete/")["Location"] == "/segments/"
    assert Segment.objects.count() == 0


def queries_of(client: MemberClient, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_list_and_detail_ask_as_often_for_three_rows_as_for_one(inside: Cast, town: Town, client_of: ClientOf) -> None:
    mine = attribute("owner", "is", value=str(inside.jieun.pk))
    segment = computed(inside, mine, "지은의 손님")
    client = client_of(inside.marketer)
    assert queries_of(client, "/segments/") == LIST_QUERIES
    assert queries_of(client, f"/segments/{segment.pk}/") == DETAIL_QUERIES
    Person.objects.update(owner=inside.jieun)
    operations.compute_membership(workspace_id=segment.workspace_id, segment_id=segment.pk, version=1, now=NOW)
    for number in (2, 3):
        computed(inside, group("any", mine, {"kind": "segment", "segment": str(segment.pk)}), f"손님 {number}")
    assert SegmentMember.objects.filter(segment=segment).count() == 4
    assert queries_of(client, "/segments/") == LIST_QUERIES
    assert queries_of(client, f"/segments/{segment.pk}/") == DETAIL_QUERIES
