"""The pages of the data sources, as each of the cast sees them."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import CustomRecord, Person, RecordLink
from dangol.customers.operations import FieldDetails, ObjectDetails, define_field, define_object
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, Rhythm
from dangol.integrations.data_sources.models import Run, Source
from dangol.integrations.data_sources.operations.timing import next_time
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import make_person
from tests.integrations.data_sources.sources import PASSWORD, foreign_database, make_source, read
from tests.people import Cast

PAGE = "/settings/data-sources/"
Clients = Callable[[Member], MemberClient]
Shop = tuple[dict[str, Any], "psycopg.Connection[Any]"]


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    with foreign_database(f"pages_{os.getpid()}") as (place, owner):
        owner.execute("CREATE TABLE members (id int, name text, email text, changed int)")
        owner.execute("INSERT INTO members VALUES (1, '김하늘', 'a@example.com', 1), (2, '이도윤', 'nobody', 2)")
        yield place, owner


def told(response: Any) -> str:
    return str(response.content.decode())


def english(client: MemberClient) -> MemberClient:
    client.post("/language/", {"language": "en"})
    return client


def make_ready(cast: Cast, shop: Shop, **options: Any) -> Source:
    with tenancy.workspace(cast.workspace.pk):
        return make_source(cast.admin, Kind.SQL, shop[0], {"table": "members"}, mapping={"changed": ""}, **options)


def test_an_administrator_sets_a_source_up_step_by_step(cast: Cast, client_of: Clients, shop: Shop) -> None:
    client = english(client_of(cast.admin))
    assert "No source yet" in told(client.get(PAGE))
    step = client.post(f"{PAGE}new/", {"name": "본점", "kind": "sql", "subject": "people"})["Location"]
    form = {**shop[0], "name": "본점", "password": PASSWORD, "is_private_allowed": "on"}
    refused = client.post(step, form | {"user": "nobody"})
    assert (refused.status_code, "did not accept the user name or the password" in told(refused)) == (422, True)
    step = client.post(step, form)["Location"]
    assert '<option value="members">members</option>' in told(client.get(step))
    step = client.post(step, {"table": "members", "query": ""})["Location"]
    page = told(client.get(step))
    assert all(words in page for words in ("김하늘", "Row 2", "This is not an e-mail address"))
    with tenancy.workspace(cast.workspace.pk):
        assert not Person.objects.exists()
    chosen = {
        "column-0": "external_id",
        "column-1": "name",
        "column-2": "email",
        "column-3": "",
        "on_duplicate": "update",
    }
    step = client.post(step, chosen)["Location"]
    schedule = {"load": "incremental", "cursor_column": "changed", "rhythm": "daily", "every": "1", "daily_at": "04:30"}
    page = client.post(step, schedule | {"start": "1"})["Location"]
    client.post(f"{page}run/")
    with tenancy.workspace(cast.workspace.pk):
        run = Run.objects.get()
        operations.run_source(workspace_id=cast.workspace.pk, run_id=run.pk)
        assert Person.objects.get().name == "김하늘"
    assert "In order" in told(client.get(page))
    log = told(client.get(f"{page}runs/{run.pk}/"))
    assert all(words in log for words in ("2 | 이도윤 | nobody", "This is not an e-mail address", "Take this run back"))
    assert "2 | 이도윤 | nobody" in told(client.get(f"{page}runs/{run.pk}/problems.csv"))
    for answer in (page, f"{page}connection/", f"{page}content/", f"{page}columns/", f"{page}schedule/", PAGE):
        assert PASSWORD not in told(client.get(answer))


def test_rows_become_records_of_an_own_object(cast: Cast, client_of: Clients, shop: Shop) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = define_object(
            member=cast.admin, details=ObjectDetails(label="회원권", plural="회원권들"), now=datetime.now(UTC)
        )
        told_of = FieldDetails(label="바뀐 때", kind="number", key="changed")
        define_field(member=cast.admin, object=own.key, details=told_of, now=datetime.now(UTC))
        make_person(cast.admin, email="a@example.com", name="김하늘")
    client = english(client_of(cast.admin))
    assert 'value="record:회원권"' in told(client.get(f"{PAGE}new/"))
    lee = client_of(cast.lee).post(f"{PAGE}new/", {"name": "x", "kind": "sql", "subject": "record:회원권"})
    assert lee.status_code == 422
    step = client.post(f"{PAGE}new/", {"name": "본점", "kind": "sql", "subject": "record:회원권"})["Location"]
    form = {**shop[0], "name": "본점", "password": PASSWORD, "is_private_allowed": "on"}
    step = client.post(step, form)["Location"]
    step = client.post(step, {"table": "members", "query": ""})["Location"]
    page = told(client.get(step))
    for meaning in ("external_id", "name", "person", "field:changed"):
        assert f'<option value="{meaning}" selected>' in page
    columns = {"column-0": "external_id", "column-1": "name", "column-2": "person", "column-3": "field:changed"}
    step = client.post(step, columns | {"on_duplicate": "update"})["Location"]
    schedule = {"load": "full", "cursor_column": "", "rhythm": "daily", "every": "1", "daily_at": "04:30"}
    page = client.post(step, schedule | {"start": "1"})["Location"]
    assert "회원권들" in told(client.get(page))
    client.post(f"{page}run/")
    with tenancy.workspace(cast.workspace.pk):
        run = Run.objects.get()
        operations.run_source(workspace_id=cast.workspace.pk, run_id=run.pk)
        found = RecordLink.objects.values_list("record__external_id", "record__fields", "person__name")
        assert list(found) == [("1", {"changed": 1}, "김하늘")]
        operations.undo_run(run=run, member=cast.admin, now=datetime.now(UTC))
        assert not CustomRecord.objects.exists()


def test_no_secret_is_logged(cast: Cast, client_of: Clients, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    source = make_ready(cast, shop)
    with tenancy.workspace(cast.workspace.pk):
        operations.save_place(
            source=source, member=cast.admin, name="x", place={**shop[0], "user": "nobody"},
            secrets={"password": PASSWORD}, is_private_allowed=True, now=datetime.now(UTC),
        )  # fmt: skip
        run = read(source, cast.admin)
    assert run.state == "failed"
    assert PASSWORD not in caplog.text + run.error


def test_a_secret_is_not_sent_to_another_server(cast: Cast, shop: Shop) -> None:
    source = make_ready(cast, shop)
    with tenancy.workspace(cast.workspace.pk):
        for host, kept in (("127.0.0.1", True), ("elsewhere.example.com", False)):
            operations.save_place(
                source=source, member=cast.admin, name="x", place={**shop[0], "host": host}, secrets={},
                is_private_allowed=True, now=datetime.now(UTC),
            )  # fmt: skip
            assert bool(source.secrets) is kept


def test_only_administrators_of_the_workspace_come_in(cast: Cast, client_of: Clients, shop: Shop) -> None:
    source = make_ready(cast, shop)
    with tenancy.workspace(cast.workspace.pk):
        run = read(source, cast.admin)
    own = f"{PAGE}{source.pk}/"
    steps = [f"{own}{step}/" for step in ("connection", "content", "columns", "schedule")]
    pages = [own, *steps, f"{own}runs/{run.pk}/", f"{own}runs/{run.pk}/problems.csv"]
    acts = [f"{own}{act}/" for act in ("run", "activity", "host-key", "deletion")]
    acts += [f"{own}runs/{run.pk}/{act}/" for act in ("cancellation", "undo")]
    for member, status in (
        (cast.jieun, 403),
        (cast.minsu, 403),
        (cast.dana, 403),
        (cast.marketer, 403),
        (cast.lee, 404),
    ):
        client = client_of(member)
        assert {client.get(page).status_code for page in pages} == {status}
        assert {client.post(act).status_code for act in acts} == {status}
    assert "본점 회원" not in told(client_of(cast.lee).get(PAGE))
    with tenancy.workspace(cast.workspace.pk):
        assert (Source.objects.count(), Run.objects.get().undone_at) == (1, None)


def test_the_home_page_tells_administrators_of_a_source_that_stopped(
    cast: Cast, client_of: Clients, shop: Shop
) -> None:
    source = make_ready(cast, shop)
    shop[1].execute("ALTER TABLE members DROP COLUMN email")
    with tenancy.workspace(cast.workspace.pk):
        read(source, cast.admin)
    words = "Data source 본점 회원 needs you"
    assert words in told(english(client_of(cast.admin)).get("/"))
    for member in (cast.jieun, cast.lee):
        assert words not in told(english(client_of(member)).get("/"))


@pytest.mark.parametrize("sources", [1, 3])
def test_the_list_costs_the_same_for_many(
    cast: Cast, client_of: Clients, shop: Shop, sources: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(sources):
        source = make_ready(cast, shop, name=f"원천 {number}")
        with tenancy.workspace(cast.workspace.pk):
            read(source, cast.admin)
    client = client_of(cast.admin)
    client.get(PAGE)
    with django_assert_num_queries(15):
        assert told(client.get(PAGE)).count("data-row-link") == sources


def test_daily_is_at_the_hour_of_the_workspace(cast: Cast) -> None:
    source = Source(workspace=cast.workspace, rhythm=Rhythm.DAILY, daily_at=time(4, 30))
    assert next_time(source, after=datetime(2026, 11, 22, 19, 0, tzinfo=UTC)) == datetime(
        2026, 11, 22, 19, 30, tzinfo=UTC
    )
    assert next_time(source, after=datetime(2026, 11, 22, 19, 30, tzinfo=UTC)) == datetime(
        2026, 11, 23, 19, 30, tzinfo=UTC
    )
    source.rhythm = Rhythm.BY_HAND
    assert next_time(source, after=datetime(2026, 11, 22, 19, 0, tzinfo=UTC)) is None
