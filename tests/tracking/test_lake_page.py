"""The lake's page and its command."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.config.cli import main
from dangol.kit import tenancy
from dangol.tracking.models import LakeChange
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.tracking.test_lake import DAY, Lakeside, do, lake

ClientOf = Callable[[Member], MemberClient]
__all__ = ["lake"]


def test_only_administrators_see_it_and_each_their_own(lake: Lakeside, client_of: ClientOf) -> None:
    do(lake, "Visited", "Called")
    lake.write()
    page = client_of(lake.cast.admin).get("/sources/lake/").content.decode()
    assert "2026-11" in page
    assert client_of(lake.cast.jieun).get("/sources/lake/").status_code == 403
    assert client_of(lake.cast.minsu).post("/sources/lake/rebuild/").status_code == 403
    assert client_of(lake.cast.dana).get("/sources/lake/").status_code == 403
    others = client_of(lake.cast.lee).get("/sources/lake/").content.decode()
    assert "The lake is empty" in others
    assert "2026-11" not in others


def test_what_waits_is_shown_until_it_is_written(lake: Lakeside, client_of: ClientOf) -> None:
    client = client_of(lake.cast.admin)
    do(lake, "Visited")
    assert "1개월 중 0개월" in client.get("/sources/lake/").content.decode()
    part = client.get("/sources/lake/", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="lake"')
    assert "hx-trigger" in part
    lake.write()
    assert "hx-trigger" not in client.get("/sources/lake/", headers={"HX-Request": "true"}).content.decode()


def test_it_is_made_anew_at_the_press_of_a_button(lake: Lakeside, client_of: ClientOf) -> None:
    do(lake, "Visited")
    lake.write()
    [before] = lake.files()
    assert client_of(lake.cast.admin).post("/sources/lake/rebuild/").status_code == 302
    with tenancy.workspace(lake.workspace_id):
        assert LakeChange.objects.exists()
    lake.write()
    [after] = lake.files()
    assert (after.pk != before.pk, after.rows) == (True, 1)


def test_the_page_asks_as_much_of_three_months_as_of_one(lake: Lakeside, client_of: ClientOf) -> None:
    client = client_of(lake.cast.admin)
    counts = []
    for months in ((0,), (40, 80)):
        for ago in months:
            do(lake, "Visited", at=NOW - ago * DAY)
        lake.write()
        with CaptureQueriesContext(connection) as asked:
            client.get("/sources/lake/")
        counts.append(len([query for query in asked if "tracking_lake" in query["sql"]]))
    assert counts == [2, 2]


def test_the_command_tells_and_tends(lake: Lakeside, capsys: pytest.CaptureFixture[str]) -> None:
    do(lake, "Visited", "Called")
    assert main(["lake", "status", "--workspace", "dangol"]) == 0
    assert capsys.readouterr().out == (
        "dangol: 0 events in 0 months, 0 files, 0 bytes, newest event none, 1 months wait\n"
    )
    assert main(["lake", "write"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in told] == [
        "dangol: 2 events in 1 months", "lee: 0 events in 0 months"
    ]  # fmt: skip
    assert lake.names() == ["Called", "Visited"]
    assert main(["lake", "rebuild", "--workspace", "dangol"]) == 0
    assert main(["lake", "compact"]) == 0
    assert lake.names() == ["Called", "Visited"]
