"""
Weaving our own addresses into a mail's HTML: led links, and what watches at the end of the body.

Where they go is found once per wording, while the Liquid is still in place, and marked with control characters that no
mail needs. Filling a letter then only splits at the marks.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Protocol

HREF = re.compile(
    r"""(?P<before><a\b(?:\s+(?!href\s*=)[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*?\s+href\s*=\s*)"""
    r"""(?P<quote>["'])(?P<url>.*?)(?P=quote)""",
    re.IGNORECASE | re.DOTALL,
)
BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
LINK, LINK_END, WATCH = "\x02", "\x03", "\x04"


class Weaver(Protocol):
    """Makes the addresses of one message."""

    def lead(self, url: str) -> str:
        """Return the address that leads to this one; called once per link, in the order of the mail."""

    def watchers(self) -> str:
        """Return the HTML at the end of the body that tells of openings and of machines."""


def marked(html: str) -> str:
    """Return the HTML with a mark around each link's address and one at the end of the body."""
    linked = HREF.sub(rf"\g<before>\g<quote>{LINK}\g<url>{LINK_END}\g<quote>", html)
    end = BODY_END.search(linked)
    place = end.start() if end else len(linked)
    return linked[:place] + WATCH + linked[place:]


def unmarked(html: str) -> str:
    """Return the HTML without any marks."""
    return html.replace(LINK, "").replace(LINK_END, "").replace(WATCH, "")


def woven(html: str, weaver: Weaver) -> str:
    """Return marked HTML with its addresses woven in, and without marks."""
    first, *rest = html.split(LINK)
    parts = [first]
    for one in rest:
        url, _mark, after = one.partition(LINK_END)
        parts += _led(url, weaver.lead), after
    body, _mark, after = "".join(parts).rpartition(WATCH)
    return unmarked(f"{body}{weaver.watchers()}{after}")


def _led(url: str, lead: Callable[[str], str]) -> str:
    plain = unescape(url).strip()
    led = lead(plain)
    return url if led == plain else escape(led)
