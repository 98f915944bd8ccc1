"""The operator's command line."""

import pytest
from pytest_django import Settings

from dangol.config.cli import main
from dangol.kit.keyring import ensure_keys, keys_of, wrap_again
from dangol.workspaces.models import Member, User, Workspace
from dangol.workspaces.queries import memberships_of

ARGUMENTS = ["create-workspace", "--name", "단골상회", "--slug", "shop", "--email", "Owner@Example.com"]


def test_creates_a_workspace_with_its_first_administrator(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_PASSWORD", "correct horse battery")

    assert main([*ARGUMENTS, "--administrator", "지은"]) == 0

    assert capsys.readouterr().err == "Owner@Example.com may sign in to 단골상회.\n"
    user = User.objects.get(email="owner@example.com")
    assert user.check_password("correct horse battery")
    assert [place.role for place in places(user)] == ["administrator"]
    assert [(each.slug, each.name, each.currency) for each in Workspace.objects.all()] == [("shop", "단골상회", "KRW")]


def test_a_taken_name_is_one_sentence_and_leaves_nothing(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_PASSWORD", "correct horse battery")
    assert main(ARGUMENTS) == 0
    capsys.readouterr()

    assert main([*ARGUMENTS[:-1], "other@example.com"]) == 1

    english, korean = capsys.readouterr().err.strip().splitlines()
    assert english == "A workspace shop or a user other@example.com exists already: choose another name."
    assert "계정이 이미 있습니다" in korean
    assert not User.objects.filter(email="other@example.com").exists()


def test_a_short_password_is_refused(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_PASSWORD", "short")

    assert main(ARGUMENTS) == 1

    assert "use 12 characters or more" in capsys.readouterr().err
    assert not Workspace.objects.exists()


def places(user: User) -> list[Member]:
    from django.db import transaction

    with transaction.atomic():
        return list(memberships_of(user.pk))


def test_keys_are_exchanged_from_the_command_line(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_PASSWORD", "correct horse battery")
    assert main(ARGUMENTS) == 0
    workspace = Workspace.objects.get(slug="shop")
    assert main(["keys", "status"]) == 0
    assert capsys.readouterr().out.startswith("shop: no key, 0 values are under it")
    first = ensure_keys(workspace.pk).newest

    assert main(["keys", "rotate"]) == 0
    second = keys_of(workspace.pk).newest
    assert main(["keys", "status", "--workspace", "shop"]) == 0

    line = "shop: key {} seals, 0 values are under it, 0 under older keys, 0 under keys that are gone"
    assert capsys.readouterr().out.splitlines() == [line.format(second), line.format(second)]
    assert first != second


def test_a_wrong_master_key_is_one_sentence(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DANGOL_PASSWORD", "correct horse battery")
    assert main(ARGUMENTS) == 0
    ensure_keys(Workspace.objects.get(slug="shop").pk)
    wrap_again(Workspace.objects.get(slug="shop").pk)  # a new file, which is read anew
    settings.MASTER_KEY = "another-key-another-key-another-key-another"
    capsys.readouterr()

    assert main(["keys", "wrap"]) == 1

    english, korean = capsys.readouterr().err.strip().splitlines()
    assert english.startswith("The keys of shop do not open: is the master key that wrapped them set as")
    assert "마스터 키" in korean
