"""Guessing where a table's header is and what its columns mean: from titles, else from what stands below them."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from dangol.customers.enums import RECORDS, ImportTarget, object_of, sort_of
from dangol.customers.models import CustomObject
from dangol.customers.operations.imports import cells
from dangol.customers.operations.imports.cells import CellProblem
from dangol.customers.operations.imports.presets import LEAVE_OUT, preset_for
from dangol.customers.operations.imports.targets import CUSTOM, IGNORED, LEFT_OUT, TARGETS
from dangol.customers.queries import field_definitions
from dangol.kit.table_rows import Records
from dangol.kit.text_files import plain_title

HEADER_DEPTH = 15
LONGEST_TITLE = 60
LIKELY = 0.8
LOOKED_AT = 50
BY_TITLE = {
    kind: {title: target.key for target in targets.values() for title in target.headers.split()}
    for kind, targets in TARGETS.items()
}
HINTS = {
    ImportTarget.PEOPLE.value: (
        ("email", cells.email), ("company_number", cells.business_number), ("phone", cells.phone),
    ),
    ImportTarget.COMPANIES.value: (
        ("email", cells.email), ("business_number", cells.business_number), ("phone", cells.phone),
    ),
    RECORDS: (),
}  # fmt: skip
TITLES_OF_THINGS = (
    ("name", ("", "명", "이름", "name", "title")), ("external_id", ("번호", "코드", "number", "no", "id", "code")),
)  # fmt: skip
SHORT_NUMBER = re.compile(r"\d{1,7}", re.ASCII)


def header_of(
    sample: Records, target: str, *, header_line: int | None = None, is_sheet: bool = False
) -> tuple[int, list[str]]:
    """
    Return the line of the titles and the titles. Line 0 with invented titles when the table has none.

    A title that is missing because its cell is merged with the one above is taken from there.

    :param header_line: where the header is, when somebody says it
    :param is_sheet: rows of a spreadsheet end where their last cell is, so the header may be shorter than its table
    """
    rows = list(zip(sample.numbers, sample.cells, strict=True))[:HEADER_DEPTH]
    if not rows or header_line == 0:
        return 0, _invented(rows)
    said = [at for at, (number, _cells) in enumerate(rows) if number == header_line]
    best = said[0] if said else max(range(len(rows)), key=lambda at: (_known_titles(rows[at][1], target), -at))
    if not said and not _known_titles(rows[best][1], target):
        best = _widest(rows)
        if _looks_like_data(rows[best][1]):
            return 0, _invented(rows)
    if not said and _goes_on_below(rows, best, target):
        best += 1
    titles = [cell.strip() for cell in rows[best][1]]
    above = rows[best - 1][1] if best and rows[best - 1][0] == rows[best][0] - 1 else []
    if is_sheet:
        titles += [""] * (max(len(above), _filled(rows[best + 1 :])) - len(titles))
    for number, cell in enumerate(above[: len(titles)]):
        titles[number] = titles[number] or cell.strip()
    while titles and not titles[-1] and len(titles) > _filled(rows[best + 1 :]):
        titles.pop()
    return rows[best][0], [" ".join(title.split())[:100] for title in titles]


def suggested_mapping(
    header: Sequence[str],
    *,
    target: str = ImportTarget.PEOPLE.value,
    sample: Sequence[Sequence[str]] = (),
    own: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """
    Guess what every column means, by its number; a title that says nothing becomes a field of one's own.

    :param own: meanings by titles that only this workspace has, see `own_titles`; they come before all others
    """
    preset = preset_for(header, target)
    known = BY_TITLE[sort_of(target)] | dict(preset.meanings if preset else {}) | dict(own)
    mapping = {str(number): known.get(plain_title(title), "") for number, title in enumerate(header)}
    _leave_out_twins(mapping)
    for number, title in enumerate(header):
        column = [row[number].strip() for row in sample[:LOOKED_AT] if number < len(row) and row[number].strip()]
        if not mapping[str(number)]:
            hint = _by_content(column, target)
            mapping[str(number)] = hint if hint and hint not in mapping.values() else _own_field(title, mapping)
    return {number: IGNORED if key == LEAVE_OUT else key for number, key in mapping.items()}


def own_titles(*, workspace_id: UUID, target: str) -> dict[str, str]:
    """Return what titles mean in this workspace: labels of its fields; 계약명, contract number of its things."""
    titles: dict[str, str] = {}
    if sort_of(target) == RECORDS:
        own = CustomObject.objects.filter(workspace_id=workspace_id, key=object_of(target))
        for label in own.values_list("label", flat=True):
            titles |= {plain_title(label + word): key for key, words in TITLES_OF_THINGS for word in words}
    for definition in field_definitions(workspace_id=workspace_id, object=object_of(target)):
        titles |= dict.fromkeys((plain_title(definition.key), plain_title(definition.label)), CUSTOM + definition.key)
    return titles


def _leave_out_twins(mapping: dict[str, str]) -> None:
    """Two columns cannot mean the same: the first one does."""
    seen: set[str] = set()
    for number, key in mapping.items():
        if key in seen:
            mapping[number] = IGNORED
        elif key and key != LEAVE_OUT:
            seen.add(key)


def _by_content(column: Sequence[str], target: str) -> str:
    for key, read in HINTS[sort_of(target)]:
        if column and sum(_reads(read, cell) for cell in column) >= LIKELY * len(column):
            return key
    return ""


def _reads(read: object, cell: str) -> bool:
    if SHORT_NUMBER.fullmatch(cell):
        return False
    try:
        return bool(read(cell))  # type: ignore[operator] # every hint is a reader of cells
    except CellProblem:
        return False


def _own_field(title: str, mapping: Mapping[str, str]) -> str:
    name = title.strip()[:LONGEST_TITLE]
    if not name or plain_title(title).startswith(LEFT_OUT) or CUSTOM + name in mapping.values():
        return IGNORED
    return CUSTOM + name


def _known_titles(row: Sequence[str], target: str) -> int:
    return sum(plain_title(cell) in BY_TITLE[sort_of(target)] for cell in row if cell.strip())


def _goes_on_below(rows: Sequence[tuple[int, list[str]]], at: int, target: str) -> bool:
    """Titles over two lines: a merged one above, such as contact, its parts below, such as e-mail and phone."""
    if at + 1 >= len(rows) or rows[at + 1][0] != rows[at][0] + 1:
        return False
    below = [cell for cell in rows[at + 1][1] if cell.strip()]
    return bool(below) and 2 * _known_titles(below, target) >= len(below)


def _filled(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The last column in which anything stands."""
    return max((at + 1 for _number, row in rows for at, cell in enumerate(row) if cell.strip()), default=0)


def _widest(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The first row with as many filled cells as any: what is above are headings of the whole table."""
    counts = [sum(bool(cell.strip()) for cell in row) for _number, row in rows]
    return counts.index(max(counts))


def _looks_like_data(row: Sequence[str]) -> bool:
    return any(_reads(cells.email, cell.strip()) or _reads(cells.phone, cell.strip()) for cell in row if cell.strip())


def _invented(rows: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    width = max((len(row) for _number, row in rows), default=0)
    return [f"#{number}" for number in range(1, width + 1)]
