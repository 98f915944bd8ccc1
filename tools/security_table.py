"""
Write docs/security.md: which test shows which item of tests/security/items.toml.

Read from the source of the tests (`@pytest.mark.shows("6.2.1", "AC-25")`), so that nothing has to run for it.

    python tools/security_table.py            write the table
    python tools/security_table.py --check    fail if it is not up to date
"""

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "security.md"
MARK = "shows"
INTRODUCTION = """\
# What the tests show about security

Written by `tools/security_table.py` from the marks of the tests; do not edit. How a test is marked:
[tests/security/README.md](../tests/security/README.md).
"""


def main(arguments: Sequence[str]) -> int:
    """Write the table, or with --check compare it; return 0 when it is as it should be."""
    items = tomllib.loads((ROOT / "tests" / "security" / "items.toml").read_text(encoding="utf-8"))
    shown = tests_by_item(ROOT / "tests")
    if unknown := sorted(set(shown) - {key for chapter in items.values() for key in chapter}):
        print(f"Marked as shown but not in tests/security/items.toml: {', '.join(unknown)}")
        return 1
    table = table_of(items, shown)
    if "--check" not in arguments:
        TABLE.write_text(table, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != table:
        print("docs/security.md is not what the tests show. Run: python tools/security_table.py")
        return 1
    return 0


def tests_by_item(folder: Path) -> dict[str, list[str]]:
    """Return the tests that show each item, as links relative to docs/."""
    shown = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if f"mark.{MARK}" not in source:
            continue
        for function, key in _marks(ast.parse(source)):
            shown[key].append(f"[{function}](../{folder.name}/{path.relative_to(folder).as_posix()})")
    return shown


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield every test of a file with every item that it is marked with."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for mark in function.decorator_list:
            if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARK:
                yield from ((function.name, ast.literal_eval(key)) for key in mark.args)


def table_of(items: Mapping[str, Mapping[str, Mapping[str, Any]]], shown: Mapping[str, Sequence[str]]) -> str:
    """Return the whole page."""
    asvs = [
        f"| {key} | {item['level']} | {item['text']} | {_state(key, item, shown)} |"
        for key, item in items["asvs"].items()
    ]
    attacks = [f"| {key} | {item['text']} | {_state(key, item, shown)} |" for key, item in items["attacks"].items()]
    return "\n".join(
        [
            INTRODUCTION,
            "## OWASP ASVS 5.0.0\n\n| item | level | requirement | shown by |\n|---|---|---|---|",
            *asvs,
            "\n## Attacks\n\n| case | attack | shown by |\n|---|---|---|",
            *attacks,
            "",
        ]
    )


def _state(key: str, item: Mapping[str, Any], shown: Mapping[str, Sequence[str]]) -> str:
    if key in shown:
        return ", ".join(shown[key])
    return f"open: {item['open']}" if "open" in item else "open"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
