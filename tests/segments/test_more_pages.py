"""The pages around a segment: history, overlap, imported lists, computed traits."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from dangol.kit.ids import uuid7
from dangol.segments import operations
from dangol.segments.models import ComputedTrait, ImportedList, Segment, SegmentVersion
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, did, group
from tests.segments.test_operations import BUSAN, SEOUL, compute, made, people_in

ClientOf = Callable[[Member], MemberClient]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
HISTORY_QUERIES = 13
OVERLAP_QUERIES = 19
TRAIT = {
    "name": "마지막 결제", "c:measure": "last", "c:event": "Order Completed", "c:window": "days", "c:days": "30",
    "c:narrow_where": "1", "c:where.0.property": "total", "c:where.0.operator": "more_than", "c:where.0.value": "10",
}  # fmt: skip


def said(message: str) -> str:
    """Return a message as the marketer reads it."""
    with translation.override("ko"):
        return gettext(message)


def changed(cast: Cast, segment: Segment, definition: dict[str, Any], reason: str) -> Segment:
    return operations.edit_segment(
        segment=segment, by=cast.dana, name=segment.name, definition=definition, now=NOW, reason=reason
    )


def test_history_tells_who_changed_what_and_why(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = changed(inside, made(inside, SEOUL), BUSAN, "부산점이 문을 열었습니다")
    page = client_of(inside.dana).get(f"/segments/{segment.pk}/history/").content.decode()
    assert "부산점이 문을 열었습니다" in page
    assert "Dana" in page
    assert page.index("<del>People whose city is 서울</del>") < page.index(">People whose city is 부산<")
    assert "restore" not in page
    assert "restore" in client_of(inside.marketer).get(f"/segments/{segment.pk}/history/").content.decode()


def test_history_asks_as_often_for_one_version_as_for_three(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment, client = made(inside, SEOUL), client_of(inside.marketer)
    for definition in (None, BUSAN, SEOUL):
        if definition:
            segment = changed(inside, segment, definition, "x")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/segments/{segment.pk}/history/")
        assert len(asked) == HISTORY_QUERIES


def test_restoring_makes_a_new_version(inside: Cast, town: Town, client_of: ClientOf) -> None:
    segment = compute(changed(inside, made(inside, SEOUL), BUSAN, ""))
    answer = client_of(inside.marketer).post(f"/segments/{segment.pk}/history/1/restore/")
    assert answer["Location"] == f"/segments/{segment.pk}/history/"
    newest = SegmentVersion.objects.get(number=3)
    reason = said("Back to version %(number)s") % {"number": 1}
    assert (newest.definition, newest.by, newest.reason) == (SEOUL, inside.marketer, reason)
    segment.refresh_from_db()
    assert people_in(compute(segment)) == {"하늘"}
    assert client_of(inside.marketer).post(f"/segments/{segment.pk}/history/9/restore/").status_code == 404
    assert client_of(inside.dana).post(f"/segments/{segment.pk}/history/1/restore/").status_code == 403


@pytest.fixture
def pair(inside: Cast, town: Town) -> tuple[Segment, Segment]:
    """Return 하늘 and 바다; 바다, John and 아무개."""
    first = compute(made(inside, attribute("country", "is", value="KR"), "한국"))
    second = compute(made(inside, group("not", attribute("city", "is", value="서울")), "서울 밖"))
    return first, second


def test_overlap(inside: Cast, town: Town, pair: tuple[Segment, Segment], client_of: ClientOf) -> None:
    first, second = pair
    client, address = client_of(inside.marketer), f"/segments/{first.pk}/overlap/"
    assert '<svg class="segment-overlap"' not in client.get(address).content.decode()
    shown = {}
    for part in ("first", "both", "second"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"{address}?with={second.pk}&part={part}").content.decode()
        assert len(asked) == OVERLAP_QUERIES
        shown[part] = {name for name in ("하늘", "바다", "John", "아무개") if f">{name}</a>" in page}
    assert shown == {"first": {"하늘"}, "both": {"바다"}, "second": {"John", "아무개"}}
    assert 'x="25.000" width="25.000"' in page
    theirs = client_of(inside.jieun).get(f"{address}?with={second.pk}&part=both").content.decode()
    assert ">바다</a>" not in theirs
    for nonsense in ("", "x", str(uuid7())):
        assert client.get(f"{address}?with={nonsense}").status_code == 404


def test_a_list_is_pasted(inside: Cast, town: Town, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    refused = client.post("/segments/lists/new/", {"name": "행사", "text": " "}).content.decode()
    assert said("Enter at least one e-mail address, phone number or customer number.") in refused
    answer = client.post("/segments/lists/new/", {"name": "행사", "text": "haneul@example.com\nnobody@x.example"})
    segment = Segment.objects.get()
    assert answer["Location"] == f"/segments/{segment.pk}/"
    assert "nobody@x.example" in client.get(answer["Location"]).content.decode()
    assert ImportedList.objects.get().created_by == inside.marketer


def test_a_list_that_cannot_be_kept_is_refused_on_its_page(inside: Cast, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    picture = SimpleUploadedFile("list.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00")
    refused = client.post("/segments/lists/new/", {"name": "행사", "file": picture}).content.decode()
    assert said("The file is not what its name says. Save it anew in the right format.") in refused
    refused = client.post("/segments/lists/new/", {"name": "행사\x00", "text": "haneul@example.com"}).content.decode()
    assert said("Use at most %(longest)s letters for the name.") % {"longest": 120} in refused
    assert not ImportedList.objects.exists()


def test_a_trait_is_named_changed_and_deleted(inside: Cast, town: Town, client_of: ClientOf) -> None:
    client = client_of(inside.marketer)
    assert said("No trait yet") in client.get("/segments/traits/").content.decode()
    shape = client.post("/segments/traits/new/", TRAIT | {"c:measure": "sum"}, **HTMX).content.decode()
    assert 'name="c:property"' in shape
    assert "<html" not in shape
    refused = client.post("/segments/traits/new/", TRAIT | {"c:measure": "sum", "save": "1"}).content.decode()
    assert said("Enter a text.") in refused
    client.post("/segments/traits/new/", TRAIT | {"save": "1"})
    own = ComputedTrait.objects.get()
    where = [{"property": "total", "operator": "more_than", "value": 10}]
    assert own.question == {"measure": "last", "event": "Order Completed", "days": 30, "where": where}
    form = client.get(f"/segments/traits/{own.pk}/").content.decode()
    assert 'value="total"' in form
    client.post(f"/segments/traits/{own.pk}/", TRAIT | {"c:window": "ever", "save": "1"})
    own.refresh_from_db()
    assert "days" not in own.question
    client.post(f"/segments/traits/{own.pk}/delete/")
    assert ComputedTrait.objects.count() == 0


def test_a_person_shows_computed_traits(inside: Cast, town: Town, client_of: ClientOf) -> None:
    question = {"measure": "sum", "event": "Paid", "property": "total"}
    operations.save_trait(by=inside.marketer, name="결제 합계", question=question)
    did(town.haneul, "Paid", NOW - timedelta(days=1), total=1234567.5)
    address = f"/segments/traits/of/{town.haneul.pk}/"
    page = client_of(inside.jieun).get(address).content.decode()
    assert ("결제 합계" in page, "1,234,567.5" in page) == (True, True)
    assert client_of(inside.lee).get(address).status_code == 404


@pytest.mark.parametrize("path", ["history/", "overlap/"])
def test_other_workspaces_see_nothing(inside: Cast, town: Town, client_of: ClientOf, path: str) -> None:
    segment = made(inside, SEOUL)
    assert client_of(inside.lee).get(f"/segments/{segment.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/segments/lists/new/", "/segments/traits/new/"])
def test_only_who_sees_everybody_may_ask_about_everybody(inside: Cast, client_of: ClientOf, path: str) -> None:
    assert client_of(inside.dana).get(path).status_code == 403


def test_every_row_is_counted_by_itself(inside: Cast, town: Town, client_of: ClientOf) -> None:
    rows = {
        "c:kind": "all",
        "c.0:kind": "attribute", "c.0:attribute": "city", "c.0:operator": "is", "c.0:value": "서울",
        "c.1:kind": "attribute", "c.1:attribute": "country", "c.1:operator": "is", "c.1:value": "KR",
        "c.2:kind": "attribute", "c.2:attribute": "city", "c.2:operator": "is", "c.2:value": "",
    }  # fmt: skip
    page = client_of(inside.marketer).post("/segments/estimate/", rows, **HTMX).content.decode()
    sizes = re.findall(r'id="size-c-(\d)" hx-swap-oob="true"[^>]*>\D*?(\d*)\D*?</span>', page)
    assert sizes == [("0", "1"), ("1", "2"), ("2", "")]
    alone = {name: value for name, value in rows.items() if name.startswith(("c:", "c.0"))}
    assert "hx-swap-oob" not in client_of(inside.marketer).post("/segments/estimate/", alone, **HTMX).content.decode()
