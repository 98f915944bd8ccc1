"""The sources pages."""

import html
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Source
from dangol.tracking.operations import create_source, process_workspace, revoke_source
from dangol.workspaces.models import Member
from dangol.workspaces.queries import key_digest
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.conftest import Sender
from tests.tracking.http import post

ClientOf = Callable[[Member], MemberClient]


def test_a_new_source_shows_its_key_once(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    page = client.post("/sources/new/", {"name": "Web shop", "kind": "api"}).content.decode()
    with tenancy.workspace(cast.workspace.pk):
        source = Source.objects.get()
    key = next(word for word in page.replace("<", " ").replace(">", " ").split() if word.startswith("dk_"))
    assert (source.name, source.key_digest, source.key_hint) == ("Web shop", key_digest(key), key[:8])
    assert f"-u &#x27;{key}:&#x27;" in page or f"-u '{key}:'" in page
    listed = client.get("/sources/").content.decode()
    assert "Web shop" in listed
    assert key not in listed


@pytest.mark.parametrize("name", ["", "  ", "Web shop"])
def test_a_source_needs_a_name_of_its_own(cast: Cast, client_of: ClientOf, name: str) -> None:
    with tenancy.workspace(cast.workspace.pk):
        create_source(member=cast.admin, name="Web shop", now=NOW)
    assert client_of(cast.admin).post("/sources/new/", {"name": name, "kind": "api"}).status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        assert Source.objects.count() == 1


def test_only_administrators_make_and_revoke_sources_and_read_dead_letters(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
    client = client_of(cast.marketer)
    assert client.get("/sources/").status_code == 200
    assert client.get("/sources/new/").status_code == 403
    assert client.get("/sources/dead-letters/").status_code == 403
    assert client.post(f"/sources/{source.pk}/revoke/").status_code == 403


def test_a_revoked_source_says_so(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
    assert client_of(cast.admin).get(f"/sources/{source.pk}/revoke/").status_code == 405
    assert client_of(cast.admin).post(f"/sources/{source.pk}/revoke/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        source.refresh_from_db()
        assert source.revoked_at is not None
        revoked_at = source.revoked_at
        revoke_source(source=source, member=cast.admin, now=NOW)
        assert source.revoked_at == revoked_at


def test_lee_sees_nothing_of_it(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
        DeadLetter.objects.create(
            workspace=cast.workspace, source_id=source.pk, received_at=NOW, code="no_id", body=b'{"secret": 1}'
        )
    client = client_of(cast.lee)
    assert client.post(f"/sources/{source.pk}/revoke/").status_code == 404
    assert "Web shop" not in client.get("/sources/").content.decode()
    assert "secret" not in client.get("/sources/dead-letters/").content.decode()


def test_dead_letters_say_why(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
        DeadLetter.objects.create(
            workspace=cast.workspace, source_id=source.pk, received_at=NOW, code="no_name", detail="<b>", body=b"\xff{}"
        )
    page = client_of(cast.admin).get("/sources/dead-letters/", headers={"accept-language": "en"}).content.decode()
    assert "&lt;b&gt;" in page
    assert "\N{REPLACEMENT CHARACTER}{}" in page


def test_lists_cost_the_same_for_one_and_three(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    for names in (["A"], ["B", "C"]):
        with tenancy.workspace(cast.workspace.pk):
            for name in names:
                source, _key = create_source(member=cast.admin, name=name, now=NOW)
                DeadLetter.objects.create(
                    workspace=cast.workspace, source_id=source.pk, received_at=NOW, code="no_id", body=b"{}"
                )
        counted = {}
        for path in ("/sources/", "/sources/dead-letters/", "/sources/events/"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            counted[path] = len(captured)
        assert counted == {"/sources/": 13, "/sources/dead-letters/": 14, "/sources/events/": 16}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, ["shop, no id", "till, no id", "till, no name"]),
        ({"code": "no_id"}, ["shop, no id", "till, no id"]),
        ({"code": "no_id", "source": "Till"}, ["till, no id"]),
        ({"code": "bad_order"}, []),
    ],
)
def test_letters_are_narrowed_by_reason_and_source(
    cast: Cast, client_of: ClientOf, asked: dict[str, str], shown: list[str]
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        shop, till = (create_source(member=cast.admin, name=name, now=NOW)[0] for name in ("Shop", "Till"))
        for source, code, detail in (
            (shop, "no_id", "shop, no id"),
            (till, "no_id", "till, no id"),
            (till, "no_name", "till, no name"),
        ):
            DeadLetter.objects.create(
                workspace=cast.workspace, source_id=source.pk, received_at=NOW, code=code, detail=detail, body=b"{}"
            )
    if "source" in asked:
        asked = asked | {"source": str(till.pk)}
    page = client_of(cast.admin).get("/sources/dead-letters/", asked, headers={"accept-language": "en"})
    told = page.content.decode()
    assert [detail for detail in ("shop, no id", "till, no id", "till, no name") if detail in told] == shown
    assert f"({1 if 'source' in asked else 2})</option>" in told


def test_letters_are_tried_again_from_the_page_by_administrators_only(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
        first, *_more = [
            DeadLetter.objects.create(
                workspace=cast.workspace, source_id=source.pk, received_at=NOW, code=code, body=b"{}", call=call
            )
            for code, call in (("no_id", "track"), ("no_id", "track"), ("no_name", "event"), ("bad_order", ""))
        ]
    one, every = f"/sources/dead-letters/{first.pk}/again/", "/sources/dead-letters/all-again/"
    assert client_of(cast.lee).post(one).status_code == 404
    of_that_reason = {"code": "no_id", "source": ""}
    assert client_of(cast.lee).post(every, of_that_reason).status_code == 302
    assert [client_of(cast.marketer).post(path).status_code for path in (one, every)] == [403, 403]
    admin = client_of(cast.admin)
    assert admin.get(one).status_code == 405
    page = admin.get("/sources/dead-letters/").content.decode()
    assert (page.count("/again/"), page.count("/all-again/")) == (3, 0)
    assert "/all-again/" in admin.get("/sources/dead-letters/?code=no_id").content.decode()
    assert admin.post(one)["Location"] == "/sources/dead-letters/"
    assert admin.post(one).status_code == 404
    assert admin.post(every, {"code": "no such reason"}).status_code == 302
    assert admin.post(every, of_that_reason).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert sorted(DeadLetter.objects.values_list("code", flat=True)) == ["bad_order", "no_name"]
        assert sorted(InboxEntry.objects.values_list("call", "body")) == [("track", b"{}"), ("track", b"{}")]


def test_the_install_page_waits_for_the_first_event_and_says_when_it_came(sender: Sender, client_of: ClientOf) -> None:
    path = f"/sources/{sender.source.pk}/install/"
    client = client_of(sender.cast.admin)
    page = client.get(path).content.decode()
    assert f'data-key="{sender.key[:8]}…"' in html.unescape(page)
    assert sender.key not in page
    assert f'hx-get="{path}"' in client.get(path, headers={"hx-request": "true"}).content.decode()
    post("/v1/track", {"userId": "u1", "event": "Product Viewed"}, sender.key)
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        first = Source.objects.get().first_event_at
        assert first == Event.objects.get().received_at
    heard = client.get(path, headers={"hx-request": "true"}).content.decode()
    assert "hx-get" not in heard
    assert "<time" in heard
    post("/v1/track", {"userId": "u1", "event": "Product Viewed"}, sender.key)
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert Source.objects.get().first_event_at == first


def test_the_install_page_is_for_administrators_of_this_workspace(cast: Cast, client_of: ClientOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        source, _key = create_source(member=cast.admin, name="Web shop", now=NOW)
    path = f"/sources/{source.pk}/install/"
    people = (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
    assert [client_of(member).get(path).status_code for member in people] == [403, 403, 403, 403, 404]
