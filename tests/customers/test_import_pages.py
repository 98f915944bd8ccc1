"""The import wizard as members meet it."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.customers.models import PeopleImport, Person
from dangol.customers.operations import run_people_import
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.people import Cast

SignIn = Callable[[Member], Client]
FILE = "이름,이메일,등급\n김하늘,haneul@example.com,단골\n=cmd(),nowhere,\n"


def uploaded(client: Client, text: str = FILE) -> str:
    answer = client.post("/people/import/", {"file": SimpleUploadedFile("고객.csv", text.encode("cp949"))})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_file_is_uploaded_checked_and_taken_in(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    place = uploaded(client)
    page = client.get(place).content.decode()
    assert "CP949" in page
    assert "nowhere" in page
    assert '<option value="field:등급" selected>' in page
    answer = client.post(f"{place}check/", {"column-0": "name", "column-1": "email", "column-2": ""})
    assert answer["Location"] == place
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
    answer = client.get(f"{uploaded(client)}problems.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "\ufeffline,column,problem,text"
    assert lines[1].startswith("3,이메일,")
    assert lines[1].endswith(',"\'=cmd(),nowhere,"')


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


@pytest.mark.parametrize("act", ["check/", "run/"])
def test_nobody_else_moves_a_file_on(cast: Cast, client_of: SignIn, act: str) -> None:
    place = uploaded(client_of(cast.marketer))
    assert [client_of(who).post(place + act).status_code for who in (cast.minsu, cast.lee)] == [403, 404]
    assert client_of(cast.marketer).get(place + act).status_code == 405


def test_the_earlier_files_are_listed(cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.marketer)
    uploaded(client)
    assert "고객.csv" in client.get("/people/import/").content.decode()
    assert "고객.csv" not in client_of(cast.lee).get("/people/import/").content.decode()
