"""
Liquid, fenced in.

Texts see plain dictionaries only. Loops, output and every value on its way through a filter are limited, because one
filter could otherwise turn a short text into gigabytes.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from liquid import BoundTemplate, Environment
from liquid.exceptions import (
    FilterArgumentError,
    FilterValueError,
    LiquidError,
    LiquidSyntaxError,
    ResourceLimitError,
)

from dangol.messaging.writing.errors import TemplateProblem
from dangol.messaging.writing.filling import Filling

LONGEST_VALUE = 50_000
MOST_ITEMS = 1_000
FORBIDDEN_FILTERS = ("safe",)
FORBIDDEN_TAGS = ("include", "render", "tablerow")


class _Fenced(Environment):
    loop_iteration_limit = MOST_ITEMS
    local_namespace_limit = 200_000
    output_stream_limit = 400_000
    block_nesting_limit = 10


def _fence(environment: Environment) -> Environment:
    for name in FORBIDDEN_FILTERS:
        environment.filters.pop(name, None)
    for name in FORBIDDEN_TAGS:
        environment.tags.pop(name, None)
    for name, function in list(environment.filters.items()):
        environment.filters[name] = _limited(function, name)
    return environment


def _limited(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    def limited(value: Any, *args: Any, **options: Any) -> Any:
        for one in (value, *args):
            _check_size(one)
        if name in {"replace", "join", "replace_first", "replace_last"} and args:
            _check_product(value, args[-1])
        return function(value, *args, **options)

    for mark in ("with_context", "with_environment", "filter_async"):
        if hasattr(function, mark):
            setattr(limited, mark, getattr(function, mark))
    return limited


def _check_size(value: Any) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE:
            raise FilterValueError(_too_much(), token=None)
        if len(value) > 1 and value[:1].isdigit() and "e" in value.lower()[:400] and _is_number(value):
            raise FilterArgumentError(_too_much(), token=None)
        return
    items = len(value) if isinstance(value, range | Sequence) else 0
    bits = value.bit_length() if isinstance(value, int) else 0
    if max(items, bits) > MOST_ITEMS:
        raise FilterValueError(_too_much(), token=None)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _check_product(value: Any, filling: Any) -> None:
    size = len(value) if isinstance(value, str | Sequence) else 1
    if size * len(str(filling)) > 10 * LONGEST_VALUE:
        raise FilterValueError(_too_much(), token=None)


def _too_much() -> str:
    return _("This makes the text too long.")


HTML = _fence(_Fenced(autoescape=True))
PLAIN = _fence(_Fenced(autoescape=False))


def parse(text: str, *, part: str, html: bool = False) -> Filling:
    """
    Return the parsed text.

    :raises TemplateProblem: with the line, if it is not Liquid
    """
    environment = HTML if html else PLAIN
    try:
        template = environment.from_string(text)
        _check_filters(template, environment, text, part)
    except LiquidError as error:
        raise TemplateProblem(_explain(error), line=_line_of(error), part=part) from error
    return Filling(template)


def _check_filters(template: BoundTemplate, environment: Environment, text: str, part: str) -> None:
    """Find unknown filters now, also in branches that no sample reaches."""
    for name, places in template.analyze().filters.items():
        if name not in environment.filters:
            line = text.count("\n", 0, places[0].index) + 1 if places else 0
            raise TemplateProblem(_("There is no such filter: %(found)s.") % {"found": name}, line=line, part=part)


def fill(template: Filling, values: dict[str, Any], *, part: str) -> str:
    """
    Return the text with its gaps filled.

    :raises TemplateProblem: if a filter refuses a value or a limit is hit
    """
    try:
        return template.render(values)
    except LiquidError as error:
        raise TemplateProblem(_explain(error), line=_line_of(error), part=part) from error
    except (ValueError, TypeError, OverflowError, ArithmeticError, RecursionError) as error:
        raise TemplateProblem(_("A value does not fit the filter that is used on it."), part=part) from error


def _line_of(error: LiquidError) -> int:
    context = error.context() if error.token is not None else None
    return context[0] if context else 0


def _explain(error: LiquidError) -> str:
    found = str(error.args[0]) if error.args else ""
    if isinstance(error, ResourceLimitError):
        return _("The text repeats or grows too much. Use fewer or shorter loops.")
    if isinstance(error, LiquidSyntaxError):
        return _("This is not valid Liquid: %(found)s.") % {"found": found}
    return _("Liquid could not fill in this text: %(found)s.") % {"found": found}
