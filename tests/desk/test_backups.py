"""The page about backups: who sees it, what it says, and how somebody asks for one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dangol.kit.backup_state import Act, BackupState, Drill, begin_request, next_request, read_state, write_state
from dangol.kit.cluster_backup import BaseBackup
from dangol.workspaces.models import AuditEntry, Member
from tests.people import Cast

SignIn = Callable[[Member], Client]
PAGE = "/settings/backups/"


@pytest.fixture(autouse=True)
def _reads_english(cast: Cast) -> None:
    cast.admin.user.language = "en"
    cast.admin.user.save()


@pytest.fixture
def kept(settings: Settings, tmp_path: Path) -> Path:
    """Backups that are well: a copy of an hour ago, everything until just now, and a drill of yesterday."""
    settings.DATA_DIRECTORY, settings.BACKUP = tmp_path / "data", str(tmp_path / "backups")
    now = timezone.now()
    drill = Drill(now - timedelta(days=1), is_well=True, words="", tables=138, rows=12_345, seconds=4.2)
    write_state(tmp_path / "data", BackupState(bases=copies_of(now - timedelta(hours=1)), secured_at=now, drill=drill))
    return tmp_path


def copies_of(at: datetime) -> tuple[BaseBackup, ...]:
    return (BaseBackup(at, size=2_000_000),)


def said(kept: Path, **changes: object) -> None:
    data = kept / "data"
    write_state(data, msgspec.structs.replace(read_state(data), **changes))


def page(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_who_runs_the_installation_sees_what_is_there(cast: Cast, kept: Path, client_of: SignIn) -> None:
    shown = page(client_of(cast.admin))

    assert "1.9\xa0MB" in shown
    assert "12,345 rows of 138 tables, in 4 s" in shown
    assert "Everything came back" in shown
    assert "notice-bad" not in shown


@pytest.mark.parametrize("name", ["jieun", "minsu", "dana", "marketer", "lee"])
@pytest.mark.parametrize("way", ["get", "post"])
def test_nobody_else_does_nor_an_administrator_of_another_workspace(
    cast: Cast, kept: Path, client_of: SignIn, name: str, way: str
) -> None:
    address = PAGE if way == "get" else f"{PAGE}take/"
    assert getattr(client_of(getattr(cast, name)), way)(address).status_code == 403
    assert next_request(kept / "data") is None


def test_the_settings_lead_there_only_for_who_may_go(cast: Cast, kept: Path, client_of: SignIn) -> None:
    assert PAGE in client_of(cast.admin).get("/settings/").content.decode()
    assert PAGE not in client_of(cast.lee).get("/settings/").content.decode()


def test_the_tabs_name_the_page_once_it_is_open(cast: Cast, kept: Path, client_of: SignIn) -> None:
    client, tab = client_of(cast.admin), f'<a class="tab" href="{PAGE}" aria-current="page"'

    assert tab in page(client)
    assert f'href="{PAGE}"' not in client.get("/settings/usage/").content.decode()


@pytest.mark.parametrize("act", list(Act))
def test_asking_for_one_more_reaches_the_process_and_the_audit_record(
    cast: Cast, kept: Path, client_of: SignIn, inside: Cast, act: Act
) -> None:
    client = client_of(cast.admin)
    assert client.post(f"{PAGE}{act}/").status_code == 302

    assert "It begins within a few seconds." in page(client)
    assert next_request(kept / "data") is act
    begin_request(kept / "data", act)
    assert next_request(kept / "data") is None
    assert AuditEntry.objects.filter(verb=f"backup_{act}", member=cast.admin).count() == 1


def test_while_it_works_the_page_says_so_and_looks_again(cast: Cast, kept: Path, client_of: SignIn) -> None:
    said(kept, doing=Act.TAKE, since=timezone.now() - timedelta(days=1), took=2 * 86_400)

    shown = page(client_of(cast.admin))

    assert "A copy is being made." in shown
    assert 'hx-trigger="every 2s"' in shown
    assert 'value="0.5"' in shown


@pytest.mark.parametrize(
    "changes, title",
    [
        ({"problem": "no space left on device"}, "The last backup failed"),
        ({"secured_at": timezone.now() - timedelta(minutes=6)}, "Changes are not being backed up"),
        ({"drill": Drill(timezone.now(), is_well=False, words="30 / 31")}, "The backup could not be restored"),
    ],
)
def test_what_fails_is_loud_on_the_page_and_at_home(
    cast: Cast, kept: Path, client_of: SignIn, changes: dict[str, object], title: str
) -> None:
    said(kept, **changes)
    client = client_of(cast.admin)

    assert title in page(client)
    assert title in client.get("/").content.decode()
    assert title not in client_of(cast.jieun).get("/").content.decode()
    assert title not in client_of(cast.lee).get("/").content.decode()


def test_a_copy_that_is_too_old_is_loud(cast: Cast, kept: Path, client_of: SignIn) -> None:
    said(kept, bases=copies_of(timezone.now() - timedelta(hours=37)))

    assert "The last backup is too old" in page(client_of(cast.admin))


def test_where_they_are_off_the_page_says_how_to_switch_them_on(
    cast: Cast, settings: Settings, tmp_path: Path, client_of: SignIn
) -> None:
    settings.DATA_DIRECTORY, settings.BACKUP = tmp_path, ""
    client = client_of(cast.admin)

    assert "python -m dangol backup key" in page(client)
    assert "Back up now" not in page(client)
    assert "backup" not in client.get("/").content.decode()
