"""
The one message catalogue: locale/ko/LC_MESSAGES/django.po. The source language is English. Needs no gettext programs.

    python tools/messages.py extract         print every message of the sources
    python tools/messages.py update          add new messages, drop those that are gone, keep the Korean
    python tools/messages.py fill FILE...    take missing Korean from other po files
    python tools/messages.py missing         print what has no Korean yet
    python tools/messages.py compile         write django.mo
    python tools/messages.py check           fail on missing, fuzzy or obsolete Korean, and on wording that breaks
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = "dangol"
CATALOGUE = Path("locale/ko/LC_MESSAGES/django.po")
LOCALE = "ko"
HEADER = r"""# Korean messages of Dangol. Written by hand, kept in step by tools/messages.py.
msgid ""
msgstr ""
"Language: ko\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
PLAIN, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, Any] = {"_": PLAIN, "gettext": PLAIN, "gettext_lazy": PLAIN, "gettext_noop": PLAIN}
KEYWORDS |= {"ngettext": PLURAL, "ngettext_lazy": PLURAL, "pgettext": CONTEXT, "pgettext_lazy": CONTEXT}
KEYWORDS |= {"npgettext": CONTEXT_PLURAL, "npgettext_lazy": CONTEXT_PLURAL}

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|(?<!\{)\{\w*\}(?!\})")
UNTRIMMED = re.compile(r"{%-?\s*blocktrans(?:late)?\b(?![^%]*\btrimmed\b)[^%]*%}")
GLUED = re.compile(r"(?:%\(\w+\)s|(?<!\{)\{\w+\}(?!\}))(?:을|를|이|가|은|는|와|과|으로|로)(?=[\s.,!?]|$)")
"""A particle behind a variable is wrong for half of the nouns. Numbers are exempt: their counting word follows."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Found:
    """A message as the sources use it."""

    path: Path
    ids: str | tuple[str, ...]
    context: str | None


def messages_of(root: Path) -> Iterator[Found]:
    """Every message of the Python files and templates, in the order of the files."""
    for path in sorted((root / SOURCES).rglob("*")):
        if path.suffix in {".py", ".html", ".txt", ".mjml"} and "migrations" not in path.parts and path.is_file():
            if path.suffix != ".py" and "templates" not in path.parts:
                continue
            yield from _messages_of_file(path, root)


def _messages_of_file(path: Path, root: Path) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize keeps the page's line starts, which Python's tokenizer would take for indentation
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    source = io.BytesIO(text.encode())
    for _line, ids, _comments, context in extract("python", source, keywords=KEYWORDS, options={"encoding": "utf-8"}):
        yield Found(path.relative_to(root), ids, context)


def extracted(root: Path) -> Catalog:
    """Gather every message of the sources in an empty catalogue."""
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for found in messages_of(root):
        catalogue.add(found.ids, locations=[(found.path.as_posix(), 0)], context=found.context)
    return catalogue


def read(path: Path) -> Catalog:
    """Read a po file, with or without a header; an absent one is empty."""
    if not path.exists():
        return Catalog(locale=LOCALE, fuzzy=False)
    return read_po(io.BytesIO(path.read_bytes()), locale=LOCALE, charset="utf-8")


def entries(catalogue: Catalog) -> dict[Key, Message]:
    """Messages by context and English."""
    return {_key(message): message for message in catalogue if message.id}


def merged(fresh: Catalog, former: Iterable[Catalog]) -> Catalog:
    """Give the messages of the sources the first Korean that a former catalogue knows for them."""
    known: dict[Key, Message] = {}
    for catalogue in former:
        for key, message in entries(catalogue).items():
            if _is_translated(message):
                known.setdefault(key, message)
    for key, message in entries(fresh).items():
        if key in known:
            message.string = _fitting(message, known[key])
            message.flags |= known[key].flags & {"fuzzy"}
    return fresh


def as_text(catalogue: Catalog) -> str:
    """Write a catalogue without dates and line numbers, so that only words make a difference."""
    buffer = io.BytesIO()
    write_po(
        buffer, catalogue, omit_header=True, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    return HEADER + buffer.getvalue().decode().strip("\n") + "\n"


def faults(root: Path) -> list[str]:
    """Everything that keeps the Korean from being equal to the English."""
    wanted, kept = entries(extracted(root)), entries(read(root / CATALOGUE))
    found = [f"not in the catalogue (run update): {_shown(key)}" for key in wanted.keys() - kept.keys()]
    found += [f"obsolete (run update): {_shown(key)}" for key in kept.keys() - wanted.keys()]
    for key in wanted.keys() & kept.keys():
        found += [f"{fault}: {_shown(key)}" for fault in _faults_of(kept[key])]
    return sorted(found) + list(untrimmed(root))


def untrimmed(root: Path) -> Iterator[str]:
    """Every blocktranslate that would carry a template's line breaks into the catalogue."""
    for path in sorted((root / SOURCES).rglob("templates/**/*")):
        if path.is_file() and UNTRIMMED.search(path.read_text(encoding="utf-8")):
            yield f"blocktranslate without trimmed: {path.relative_to(root)}"


