"""Bringing in a file of people: upload, choose what the columns mean, check, start, and the run itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.enums import ImportState
from dangol.customers.models import ImportProblem, PeopleImport
from dangol.customers.operations.import_columns import is_known_target, moment, suggested_mapping
from dangol.customers.operations.import_consents import ConsentStatement, stored_statement, write_import_consents
from dangol.customers.operations.import_lines import Line, read_lines, table_rows
from dangol.customers.operations.import_writing import PeopleMoved, placed, write_people
from dangol.customers.operations.resident_numbers import without_resident_numbers
from dangol.kit import bus, tenancy
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.kit.text_files import UnreadableText, decoded, delimiter_of, encoding_of
from dangol.workspaces.models import Member

LARGEST_FILE = 50 * 1024 * 1024
CHUNK = 2000
TRIES = 5
KEYS = frozenset(("email", "phone", "external_id"))


class UnableToImport(OperationError):
    """The file cannot be taken in as it is."""


def upload_people(*, member: Member, file_name: str, content: bytes, now: datetime) -> PeopleImport:
    """
    Keep an uploaded file and guess its encoding, delimiter and columns. Resident registration numbers are struck out.

    :raises UnableToImport: if it is empty, too large, or no text file with a header and at least one line
    """
    encoding, text = _text(content)
    made = PeopleImport(
        workspace_id=member.workspace_id, by=member, file_name=file_name[-255:], encoding=encoding,
        content=without_resident_numbers(text).encode(encoding), delimiter=delimiter_of(text),
    )  # fmt: skip
    records = table_rows(made)
    header, first = next(records, None), next(records, None)
    if header is None or first is None:
        raise UnableToImport(_("The file needs a header and at least one line below it."))
    made.header = [cell.strip()[:100] for cell in header.cells]
    made.mapping = suggested_mapping(made.header)
    made.line_count = text.count("\n") + 1
    made.save()
    return made


@transaction.atomic
def check_people_import(
    *,
    people_import: PeopleImport,
    mapping: Mapping[str, str] | None = None,
    consent: ConsentStatement | None = None,
    now: datetime,
) -> PeopleImport:
    """
    Read the whole file without taking anybody in, and list every problem by line.

    Afterwards `created_count`, `updated_count` and `rejected_count` say what a run would do: lines about new people,
    lines about known people, lines left out.

    :param mapping: what each column means, by its number from "0"; None keeps what was guessed or chosen before
    :raises UnableToImport: if no column can tell people apart, a column's meaning is unknown, or the run has begun
    """
    if people_import.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise UnableToImport(_("This file is being taken in already."))
    _set_mapping(people_import, mapping)
    if consent is not None:
        people_import.consent = stored_statement(_sound(consent, now))
    ImportProblem.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import).delete()
    counts = Counter({"new": 0, "known": 0, "rejected": 0})
    for chunk in _chunks(read_lines(people_import)):
        people = placed(workspace_id=people_import.workspace_id, lines=[line for line in chunk if not line.problems])
        counts["new"] += sum(person.is_new for person in people)
        counts["known"] += sum(not person.is_new for person in people)
        counts["rejected"] += _keep_problems(people_import, chunk)
    people_import.created_count, people_import.updated_count = counts["new"], counts["known"]
    people_import.rejected_count = counts["rejected"]
    people_import.state = ImportState.CHECKED
    people_import.save()
    return people_import


@transaction.atomic
def start_people_import(*, people_import: PeopleImport, member: Member, now: datetime) -> PeopleImport:
    """
    Queue the run of a checked file.

    :raises UnableToImport: if it was not checked, or every line has a problem
    """
    locked = PeopleImport.objects.select_for_update(of=("self",)).get(
        workspace_id=people_import.workspace_id, pk=people_import.pk
    )
    if locked.state != ImportState.CHECKED:
        raise UnableToImport(_("Check the file first."))
    if not locked.created_count + locked.updated_count:
        raise UnableToImport(_("No line of this file can be taken in. Mend the file and upload it again."))
    ImportProblem.objects.filter(workspace_id=locked.workspace_id, people_import=locked).delete()
    locked.state, locked.by, locked.next_line = ImportState.RUNNING, member, 0
    locked.created_count = locked.updated_count = locked.rejected_count = 0
    locked.save()
    run_people_import.defer(workspace_id=locked.workspace_id, import_id=locked.pk)
    return locked


@job(queue="imports", atomic=False)
def run_people_import(*, workspace_id: UUID, import_id: UUID) -> None:
    """
    Take a file in, chunk by chunk, each in a transaction of its own that also moves `next_line` on.

    A run that is killed goes on where the last committed chunk ended; a second run beside it finds nothing to do. A run
    that fails says so on the import; when the queue tries again, it goes on from there.
    """
    try:
        _take_in(workspace_id, import_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        with tenancy.workspace(workspace_id):
            _move(workspace_id, import_id, since=ImportState.RUNNING, to=ImportState.FAILED)
        raise


def _take_in(workspace_id: UUID, import_id: UUID) -> None:
    with tenancy.workspace(workspace_id):
        _move(workspace_id, import_id, since=ImportState.FAILED, to=ImportState.RUNNING)
        people_import = PeopleImport.objects.select_related("by").get(workspace_id=workspace_id, pk=import_id)
    for chunk in _chunks(read_lines(people_import)):
        if chunk[-1].number >= people_import.next_line:
            _take_chunk(people_import, chunk)
    with tenancy.workspace(workspace_id):
        _finish(people_import)


def _move(workspace_id: UUID, import_id: UUID, *, since: ImportState, to: ImportState) -> None:
    PeopleImport.objects.filter(workspace_id=workspace_id, pk=import_id, state=since).update(state=to)


def _take_chunk(people_import: PeopleImport, chunk: Sequence[Line]) -> None:
    """Write one chunk; when somebody else writes the same people meanwhile, look again."""
    for _try in range(TRIES):
        try:
            with tenancy.workspace(people_import.workspace_id):
                _write_chunk(people_import, chunk)
        except PeopleMoved:
            continue
        return
    raise PeopleMoved


def _write_chunk(people_import: PeopleImport, chunk: Sequence[Line]) -> None:
    locked = _locked(people_import)
    if locked.state != ImportState.RUNNING or chunk[-1].number < locked.next_line:
        return
    sound = [line for line in chunk if not line.problems]
    people = placed(workspace_id=locked.workspace_id, lines=sound)
    created, updated = write_people(
        workspace_id=locked.workspace_id, people=people, first_seen_at=locked.created_at, now=timezone.now()
    )
    write_import_consents(people_import=people_import, people=people)
    locked.created_count += created
    locked.updated_count += updated
    locked.rejected_count += _keep_problems(locked, chunk)
    locked.next_line = chunk[-1].number + 1
    locked.save(update_fields=["created_count", "updated_count", "rejected_count", "next_line"])


def _finish(people_import: PeopleImport) -> None:
    locked = _locked(people_import)
    if locked.state != ImportState.RUNNING:
        return
    locked.state, locked.finished_at = ImportState.DONE, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    bus.publish(
        facts.PeopleImported(
            workspace_id=locked.workspace_id,
            import_id=locked.pk,
            created=locked.created_count,
            updated=locked.updated_count,
        )
    )


def _locked(people_import: PeopleImport) -> PeopleImport:
    """The import's row, so that only one run at a time moves it on; without the file, which we hold already."""
    found = PeopleImport.objects.select_for_update().defer("content")
    return found.get(workspace_id=people_import.workspace_id, pk=people_import.pk)


