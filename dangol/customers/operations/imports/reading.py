"""Reading chunks of a file column by column: what is sound goes on, what is not is named with all that is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from dangol.customers.enums import RECORDS, ImportTarget, ProblemCode, sort_of
from dangol.customers.operations.imports.cells import CellProblem
from dangol.customers.operations.imports.targets import CUSTOM, KEYS, Limited
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.kit.csv_files import FORMULA_STARTS
from dangol.kit.table_rows import Records

KEPT_TEXT = 20_000
NO_FIELDS = "{}"
KEYLESS = {
    ImportTarget.PEOPLE.value: ProblemCode.MISSING_IDENTITY, ImportTarget.COMPANIES.value: ProblemCode.MISSING_NAME,
    RECORDS: ProblemCode.NAMELESS,
}  # fmt: skip
Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file with what it means. `leads_to` as in `Target`."""

    number: int
    key: str
    title: str
    read: Reader
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a line."""

    line: int
    code: str
    column: str
    text: str


@dataclass(slots=True)
class Chunk:
    """
    Some lines of a file. `columns` holds the values of the sound ones by meaning, all columns equally long.

    `lines` and `texts` are theirs too; `fields` is what goes into the fields of the workspace's own, as JSON.
    `last_line` is where the chunk's last record begins, sound or not. `shared` are addresses of several people,
    `links` the columns whose cells name somebody or something else.
    """

    lines: list[int]
    texts: list[str]
    columns: dict[str, list[str]]
    fields: list[str]
    last_line: int
    size: int
    problems: list[Problem] = field(default_factory=list)
    shared: set[tuple[str, str]] = field(default_factory=set)
    links: list[Column] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def rejected(self) -> int:
        """How many lines are left out."""
        return self.size - len(self.lines)

    def column(self, key: str) -> list[str]:
        """Return a column's values; of one that the file has not, as many empty ones."""
        return self.columns.get(key) or [""] * len(self.lines)

    def key_column(self, key: str) -> list[str]:
        """Return a column's values without those that several people share."""
        values = self.column(key)
        return ["" if (key, value) in self.shared else value for value in values] if self.shared else values

    def copy(self) -> "Chunk":
        """Return a chunk whose values can be folded without touching these."""
        return replace(
            self, columns={key: list(values) for key, values in self.columns.items()}, fields=list(self.fields),
            problems=list(self.problems),
        )  # fmt: skip

    def without(self, faults: Mapping[int, Sequence[tuple[str, str]]]) -> "Chunk":
        """Return the chunk without some lines: by position, what is wrong with them and in which column."""
        if not faults:
            return self
        wrong = [
            Problem(self.lines[position], code, title, self.texts[position][:KEPT_TEXT])
            for position in sorted(faults)
            for code, title in faults[position]
        ]
        kept = [position for position in range(len(self)) if position not in faults]
        return replace(
            self,
            lines=[self.lines[position] for position in kept],
            texts=[self.texts[position] for position in kept],
            columns={key: [column[position] for position in kept] for key, column in self.columns.items()},
            fields=[self.fields[position] for position in kept],
            problems=self.problems + wrong,
        )

    def problems_of(self, wrong: Mapping[int, ProblemCode]) -> "list[Problem]":
        """Return all problems, and with them those of sound lines, by position, that contradict what is known."""
        return self.problems + [
            Problem(self.lines[position], code.value, "", self.texts[position][:KEPT_TEXT])
            for position, code in wrong.items()
        ]


def read_chunk(records: Records, columns: Sequence[Column], *, kind: str) -> Chunk:
    """Read the cells of some records. The same records give the same chunk, every time."""
    faults: dict[int, list[tuple[str, str]]] = {position: [(fault, "")] for position, fault in records.faults.items()}
    _refuse_resident_numbers(records, faults)
    closed = tuple(faults)
    values: dict[str, list[Any]] = {}
    for column in columns:
        cells = _cells(records, column.number, closed)
        values[column.key] = _read(cells, column, faults)
    own = [column for column in columns if column.key.startswith(CUSTOM) and not column.leads_to]
    fields = _fields(values, len(records), own)
    if kind == ImportTarget.PEOPLE:
        _compose_names(values)
    _require_key(values, kind, faults, len(records))
    links = [column for column in columns if column.leads_to]
    whole = Chunk(records.numbers, records.texts, values, fields, records.numbers[-1], len(records), links=links)
    return whole.without(faults)


def _refuse_resident_numbers(records: Records, faults: dict[int, list[tuple[str, str]]]) -> None:
    """Uploaded files come with such numbers struck out, rows of other sources do not."""
    for position, text in enumerate(records.texts):
        if "-*******" in text and holds_resident_number(text):
            faults[position] = [(ProblemCode.RESIDENT_NUMBER.value, "")]


def _cells(records: Records, number: int, closed: Sequence[int]) -> list[str]:
    try:
        cells = [row[number].strip() for row in records.cells]
    except IndexError:
        cells = [row[number].strip() if number < len(row) else "" for row in records.cells]
    for position in closed:
        cells[position] = ""
    if any(cell[:1] == "'" for cell in cells):
        cells = [cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell for cell in cells]
    return cells


def _read(cells: list[str], column: Column, faults: dict[int, list[tuple[str, str]]]) -> list[Any]:
    read = column.read
    if isinstance(read, Limited) and (not cells or max(map(len, cells)) <= read.limit):
        return cells
    values: list[Any] = []
    known: dict[str, Any] = {"": ""}
    for position, cell in enumerate(cells):
        if cell in known:
            values.append(known[cell])
            continue
        try:
            value = read(cell)
        except CellProblem as problem:
            faults.setdefault(position, []).append((problem.code.value, column.title[:100]))
            values.append("")
        else:
            known[cell] = value
            values.append(value)
    return values


def _fields(values: dict[str, list[Any]], size: int, columns: Sequence[Column]) -> list[str]:
    if not columns:
        return [NO_FIELDS] * size
    names = [column.key.removeprefix(CUSTOM) for column in columns]
    rows = zip(*(values.pop(column.key) for column in columns), strict=True)
    encode = msgspec.json.encode
    return [
        encode({name: value for name, value in zip(names, row, strict=True) if value != ""}).decode() for row in rows
    ]


def _compose_names(values: dict[str, list[str]]) -> None:
    """A whole name from its parts where the file has no other: 김하늘, but Dana Park."""
    families, givens = values.get("family_name"), values.get("given_name")
    if families is None and givens is None:
        return
    families = families or [""] * len(givens or ())
    givens = givens or [""] * len(families)
    names = values.get("name") or [""] * len(families)
    values["name"] = [
        name or (family + given if _is_hangul(family + given) else f"{given} {family}".strip())[:200]
        for name, family, given in zip(names, families, givens, strict=True)
    ]


def _is_hangul(name: str) -> bool:
    return bool(name) and "가" <= name[0] <= "힣"


def _require_key(values: dict[str, list[str]], kind: str, faults: dict[int, list[tuple[str, str]]], size: int) -> None:
    """A line that nobody can recognise again is no good."""
    keys = [values[key] for key in KEYS[sort_of(kind)] if key in values]
    code = KEYLESS[sort_of(kind)]
    rows = zip(*keys, strict=True) if keys else [()] * size
    for position, row in enumerate(rows):
        if not any(row) and position not in faults:
            faults[position] = [(code.value, "")]
