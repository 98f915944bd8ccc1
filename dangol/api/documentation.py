"""The documentation page, read from the OpenAPI description, so that it cannot tell anything else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as in_words

from dangol.api.endpoints.entry import api
from dangol.api.problems import TITLES


@dataclass(frozen=True)
class Part:
    """One parameter, or one field of a body."""

    name: str
    kind: str
    said: str
    is_required: bool


@dataclass(frozen=True)
class Call:
    """One thing that can be asked."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[Part]
    body: list[Part]


@dataclass
class Chapter:
    """Calls about one kind of thing."""

    title: str
    calls: list[Call] = field(default_factory=list)


class Documentation:
    """What the page shows, in the reader's language."""

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Every call, by the kind of thing that it is about."""
        found: dict[str, Chapter] = {}
        for path, method, said in self._operations():
            title = str(said["tags"][0])
            chapter = found.setdefault(title, Chapter(in_words(title)))
            chapter.calls.append(self._call(path, method, said))
        return list(found.values())

    @property
    def problems(self) -> list[tuple[str, int, str]]:
        """Every kind of refusal: its name, status and title."""
        return [(code, status, str(title)) for code, (status, title) in TITLES.items()]

    @cached_property
    def _schema(self) -> Mapping[str, Any]:
        return api.get_openapi_schema()

    def _operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for path, methods in self._schema["paths"].items():
            for method, said in methods.items():
                yield path, method.upper(), said

    def _call(self, path: str, method: str, said: Mapping[str, Any]) -> Call:
        parameters = [
            Part(one["name"], _kind(one["schema"]), _said(one["schema"]), is_required=one["required"])
            for one in said.get("parameters", ())
            if one["in"] == "query"
        ]
        return Call(
            method, path, in_words(said["summary"]), _plain(said["description"]), parameters, list(self._body(said))
        )

    def _body(self, said: Mapping[str, Any]) -> Iterator[Part]:
        if "requestBody" not in said:
            return
        name = said["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = self._schema["components"]["schemas"][name]
        for key, one in schema["properties"].items():
            yield Part(key, _kind(one), _said(one), is_required=key in schema.get("required", ()))


def _plain(said: str) -> str:
    """Say it in the reader's language, without the marks that only programs read."""
    return in_words(said).replace("`", "")


def _kind(schema: Mapping[str, Any]) -> str:
    """Say of which kind a value is, in the words of JSON Schema, which are the same in every language."""
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema['items'])}]"
    return str(schema.get("format") or schema.get("type") or "any")


def _said(schema: Mapping[str, Any]) -> str:
    return _plain(schema["description"]) if "description" in schema else ""
