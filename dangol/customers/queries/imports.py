"""Files on their way in, as their pages show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, QuerySet

from dangol.customers.enums import RECORDS, ImportState, ImportTarget, ProblemCode, object_of, sort_of
from dangol.customers.models import CustomObject, ImportLeftover, ImportPiece, ImportProblem, PeopleImport, SavedMapping
from dangol.kit.file_pieces import Piece, codec_of
from dangol.kit.table_rows import Records, TableReader
from dangol.kit.text_files import plain_title
from dangol.workspaces.models import Member

SAMPLE = 6
PROBLEMS_SHOWN = 100
LEFTOVERS_SHOWN = 100
LINES_IN_A_FILE = 200_000
RECENT = 20
CHOOSING = frozenset((ImportState.UPLOADED.value, ImportState.CHECKED.value))
WORKING = frozenset((ImportState.CHECKING.value, ImportState.RUNNING.value, ImportState.UNDOING.value))
STEPS = {
    ImportState.UPLOADED.value: 2, ImportState.CHECKING.value: 3, ImportState.CHECKED.value: 3,
}  # fmt: skip


@dataclass(frozen=True)
class ImportColumn:
    """One column of the file: its header, what its first cells hold, and what it was taken for."""

    number: int
    title: str
    samples: list[str]
    meaning: str


@dataclass(frozen=True)
class ImportView:
    """What the pages of one import show."""

    people_import: PeopleImport

    @property
    def step(self) -> int:
        """Which of the four steps the file has come to."""
        return STEPS.get(self.people_import.state, 4)

    @property
    def good_count(self) -> int:
        """Lines that a run would take in."""
        return self.people_import.created_count + self.people_import.updated_count

    @property
    def done_lines(self) -> int:
        """How many lines of the file are behind the run."""
        return max(self.people_import.next_line - 1, 0)

    @property
    def is_working(self) -> bool:
        """Whether a job is at it, so that the page looks again by itself."""
        return self.people_import.state in WORKING

    @property
    def records_href(self) -> str:
        """Where the records of an own object are listed; empty for people and companies."""
        target = self.people_import.target
        return CustomObject(key=object_of(target)).get_absolute_url() if sort_of(target) == RECORDS else ""

    @property
    def is_choosing(self) -> bool:
        return self.people_import.state in CHOOSING

    @property
    def is_undoable(self) -> bool:
        """Whether something was taken in that can be taken back."""
        over = {ImportState.DONE, ImportState.CANCELLED, ImportState.PAUSED, ImportState.FAILED}
        return self.people_import.state in over and self.people_import.started_at is not None

    @cached_property
    def problems(self) -> list[ImportProblem]:
        return list(problem_lines(self.people_import)[:PROBLEMS_SHOWN])

    @cached_property
    def problem_counts(self) -> list[tuple[str, int]]:
        """How many lines have each kind of problem, the most frequent first."""
        counted = (
            problem_lines(self.people_import).order_by().values_list("code")
            .annotate(lines=Count("line", distinct=True)).order_by("-lines", "code")
        )  # fmt: skip
        return [(str(ProblemCode(code).label), lines) for code, lines in counted]

    @cached_property
    def leftovers(self) -> list[ImportLeftover]:
        """What an undo left as it is, the first hundred."""
        own = ImportLeftover.objects.filter(
            workspace_id=self.people_import.workspace_id, people_import=self.people_import
        )
        return list(own.order_by("label", "id")[:LEFTOVERS_SHOWN])

    @cached_property
    def columns(self) -> list[ImportColumn]:
        """The columns with what stands in their first cells."""
        sample = [cells for number, cells in self._first_records() if number > self.people_import.header_line]
        return [
            ImportColumn(
                number, title, [cells[number] for cells in sample if number < len(cells)],
                self.people_import.mapping.get(str(number), ""),
            )
            for number, title in enumerate(self.people_import.header)
        ]  # fmt: skip

    @cached_property
    def preview(self) -> list[tuple[int, list[str]]]:
        """The first records as they were read, with their line numbers: what stands above the header too."""
        width = len(self.people_import.header)
        return [(number, (cells + [""] * width)[:width]) for number, cells in self._first_records()]

    def _first_records(self) -> list[tuple[int, list[str]]]:
        made = self.people_import
        piece = ImportPiece.objects.filter(workspace_id=made.workspace_id, people_import=made, sheet=made.sheet)
        first = piece.order_by("first_line").first()
        if first is None:
            return []
        pieces = iter([Piece(first.first_line, first.line_count, bytes(first.content))])
        records = next(_reader(made).chunks(pieces, size=SAMPLE + made.header_line), Records())
        return list(zip(records.numbers, records.cells, strict=True))


def import_targets(*, workspace_id: UUID) -> list[tuple[str, str]]:
    """Return what the lines of a file can be, with its name: people, companies, and every own object in use."""
    own = CustomObject.objects.filter(workspace_id=workspace_id, archived_at__isnull=True).order_by("position", "id")
    return [
        *((target.value, str(target.label)) for target in ImportTarget),
        *((RECORDS + key, plural) for key, plural in own.values_list("key", "plural")),
    ]


def imports_of(member: Member) -> QuerySet[PeopleImport]:
    """The files of the member's workspace, newest first."""
    own = PeopleImport.objects.filter(workspace_id=member.workspace_id).select_related("by__user")
    return own.order_by("-created_at", "-id")


