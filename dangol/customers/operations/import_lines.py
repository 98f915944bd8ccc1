"""Reading a file of people: every line is either a person who can be taken, or named with all that is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from dangol.customers.enums import IdentityKind, ProblemCode
from dangol.customers.models import PeopleImport
from dangol.customers.operations.import_columns import CUSTOM, CellProblem, CellValue, parsed_cell
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.kit.text_files import Row, decoded, rows

KEPT_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a line."""

    code: str
    column: str = ""


@dataclass(slots=True)
class Line:
    """One line of the file. With problems it is not taken."""

    number: int
    text: str
    problems: list[Problem] = field(default_factory=list)
    name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    time_zone: str = ""
    born_on: date | None = None
    first_seen_at: datetime | None = None
    consent_email: bool | None = None
    consent_sms: bool | None = None
    consent_at: datetime | None = None
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """By what the person is recognised: customer number and e-mail address, else the phone number."""
        keys = [(IdentityKind.EXTERNAL_ID.value, self.external_id), (IdentityKind.EMAIL.value, self.email)]
        return [key for key in keys if key[1]] or ([(IdentityKind.PHONE.value, self.phone)] if self.phone else [])


def table_rows(people_import: PeopleImport) -> Iterator[Row]:
    """Every record of the file, the header first."""
    return rows(decoded(bytes(people_import.content), people_import.encoding), people_import.delimiter)


def read_lines(people_import: PeopleImport) -> Iterator[Line]:
    """Read every line below the header, in order. The same file and mapping give the same lines, every time."""
    columns = [(int(number), key) for number, key in people_import.mapping.items() if key]
    titles = dict(enumerate(people_import.header))
    seen: set[tuple[str, str]] = set()
    records = table_rows(people_import)
    next(records, None)
    for row in records:
        yield _line(row, columns, titles, seen)


def _line(row: Row, columns: list[tuple[int, str]], titles: dict[int, str], seen: set[tuple[str, str]]) -> Line:
    line = Line(row.line, row.text[:KEPT_TEXT])
    if row.fault:
        line.problems.append(Problem(row.fault))
        return line
    if holds_resident_number(row.text):
        line.problems.append(Problem(ProblemCode.RESIDENT_NUMBER.value))
        return line
    for number, key in columns:
        cell = row.cells[number].strip()
        if cell:
            _take(line, key, cell, titles.get(number, ""))
    if not line.problems:
        _identify(line, seen)
    return line


def _take(line: Line, key: str, cell: str, title: str) -> None:
    try:
        value: CellValue = parsed_cell(key, cell)
    except CellProblem as problem:
        line.problems.append(Problem(problem.code.value, title[:100]))
        return
    if key.startswith(CUSTOM):
        line.fields[key.removeprefix(CUSTOM)] = str(value)
    else:
        setattr(line, key, value)


def _identify(line: Line, seen: set[tuple[str, str]]) -> None:
    """A line needs a key of its own. A shared phone number is no key beside a customer number or an e-mail address."""
    keys = line.keys
    if not keys:
        line.problems.append(Problem(ProblemCode.MISSING_IDENTITY.value))
    elif any(key in seen for key in keys):
        line.problems.append(Problem(ProblemCode.DUPLICATE_ROW.value))
    else:
        seen.update(keys)
        if line.phone:
            seen.add((IdentityKind.PHONE.value, line.phone))