def _faults_of(message: Message) -> Iterator[str]:
    if not _is_translated(message):
        yield "no Korean"
        return
    if message.fuzzy:
        yield "fuzzy"
    english = message.id if isinstance(message.id, str) else message.id[1]
    for korean in _strings(message):
        if sorted(set(PLACEHOLDER.findall(korean))) != sorted(set(PLACEHOLDER.findall(english))):
            yield "other placeholders in Korean"
        if GLUED.search(korean):
            yield "a particle glued to a variable"


def _key(message: Message) -> Key:
    return message.context or "", message.id[0] if isinstance(message.id, tuple | list) else message.id


def _shown(key: Key) -> str:
    return f"{key[1]!r}" + (f" ({key[0]})" if key[0] else "")


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, tuple | list):
        return tuple(message.string)
    return (message.string or "",)


def _is_translated(message: Message) -> bool:
    return all(_strings(message))


def _fitting(message: Message, known: Message) -> str | tuple[str, ...]:
    korean = _strings(known)[0]
    return (korean,) if message.pluralizable else korean


def extract_messages(_files: list[Path]) -> int:
    """Print every message of the sources."""
    print(as_text(extracted(ROOT)), end="")
    return 0


def update(files: list[Path]) -> int:
    """Bring the catalogue in step with the sources, with more Korean from other files where it has none."""
    fresh = merged(extracted(ROOT), [read(path) for path in [ROOT / CATALOGUE, *files]])
    (ROOT / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / CATALOGUE).write_text(as_text(fresh), encoding="utf-8")
    everything = list(entries(fresh).values())
    print(f"{len(everything)} messages, {sum(not _is_translated(message) for message in everything)} without Korean")
    return 0


def missing(_files: list[Path]) -> int:
    """Print what has no Korean yet, ready to be filled in."""
    without = Catalog(locale=LOCALE, fuzzy=False)
    for message in merged(extracted(ROOT), [read(ROOT / CATALOGUE)]):
        if message.id and not _is_translated(message):
            without[message.id] = message
    print(as_text(without).removeprefix(HEADER), end="")
    return 0


def compile_catalogue(_files: list[Path]) -> int:
    """Write django.mo beside the catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, read(ROOT / CATALOGUE))
    target = (ROOT / CATALOGUE).with_suffix(".mo")
    if not target.exists() or target.read_bytes() != buffer.getvalue():
        target.write_bytes(buffer.getvalue())
    return 0


def check(_files: list[Path]) -> int:
    """Print every fault; return 1 if there is one."""
    found = faults(ROOT)
    print("\n".join(found) if found else "every message has its Korean")
    return 1 if found else 0


COMMANDS = {
    "extract": extract_messages,
    "update": update,
    "fill": update,
    "missing": missing,
    "compile": compile_catalogue,
    "check": check,
}


def main(arguments: list[str]) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("files", nargs="*", type=Path, help="po files with Korean for `fill`")
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command](chosen.files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
