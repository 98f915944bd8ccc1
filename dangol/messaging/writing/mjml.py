"""
MJML: checking with line numbers, turning into HTML, and reading as plain text.

The renderer says where an error is only sometimes; so the structure is read once before, for people.
"""

from html.parser import HTMLParser

import mrml
from django.utils.translation import gettext as _

from dangol.messaging.writing.errors import TemplateProblem

KNOWN = frozenset(
    [
        "mjml",
        "mj-head",
        "mj-body",
        "mj-attributes",
        "mj-all",
        "mj-class",
        "mj-breakpoint",
        "mj-font",
        "mj-html-attributes",
        "mj-preview",
        "mj-style",
        "mj-title",
        "mj-accordion",
        "mj-accordion-element",
        "mj-accordion-title",
        "mj-accordion-text",
        "mj-button",
        "mj-carousel",
        "mj-carousel-image",
        "mj-column",
        "mj-divider",
        "mj-group",
        "mj-hero",
        "mj-image",
        "mj-navbar",
        "mj-navbar-link",
        "mj-raw",
        "mj-section",
        "mj-social",
        "mj-social-element",
        "mj-spacer",
        "mj-table",
        "mj-text",
        "mj-wrapper",
    ]
)
SPEECH = frozenset({"mj-text", "mj-button", "mj-table", "mj-accordion-title", "mj-accordion-text", "mj-navbar-link"})
HIDDEN = frozenset({"mj-head", "mj-style", "mj-raw", "style", "script", "head"})
BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3"})

# The renderer's own choice loads a font from a third party, which would learn who reads the mail and when.
NO_FOREIGN_FONTS = mrml.RenderOptions(fonts={})


def to_html(mjml: str) -> str:
    """
    Return the HTML of a mail.

    :raises TemplateProblem: if the renderer refuses the text
    """
    try:
        return str(mrml.to_html(mjml, render_options=NO_FOREIGN_FONTS).content)
    except OSError as error:
        raise TemplateProblem(_("This is not valid MJML: %(found)s.") % {"found": error}) from error


class _Structure(HTMLParser):
    """Follows the tags of MJML and stops at the first that is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not tag.startswith("mj"):
            return
        self._meet(tag)
        self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("mj"):
            self._meet(tag)

    def handle_endtag(self, tag: str) -> None:
        if not tag.startswith("mj"):
            return
        line = self.getpos()[0]
        if not self.open:
            raise TemplateProblem(_("%(tag)s is closed but was never opened.") % {"tag": f"<{tag}>"}, line=line)
        expected, opened = self.open.pop()
        if expected != tag:
            words = {"tag": f"<{expected}>", "line": opened, "found": f"</{tag}>"}
            raise TemplateProblem(
                _("%(tag)s of line %(line)s is still open where %(found)s stands.") % words, line=line
            )

    def _meet(self, tag: str) -> None:
        if tag not in KNOWN:
            raise TemplateProblem(_("MJML knows no tag %(tag)s.") % {"tag": f"<{tag}>"}, line=self.getpos()[0])
        self.seen.add(tag)


def check_structure(mjml: str) -> None:
    """
    Check tags and their nesting before anything is filled in.

    :raises TemplateProblem: with the line of the first mistake
    """
    structure = _Structure()
    structure.feed(mjml)
    structure.close()
    if structure.open:
        tag, line = structure.open[-1]
        raise TemplateProblem(_("%(tag)s is never closed.") % {"tag": f"<{tag}>"}, line=line)
    for tag in ("mjml", "mj-body"):
        if tag not in structure.seen:
            raise TemplateProblem(_("The text needs %(tag)s around it.") % {"tag": f"<{tag}>"}, line=1)


class _Speech(HTMLParser):
    """Collects what a person would read aloud. Liquid stays in place, as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in HIDDEN:
            self.hidden += 1
        elif tag in {"a", "mj-button", "mj-navbar-link"}:
            self.links.append(values.get("href") or "")
        elif tag == "mj-image" and values.get("alt"):
            self.out.append(f"\n[{values['alt']}]\n")
        elif tag in BREAKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in {"a", "mj-button", "mj-navbar-link"} and self.links:
            href = self.links.pop()
            self.out.append(f" ( {href} )" if href and not href.startswith("#") else "")
        if tag in SPEECH:
            self.out.append("\n\n")
        elif tag in BREAKS and tag != "br":
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(" ".join(data.split()) if not data.strip() else _one_line(data))


def _one_line(data: str) -> str:
    before = " " if data[:1].isspace() else ""
    after = " " if data[-1:].isspace() else ""
    return before + " ".join(data.split()) + after


def to_text(mjml: str) -> str:
    """Return what the mail says as plain text, with addresses after their links."""
    speech = _Speech()
    speech.feed(mjml)
    speech.close()
    lines = [line.strip() for line in "".join(speech.out).splitlines()]
    text = "\n".join(line for n, line in enumerate(lines) if line or (n and lines[n - 1]))
    return text.strip() + "\n"
