"""
Choices that are renamed or taken away.

The stored values follow, in a few statements for any number of rows. Filters and files may go on using the former name.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.customers.field_kinds import BETWEEN_CHOICES
from dangol.customers.models import FieldDefinition
from dangol.customers.models.field import CORE_OBJECTS
from dangol.customers.operations.history import UndoResult, undo_batch
from dangol.customers.queries.merge_fields import CUSTOM
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.models import AuditEntry, Member
from dangol.workspaces.operations import record_act

REASON = "choices"
VERB = "ChoicesExchanged"
AT_ONCE = 20_000
"""Values in more rows than these are exchanged by a job."""

# One choice or a list of them, as a list.
HELD = (
    "CASE jsonb_typeof({column} -> %(name)s) WHEN 'array' THEN {column} -> %(name)s "
    "ELSE jsonb_build_array({column} -> %(name)s) END"
)

COUNT = f"""
SELECT word, count(*) FROM {{table}} AS line, jsonb_array_elements_text({HELD}) AS word
WHERE line.workspace_id = %(workspace)s AND {{column}} ? %(name)s AND word = ANY(%(words)s){{only}} GROUP BY word
"""  # noqa: S608 - names of our own

EXCHANGE = f"""
WITH told AS (
    SELECT line.id, (
        SELECT jsonb_agg(word ORDER BY place) FROM (
            SELECT coalesce(%(becomes)s::jsonb ->> word, word) AS word, min(place) AS place
            FROM jsonb_array_elements_text({HELD}) WITH ORDINALITY AS held(word, place)
            WHERE coalesce(%(becomes)s::jsonb ->> word, word) <> '' GROUP BY 1
        ) AS kept
    ) AS words
    FROM {{table}} AS line
    WHERE line.workspace_id = %(workspace)s AND {{column}} ? %(name)s AND {HELD} ?| %(words)s::text[]{{only}}
)
UPDATE {{table}} AS line SET {{column}} = CASE
    WHEN told.words IS NULL THEN {{column}} - %(name)s::text
    ELSE jsonb_set({{column}}, ARRAY[%(name)s::text],
        CASE jsonb_typeof({{column}} -> %(name)s) WHEN 'array' THEN told.words ELSE told.words -> 0 END)
