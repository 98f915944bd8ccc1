"""
The builder's form: a tree of rows, written as flat fields `c.0.1:operator`.

A row is kept as it was typed, also while it makes no sense yet; `definition` turns the tree into JSON for the strict
reader, and `blame` hangs the reader's problems on the rows that caused them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dangol.segments.contracts.condition import DEEPEST, condition_classes, condition_of
from dangol.segments.contracts.inputs import Choice, Input, Offers
from dangol.segments.contracts.reading import Problem

ROOT = "c"
GROUPS = ("all", "any", "not")
ACROSS = ("works_at", "employs", "household", "records")
"""The groups that lead from people to their companies, back, to those they live with, and to records."""
MOST_ROWS = 60
NAMED_ID = re.compile(r".*\(([0-9a-fA-F-]{36})\)\s*", re.DOTALL)


@dataclass(frozen=True)
class Field:
    """One input of a row with what stands in it."""

    input: Input
    name: str
    value: str
    problem: str = ""


@dataclass
class Row:
    """A condition or a group in the builder."""

    path: str
    kind: str
    values: dict[str, str] = field(default_factory=dict)
    rows: list["Row"] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    shown: Sequence[Field] = ()
    kinds: Sequence[Choice] = ()
    across: Sequence[Choice] = ()
    is_fresh: bool = False

    @property
    def is_group(self) -> bool:
        """Whether the row holds rows of its own."""
        return self.kind in GROUPS or self.is_across

    @property
    def is_across(self) -> bool:
        """Whether the rows inside are about others than this row: companies, people or records."""
        return self.kind in ACROSS

    @property
    def title(self) -> str:
        """What a group about others says at its head."""
        return str(getattr(condition_of(self.kind), "title", ""))

    def inside(self, offers: Offers) -> Offers:
        """Return what the rows of this group have to choose from."""
        cls = condition_of(self.kind)
        if cls is None or not self.is_across:
            return offers
        shown = {part.input.name: part.value for part in self.fields(offers)}
        return offers.inside(cls.inner_of(offers.about, shown))

    @property
    def anchor(self) -> str:
        """Where the page puts how many people the row describes by itself."""
        return f"size-{self.path.replace('.', '-')}"

    @property
    def is_root(self) -> bool:
        """Whether this is the outermost group."""
        return "." not in self.path

    @property
    def may_nest(self) -> bool:
        """Whether one more group fits inside."""
        return self.path.count(".") + 2 < DEEPEST

    @property
    def is_untouched(self) -> bool:
        """Whether this is what a new segment begins with, and nobody has typed anything yet."""
        return [row.kind for row in self.rows] == [_first_kind()] and not self.rows[0].values.get("value", "").strip()

    def walk(self) -> Iterator["Row"]:
        """Yield this row and all inside it."""
        yield self
        for row in self.rows:
            yield from row.walk()

    def fields(self, offers: Offers) -> list[Field]:
        """Return the inputs of a condition."""
        cls = condition_of(self.kind)
        if cls is None:
            return []
        return filled_in(cls.inputs(self.values, offers), self)

    def definition(self, offers: Offers) -> dict[str, Any]:
        """Return the JSON of what is typed in, right or wrong."""
        made: dict[str, Any] = {"kind": self.kind, **typed_in(self.fields(offers))}
        if self.is_group:
            made["conditions"] = [row.definition(self.inside(offers)) for row in self.rows]
        return made


def filled_in(inputs: Sequence[Input], row: Row) -> list[Field]:
    """Return inputs with what the row holds for them."""
    return [
        Field(part, f"{row.path}:{part.name}", part.value_in(row.values), row.problems.get(part.name, ""))
        for part in inputs
    ]


def typed_in(fields: Sequence[Field]) -> dict[str, Any]:
    """Return the JSON of what stands in the fields, right or wrong."""
    made: dict[str, Any] = {}
    for part in fields:
        if part.input.stored and part.value != "":
            _put(made, part.input.name.split("."), _converted(part.input.kind, part.value))
    return made


def row_of(definition: Mapping[str, Any], names: Mapping[str, str], path: str = ROOT) -> Row:
    """
    Return the rows of a stored definition; a single condition gets a group around it.

    :param names: of the rows to which its links lead, by id
    """
    kind = str(definition.get("kind", ""))
    if path == ROOT and kind not in GROUPS:
        definition, kind = {"kind": "all", "conditions": [definition]}, "all"
    parts = definition.get("conditions", [])
    values = {key: _entry(key, value, names) for key, value in _flat({**definition, "conditions": None})}
    if kind in GROUPS or kind in ACROSS:
        rows = [row_of(part, names, f"{path}.{place}") for place, part in enumerate(parts)]
        return Row(path, kind, values, rows)
    return Row(path, kind, windowed(values))


def stored_values(question: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored question as its inputs show it."""
    return windowed(dict(_flat(question)))


def windowed(values: dict[str, str]) -> dict[str, str]:
    """Return stored values with the choice of a window that they stand for."""
    has_window = values.keys() & {"days", "hours", "since", "until", "before", "after"}
    return values if has_window else {**values, "window": "ever"}


