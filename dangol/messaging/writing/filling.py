"""
A parsed text, and the quick way to fill it.

Most gaps in a mail name one value: `{{ person.name }}`. Those are looked up and escaped here. Everything else, and
every value that is not plain text, is left to the Liquid library, in one context for the whole text.
"""

from collections.abc import Sequence
from io import StringIO
from typing import Any

from liquid import BoundTemplate, RenderContext, escape
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidInterrupt
from liquid.output import LimitedStringIO

QUICK_LETTERS = 90_000
"""A longer text is filled the slow way, which counts its bytes: no letter has more than four."""
COMPUTED = frozenset({"size", "first", "last"})
"""Names that Liquid answers by itself."""
REMEMBERED = 256
NEVER_THE_SAME_FILTERS = frozenset({"date"})
NEVER_THE_SAME_TAGS = frozenset({"assign", "capture", "cycle", "decrement", "ifchanged", "increment"})
BUILT_IN = frozenset({"now", "today"})

Name = tuple[str, ...]
"""The way to a value: `person.fields.grade`."""


class Filling:
    """One text: literal parts, names of values, and the rest."""

    def __init__(self, template: BoundTemplate) -> None:
        self.template = template
        own = set(template.analyze().locals)
        steady = _is_steady(template)
        self._parts = [_part(node, template, own, steady=steady) for node in template.nodes]

    def render(self, values: dict[str, Any]) -> str:
        """Return the filled text. Raises what the Liquid library raises."""
        try:
            text = self._quickly(values)
        except LiquidInterrupt:
            text = None
        return self.template.render(**values) if text is None else text

    def _quickly(self, values: dict[str, Any]) -> str | None:
        """Return the filled text, or None if it is too long to be trusted to this way."""
        context = _LazyContext(self.template, values)
        out: list[str] = []
        size = 0
        for part in self._parts:
            text = part if isinstance(part, str) else part.fill(values, context)
            out.append(text)
            size += len(text)
            if size > QUICK_LETTERS:
                return None
        return "".join(out)


class _LazyContext:
    """The one context of a text, made only if something needs it."""

    def __init__(self, template: BoundTemplate, values: dict[str, Any]) -> None:
        self._template = template
        self._values = values
        self._context: RenderContext | None = None

    def render(self, part: BoundTemplate) -> str:
        if self._context is None:
            template = self._template
            self._context = template.context_class(template, globals=template.make_globals(self._values))
        limit = part.env.output_stream_limit
        buffer = StringIO() if limit is None else LimitedStringIO(limit=limit)
        part.render_with_context(self._context, buffer)
        return buffer.getvalue()


class _Rest:
    """
    A part that Liquid fills.

    What depends on few values, and on nothing else, is remembered: a loop over numbers is the same in every letter.
    """

    def __init__(self, part: BoundTemplate, names: tuple[Name, ...] | None) -> None:
        self._part = part
        self._names = names
        self._remembered: dict[tuple[Any, ...], str] = {}

    def fill(self, values: dict[str, Any], context: _LazyContext) -> str:
        key = self._key(values)
        if key is None:
            return context.render(self._part)
        if (text := self._remembered.get(key)) is None:
            text = context.render(self._part)
            if len(self._remembered) < REMEMBERED:
                self._remembered[key] = text
        return text

    def _key(self, values: dict[str, Any]) -> tuple[Any, ...] | None:
        if self._names is None:
            return None
        found = tuple([_found(values, name) for name in self._names])
        return None if None in found else found


class _Named(_Rest):
    """A gap that prints one value as it is."""

    def __init__(self, part: BoundTemplate, name: Name) -> None:
        super().__init__(part, None)
        self._name = name
        self._escapes = part.env.autoescape

    def fill(self, values: dict[str, Any], context: _LazyContext) -> str:
        found = _found(values, self._name)
        if found is None:
            return context.render(self._part)
        return escape(found) if self._escapes else found


def _part(node: Node, template: BoundTemplate, own: set[str], *, steady: bool) -> str | _Rest:
    if isinstance(node, ContentNode):
        return node.text
    alone = BoundTemplate(template.env, [node], template.name, template.path)
    name = _printed_name(node, own)
    return _Named(alone, name) if name else _Rest(alone, _names_read(alone, own) if steady else None)


def _printed_name(node: Node, own: set[str]) -> Name | None:
    """Return the name of the value that is printed as it is; None if anything is done to it or the text changes it."""
    if not isinstance(node, OutputNode) or not isinstance(node.expression, FilteredExpression):
        return None
    left = node.expression.left
    if node.expression.filters or not isinstance(left, Path):
        return None
    return _plain_name(left.path, own)


def _plain_name(segments: Sequence[object], own: set[str]) -> Name | None:
    names = tuple(segment for segment in segments if type(segment) is str)
    if len(names) != len(segments) or names[0] in own | BUILT_IN or COMPUTED & set(names):
        return None
    return names


def _names_read(part: BoundTemplate, own: set[str]) -> tuple[Name, ...] | None:
    """Return which values a part reads; None if they are not all named plainly."""
    read = {_plain_name(use.segments, own) for uses in part.analyze().globals.values() for use in uses}
    return None if None in read else tuple(name for name in read if name)


def _is_steady(template: BoundTemplate) -> bool:
    """Whether no part of a text depends on the clock or on what an earlier part did."""
    found = template.analyze()
    restless = NEVER_THE_SAME_FILTERS & found.filters.keys() or NEVER_THE_SAME_TAGS & found.tags.keys()
    return not restless and "continue" not in str(template)


def _found(values: dict[str, Any], name: Name) -> str | None:
    """Return the value of that name if it is plain text inside plain dictionaries."""
    found: Any = values
    for step in name:
        if type(found) is not dict or step not in found:
            return None
        found = found[step]
    return found if type(found) is str else None
