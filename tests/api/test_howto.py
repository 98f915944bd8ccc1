"""The how-to's examples answer what it says."""

import re
import shlex
from pathlib import Path
from string import Template

from dangol.api.endpoints.entry import api
from dangol.customers.enums import FieldKind
from dangol.customers.operations import FieldDetails, define_field
from dangol.kit import tenancy
from tests.api.conftest import ProgramOf
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.people import Cast

HOW_TO = Path(__file__).parents[2] / "docs" / "api" / "README.md"
LISTED = re.compile(r"^\| `(/\S+)` \| ([A-Z ]+) \|", re.MULTILINE)
EXAMPLE = re.compile(r"^(curl .*?)\s+# (\d{3})$", re.MULTILINE)


def test_the_list_of_everything_names_every_address_and_way() -> None:
    listed = {(path, way) for path, ways in LISTED.findall(HOW_TO.read_text("utf-8")) for way in ways.split()}
    paths = api.get_openapi_schema()["paths"]
    assert listed == {(path.removeprefix("/api/v1"), way.upper()) for path, ways in paths.items() for way in ways}


def asked(command: str, known: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Send what a curl command says; return the status, and the id of what was made."""
    address, *options = shlex.split(command)[1:]
    method, body, headers = "GET", "", {}
    while options:
        option = options.pop(0)
        if option == "-X":
            method = options.pop(0)
        elif option == "-d":
            body, method = options.pop(0), method if method != "GET" else "POST"
        elif option == "-H":
            name, _, value = Template(options.pop(0)).substitute(known).partition(": ")
            headers[name] = value
    kind = headers.pop("Content-Type", "")
    answer = MemberClient().generic(
        method, Template(address).substitute(known), body, content_type=kind, headers=headers
    )
    made = answer.json()["id"] if answer.status_code == 201 else ""
    return answer.status_code, {"PERSON": made} if made else {}


def test_every_example_answers_what_the_how_to_says(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        details = FieldDetails(key="size", label="Size", kind=FieldKind.NUMBER)
        define_field(member=cast.admin, object="person", details=details, now=NOW)
    known = {"DANGOL": "/api/v1", "KEY": f"Authorization: Bearer {program_of(cast.jieun).secret}"}
    examples = EXAMPLE.findall(HOW_TO.read_text(encoding="utf-8"))
    assert len(examples) == 15
    for command, status in examples:
        answered, made = asked(command, known)
        assert (command, answered) == (command, int(status))
        known |= made
