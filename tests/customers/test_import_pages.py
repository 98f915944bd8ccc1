"""The import wizard as members meet it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import PeopleImport, Person, SavedMapping
from dangol.customers.operations import review_people_import, run_people_import
from dangol.customers.operations.imports.rights import forbidden_meanings
from dangol.kit import tenancy
from dangol.workspaces.enums import FieldAccess, Level, Role
from dangol.workspaces.models import CustomRole, Member, Workspace
from tests.people import Cast

SignIn = Callable[[Member], Client]
FILE = "이름,이메일,등급\n김하늘,haneul@example.com,단골\n=cmd(),nowhere,\n"


def uploaded(client: Client, text: str = FILE) -> str:
    answer = client.post("/people/import/", {"file": SimpleUploadedFile("고객.csv", text.encode("cp949"))})
    assert answer.status_code == 302
    return str(answer["Location"])


def checked(client: Client, place: str, chosen: dict[str, str] | None = None) -> None:
    """Check the file, and do what the queue would do."""
    columns = {"column-0": "name", "column-1": "email", "column-2": "field:등급"} | (chosen or {})
    assert client.post(f"{place}check/", columns)["Location"] == place
    page = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert ('hx-trigger="every 1s"' in page, "<html" in page) == (True, False)
    import_id = UUID(place.rstrip("/").rsplit("/", 1)[-1])
    for workspace in Workspace.objects.all():
        with tenancy.workspace(workspace.pk):
            made = PeopleImport.objects.filter(pk=import_id).first()
        if made:
            review_people_import(workspace_id=workspace.pk, import_id=import_id, token=made.batch)


def test_a_file_is_uploaded_checked_and_taken_in(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client)
    page = client.get(place).content.decode()
    assert "CP949" in page
    assert "nowhere" in page
    assert '<option value="field:등급" selected>' in page
    checked(client, place, {"column-2": ""})
    assert "nowhere" in client.get(place).content.decode()
    assert client.post(f"{place}run/")["Location"] == place
    running = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in running
    with tenancy.workspace(cast.workspace.pk):
        made = PeopleImport.objects.get()
    run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    done = client.get(place).content.decode()
    assert "every 1s" not in done
    with tenancy.workspace(cast.workspace.pk):
        assert list(Person.objects.values_list("name", "email", "fields")) == [("김하늘", "haneul@example.com", {})]


def test_lines_left_out_are_a_file_that_no_spreadsheet_runs(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client)
    checked(client, place)
    answer = client.get(f"{place}problems.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "\ufeff이름,이메일,등급,dangol line,dangol problem"
    assert (len(lines), lines[1].startswith("'=cmd(),nowhere,,3,이메일: ")) == (2, True)


def test_a_picture_is_refused_beside_the_field(cast: Cast, client_of: SignIn) -> None:
    picture = SimpleUploadedFile("people.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00")
    answer = client_of(cast.marketer).post("/people/import/", {"file": picture})
    assert (answer.status_code, "CSV" in answer.content.decode()) == (422, True)


def test_a_file_without_a_key_asks_for_one(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client, "이름,등급\n김하늘,단골\n")
    assert "column-0" in client.get(place).content.decode()
    client.post(f"{place}run/")
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().state == "uploaded"


@pytest.mark.parametrize("path", ["", "problems.csv"])
def test_only_importers_of_this_workspace_see_a_file(cast: Cast, client_of: SignIn, path: str) -> None:
    place = uploaded(client_of(cast.marketer))
    statuses = {
        who: client_of(getattr(cast, who)).get(place + path).status_code for who in ("admin", "jieun", "dana", "lee")
    }
    assert statuses == {"admin": 200, "jieun": 403, "dana": 403, "lee": 404}


@pytest.mark.parametrize("act", ["check/", "run/", "pause/", "resume/", "cancel/", "undo/", "reading/"])
def test_nobody_else_moves_a_file_on(cast: Cast, client_of: SignIn, act: str) -> None:
    place = uploaded(client_of(cast.marketer))
    assert [client_of(who).post(place + act).status_code for who in (cast.minsu, cast.lee)] == [403, 404]
    assert client_of(cast.marketer).get(place + act).status_code == 405


def test_the_earlier_files_are_listed(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    uploaded(client)
    assert "고객.csv" in client.get("/people/import/").content.decode()
    assert "고객.csv" not in client_of(cast.lee).get("/people/import/").content.decode()


def test_mended_lines_come_in_from_the_downloaded_file(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client)
    checked(client, place)
    mended = client.get(f"{place}problems.csv").content.decode().replace("nowhere", "cmd@example.com")
    again = uploaded(client, mended.removeprefix("\ufeff"))
    with tenancy.workspace(cast.workspace.pk):
        mapping = PeopleImport.objects.order_by("-created_at")[0].mapping
    assert mapping == {"0": "name", "1": "email", "2": "field:등급", "3": "", "4": ""}
    checked(client, again)
    client.post(f"{again}run/")
    with tenancy.workspace(cast.workspace.pk):
        made = PeopleImport.objects.order_by("-created_at")[0]
    run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.get().name == "=cmd()"


def test_a_running_import_is_paused_gone_on_with_cancelled_and_undone(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client)
    checked(client, place)
    states = []
    for act in ("run/", "pause/", "resume/", "pause/", "cancel/", "undo/"):
        client.post(place + act)
        page = client.get(place).content.decode()
        with tenancy.workspace(cast.workspace.pk):
            states.append((PeopleImport.objects.get().state, "every 1s" in page))
    assert states == [
        ("running", True), ("paused", False), ("running", True), ("paused", False), ("cancelled", False),
        ("undoing", True),
    ]  # fmt: skip


def test_a_wrong_guess_is_corrected_and_a_mapping_kept(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client, "단골 명단\n\n이름,이메일,등급\n김하늘,haneul@example.com,단골\n")
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().header_line == 3
    client.post(f"{place}reading/", {"encoding": "utf-8", "delimiter": ",", "header_line": "3", "target": "people"})
    assert "\ufffd" in client.get(place).content.decode()
    client.post(f"{place}reading/", {"encoding": "cp949", "delimiter": ",", "header_line": "3", "target": "people"})
    assert "김하늘" in client.get(place).content.decode()
    checked(client, place, {"column-2": "city", "mapping_name": "매장"})
    again = uploaded(client, "등급,이메일,이름\n부산,b@example.com,이도윤\n")
    page = client.get(again).content.decode()
    assert "매장" in page
    with tenancy.workspace(cast.workspace.pk):
        kept = SavedMapping.objects.get()
    client.post(f"{again}mappings/{kept.pk}/")
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.order_by("-created_at")[0].mapping == {"0": "city", "1": "email", "2": "name"}


def test_the_list_of_files_costs_the_same_for_one_and_three(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    counts = []
    for _more in range(3):
        uploaded(client)
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/import/")
        counts.append(len(queries))
    assert len(set(counts)) == 1


def clerk_who(cast: Cast, **fields: int) -> Member:
    """Return 지은 as somebody who takes files in, with this access to fields."""
    with tenancy.workspace(cast.workspace.pk):
        levels = {f"people.{verb}": Level.ALL for verb in ("see", "change", "import")}
        role = CustomRole.objects.create(workspace=cast.workspace, name="창구", levels=levels, fields=fields)
        Member.objects.filter(pk=cast.jieun.pk).update(role=Role.CUSTOM, custom_role=role)
        return Member.objects.select_related("user", "custom_role").get(pk=cast.jieun.pk)


@pytest.mark.shows("8.2.3", "8.3.1", "AC-05")
@pytest.mark.parametrize("field", ["email", "phone", "field:등급"])
@pytest.mark.parametrize("access", [FieldAccess.MASK, FieldAccess.READ])
def test_a_column_that_the_role_does_not_write_is_refused(
    cast: Cast, client_of: SignIn, field: str, access: FieldAccess
) -> None:
    client = client_of(clerk_who(cast, **{field: access}))
    place = uploaded(client, "이름,이메일,전화,등급,번호\n김하늘,haneul@example.com,01012345678,단골,C-1\n")
    columns = ["name", "email", "phone", "field:등급", "external_id"]
    chosen = {f"column-{number}": key for number, key in enumerate(columns)}
    answer = client.post(f"{place}check/", chosen, follow=True)
    label = {"email": "이메일", "phone": "전화", "field:등급": "등급"}[field]
    assert [label in str(said) for said in answer.context["messages"]] == [True]
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().state == "uploaded"
    checked(client, place, chosen | {f"column-{columns.index(field)}": ""})
    assert client.post(f"{place}run/")["Location"] == place
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().state == "running"


def test_what_somebody_else_planned_is_not_begun_nor_gone_on_with_by_who_may_not_write_it(
    cast: Cast, client_of: SignIn
) -> None:
    marketer, clerk = client_of(cast.marketer), client_of(clerk_who(cast, email=FieldAccess.MASK))
    place = uploaded(marketer)
    checked(marketer, place)
    clerk.post(f"{place}run/")
    with tenancy.workspace(cast.workspace.pk):
        made = PeopleImport.objects.get()
        assert made.state == "checked"
    marketer.post(f"{place}run/")
    with tenancy.workspace(cast.workspace.pk):
        PeopleImport.objects.update(by=cast.jieun)
    run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().state == "paused"
        assert not Person.objects.exists()
    clerk.post(f"{place}resume/")
    with tenancy.workspace(cast.workspace.pk):
        assert PeopleImport.objects.get().state == "paused"


def test_records_find_nobody_by_an_address_that_is_masked(cast: Cast) -> None:
    clerk = clerk_who(cast, phone=FieldAccess.MASK)
    forbidden = [
        forbidden_meanings(target="record:계약", meanings=["name", "person"], member=member)
        for member in (cast.marketer, clerk)
    ]
    assert forbidden == [[], ["person"]]
