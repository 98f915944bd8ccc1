from pathlib import Path

import pytest

from tools import security_table

ITEMS = """
[asvs]
"6.2.1" = { level = 1, text = "Long passwords" }
"6.2.3" = { level = 1, text = "The current password", open = "there is no such page" }
[attacks]
"AC-25" = { text = "A code used twice" }
"""
TESTS = """
import pytest

@pytest.mark.shows("6.2.1", "AC-25")
def test_shown(): ...

class TestMore:
    @pytest.mark.shows("AC-25")
    @pytest.mark.browser
    def test_shown_too(self): ...
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(security_table, "ROOT", tmp_path)
    monkeypatch.setattr(security_table, "TABLE", tmp_path / "docs" / "security.md")
    (tmp_path / "tests" / "security").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests" / "security" / "items.toml").write_text(ITEMS)
    (tmp_path / "tests" / "test_some.py").write_text(TESTS)
    return tmp_path


def test_the_table_names_the_tests_and_what_is_open(root: Path) -> None:
    assert security_table.main([]) == 0
    lines = (root / "docs" / "security.md").read_text().splitlines()
    assert [line for line in lines if line.startswith(("| 6", "| AC"))] == [
        "| 6.2.1 | 1 | Long passwords | [test_shown](../tests/test_some.py) |",
        "| 6.2.3 | 1 | The current password | open: there is no such page |",
        "| AC-25 | A code used twice | [test_shown](../tests/test_some.py), [test_shown_too](../tests/test_some.py) |",
    ]


def test_an_old_table_and_an_unknown_item_are_refused(root: Path) -> None:
    assert security_table.main(["--check"]) == 1
    assert security_table.main([]) == 0
    assert security_table.main(["--check"]) == 0
    (root / "tests" / "test_some.py").write_text(TESTS.replace("6.2.1", "6.2.99"))
    assert security_table.main(["--check"]) == 1