def _text(content: bytes) -> tuple[str, str]:
    if len(content) > LARGEST_FILE:
        raise UnableToImport(_("The file is larger than 50 MB. Split it and upload the parts one after the other."))
    if not content.strip():
        raise UnableToImport(_("The file is empty."))
    try:
        encoding = encoding_of(content)
    except UnreadableText:
        raise UnableToImport(
            _("This is not a text file. Save the table as CSV in your spreadsheet program and upload that.")
        ) from None
    return encoding, decoded(content, encoding)


def _set_mapping(people_import: PeopleImport, mapping: Mapping[str, str] | None) -> None:
    if mapping is not None:
        people_import.mapping = {
            str(number): mapping.get(str(number), "") for number in range(len(people_import.header))
        }
    chosen = [key for key in people_import.mapping.values() if key]
    if not all(is_known_target(key) for key in chosen):
        raise UnableToImport(_("One of the columns means something unknown. Choose again."))
    if len(chosen) != len(set(chosen)):
        raise UnableToImport(_("Two columns have the same meaning. Choose one of them."))
    if not KEYS & set(chosen):
        raise UnableToImport(_("Choose a column for the e-mail address, the phone number or the customer number."))


def _sound(consent: ConsentStatement, now: datetime) -> ConsentStatement:
    if consent.channels and not (consent.source.strip() and consent.wording_version.strip() and consent.at):
        raise UnableToImport(_("Say when, where and to which wording these people agreed."))
    if consent.at and moment(consent.at) > now:
        raise UnableToImport(_("The date of the consent lies in the future."))
    return consent


def _keep_problems(people_import: PeopleImport, chunk: Iterable[Line]) -> int:
    """Write down what is wrong with each line, and return how many lines are left out."""
    bad = [line for line in chunk if line.problems]
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(
                workspace_id=people_import.workspace_id,
                people_import=people_import,
                line=line.number,
                code=problem.code,
                column=problem.column,
                text=line.text,
            )
            for line in bad
            for problem in line.problems
        ),
        ignore_conflicts=True,
    )
    return len(bad)


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    source = iter(lines)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
