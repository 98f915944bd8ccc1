from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tools import messages

TEMPLATE = """{% extends "x.html" %}
  {% translate "People" %}
    {% translate "Late" context "promise" %}
{% blocktranslate trimmed with name=x.name %}
   Good day,
   {{ name }}
{% endblocktranslate %}
{% blocktranslate trimmed count n=n %}{{ n }} order{% plural %}{{ n }} orders{% endblocktranslate %}
{% @badge label=_("Held") %}
"""
PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext

def tell(n):
    return _("Sent"), ngettext("%(n)d day", "%(n)d days", n), pgettext("door", "Open")
"""
ALL = [
    ("", "Good day, %(name)s"),
    ("", "%(n)s order"),
    ("", "Held"),
    ("", "People"),
    ("promise", "Late"),
    ("", "Sent"),
    ("", "%(n)d day"),
    ("door", "Open"),
]
KOREAN = """
msgid "People"
msgstr "고객"

msgid "Sent"
msgstr "보냄"

msgid "Held"
msgstr "보류"

msgid "Good day, %(name)s"
msgstr "%(name)s님, 안녕하세요"

msgid "%(n)s order"
msgid_plural "%(n)s orders"
msgstr[0] "주문 %(n)s건"

msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "%(n)d일"

msgctxt "promise"
msgid "Late"
msgstr "지남"

msgctxt "door"
msgid "Open"
msgstr "열기"
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    templates = tmp_path / "dangol" / "desk" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(TEMPLATE)
    (tmp_path / "dangol" / "desk" / "operations.py").write_text(PYTHON)
    (tmp_path / "korean.po").write_text(KOREAN)
    return tmp_path


def catalogue_of(house: Path) -> dict[messages.Key, Message]:
    return messages.entries(messages.read(house / messages.CATALOGUE))


def test_messages_are_found_in_python_and_templates(house: Path) -> None:
    assert sorted(messages.entries(messages.extracted(house))) == sorted(ALL)


def test_fill_makes_the_catalogue_whole_and_compile_writes_it(house: Path) -> None:
    assert messages.main(["fill", str(house / "korean.po")]) == 0
    assert messages.faults(house) == []
    assert messages.main(["compile"]) == 0
    assert (house / "locale/ko/LC_MESSAGES/django.mo").read_bytes()[:4] == b"\xde\x12\x04\x95"


def test_update_keeps_korean_drops_what_is_gone_and_is_stable(house: Path) -> None:
    messages.main(["fill", str(house / "korean.po")])
    (house / "dangol/desk/operations.py").write_text("")
    messages.main(["update"])
    first = (house / messages.CATALOGUE).read_text()
    messages.main(["update"])
    assert (house / messages.CATALOGUE).read_text() == first
    assert sorted(catalogue_of(house)) == sorted(set(ALL) - {("", "Sent"), ("", "%(n)d day"), ("door", "Open")})
    assert 'msgstr "고객"' in first


def test_existing_korean_wins_over_a_file(house: Path) -> None:
    messages.main(["fill", str(house / "korean.po")])
    (house / "other.po").write_text('msgid "People"\nmsgstr "사람"\n')
    messages.main(["fill", str(house / "other.po")])
    assert 'msgstr "고객"' in (house / messages.CATALOGUE).read_text()


def test_missing_prints_what_has_no_korean(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.main(["fill", str(house / "korean.po")])
    (house / "dangol/desk/operations.py").write_text(PYTHON + '_("New here")\n')
    capsys.readouterr()
    messages.main(["missing"])
    assert read_po(iter(capsys.readouterr().out.splitlines(keepends=True))).get("New here") is not None


@pytest.mark.parametrize(
    "before, after, fault",
    [
        ('"고객"', '""', "no Korean: 'People'"),
        ("%(name)s님, 안녕하세요", "안녕하세요", "other placeholders in Korean: 'Good day, %(name)s'"),
        ("%(name)s님, 안녕하세요", "%(name)s이 왔습니다", "a particle glued to a variable: 'Good day, %(name)s'"),
        ('msgid "People"', '#, fuzzy\nmsgid "People"', "fuzzy: 'People'"),
        ('msgid "Held"', 'msgid "Gone"', "obsolete (run update): 'Gone'"),
        ('msgid "Held"', 'msgid "Gone"', "not in the catalogue (run update): 'Held'"),
    ],
)
def test_check_finds_the_fault(house: Path, before: str, after: str, fault: str) -> None:
    messages.main(["fill", str(house / "korean.po")])
    text = (house / messages.CATALOGUE).read_text()
    assert before in text
    (house / messages.CATALOGUE).write_text(text.replace(before, after, 1))
    assert fault in messages.faults(house)
    assert messages.main(["check"]) == 1


def test_untrimmed_blocktranslate_is_a_fault(house: Path) -> None:
    (house / "dangol/desk/templates/page.html").write_text("{% blocktranslate with a=b %}\nx{% endblocktranslate %}")
    assert list(messages.untrimmed(house)) == ["blocktranslate without trimmed: dangol/desk/templates/page.html"]
