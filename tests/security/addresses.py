"""Every address of the product, read from its own list, so that a new page is walked without anybody's remembering."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
EXPRESSION = re.compile(r"\(\?P(<\w+>)(?:\[[^]]*\]|[^)])*\)")


@dataclass(frozen=True)
class Route:
    """One line of the URLconf."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def arguments(self) -> list[str]:
        return ARGUMENT.findall(self.pattern)

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/v1/")

    def address(self, values: Mapping[str, Any]) -> str:
        """
        Return the path with these values in it.

        A value is looked up as `namespace:name.argument`, then as `namespace.argument`, then as `argument`.
        """
        return ARGUMENT.sub(lambda found: str(self._value(found[1], values)), self.pattern)

    def _value(self, argument: str, values: Mapping[str, Any]) -> Any:
        keys = (f"{self.name}.{argument}", f"{self.name.partition(':')[0]}.{argument}", argument)
        found = [values[key] for key in keys if key in values]
        assert found, f"tests/security/walked.py does not say which {argument} {self.name} ({self.pattern}) opens"
        return found[0]


def routes() -> list[Route]:
    """Return every address of the product once, under the name of the first route that answers there."""
    found: dict[str, Route] = {}
    for route in _below(get_resolver(), "/", ""):
        found.setdefault(route.pattern, route)
    return list(found.values())


def _below(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = prefix + _plain(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from _below(one, pattern, f"{one.namespace}:" if one.namespace else namespace)
        elif isinstance(one, URLPattern):
            yield Route(f"{namespace}{one.name or ''}", pattern, one.callback)


def _plain(pattern: str) -> str:
    """Return a route written as a regular expression like one written as a path."""
    return EXPRESSION.sub(r"\1", pattern).strip("^$").replace("[.]", ".")
