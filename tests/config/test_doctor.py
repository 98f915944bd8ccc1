"""What the doctor says about keys and passwords."""

from pathlib import Path

import pytest

from dangol.config.doctor import examine

STRONG = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose secrets are all closed."""
    monkeypatch.setenv("DANGOL_MASTER_KEY", STRONG)
    (tmp_path / "keys").mkdir(mode=0o700)
    for name in ("secrets.json", "keys/0190b6a0-0000-7000-8000-000000000001.json"):
        (tmp_path / name).write_text("{}")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def line_on_secrets(data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    examine(data, port=1)
    return next(line for line in capsys.readouterr().out.splitlines() if line[4:].startswith("secrets:"))


def line_on_backups(data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    examine(data, port=1)
    return next(line for line in capsys.readouterr().out.splitlines() if line[4:].startswith("backups:"))


def test_backups_that_are_off_or_missing_are_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DANGOL_BACKUP", raising=False)
    assert (
        line_on_backups(data, capsys) == "ok  backups: off: set DANGOL_BACKUP to a folder on another disk or a bucket"
    )

    monkeypatch.setenv("DANGOL_BACKUP", str(tmp_path / "backups"))
    assert line_on_backups(data, capsys) == "BAD backups: no copy, start Dangol with DANGOL_BACKUP set"


def test_closed_and_strong_secrets_are_well(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert line_on_secrets(data, capsys) == f"ok  secrets: closed to others, keys of workspaces in {data}/keys"


@pytest.mark.parametrize("name", ["secrets.json", "keys", "keys/0190b6a0-0000-7000-8000-000000000001.json"])
def test_secrets_that_others_can_read_are_named(data: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (data / name).chmod((data / name).stat().st_mode | 0o044)
    told = f"BAD secrets: others on this machine can read {data / name}: run `chmod go=` on it"
    assert line_on_secrets(data, capsys) == told


def test_a_mounted_secret_is_looked_at_too(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "mounted").write_text(STRONG)
    (data / "mounted").chmod(0o644)
    monkeypatch.setenv("DANGOL_MASTER_KEY_FILE", str(data / "mounted"))
    assert line_on_secrets(data, capsys).startswith(f"BAD secrets: others on this machine can read {data}/mounted")


def test_a_key_beside_the_backups_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_BACKUP", str(data / "disk"))
    (data / "disk").mkdir()
    (data / "disk" / "key").write_text(STRONG)
    (data / "disk" / "key").chmod(0o600)
    monkeypatch.setenv("DANGOL_BACKUP_KEY_FILE", str(data / "disk" / "key"))
    told = f"BAD secrets: {data}/disk/key lies with the backups: whoever takes them has the key too"
    assert line_on_secrets(data, capsys) == told


def test_a_master_key_that_could_be_guessed_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_MASTER_KEY", "changeme")
    told = "BAD secrets: DANGOL_MASTER_KEY is too short: use 32 random characters or more."
    assert line_on_secrets(data, capsys) == told
