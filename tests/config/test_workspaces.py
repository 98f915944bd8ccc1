"""A workspace whole: out of one installation and into another, and gone without a trace."""

import json
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django import Settings

from dangol.config.cli import main
from dangol.customers.operations import move_to_trash
from dangol.kit import keyring, tenancy, tenant_tables
from dangol.kit.ids import uuid7
from dangol.workspaces.models import User, Workspace
from dangol.workspaces.operations import seal_audit
from tests.databases import OWNER, url_of
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast, make_cast

Contents = dict[str, list[dict[str, Any]]]


@pytest.fixture
def house(committed_db: str, settings: Settings, tmp_path: Path) -> Cast:
    """Two workspaces that worked: people, one of them in the trash, a sender, messages, a sealed audit record."""
    settings.DATA_DIRECTORY = tmp_path
    settings.KEYS_FOLDER, settings.AUDIT_ANCHORS = str(tmp_path / "keys"), str(tmp_path / "audit")
    settings.LAKE = str(tmp_path / "lake")
    cast = make_cast()
    for member in (cast.admin, cast.lee):
        keyring.ensure_keys(member.workspace_id)
        with tenancy.workspace(member.workspace_id):
            make_sender(member)
            people = [make_person(member, name=name) for name in ("서연", "도윤")]
            agree(people[0])
            queue(make_version(member), people)
            move_to_trash(
                workspace_id=member.workspace_id,
                kind="person",
                ids=[people[1].pk],
                member=member,
                now=NOW,
                batch=uuid7(),
            )
        seal_audit(workspace_id=member.workspace_id)
    return cast


def contents(database: str, workspace: Workspace) -> Contents:
    """Return every row of a workspace as its owner sees it, but for numbers that a sequence gave."""
    found: Contents = {}
    with tenant_tables.inside(url_of(OWNER, database), workspace.pk) as connection:
        for table in tenant_tables.tenant_tables(connection):
            rows = [row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM {table} t")]
            for row in rows:
                if isinstance(row.get("id"), int):
                    del row["id"]
            if rows and not table.startswith("tracking_lake"):
                found[table] = sorted(rows, key=str)
    return found


def run(act: str, file: Path, *options: str) -> int:
    return main(["workspace", act, "--workspace", "dangol", "--file", str(file), *options])


def test_what_was_exported_and_deleted_comes_back_as_it_was(house: Cast, committed_db: str, tmp_path: Path) -> None:
    before, others = contents(committed_db, house.workspace), contents(committed_db, house.other_workspace)
    sealed_under = keyring.keys_of(house.workspace.pk)
    file = tmp_path / "house.zip"

    assert run("export", file) == 0
    assert run("suspend", file) == 0
    assert run("delete", file) == 0

    assert contents(committed_db, house.workspace) == {}
    assert list(Workspace.objects.values_list("slug", flat=True)) == ["lee"]
    assert list(User.objects.values_list("email", flat=True)) == ["lee@example.com"]
    with pytest.raises(keyring.KeysGone):
        keyring.keys_of(house.workspace.pk)
    assert run("import", file) == 0
    assert contents(committed_db, house.workspace) == before
    assert contents(committed_db, house.other_workspace) == others
    assert keyring.keys_of(house.workspace.pk) == sealed_under
    assert {"customers_person", "messaging_message", "workspaces_auditentry"} <= before.keys()
    assert len(before["customers_person"]) == 2
    assert main(["audit", "verify"]) == 0


def test_somebody_who_has_an_account_already_keeps_it(house: Cast, committed_db: str, tmp_path: Path) -> None:
    file = tmp_path / "house.zip"
    run("export", file)
    run("suspend", file)
    run("delete", file)
    here = User.objects.create_user("admin@example.com", "another password", name="여기")

    assert run("import", file) == 0

    with tenancy.workspace(house.workspace.pk):
        assert house.workspace.pk == Workspace.objects.get(slug="dangol").pk
        rows = contents(committed_db, house.workspace)["workspaces_member"]
    assert sum(row["user_id"] == str(here.pk) for row in rows) == 1
    assert User.objects.get(email="admin@example.com").check_password("another password")


def test_a_workspace_in_use_is_not_deleted_and_one_that_is_there_not_imported(
    house: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("delete", tmp_path / "x") == 1
    assert "suspend it first" in capsys.readouterr().err
    run("export", tmp_path / "x")
    assert run("import", tmp_path / "x") == 1
    assert "There is a workspace dangol" in capsys.readouterr().err


def test_a_sealed_file_opens_with_its_key_only(
    house: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "house.sealed"
    monkeypatch.setenv("DANGOL_EXPORT_KEY", "a key that is long enough for this")
    assert run("export", file) == 0
    assert not zipfile.is_zipfile(file)
    assert file.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("DANGOL_EXPORT_KEY", "another key that is long enough")

    assert run("import", file) == 1
    assert "Nothing was taken in" in capsys.readouterr().err


def changed(file: Path, name: str, change: Any) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def told(**changes: Any) -> Any:
    return lambda content: json.dumps(json.loads(content) | changes).encode()


@pytest.mark.parametrize(
    "what", ["a row of another workspace", "a row less", "statements in a partition", "a link to nowhere"]
)
def test_a_changed_file_brings_nothing_in(house: Cast, committed_db: str, tmp_path: Path, what: str) -> None:
    file = tmp_path / "house.zip"
    run("export", file)
    run("suspend", file)
    run("delete", file)
    ours, theirs = str(house.workspace.pk).encode(), str(house.other_workspace.pk).encode()
    evil = [["tracking_event_209901", "tracking_event", "DEFAULT; DROP TABLE customers_person CASCADE"]]
    changes = {
        "a row of another workspace": ("tables/workspaces_team", lambda rows: rows.replace(ours, theirs)),
        "a row less": ("tables/messaging_message", lambda rows: rows.split(b"\n", 1)[1]),
        "statements in a partition": ("about.json", told(partitions=evil)),
        "a link to nowhere": (
            "tables/customers_person",
            lambda rows: b"f" + rows[1:],
        ),
    }
    changed(file, *changes[what])
    others = contents(committed_db, house.other_workspace)

    assert run("import", file) == 1

    assert contents(committed_db, house.workspace) == {}
    assert contents(committed_db, house.other_workspace) == others
    assert not Workspace.objects.filter(slug="dangol").exists()
    with psycopg.connect(url_of(OWNER, committed_db)) as owner:
        assert owner.execute("SELECT to_regclass('customers_person')").fetchone() == ("customers_person",)
