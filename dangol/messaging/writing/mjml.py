"""
MJML: checking with line numbers, turning into HTML, and reading as plain text.

The renderer says where an error is only sometimes; so the structure is read once before, for people.
"""

import re
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
HTML = frozenset({
    "a", "abbr", "b", "blockquote", "br", "center", "code", "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
})  # fmt: skip
"""What a mail may hold beside MJML: what mail programs show. No scripts, forms, frames or pages inside the mail."""
ADDRESSES = frozenset({"href", "src", "background", "background-url"})
SCHEMES = ("http:", "https:", "mailto:", "tel:", "{{", "{%", "#", "/")
FETCHING_STYLE = re.compile(r"@import|expression\s*\(|behavior\s*:|-moz-binding|url\s*\(|\\", re.IGNORECASE)
"""Styles that run something, or tell a stranger who reads the mail and when. A backslash could spell any of them."""
MADE_TAG = re.compile(r"<\s*/?\s*\{[{%]")
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
        self._meet(tag, attrs)
        if tag.startswith("mj"):
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._meet(tag, attrs)

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

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "mj-style":
            self._check_style(data)

    def _meet(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("mj") and tag not in KNOWN:
            raise TemplateProblem(_("MJML knows no tag %(tag)s.") % {"tag": f"<{tag}>"}, line=self.getpos()[0])
        if not tag.startswith("mj") and tag not in HTML:
            raise TemplateProblem(_("A mail cannot hold %(tag)s.") % {"tag": f"<{tag}>"}, line=self.getpos()[0])
        for name, value in attrs:
            self._check_attribute(name, value or "")
        self.seen.add(tag)

    def _check_attribute(self, name: str, value: str) -> None:
        is_link_elsewhere = name in ADDRESSES and ":" in value and not value.strip().lower().startswith(SCHEMES)
        if name.startswith("on") or is_link_elsewhere:
            said = _("A mail cannot hold %(attribute)s. Links begin with https://, mailto: or tel:.")
            raise TemplateProblem(said % {"attribute": f'{name}="{value[:40]}"'}, line=self.getpos()[0])
        if name == "style":
            self._check_style(value)

    def _check_style(self, style: str) -> None:
        if found := FETCHING_STYLE.search(style):
            said = _("A mail's style cannot hold %(found)s: it would run or fetch something.")
            raise TemplateProblem(said % {"found": found[0]}, line=self.getpos()[0])


def check_structure(mjml: str) -> None:
    """
    Check tags, their nesting, and that nothing in them runs or fetches anything, before anything is filled in.

    :raises TemplateProblem: with the line of the first mistake
    """
    if made := MADE_TAG.search(mjml):
        line = mjml.count("\n", 0, made.start()) + 1
        raise TemplateProblem(_("Write the name of a tag out: it cannot be filled in."), line=line)
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
