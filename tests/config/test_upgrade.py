"""Message catalogues, and migrations beside those who work."""

import gettext
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from dangol.config import upgrade
from dangol.config.upgrade import compile_messages, with_short_locks
from dangol.kit.errors import UnableToStart
from tests.databases import RUNTIME, url_of

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "Regular"
msgstr "단골"

#, fuzzy
msgid "Stranger"
msgstr "뜨내기"

msgctxt "greeting"
msgid "Hello"
msgstr "어서 오세요"
"""


def test_compiles_what_changed_and_leaves_fuzzy_messages_out(tmp_path: Path) -> None:
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")

    assert compile_messages(tmp_path) == [folder / "django.mo"]
    assert compile_messages(tmp_path) == []

    with (folder / "django.mo").open("rb") as file:
        korean = gettext.GNUTranslations(file)
    assert korean.gettext("Regular") == "단골"
    assert korean.gettext("Stranger") == "Stranger"
    assert korean.pgettext("greeting", "Hello") == "어서 오세요"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(upgrade, "PAUSE", 0.01)
    monkeypatch.setattr(upgrade, "TRIES", 3)


def lock_everybody_out() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE customers_tag IN ACCESS EXCLUSIVE MODE")


def test_a_table_in_use_is_asked_for_again(committed_db: str, short: None) -> None:
    tries: list[int] = []
    with psycopg.connect(url_of(RUNTIME, committed_db)) as reader:
        reader.execute("SELECT * FROM customers_tag")

        def migrate() -> None:
            tries.append(1)
            if len(tries) == 3:
                reader.rollback()
            lock_everybody_out()

        with_short_locks(migrate)
    assert len(tries) == 3


def test_one_that_is_never_free_is_said(committed_db: str, short: None) -> None:
    with psycopg.connect(url_of(RUNTIME, committed_db)) as reader:
        reader.execute("SELECT * FROM customers_tag")
        with pytest.raises(UnableToStart, match="in use by something that does not end"):
            with_short_locks(lock_everybody_out)


@pytest.mark.django_db
def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
