"""Files of people, as their pages show them."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from dangol.customers.enums import ImportState, ProblemCode
from dangol.customers.models import ImportProblem, PeopleImport
from dangol.workspaces.models import Member

SAMPLE = 5
PROBLEMS_SHOWN = 100
RECENT = 20


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
    columns: list[ImportColumn]
    problems: list[ImportProblem]
    problem_counts: list[tuple[str, int]]

    @property
    def good_count(self) -> int:
        """Lines that a run would take in."""
        return self.people_import.created_count + self.people_import.updated_count

    @property
    def done_lines(self) -> int:
        """How many lines of the file are behind the run."""
        return max(self.people_import.next_line - 1, 0)

    @property
    def is_running(self) -> bool:
        return self.people_import.state == ImportState.RUNNING


def imports_of(member: Member) -> QuerySet[PeopleImport]:
    """The files of the member's workspace, newest first, without their contents until somebody reads them."""
    own = PeopleImport.objects.filter(workspace_id=member.workspace_id).select_related("by__user")
    return own.order_by("-created_at", "-id")


def recent_imports(member: Member) -> QuerySet[PeopleImport]:
    """The newest of them."""
    return imports_of(member)[:RECENT]


def import_view(people_import: PeopleImport) -> ImportView:
    """Return one import with samples of its columns and its first problems."""
    problems = _problems(people_import)
    counted = (
        problems.order_by().values_list("code").annotate(lines=Count("line", distinct=True)).order_by("-lines", "code")
    )
    counts = [(ProblemCode(code).label, lines) for code, lines in counted]
    return ImportView(
        people_import, _columns(people_import), list(problems[:PROBLEMS_SHOWN]), [(str(k), n) for k, n in counts]
    )


def problem_lines(people_import: PeopleImport) -> QuerySet[ImportProblem]:
    """Every line that was left out, in the order of the file."""
    return _problems(people_import)


def _problems(people_import: PeopleImport) -> QuerySet[ImportProblem]:
    found = ImportProblem.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import)
    return found.order_by("line", "code", "column")


def _columns(people_import: PeopleImport) -> list[ImportColumn]:
    if people_import.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        return []
    sample: list[list[str]] = []
    return [
        ImportColumn(
            number,
            title,
            [cells[number] for cells in sample if number < len(cells)],
            people_import.mapping.get(str(number), ""),
        )
        for number, title in enumerate(people_import.header)
    ]
