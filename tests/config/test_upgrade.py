"""Message catalogues."""

import gettext
from pathlib import Path

from dangol.config.upgrade import compile_messages

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