def recent_imports(member: Member) -> QuerySet[PeopleImport]:
    """The newest of them."""
    return imports_of(member)[:RECENT]


def import_view(people_import: PeopleImport) -> ImportView:
    """Return one import as its pages show it."""
    return ImportView(people_import)


def fitting_mappings(people_import: PeopleImport) -> list[SavedMapping]:
    """Return the kept mappings all of whose titles stand in the file's header, by name."""
    titles = {plain_title(title) for title in people_import.header}
    own = SavedMapping.objects.filter(workspace_id=people_import.workspace_id, target=people_import.target)
    return [kept for kept in own.order_by("name") if kept.meanings and set(kept.meanings) <= titles]


def by_titles(meanings: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return a kept mapping by column number; of two columns with one meaning the first has it."""
    mapping: dict[str, str] = {}
    for number, title in enumerate(header):
        key = meanings.get(plain_title(title), "")
        mapping[str(number)] = "" if key in mapping.values() else key
    return mapping


def problem_lines(people_import: PeopleImport) -> QuerySet[ImportProblem]:
    """Every problem of every line that was left out, in the order of the file."""
    found = ImportProblem.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import)
    return found.order_by("line", "code", "column")


def rejected_rows(people_import: PeopleImport) -> Iterator[list[str]]:
    """
    Yield the rows of a file of the lines that were left out, the header first: to be mended and uploaded again.

    The last two columns say which line it was and what to do about it; an import leaves them out by their titles.
    """
    reader = _reader(people_import, codec="utf-8")
    width = len(people_import.header)
    yield [*people_import.header, "dangol line", "dangol problem"]
    line, cells, notes = 0, [""], [""]
    for problem in problem_lines(people_import)[:LINES_IN_A_FILE].iterator():
        if problem.line != line:
            if line:
                yield [*cells, str(line), " ".join(notes)]
            read = next(reader.chunks(iter([Piece(1, 1, f"{problem.text}\n".encode())]), size=1), Records())
            cells = ((read.cells[0] if read.cells else [problem.text]) + [""] * width)[: max(width, 1)]
            line, notes = problem.line, []
        notes.append(f"{problem.column}: {problem.label}" if problem.column else problem.label)
    if line:
        yield [*cells, str(line), " ".join(notes)]


def _reader(made: PeopleImport, *, codec: str = "") -> TableReader:
    return TableReader(codec=codec or codec_of(made.encoding), delimiter=made.delimiter, is_sheet=bool(made.sheets))
