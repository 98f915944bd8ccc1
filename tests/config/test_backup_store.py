"""Where backups go, and what is refused."""

from pathlib import Path

import pytest

from dangol.config.backup_store import BackupsAreOff, backup_store
from dangol.config.cli import main
from dangol.kit.errors import UnableToStart


@pytest.fixture(autouse=True)
def _new_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DANGOL_BACKUP_KEY", raising=False)
    monkeypatch.setenv("DANGOL_BACKUP", str(tmp_path / "backups"))


def test_without_a_folder_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DANGOL_BACKUP")
    with pytest.raises(BackupsAreOff, match="set DANGOL_BACKUP to a folder on another disk or a bucket"):
        backup_store()


def test_a_folder_that_goes_with_the_data_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_BACKUP", str(tmp_path / "data" / "backups"))
    with pytest.raises(UnableToStart, match="choose a folder on another disk"):
        backup_store()


def test_a_new_machine_asks_for_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "list"]) == 1
    english, korean = capsys.readouterr().err.strip().splitlines()
    assert english.startswith("The key of the backups is not here: set DANGOL_BACKUP_KEY")
    assert korean.startswith("백업 키가 없습니다.")


def test_a_moment_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DANGOL_BACKUP_KEY", "a key that is long enough for all of this")
    assert main(["backup", "restore", "--at", "yesterday"]) == 1
    assert capsys.readouterr().err.startswith("yesterday is no moment: write 2026-11-23T09:30:00+09:00.")


def test_where_nobody_keeps_them_a_request_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_BACKUP_KEY", "a key that is long enough for all of this")
    monkeypatch.setattr("dangol.config.backup.SOON", 0.1)
    assert main(["backup", "take"]) == 1
    assert capsys.readouterr().err.startswith("Nobody keeps the backups: start Dangol with DANGOL_BACKUP set.")