def first_row() -> Row:
    """Return what a new segment begins with: one condition."""
    return Row(ROOT, "all", rows=[Row(f"{ROOT}.0", _first_kind())])


def rows_from(data: Mapping[str, str]) -> Row:
    """Rebuild the tree from the form's fields, in the order in which they stand in the page."""
    found: dict[str, Row] = {}
    for name, value in data.items():
        path, colon, key = name.partition(":")
        if not colon or not _is_path(path) or len(found) > MOST_ROWS:
            continue
        row = found.setdefault(path, Row(path, "all" if path == ROOT else _first_kind()))
        if key == "kind":
            row.kind = value if condition_of(value) else row.kind
        else:
            row.values[key] = value
    root = found.get(ROOT) or Row(ROOT, "all")
    for path, row in found.items():
        parent = found.get(path.rpartition(".")[0])
        if parent is not None and parent.is_group:
            parent.rows.append(row)
    return root


def change_rows(root: Row, act: str) -> None:
    """Carry out a button: `add c.0`, `group c`, `remove c.0.1`. Anything else changes nothing."""
    verb, _space, path = act.partition(" ")
    target = next((row for row in root.walk() if row.path == path), None)
    if target is None:
        return
    if verb == "remove":
        for row in root.walk():
            row.rows = [inner for inner in row.rows if inner is not target]
    elif verb in {"add", "group", *ACROSS} and target.is_group and sum(1 for _row in root.walk()) < MOST_ROWS:
        place = f"{path}.{1 + max((int(row.path.rpartition('.')[2]) for row in target.rows), default=-1)}"
        fresh = Row(place, _first_kind(), is_fresh=True)
        inner = [] if verb == "records" else [Row(f"{place}.0", _first_kind(), is_fresh=True)]
        kind = "any" if verb == "group" else verb
        target.rows.append(fresh if verb == "add" else Row(place, kind, rows=inner))


def blame(root: Row, problems: Sequence[Problem]) -> list[str]:
    """Hang each problem on its row; return the messages that belong to no input."""
    loose = []
    for problem in problems:
        row, rest = _guilty(root, list(problem.path))
        key = ".".join(str(part) for part in rest)
        row.problems[key] = problem.message
        if row.is_group:
            loose.append(problem.message)
    return loose


def lay_out(root: Row, offers: Offers) -> None:
    """Work out the inputs of every row, for the page."""
    root.shown = root.fields(offers)
    root.kinds = [
        Choice(cls.kind, cls.called(offers.about))
        for cls in condition_classes(offers.about)
        if cls.bounds_rights or not offers.bounds_rights
    ]
    inner = root.inside(offers)
    root.across = [
        Choice(cls.kind, str(cls.button))
        for cls in map(condition_of, ACROSS)
        if cls is not None and inner.about.kind in cls.subjects and cls.is_offered(inner) and not inner.bounds_rights
    ]
    for row in root.rows:
        lay_out(row, inner)


def group_choices() -> list[Choice]:
    """Return the kinds of group."""
    return [
        Choice("all", _("All of these hold")),
        Choice("any", _("At least one of these holds")),
        Choice("not", _("None of these holds")),
    ]


def _guilty(row: Row, path: list[str | int]) -> tuple[Row, list[str | int]]:
    while len(path) > 1 and path[0] == "conditions" and isinstance(path[1], int):
        row, path = row.rows[path[1]], path[2:]
    return row, path


def _first_kind() -> str:
    return condition_classes()[0].kind


def _is_path(path: str) -> bool:
    head, *places = path.split(".")
    return head == ROOT and len(places) < DEEPEST and all(place.isdecimal() and len(place) <= 3 for place in places)  # noqa: PLR2004 - a thousand rows


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{prefix}.{place}")
    elif prefix != "kind" and value is not None:
        yield prefix, str(value)


def _entry(key: str, value: str, names: Mapping[str, str]) -> str:
    """Return what an input shows: for a link the name with the id behind it."""
    return f"{names[value]} ({value})" if key.startswith("links.") and value in names else value


def _put(made: dict[str, Any], steps: list[str], value: object) -> None:
    """Store `where.0.value` as `{"where": [{"value": …}]}`, and `tags.0` as `{"tags": […]}`."""
    if len(steps) == 1:
        made[steps[0]] = value
        return
    if len(steps) == len(("tags", "0")):
        made.setdefault(steps[0], []).append(value)
        return
    name, place, key = steps
    inner = made.setdefault(name, [])
    while len(inner) <= int(place):
        inner.append({})
    inner[int(place)][key] = value


def _converted(kind: str, text: str) -> object:
    """Return a typed-in number as a number, of a link its id; what is none stays text, for the reader to refuse."""
    if kind == "link":
        return named[1] if (named := NAMED_ID.fullmatch(text)) else text.strip()
    plain = text.replace(",", "").strip()
    try:
        if kind in {"whole", "number"}:
            return int(plain) if plain.lstrip("-").isdecimal() else float(plain) if kind == "number" else text
    except ValueError:
        return text
    return text
