"""Reading of the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from dangol.config.environment import database_url, env_bool, env_count, env_secret, parsed_database_url


def test_reads_an_address_with_quoted_parts() -> None:
    settings = parsed_database_url("postgresql://a%40b:p%2Fw%3Ax@db.example.com:6432/shop%20one", pooled=False)

    assert {name: settings[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "a@b",
        "PASSWORD": "p/w:x",
        "HOST": "db.example.com",
        "PORT": "6432",
        "NAME": "shop one",
    }
    assert settings["OPTIONS"] == {}


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p@%2Fvar%2FData%2FShop:5432/dangol", "/var/Data/Shop", "5432"),
        ("postgresql://u:p@[::1]:5433/dangol", "::1", "5433"),
        ("postgres://u@DB.example.com/dangol", "DB.example.com", ""),
        ("postgresql:///dangol", "", ""),
    ],
)
def test_keeps_the_host_as_it_is_written(url: str, host: str, port: str) -> None:
    settings = parsed_database_url(url, pooled=True)

    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == (host, port, "dangol")
    assert settings["OPTIONS"]["pool"]["max_size"] > 1


def test_refuses_another_database() -> None:
    with pytest.raises(ImproperlyConfigured, match="must start with postgresql://, not mysql://"):
        parsed_database_url("mysql://u:p@localhost/dangol", pooled=False)


@pytest.mark.parametrize(("text", "meaning"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", True)])
def test_reads_yes_and_no(monkeypatch: pytest.MonkeyPatch, text: str, *, meaning: bool) -> None:
    monkeypatch.setenv("DANGOL_TRIED", text)

    assert env_bool("DANGOL_TRIED", default=True) is meaning


def test_is_loud_about_a_yes_or_no_it_cannot_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TRIED", "maybe")

    with pytest.raises(ImproperlyConfigured, match="DANGOL_TRIED must be 1 or 0, not 'maybe'"):
        env_bool("DANGOL_TRIED", default=True)


def test_takes_a_secret_from_variable_file_or_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DANGOL_DATA", str(tmp_path))
    (tmp_path / "secrets.json").write_text(f'{{"DANGOL_TRIED": "{"kept" * 8}"}}')
    assert env_secret("DANGOL_TRIED") == "kept" * 8

    (tmp_path / "mounted").write_text(f"{'file' * 8}\n")
    monkeypatch.setenv("DANGOL_TRIED_FILE", str(tmp_path / "mounted"))
    assert env_secret("DANGOL_TRIED") == "file" * 8

    monkeypatch.setenv("DANGOL_TRIED", "given" * 8)
    assert env_secret("DANGOL_TRIED") == "given" * 8


def test_the_address_of_the_database_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_RUNTIME_URL")
    (tmp_path / "mounted").write_text("postgresql://dangol:secret@db/dangol\n")
    monkeypatch.setenv("DATABASE_RUNTIME_URL_FILE", str(tmp_path / "mounted"))
    assert database_url("runtime") == "postgresql://dangol:secret@db/dangol"


def test_a_secret_that_could_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TRIED", "changeme")
    with pytest.raises(ImproperlyConfigured, match="DANGOL_TRIED is too short: use 32 random characters or more"):
        env_secret("DANGOL_TRIED")


def test_an_unprepared_installation_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DANGOL_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_RUNTIME_URL", raising=False)

    with pytest.raises(ImproperlyConfigured, match="python -m dangol prepare"):
        env_secret("DANGOL_TRIED")
    with pytest.raises(ImproperlyConfigured, match="python -m dangol prepare"):
        database_url("runtime")


def test_counts_begin_at_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env_count("DANGOL_TRIED", default=2) == 2
    monkeypatch.setenv("DANGOL_TRIED", " 3 ")
    assert env_count("DANGOL_TRIED", default=2) == 3
    for nonsense in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv("DANGOL_TRIED", nonsense)
        with pytest.raises(ImproperlyConfigured, match="from 1 on"):
            env_count("DANGOL_TRIED", default=2)
