"""
MJML turned into HTML once per wording, with the Liquid left in place.

That is right only where Liquid stands in running text or in an address. Around sections or in measures MJML decides by
the filled text. So Liquid is replaced by words that mean nothing, the places of those words are checked, and the result
is compared with the slow way on samples. Any doubt means the slow way.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from dangol.messaging.writing.errors import TemplateProblem

LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
WORD = re.compile(r"Lq\d{4}qL")
NASTY = """<b>&amp; "'></a> {{ x }}"""
SAMPLES: tuple[tuple[str, Any], ...] = (
    ("하늘", "1"),
    ("", ""),
    (NASTY, NASTY),
    (" a ", [NASTY, "b"]),
    ("https://shop.example.com/?a=1&b=2", 3),
)
BETWEEN_TAGS = re.compile(r">\s+<")
SPOKEN = frozenset(
    {"mj-text", "mj-button", "mj-table", "mj-accordion-title", "mj-accordion-text", "mj-navbar-link", "mj-preview"}
)
ADDRESSES = frozenset({"href", "src", "alt"})


class _NotInPlace(Exception):
    """Liquid stands where MJML may decide by it."""


class _Places(HTMLParser):
    """Follows the tags of MJML and stops at a word outside of running text and addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)
        if tag.startswith("mj"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag.startswith("mj") and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if WORD.search(data) and (not self._open or self._open[-1] not in SPOKEN):
            raise _NotInPlace

    def handle_comment(self, data: str) -> None:
        if WORD.search(data):
            raise _NotInPlace

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        in_text = bool(self._open) and self._open[-1] in SPOKEN
        for name, value in attrs:
            if WORD.search(name) or (value and WORD.search(value) and name not in ADDRESSES):
                raise _NotInPlace
            if value and name in ADDRESSES and WORD.search(value) and not in_text and not tag.startswith("mj"):
                raise _NotInPlace


def html_with_liquid(mjml: str, to_html: Callable[[str], str], change: Callable[[str], str]) -> str | None:
    """
    Return the HTML of a mail that still holds its Liquid, or None where it must be filled before it is turned.

    :param change: what to do to the HTML while meaningless words stand for the Liquid
    """
    found: list[str] = []

    def word(match: re.Match[str]) -> str:
        found.append(match[0])
        return f"Lq{len(found) - 1:04}qL"

    if WORD.search(mjml):
        return None
    masked = LIQUID.sub(word, mjml)
    places = _Places()
    try:
        places.feed(masked)
        places.close()
        html = change(to_html(masked))
    except (_NotInPlace, TemplateProblem):
        return None
    if not _all_there([int(one[2:6]) for one in WORD.findall(html)], found):
        return None
    return WORD.sub(lambda one: found[int(one[0][2:6])], html)


def _all_there(order: list[int], found: list[str]) -> bool:
    """Whether each piece of Liquid is there once. A picture's words may change places, tags must keep their order."""
    whole = list(range(len(found)))
    return order == whole or (sorted(order) == whole and all(one.startswith("{{") for one in found))


def agree(
    slow: Callable[[dict[str, Any]], str], quick: Callable[[dict[str, Any]], str], samples: Iterable[dict[str, Any]]
) -> bool:
    """
    Whether both ways write the same for all samples. What neither can write does not count.

    White space alone between two tags does not count either: MJML drops it, and drops more when a gap stays empty.
    """
    return all(_written(slow, sample) == _written(quick, sample) for sample in samples)


def _written(way: Callable[[dict[str, Any]], str], values: dict[str, Any]) -> str | None:
    try:
        return BETWEEN_TAGS.sub("><", way(values))
    except TemplateProblem:
        return None


class _Fields(dict[str, Any]):
    """Custom fields of a sample: every field has this value."""

    def __init__(self, value: Any) -> None:
        super().__init__(any=value)
        self._value = value

    def __missing__(self, name: str) -> Any:
        return self._value


def samples(names: Mapping[str, Iterable[str]], urls: Iterable[str]) -> Iterator[dict[str, Any]]:
    """
    Yield values that a letter may be filled with: plain, empty, full of signs that HTML knows, spaced, several.

    :param names: what is known of whom; the person has custom fields besides
    """
    for text, field in SAMPLES:
        whole: dict[str, Any] = {name: dict.fromkeys(parts, text) for name, parts in names.items()}
        whole["person"]["fields"] = _Fields(field)
        yield whole | dict.fromkeys(urls, "https://shop.example.com/m/x")
