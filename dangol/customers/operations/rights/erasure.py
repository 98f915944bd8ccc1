"""Erasing people: from every table and every other place, as each room registered it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils.translation import get_language

from dangol.customers.contracts import Anonymise, Delete, Erased, Keep, PersonTable, PersonTrace, person_tables
from dangol.customers.enums import IdentityKind, RequestState
from dangol.customers.models import ErasedKey, Person, RightsRequest
from dangol.kit import tenancy
from dangol.kit.authorship import erasing
from dangol.kit.crypto import blind_index
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

ERASED = "erased"
"""The origin of what is left of a person whose rows a law keeps: a row without a name."""
REMEMBERED = (IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.EXTERNAL_ID)

# Whoever was merged into them is the same person.
WHOLE = """
WITH RECURSIVE whole AS (
    SELECT id FROM customers_person WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)
    UNION
    SELECT loser.id FROM customers_person AS loser JOIN whole ON loser.merged_into_id = whole.id
    WHERE loser.workspace_id = %(workspace)s
)
SELECT person.id, person.name, person.email, person.phone, person.external_id
FROM customers_person AS person JOIN whole ON whole.id = person.id
WHERE person.workspace_id = %(workspace)s ORDER BY person.id FOR UPDATE OF person
"""

KNOWN_BY = """
SELECT kind, value FROM customers_identity WHERE workspace_id = %(workspace)s AND person_id = ANY(%(ids)s)
UNION
SELECT kind, value FROM customers_contactpoint
WHERE workspace_id = %(workspace)s AND person_id = ANY(%(ids)s) AND kind IN ('email', 'phone') AND NOT is_shared
"""

EMPTY = """
UPDATE customers_person SET
    name = '', family_name = '', given_name = '', honorific = '', email = '', phone = '', external_id = '',
    language = '', time_zone = '', country = '', postal_code = '', city = '', address = '', born_on = NULL,
    owner_id = NULL, fields = '{}', won = '{}', bigrams = '{}', initials = '', is_anonymous = true,
    origin = %(origin)s, first_seen_at = %(now)s, last_seen_at = NULL, created_at = %(now)s, updated_at = %(now)s,
    deleted_at = %(now)s, deleted_by_id = NULL, merged_into_id = NULL
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done to one table or other place. `rule` is "deleted", "anonymised" or "kept", `until` a day."""

    title: str
    place: str
    rule: str
    rows: int
    reason: str = ""
    years: int = 0
    until: str = ""


@transaction.atomic
def erase_people(
    *,
    workspace_id: UUID,
    ids: Sequence[UUID],
    member: Member | None,
    now: datetime,
    request: RightsRequest | None = None,
) -> list[Outcome]:
    """
    Erase people and those merged into them from all rooms: delete, anonymise, or keep what a law demands.

    What is kept stays with a row that has no name. An unreadable fingerprint of each address stays too, so that an old
    file does not bring the person back. Neither the history nor the audit record names them. Running it again does
    nothing more.

    :param request: whose `results` are filled and which is closed
    """
    with erasing(), tenancy.open_trash():
        erased = _known(workspace_id, ids, now)
        outcomes = _erase(erased) if erased.ids else []
    _report(workspace_id, outcomes, member=member, now=now, request=request, people=len(erased.ids))
    return outcomes


def remember_erased(*, workspace_id: UUID, keys: Iterable[tuple[str, str]], now: datetime) -> None:
    """Keep the fingerprints of addresses, numbers and customer numbers that must not come back unasked."""
    digests = {key_digest(workspace_id, kind, value) for kind, value in keys if value}
    ErasedKey.objects.bulk_create(
        [ErasedKey(workspace_id=workspace_id, digest=digest, erased_at=now) for digest in sorted(digests)],
        ignore_conflicts=True,
    )


def key_digest(workspace_id: UUID, kind: str, value: str) -> str:
    """Return the fingerprint of one key."""
    return blind_index(f"{kind}:{value.lower()}", context=f"erased/{workspace_id}")


def _known(workspace_id: UUID, ids: Sequence[UUID], now: datetime) -> Erased:
    """Lock the people and find by what they were known."""
    with connection.cursor() as cursor:
        cursor.execute(WHOLE, {"workspace": workspace_id, "ids": list(ids)})
        people = cursor.fetchall()
        whole = [person_id for person_id, *_rest in people]
        cursor.execute(KNOWN_BY, {"workspace": workspace_id, "ids": whole})
        keys = set(cursor.fetchall())
    for _id, _name, email, phone, external_id in people:
        keys |= {("email", email.lower()), ("phone", phone), ("external_id", external_id)}
    by_kind = {kind: sorted(value for found, value in keys if found == kind and value) for kind in IdentityKind.values}
    return Erased(
        workspace_id=workspace_id, ids=whole, now=now, names=sorted({name for _id, name, *_rest in people if name}),
        emails=by_kind["email"], phones=by_kind["phone"], external_ids=by_kind["external_id"],
        anonymous_ids=by_kind["anonymous_id"],
    )  # fmt: skip


def _erase(erased: Erased) -> list[Outcome]:
    remember_erased(
        workspace_id=erased.workspace_id,
        keys=[
            *(("email", value) for value in erased.emails),
            *(("phone", value) for value in erased.phones),
            *(("external_id", value) for value in erased.external_ids),
        ],
        now=erased.now,
    )
    tables = person_tables()
    outcomes = [_outcome(table, count, erased.now) for table in tables if (count := _count(table, erased))]
    outcomes += _from_traces(erased)
    for table in tables:
        _apply(table, erased)
    _let_go(erased, kept=_kept(erased, [table for table in tables if isinstance(table.on_erasure, Keep)]))
    outcomes.append(Outcome(title=_title(Person), place=Person._meta.db_table, rule="deleted", rows=len(erased.ids)))
    return outcomes


def _from_traces(erased: Erased) -> list[Outcome]:
    found = [(name, trace, trace.erase(erased)) for name, trace in PersonTrace.traces.items()]
    return [
        Outcome(title=str(trace.title), place=name.rpartition(".")[2], rule="deleted", rows=rows)
        for name, trace, rows in found
        if rows
    ]


def _outcome(table: PersonTable, rows: int, now: datetime) -> Outcome:
    rule = table.on_erasure
    title = str(table.title)
    if isinstance(rule, Keep):
        return Outcome(
            title=title, place=table.table, rule="kept", rows=rows, reason=str(rule.reason), years=rule.years,
            until=rule.until(now).isoformat(),
        )  # fmt: skip
    return Outcome(
        title=title, place=table.table, rule="deleted" if isinstance(rule, Delete) else "anonymised", rows=rows
    )


def _count(table: PersonTable, erased: Erased) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table.table}" WHERE {_theirs(table)}', _values(erased))  # noqa: S608 - names come from the models
        return int(cursor.fetchone()[0])


def _apply(table: PersonTable, erased: Erased) -> None:
    rule = table.on_erasure
    if isinstance(rule, Delete):
        _run(f'DELETE FROM "{table.table}" WHERE {_theirs(table)}', erased)  # noqa: S608 - names come from the models
    elif isinstance(rule, Anonymise):
        emptied = ", ".join(_emptied(table, name) for name in rule.fields)
        _run(f'UPDATE "{table.table}" SET {emptied} WHERE {_theirs(table)}', erased)  # noqa: S608 - names come from the models


def _emptied(table: PersonTable, name: str) -> str:
    field = table.model._meta.get_field(name)
    if getattr(field, "null", False):
        return f'"{table.column_of(name)}" = NULL'
    empty = "'{}'" if isinstance(field, models.JSONField) else "''"
    return f'"{table.column_of(name)}" = {empty}'


def _theirs(table: PersonTable) -> str:
    only = "".join(f" AND \"{table.column_of(name)}\" = '{value}'" for name, value in table.only.items())
    return f'workspace_id = %(workspace)s AND "{table.column}" = ANY(%(ids)s){only}'


def _kept(erased: Erased, tables: Sequence[PersonTable]) -> set[UUID]:
    """Return of whom a law keeps something."""
    kept: set[UUID] = set()
    for table in tables:
        sql = f'SELECT DISTINCT "{table.column}" FROM "{table.table}" WHERE {_theirs(table)}'  # noqa: S608 - names come from the models
        with connection.cursor() as cursor:
            cursor.execute(sql, _values(erased))
            kept |= {person_id for (person_id,) in cursor.fetchall()}
    return kept


def _let_go(erased: Erased, *, kept: set[UUID]) -> None:
    values: dict[str, Any] = {"workspace": erased.workspace_id, "now": erased.now, "origin": ERASED}
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, values | {"ids": list(erased.ids)})
        cursor.execute(
            "DELETE FROM customers_person WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)",
            values | {"ids": [person_id for person_id in erased.ids if person_id not in kept]},
        )


def _run(sql: str, erased: Erased) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(erased))


def _values(erased: Erased) -> dict[str, Any]:
    return {"workspace": erased.workspace_id, "ids": list(erased.ids)}


def _report(
    workspace_id: UUID,
    outcomes: Sequence[Outcome],
    *,
    member: Member | None,
    now: datetime,
    request: RightsRequest | None,
    people: int,
) -> None:
    if request is not None:
        RightsRequest.objects.filter(workspace_id=workspace_id, pk=request.pk).update(
            state=RequestState.DONE, done_by=member, done_at=now, results=[asdict(outcome) for outcome in outcomes]
        )
    if member is not None:
        rows = {outcome.place: outcome.rows for outcome in outcomes}
        detail = {"people": people, "rows": rows, "language": get_language()}
        record_act(member=member, verb="erase_people", detail=detail, now=now)


def _title(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)
