"""Bring a list of people along: e-mail addresses, phone numbers or customer numbers, one a line."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from dangol.customers.operations import normalised_email, normalised_phone
from dangol.kit.errors import OperationError
from dangol.segments.models import ImportedList, Segment
from dangol.segments.operations.editing import checked_name, create_segment
from dangol.workspaces.models import Member

MOST_LINES = 200_000
MOST_UNKNOWN = 200
LONGEST_LINE = 320

FOUND = """
WITH given AS (
    SELECT line, kind, value FROM unnest(%(lines)s::text[], %(kinds)s::text[], %(values)s::text[])
        AS asked (line, kind, value)
),
found AS (
    SELECT given.line, identity.person_id FROM given
    JOIN customers_identity AS identity
      ON identity.workspace_id = %(workspace)s AND identity.kind = given.kind AND identity.value = given.value
    JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.id = identity.person_id
),
kept AS (
    INSERT INTO segments_listedperson (id, workspace_id, list_id, person_id)
    SELECT gen_random_uuid(), %(workspace)s, %(list)s, person_id FROM found GROUP BY person_id
)
SELECT DISTINCT line FROM given WHERE line NOT IN (SELECT line FROM found) ORDER BY line LIMIT %(most)s
"""


class UnableToImportList(OperationError):
    """The list is empty or too long, or its name is missing, too long or taken."""


def import_list(*, by: Member, name: str, text: str, now: datetime) -> tuple[ImportedList, Segment]:
    """
    Keep who is named by the lines as a list, and make the segment of those people.

    :raises UnableToImportList: if there is no line, there are too many, or the name cannot be used
    :raises UnableToCreateSegment: if a segment has that name
    """
    lines = list(dict.fromkeys(line for row in text.replace("\x00", "").splitlines() if (line := _first_cell(row))))
    if not lines:
        raise UnableToImportList(_("Enter at least one e-mail address, phone number or customer number."))
    if len(lines) > MOST_LINES:
        raise UnableToImportList(_("Use at most %(most)s lines.") % {"most": f"{MOST_LINES:,}"})
    title = checked_name(name, UnableToImportList)
    brought = ImportedList(workspace_id=by.workspace_id, name=title, given=len(lines), created_by=by)
    with transaction.atomic():
        try:
            with transaction.atomic():
                brought.save(force_insert=True)
        except IntegrityError as taken:
            raise UnableToImportList(_("A list of this name exists already. Choose another name.")) from taken
        brought.unknown = _find(brought, lines)
        brought.save(update_fields=["unknown"])
        definition = {"kind": "all", "conditions": [{"kind": "listed", "list": str(brought.pk)}]}
        return brought, create_segment(by=by, name=title, definition=definition, now=now)


def _find(brought: ImportedList, lines: list[str]) -> list[str]:
    """Put those who are found on the list; return the first lines that nobody has."""
    asked = [(line, kind, value) for line in lines for kind, value in _meanings(line)]
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "workspace": brought.workspace_id,
            "list": brought.pk,
            "lines": [line for line, _kind, _value in asked],
            "kinds": [kind for _line, kind, _value in asked],
            "values": [value for _line, _kind, value in asked],
            "most": MOST_UNKNOWN,
        }
        cursor.execute(FOUND, values)
        return [line for (line,) in cursor.fetchall()]


def _meanings(line: str) -> list[tuple[str, str]]:
    meanings = [("external_id", line)]
    if "@" in line:
        return [*meanings, ("email", normalised_email(line))]
    phone = normalised_phone(line)
    return [*meanings, ("phone", phone)] if phone else meanings


def _first_cell(row: str) -> str:
    return row.replace("\t", ",").partition(",")[0].strip().strip('"').strip()[:LONGEST_LINE]
