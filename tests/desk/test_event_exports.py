"""Events as a file: whole, in order, of whom was asked for, and only for the one who asked."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.desk.models import EventExport
from dangol.desk.operations import event_exports, export_events, forget_event_exports, run_event_export
from dangol.kit import tenancy
from dangol.segments.models import Segment, SegmentMember
from dangol.tracking.models import Source
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.tracking.test_catalogue_pages import define, happen, source

__all__ = ["source"]
ClientOf = Callable[[Member], MemberClient]


@pytest.fixture
def person(cast: Cast, source: Source) -> Person:
    """Somebody who looked; so did three visitors, and once before the time that is asked for."""
    with tenancy.workspace(cast.workspace.pk):
        define(cast, "Product Viewed")
        person = make_person(cast.jieun)
        happen(cast, source, "Product Viewed", NOW, person, sku="=tea")
        for number in range(3):
            happen(cast, source, "Product Viewed", NOW - timedelta(minutes=number), sku=f"cup {number}")
        happen(cast, source, "Product Viewed", NOW - timedelta(days=9), sku="old")
        happen(cast, source, "Cart Viewed", NOW, sku="other")
    return person


def ask(cast: Cast, **told: Any) -> EventExport:
    days: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(hours=1)}
    with tenancy.workspace(cast.workspace.pk):
        chosen = {"name": "Product Viewed", "segment": None, "form": "ndjson"} | told
        export = export_events(member=cast.marketer, now=NOW, **days, **chosen)
    run_event_export(workspace_id=cast.workspace.pk, export_id=export.pk)
    run_event_export(workspace_id=cast.workspace.pk, export_id=export.pk)
    with tenancy.workspace(cast.workspace.pk):
        export.refresh_from_db()
    return export


def fetched(client: MemberClient, export: EventExport) -> str:
    answer = client.get(f"/events/exports/{export.pk}/")
    assert answer.status_code == 200
    return answer.getvalue().decode()


def test_a_file_holds_every_event_once(
    cast: Cast, person: Person, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_exports, "STEP", 3)
    export = ask(cast)
    assert (export.state, export.written, export.expected) == ("done", 4, 4)
    rows = [json.loads(line) for line in fetched(client_of(cast.marketer), export).splitlines()]
    assert [row["properties"]["sku"] for row in rows[:2]] == ["cup 2", "cup 1"]
    assert {row["properties"]["sku"] for row in rows} == {"cup 0", "cup 1", "cup 2", "=tea"}
    with tenancy.workspace(cast.workspace.pk):
        assert AuditEntry.objects.filter(verb="export_events").count() == 1


def test_a_table_begins_with_its_head_and_the_segment_narrows_it(
    cast: Cast, person: Person, client_of: ClientOf
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        segment = Segment.objects.create(
            workspace=cast.workspace, name="Lookers", created_by=cast.admin, definition={"all": []}
        )
        SegmentMember.objects.create(workspace=cast.workspace, segment=segment, person=person, entered_at=NOW)
    head, row = fetched(client_of(cast.marketer), ask(cast, form="csv", segment=segment)).splitlines()
    assert head.startswith("\ufeffid,occurred_at")
    assert str(person.pk) in row
    assert '""sku"": ""=tea""' in row


def test_only_the_one_who_asked_fetches_it(cast: Cast, person: Person, client_of: ClientOf) -> None:
    path = f"/events/exports/{ask(cast).pk}/"
    names = ("marketer", "admin", "jieun", "minsu", "dana", "lee")
    answers = {name: client_of(getattr(cast, name)).get(path).status_code for name in names}
    assert answers == {"marketer": 200, "admin": 404, "jieun": 403, "minsu": 403, "dana": 403, "lee": 404}
    assert client_of(cast.dana).get("/events/exports/").status_code == 403


def test_the_page_asks_for_files_and_lists_them(cast: Cast, person: Person, client_of: ClientOf) -> None:
    client = client_of(cast.marketer)
    with tenancy.workspace(cast.workspace.pk):
        event = define(cast, "Cart Viewed")
    told = {"event": str(event.pk), "first": "2026-11-22", "last": "2026-11-21", "format": "csv"}
    assert client.post("/events/exports/", told).status_code == 200
    assert client.post("/events/exports/", told | {"last": "2026-11-22"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        export = EventExport.objects.get()
        assert (export.name, export.until - export.since, export.state) == ("Cart Viewed", timedelta(days=1), "running")
    page = client.get("/events/exports/", headers={"hx-request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert client.get(f"/events/exports/{export.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast: Cast, person: Person, client_of: ClientOf, rows: int) -> None:
    for _export in range(rows):
        ask(cast)
    client = client_of(cast.marketer)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/events/exports/").status_code == 200
    assert len(asked) == 18, "\n".join(one["sql"][:160] for one in asked)


def test_files_go_after_seven_days(cast: Cast, person: Person) -> None:
    export = ask(cast)
    with tenancy.workspace(cast.workspace.pk):
        EventExport.objects.filter(pk=export.pk).update(expires_at=NOW - timedelta(days=400))
        forget_event_exports(workspace_id=cast.workspace.pk)
        assert not EventExport.objects.exists()
