"""Regular expressions: none is built of what somebody wrote, and none takes long over anything."""

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants as opcodes
from re import _parser as parser
from types import ModuleType
from typing import Any

import pytest

import dangol

ROOT = Path(dangol.__file__).parent
BUILDERS = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
ESCAPED_BEFORE = ["customers/operations/rights/traces.py: '|'.join(alternatives) or '(?!)'"]
"""Put together of what `_keys` in the same file escapes, and of digits."""
LENGTH = 2000
LONGEST_SECONDS = 1.0
LETTERS = {
    "CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_NOT_SPACE": "a", "CATEGORY_NOT_WORD": " ",
}  # fmt: skip
MOST_LETTERS = 3


@pytest.mark.shows("1.2.9")
def test_no_pattern_is_built_of_what_somebody_wrote() -> None:
    """A pattern is a constant, or put together of constants and of what `re.escape` made harmless."""
    wrong = [
        f"{path.relative_to(ROOT)}: {ast.unparse(call.args[0])}"
        for path in sorted(ROOT.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and is_builder(call.func) and not is_ours(call.args[0])
    ]
    assert wrong == ESCAPED_BEFORE


def is_builder(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and ast.unparse(called.value) == "re" and called.attr in BUILDERS


def is_ours(pattern: ast.expr) -> bool:  # noqa: PLR0911 - one for each way to write it
    match pattern:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.JoinedStr(values=parts):
            return all(is_ours(part) for part in parts)
        case ast.FormattedValue(value=value):
            return is_ours(value)
        case ast.Attribute(value=ast.Name(id=name), attr="pattern"):
            return name.isupper()
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[joined]):
            return not {one.id for one in ast.walk(joined) if isinstance(one, ast.Name) and one.id.islower()} - {
                "sorted",
                "len",
            }
        case ast.Call(func=called):
            return ast.unparse(called) == "re.escape"
    return False


@pytest.mark.shows("1.2.9", "AC-41")
def test_no_pattern_takes_long_over_anything() -> None:
    """Every pattern of every module is tried on long repetitions of what it looks for, ending in what it does not."""
    slow = []
    known = set(patterns())
    for pattern in known:
        spent, text = max((seconds(pattern, text), text[:6]) for text in attacks(pattern))
        if spent > LONGEST_SECONDS:
            slow.append(f"{spent:.2f} s: {pattern.pattern!r} over {text!r} …")
    assert len(known) > 60
    assert not slow, "\n".join(slow)


def patterns() -> Iterator[re.Pattern[str]]:
    """Yield the patterns that modules hold, and those written where they are used."""
    for module in modules():
        yield from held(vars(module).values())
        for call in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
            if isinstance(call, ast.Call) and is_builder(call.func) and isinstance(call.args[0], ast.Constant):
                yield from held([re.compile(call.args[0].value)])


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dangol.__path__, "dangol."):
        if not re.search(r"\.(migrations|management)\b|__main__|\.config\.(settings|asgi)$", found.name):
            yield importlib.import_module(found.name)


def held(values: Any) -> Iterator[re.Pattern[str]]:
    for value in list(values):
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield value
        elif isinstance(value, dict):
            yield from held(value.values())
        elif isinstance(value, tuple | list | frozenset):
            yield from held(value)


def attacks(pattern: re.Pattern[str]) -> Iterator[str]:
    letters = list(dict.fromkeys(looked_for(parser.parse(pattern.pattern, pattern.flags))))[:MOST_LETTERS] or ["a"]
    for count in (1, 2):
        for together in itertools.product(letters, repeat=count):
            pump = "".join(together)
            yield pump * (LENGTH // count) + "\0"


def looked_for(parsed: Any) -> Iterator[str]:
    """Yield a letter for everything that a pattern looks for."""
    for opcode, told in parsed:
        if opcode in (opcodes.LITERAL, opcodes.NOT_LITERAL):
            yield chr(told)
        elif opcode is opcodes.RANGE:
            yield chr(told[0])
        elif opcode is opcodes.CATEGORY:
            yield LETTERS.get(str(told), "a")
        elif opcode is opcodes.ANY:
            yield "a"
        elif opcode is opcodes.IN:
            yield from looked_for(told)
        elif isinstance(told, tuple | list):
            yield from inside(told)


def inside(told: Any) -> Iterator[str]:
    for one in told:
        if isinstance(one, parser.SubPattern):
            yield from looked_for(one)
        elif isinstance(one, list):
            yield from inside(one)


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Return the time that the search takes, of the processor alone: others may be at work beside."""
    began = time.thread_time()
    for _found in pattern.finditer(text):
        pass
    return time.thread_time() - began
