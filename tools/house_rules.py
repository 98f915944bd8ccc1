"""
House rules that no other linter knows, read from the syntax tree. Run: `python tools/house_rules.py`.

Each rule is a function `rule(source) -> findings`; tests/tools/test_house_rules.py shows it a good and a bad example.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_PAGE = 120
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save"}
MIGRATION_OPERATIONS = {"tenant_models.py", "history.py", "search_index.py"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "service", "services", "misc"}


@dataclass(frozen=True)
class Source:
    """One file: its path below the repository and its text."""

    path: Path
    text: str

    @property
    def room(self) -> str:
        parts = self.path.parts
        return parts[1] if len(parts) > 2 and parts[0] == "dangol" else ""  # noqa: PLR2004 - dangol/<room>/<file>

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


Finding = tuple[int, str]
Rule = Callable[[Source], Iterator[Finding]]


def file_size(source: Source) -> Iterator[Finding]:
    """A file has one noun. Migrations are written by Django, and nobody reads them through."""
    lines = source.text.count("\n")
    if lines > LONGEST_FILE and "migrations" not in source.path.parts:
        yield lines, f"file has {lines} lines, the limit is {LONGEST_FILE}"


def function_size(source: Source) -> Iterator[Finding]:
    """A function tells one story."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} has {lines} lines, the limit is {LONGEST_FUNCTION}"


def foreign_writes(source: Source) -> Iterator[Finding]:
    """Only a room's own operations write its models."""
    if not source.room or "migrations" in source.path.parts:
        return
    foreign = _models_of_other_rooms(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            name = _leftmost_name(node.func.value)
            if name in foreign and "objects" in ast.unparse(node.func.value):
                yield node.lineno, f"writes {name}, which belongs to {foreign[name]}: call its operations"


def registry_lookups(source: Source) -> Iterator[Finding]:
    """`get_model` hides a dependency from the import contracts."""
    if "migrations" in source.path.parts or source.path.name in MIGRATION_OPERATIONS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_model":
            yield node.lineno, "get_model hides a dependency: import the model"


def model_signals(source: Source) -> Iterator[Finding]:
    """Rooms talk through facts, never through Django's signals."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
            yield node.lineno, "model signals hide who reacts: publish a fact"


def unscoped_reads(source: Source) -> Iterator[Finding]:
    """A view starts from a queryset that is visible to the member."""
    if "views" not in source.path.parts:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute) or node.attr != "objects":
            continue
        if ".visible_to" not in _line(source, node.lineno):
            yield node.lineno, "Model.objects in a view: start from visible_to or a query"


def junk_drawers(source: Source) -> Iterator[Finding]:
    """A name says what is inside."""
    if set(source.path.with_suffix("").parts) & FORBIDDEN_NAMES:
        yield 1, "utils, helpers, common and services say nothing: name the subject"


def unexplained_escapes(source: Source) -> Iterator[Finding]:
    """Every escape from a check says why."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"#\s*noqa(?!: [A-Z0-9, ]+ - \w)", line) and "re.search" not in line:
            yield number, "noqa needs codes and a reason: `# noqa: CODE - why`"
        if re.search(r"#\s*type: ignore(?!\[[\w, -]+\]\s+# \w)", line) and "re.search" not in line:
            yield number, "type: ignore needs a code and a reason: `# type: ignore[code] # why`"


def inline_code(source: Source) -> Iterator[Finding]:
    """The content security policy allows no inline style or script."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\bsrc=)", line):
            yield number, "inline style or script"


def template_size(source: Source) -> Iterator[Finding]:
    """A page that scrolls off the editor hides its structure."""
    lines = source.text.count("\n")
    if lines > LONGEST_PAGE:
        yield lines, f"template has {lines} lines, the limit is {LONGEST_PAGE}"


def untrimmed_translations(source: Source) -> Iterator[Finding]:
    """Line breaks of a template do not belong into the catalogue."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"{%-?\s*blocktrans(late)?\b(?![^%]*\btrimmed\b)", line):
            yield number, "blocktranslate without trimmed"


PYTHON_RULES: list[Rule] = [
    file_size,
    function_size,
    foreign_writes,
    registry_lookups,
    model_signals,
    unscoped_reads,
    junk_drawers,
    unexplained_escapes,
]
TEMPLATE_RULES: list[Rule] = [inline_code, template_size, untrimmed_translations]


def findings(root: Path = ROOT) -> list[str]:
    """Return every breach as `path:line: message`."""
    found = []
    for folder in ("dangol", "tools", "tests", "benchmarks"):
        for path in sorted((root / folder).rglob("*.py")):
            if "0001_initial" not in path.name:
                found += _apply(PYTHON_RULES, path, root)
    for path in sorted((root / "dangol").rglob("templates/**/*.html")):
        found += _apply(TEMPLATE_RULES, path, root)
    return found


def _apply(rules: list[Rule], path: Path, root: Path) -> list[str]:
    source = Source(path.relative_to(root), path.read_text(encoding="utf-8"))
    return [f"{source.path}:{line}: {message}" for rule in rules for line, message in rule(source)]


def _models_of_other_rooms(source: Source) -> dict[str, str]:
    foreign = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dangol."):
            room = node.module.split(".")[1]
            if room != source.room and ".models" in node.module:
                foreign.update({alias.asname or alias.name: room for alias in node.names})
    return foreign


def _leftmost_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _line(source: Source, number: int) -> str:
    return source.text.splitlines()[number - 1]


def main() -> int:
    """Print every breach; return 1 if there is one."""
    found = findings()
    print("\n".join(found) if found else "house rules kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