END
FROM told WHERE line.workspace_id = %(workspace)s AND line.id = told.id
"""  # noqa: S608 - names of our own


class ChoicesInUse(OperationError):
    """Choices that rows hold are to go, and nobody said what becomes of the rows. `used` counts them by choice."""

    def __init__(self, used: Mapping[str, int]) -> None:
        super().__init__(_("Some of the choices that go are in use. Say what becomes of each of them."))
        self.used = used


class UnableToTakeBack(OperationError):
    """The exchange is not known, or the field was changed since."""


def choices_in_use(field: FieldDefinition, words: Sequence[str]) -> dict[str, int]:
    """Return how many rows hold each of these choices, those in the trash included; what nobody holds is left out."""
    table, column, name, only = next(_places(field))
    with tenancy.open_trash(), connection.cursor() as cursor:
        statement = COUNT.format(table=table, column=column, only=only)
        cursor.execute(statement, _values(field, name) | {"words": list(words)})
        found = dict(cursor.fetchall())
    return {word: found[word] for word in words if word in found}


def settle_removed(
    field: FieldDefinition,
    *,
    before: Mapping[str, Any],
    becomes: Mapping[str, str],
    member: Member,
    batch: UUID,
    now: datetime,
) -> None:
    """
    Let stored values follow the choices that a field no longer has.

    :param before: the choices and the default as they were, for taking it back
    :param becomes: for each choice that is in use, another choice, or "" to empty the field
    :raises ChoicesInUse: where `becomes` does not say
    """
    gone = [word for word in before["choices"] if word not in field.choices]
    used = choices_in_use(field, gone) if gone else {}
    if unsaid := {word: count for word, count in used.items() if becomes.get(word) not in {"", *field.choices}}:
        raise ChoicesInUse(unsaid)
    if not used:
        return
    field.former_choices = _former_choices(field, becomes)
    detail = {"field_id": str(field.pk), "batch": str(batch), "before": before, "becomes": dict(becomes)}
    record_act(member=member, verb=VERB, detail=detail, now=now)
    said = {word: becomes[word] for word in used}
    if sum(used.values()) <= AT_ONCE:
        _exchange(field, said, batch=batch, member_id=member.pk)
    else:
        exchange_choices.defer(
            workspace_id=field.workspace_id, definition_id=field.pk, batch=batch, member_id=member.pk, becomes=said
        )


@job(queue="fields")
def exchange_choices(
    *, workspace_id: UUID, definition_id: UUID, batch: UUID, member_id: UUID, becomes: dict[str, str]
) -> None:
    """Exchange choices in very many rows. May run twice."""
    field = FieldDefinition.objects.get(workspace_id=workspace_id, pk=definition_id)
    _exchange(field, becomes, batch=batch, member_id=member_id)


def _exchange(field: FieldDefinition, becomes: Mapping[str, str], *, batch: UUID, member_id: UUID) -> None:
    """Write other choices where these stand, in all rows and in what sources said about them."""
    told = {"words": list(becomes), "becomes": json.dumps(dict(becomes))}
    with act_as(member_id=member_id, reason=REASON, batch=batch), tenancy.open_trash(), connection.cursor() as cursor:
        for table, column, name, only in _places(field):
            statement = EXCHANGE.format(table=table, column=column, only=only)
            cursor.execute(statement, _values(field, name) | told)


@transaction.atomic
def take_exchange_back(*, field: FieldDefinition, batch: UUID, member: Member, now: datetime) -> UndoResult:
    """
    Give the field its former choices and the rows their former values. What was changed since stays.

    :raises UnableToTakeBack: for a batch that exchanged nothing of this field
    """
    acts = AuditEntry.objects.filter(workspace_id=field.workspace_id, verb=VERB, detail__field_id=str(field.pk))
    act = acts.filter(detail__batch=str(batch)).first()
    if act is None:
        raise UnableToTakeBack(_("There is nothing to take back here."))
    locked = FieldDefinition.objects.select_for_update().get(workspace_id=field.workspace_id, pk=field.pk)
    before = act.detail["before"]
    locked.choices = [*before["choices"], *(word for word in locked.choices if word not in before["choices"])]
    locked.choices = [word for word in locked.choices if word not in _only_new(act.detail, before["choices"])]
    locked.default = before["default"]
    exchanged = {word.casefold() for word in act.detail["becomes"]}
    locked.former_choices = {word: heir for word, heir in locked.former_choices.items() if word not in exchanged}
    locked.save(update_fields=["choices", "default", "former_choices"])
    return undo_batch(workspace_id=field.workspace_id, batch=batch, member=member, now=now)


def default_after(default: str, becomes: Mapping[str, str]) -> str:
    """Return what a field begins with, as somebody would write it, when its choices are exchanged."""
    words = [word.strip() for word in BETWEEN_CHOICES.split(default)]
    return ", ".join(dict.fromkeys(word for one in words if (word := becomes.get(one, one))))


def _former_choices(field: FieldDefinition, becomes: Mapping[str, str]) -> dict[str, str]:
    """Remember by which names choices were known: files and filters that use them go on working."""
    older = {word: becomes.get(heir, heir) for word, heir in field.former_choices.items()}
    newer = {word.casefold(): heir for word, heir in becomes.items()}
    return {word: heir for word, heir in {**older, **newer}.items() if heir}


def _only_new(detail: Mapping[str, Any], before: Sequence[str]) -> set[str]:
    """The names that the exchange itself gave."""
    return set(detail["becomes"].values()) - set(before)


def _places(field: FieldDefinition) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, column, name in it and condition of everything that holds values of a field: the rows first."""
    if field.object not in CORE_OBJECTS:
        own = "(SELECT id FROM customers_customobject WHERE workspace_id = %(workspace)s AND key = %(object)s)"
        yield "customers_customrecord", "fields", field.key, f" AND line.object_id = {own}"
        return
    yield f"customers_{field.object}", "fields", field.key, ""
    yield "customers_telling", "told", CUSTOM + field.key, f" AND line.{field.object}_id IS NOT NULL"


def _values(field: FieldDefinition, name: str) -> dict[str, Any]:
    return {"workspace": field.workspace_id, "name": name, "object": field.object}
