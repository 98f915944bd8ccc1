"""The pages: list, builder, estimate, detail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.kit import tenancy
from dangol.segments import operations
from dangol.segments.models import Segment
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, group

ClientOf = Callable[[Member], MemberClient]
HTMX = {"HTTP_HX_REQUEST": "true"}
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
