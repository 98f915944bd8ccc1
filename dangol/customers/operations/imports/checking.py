"""Choosing what a file means and the dry run: everything is read, nothing is taken in."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportState, ImportTarget, OnDuplicate, sort_of
from dangol.customers.models import ImportProblem, PeopleImport
from dangol.customers.operations.imports import running
from dangol.customers.operations.imports.cells import moment
from dangol.customers.operations.imports.consents import ConsentStatement, stored_statement
from dangol.customers.operations.imports.links import follow_links
from dangol.customers.operations.imports.matching import (
    FreshKeys,
    Known,
    Placement,
    leave_out_shared,
    look_up,
    place,
    wanted_keys,
)
from dangol.customers.operations.imports.plans import first_data_line
from dangol.customers.operations.imports.problems import keep_problems
from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.operations.imports.rights import refuse_forbidden_columns
from dangol.customers.operations.imports.targets import KEYS, is_known_target
from dangol.customers.operations.imports.writing import copy_into, escaped
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.kit.jobs import job
from dangol.workspaces.models import Member

CHOOSABLE = frozenset((ImportState.UPLOADED.value, ImportState.CHECKED.value, ImportState.CHECKING.value))

# Keys of lines further up in the file. They stand in the database, since a file may have more than memory should hold.
SEEN = """
DROP TABLE IF EXISTS import_seen;
CREATE TEMPORARY TABLE import_seen (kind text, value text, person_id uuid, number text, PRIMARY KEY (kind, value));
CREATE TEMPORARY TABLE IF NOT EXISTS import_fresh (kind text, value text, person_id uuid, number text)
"""
LOOK_UP_SEEN = """
SELECT s.kind, s.value, s.person_id, s.number
FROM unnest(%s::text[], %s::text[]) AS wanted(kind, value)
CROSS JOIN LATERAL (
    SELECT * FROM import_seen WHERE kind = wanted.kind AND value = wanted.value LIMIT 1
) AS s
"""
REMEMBER = "INSERT INTO import_seen SELECT * FROM import_fresh ON CONFLICT DO NOTHING"


@transaction.atomic
def check_people_import(
    *,
    people_import: PeopleImport,
    mapping: Mapping[str, str] | None = None,
    consent: ConsentStatement | None = None,
    options: Mapping[str, Any] | None = None,
    now: datetime,
) -> PeopleImport:
    """
    Read the whole file without taking anybody in, and list every problem by line. For large files see the planned one.

    Afterwards `created_count`, `updated_count` and `rejected_count` say what a run would do: lines about new people,
    lines about known people, lines left out.

    :param mapping: what each column means, by its number from "0"; None keeps what was guessed or chosen before
    :param options: "on_duplicate" (see enums), "tags" for everybody; None keeps them
    :raises UnableToImport: if no column can tell people apart, a column's meaning is unknown or not for the role of the
        member whose file it is, or the run has begun
    """
    _choose(people_import, mapping, consent, options, now)
    people_import.save()
    _review(people_import, token=people_import.batch)
    people_import.refresh_from_db()
    return people_import


@transaction.atomic
def plan_people_import(
    *,
    people_import: PeopleImport,
    member: Member,
    mapping: Mapping[str, str] | None = None,
    consent: ConsentStatement | None = None,
    options: Mapping[str, Any] | None = None,
    now: datetime,
) -> PeopleImport:
    """
    Keep the choices and queue the dry run, which counts up while it works. The file is this member's from now on.

    :raises UnableToImport: as `check_people_import`
    """
    people_import.by = member
    _choose(people_import, mapping, consent, options, now)
    people_import.save()
    review_people_import.defer(
        workspace_id=people_import.workspace_id, import_id=people_import.pk, token=people_import.batch
    )
    return people_import


@job(queue="imports", atomic=False)
def review_people_import(*, workspace_id: UUID, import_id: UUID, token: UUID) -> None:
    """
    Do the dry run from the first line. New choices end the one that works with the old ones.

    One that fails gives the file back to the second step.
    """
    with tenancy.workspace(workspace_id):
        people_import = PeopleImport.objects.get(workspace_id=workspace_id, pk=import_id)
        if people_import.state != ImportState.CHECKING or people_import.batch != token:
            return
    try:
        _review(people_import, token=token)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        with tenancy.workspace(workspace_id):
            PeopleImport.objects.filter(
                workspace_id=workspace_id, pk=import_id, state=ImportState.CHECKING, batch=token
            ).update(state=ImportState.UPLOADED)
        raise


def _choose(
    people_import: PeopleImport,
    mapping: Mapping[str, str] | None,
    consent: ConsentStatement | None,
    options: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    if people_import.state not in CHOOSABLE:
        raise UnableToImport(_("This file is being taken in already."))
    _set_mapping(people_import, mapping)
    refuse_forbidden_columns(people_import, people_import.by)
    if consent is not None:
        people_import.consent = stored_statement(_sound(consent, now))
    if options is not None:
        chosen = {"on_duplicate": OnDuplicate(options.get("on_duplicate", OnDuplicate.UPDATE)).value}
        people_import.options = dict(options) | chosen
    people_import.state, people_import.batch, people_import.next_line = ImportState.CHECKING, uuid7(), 0
    _set_counts(people_import, Counter())


def _review(people_import: PeopleImport, *, token: UUID) -> None:
    """The same reading and the same decisions as in the run, and none of its writes."""
    workspace_id = people_import.workspace_id
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute(SEEN)
        ImportProblem.objects.filter(workspace_id=workspace_id, people_import=people_import).delete()
    counts: Counter[str] = Counter()
    for read in running.chunks_of(people_import, from_line=first_data_line(people_import)):
        with tenancy.workspace(workspace_id):
            locked = PeopleImport.objects.select_for_update().get(workspace_id=workspace_id, pk=people_import.pk)
            if locked.state != ImportState.CHECKING or locked.batch != token:
                return
            chunk = follow_links(read, workspace_id=workspace_id)
            placement = _decide(locked, chunk)
            counts.update(
                new=placement.created, known=placement.known - len(placement.wrong),
                rejected=chunk.rejected + len(placement.wrong),
            )  # fmt: skip
            keep_problems(locked, chunk, placement)
            locked.next_line = chunk.last_line + 1
            _set_counts(locked, counts)
            locked.save()
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS import_seen")
        PeopleImport.objects.filter(
            workspace_id=workspace_id, pk=people_import.pk, state=ImportState.CHECKING, batch=token
        ).update(state=ImportState.CHECKED, finished_at=None)


def _decide(locked: PeopleImport, chunk: Chunk) -> Placement:
    leave_out_shared(chunk, workspace_id=locked.workspace_id, kind=locked.target)
    keys = wanted_keys(chunk, locked.target)
    known = look_up(workspace_id=locked.workspace_id, kind=locked.target, keys=keys)
    people = {person.id: person for person in known.values()}
    with connection.cursor() as cursor:
        if keys:
            kinds, values = (list(part) for part in zip(*sorted(keys), strict=True))
            cursor.execute(LOOK_UP_SEEN, [kinds, values])
            for kind, value, person_id, number in cursor.fetchall():
                person = people.setdefault(str(person_id), Known(str(person_id)))
                if number and number not in person.numbers:
                    person.numbers += (number,)
                known.setdefault((kind, value), person)
        placement = place(
            chunk, known, kind=locked.target, on_duplicate=locked.options.get("on_duplicate", OnDuplicate.UPDATE)
        )
        _remember(cursor, placement.keys)
    return placement


def _remember(cursor: Any, keys: FreshKeys) -> None:
    if not keys:
        return
    cursor.execute("TRUNCATE import_fresh")
    copy_into(cursor, "import_fresh", [keys.kinds, escaped(keys.values), keys.owners, escaped(keys.numbers)])
    cursor.execute(REMEMBER)


def _set_counts(people_import: PeopleImport, counts: Counter[str]) -> None:
    people_import.created_count, people_import.updated_count = counts["new"], counts["known"]
    people_import.rejected_count, people_import.unchanged_count = counts["rejected"], 0


def _set_mapping(people_import: PeopleImport, mapping: Mapping[str, str] | None) -> None:
    if mapping is not None:
        people_import.mapping = {
            str(number): mapping.get(str(number), "") for number in range(len(people_import.header))
        }
    chosen = [key for key in people_import.mapping.values() if key]
    if not all(is_known_target(people_import.target, key) for key in chosen):
        raise UnableToImport(_("One of the columns means something unknown. Choose again."))
    if len(chosen) != len(set(chosen)):
        raise UnableToImport(_("Two columns have the same meaning. Choose one of them."))
    if set(KEYS[sort_of(people_import.target)]) & set(chosen):
        return
    if people_import.target == "companies":
        raise UnableToImport(_("Choose a column for the company's name, registration number or number."))
    if people_import.target != ImportTarget.PEOPLE:
        raise UnableToImport(_("Choose a column for the name or the number."))
    raise UnableToImport(_("Choose a column for the e-mail address, the phone number or the customer number."))


def _sound(consent: ConsentStatement, now: datetime) -> ConsentStatement:
    if consent.channels and not (consent.source.strip() and consent.wording_version.strip() and consent.at):
        raise UnableToImport(_("Say when, where and to which wording these people agreed."))
    if consent.at and datetime.fromisoformat(moment(consent.at)) > now:
        raise UnableToImport(_("The date of the consent lies in the future."))
    return consent
