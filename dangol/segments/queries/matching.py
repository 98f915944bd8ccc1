"""Who matches a definition at this moment."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from dangol.customers.models import Person
from dangol.customers.models.person import PersonQuerySet
from dangol.customers.permissions import IsAnyOf
from dangol.kit.masking import masking
from dangol.kit.patience import OutOfPatience, patience
from dangol.segments.contracts import Compiled, Compiler, Condition, Subject, in_places, read_definition
from dangol.segments.queries.bounds import Bounds, read_bounds
from dangol.segments.queries.by_lake import reads_very_many_events, with_lake
from dangol.segments.queries.fields import known_fields, known_traits
from dangol.segments.queries.row_test import RowTest, about_row
from dangol.segments.queries.sampling import PeopleSample, people_sample
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member, Workspace

PATIENCE_MS = 400
"""For a look at everybody. A look at a sample may take longer: behind it there is only a guess."""

CAP = 1_000_000
SAMPLE = 8
MANY_PEOPLE = 10_000
"""From so many named people on the lake is asked; the index by person is quicker for fewer."""


@dataclass(frozen=True)
class Estimate:
    """How many people match. `is_exact` is False where counting them all takes too long: a sample was counted."""

    size: int
    is_exact: bool


def compile_people(
    condition: Condition,
    *,
    workspace_id: UUID,
    now: datetime,
    among: Sequence[UUID] | None = None,
) -> Compiled:
    """
    Compile a condition to an audience at one moment: without those whose processing is stopped.

    It is read in the current transaction, as the lake may have answered parts of it into temporary tables.

    :param among: look at these people only
    """
    compiled = _compiled(condition, workspace_id, now, among=among)
    is_quick = among is not None and len(among) < MANY_PEOPLE
    return compiled if is_quick else with_lake(compiled, workspace_id=workspace_id)


def people_matching(definition: dict[str, Any], *, workspace_id: UUID, now: datetime | None = None) -> PersonQuerySet:
    """
    Everybody whom a definition describes at this moment.

    :raises InvalidDefinition: if the definition cannot be read
    """
    compiled = compile_people(read_definition(definition), workspace_id=workspace_id, now=now or timezone.now())
    return Person.objects.all().filter(workspace_id=workspace_id, pk__in=_as_query(compiled))


def matching_ids(definition: dict[str, Any], *, about: Subject, reader: Member, now: datetime) -> RawSQL:
    """
    The ids of the people or companies whom a definition describes, for a list that a member reads.

    Those whose processing is stopped are among them: they may be read, never written to.

    :raises InvalidDefinition: if the definition cannot be read
    """
    condition = read_definition(definition, about)
    return _as_query(condition.compiled(compiler_for(condition, reader.workspace_id, now, about=about, reader=reader)))


def matching_rows(definition: dict[str, Any], *, about: Subject, reader: Member, now: datetime) -> Q | RowTest:
    """
    What a list that a member reads is filtered by: those of `matching_ids`, visitors left to the list.

    :raises InvalidDefinition: if the definition cannot be read
    """
    condition = read_definition(definition, about)
    compiler = compiler_for(condition, reader.workspace_id, now, about=about, reader=reader)
    if not condition.is_plain(compiler):
        return Q(pk__in=_as_query(condition.compiled(compiler)))
    sql, values = in_places(about_row(condition.test(compiler), about.row).sql("postgres"), compiler.values)
    return RowTest(sql, tuple(values), about.table)


def estimate(
    definition: dict[str, Any], *, workspace_id: UUID, now: datetime, patience_ms: int = PATIENCE_MS
) -> Estimate:
    """
    Count the people whom a definition describes: exactly within the patience and up to a million, else of a sample.

    :raises InvalidDefinition: if the definition cannot be read
    """
    condition = read_definition(definition)
    compiled, some = _in_an_instant(condition, workspace_id, now)
    of_sample_ms = _of_sample_ms(patience_ms)
    counted = _counted(compiled, of_sample_ms if some else patience_ms, by_hash=some is not None)
    if counted is None and not some and (some := people_sample(workspace_id)):
        counted = _counted(_of_sample(condition, some, workspace_id, now), of_sample_ms, by_hash=True)
    if counted is None:
        return Estimate(_guessed(compiled), is_exact=False)
    if some:
        return Estimate(some.of_all(counted), is_exact=False)
    return Estimate(min(counted, CAP), is_exact=counted <= CAP)


def sample(definition: dict[str, Any], *, member: Member, now: datetime) -> list[Person]:
    """
    Return a few of the people whom a definition describes and whom the member may see, the newest first.

    :raises InvalidDefinition: if the definition cannot be read
    """
    compiled, some = _in_an_instant(read_definition(definition), member.workspace_id, now)
    matching: Any = Q(pk__in=_as_query(compiled))
    if some:
        sql, values = compiled.positional()
        matching = IsAnyOf(F("pk"), RawSQL(f"ARRAY({sql})", values))  # noqa: S611 - made by the compiler
    people = Person.objects.filter(matching, workspace_id=member.workspace_id).visible_to(member)
    try:
        with patience(_of_sample_ms(PATIENCE_MS)):
            return list(people.order_by("-created_at", "-id")[:SAMPLE])
    except OutOfPatience:
        return []


def refuse_masked(condition: Condition, *, by: Member, about: Subject = Subject.PERSON) -> None:
    """
    Let a condition be kept only by those who may read what it asks: who is described would tell it.

    :raises InvalidDefinition: if the member's role masks something of it
    """
    if by.rights.masked:
        with masking(by.rights.masked):
            condition.compiled(compiler_for(condition, by.workspace_id, timezone.now(), about=about, reader=by))


def compiler_for(
    condition: Condition,
    workspace_id: UUID,
    now: datetime,
    *,
    about: Subject = Subject.PERSON,
    among: Sequence[UUID] | str | None = None,
    reader: Member | None = None,
) -> Compiler:
    """Return what compiles a condition at one moment, for the workspace or for one reader of it."""
    workspace = reader.workspace if reader else Workspace.objects.only("time_zone").get(pk=workspace_id)
    bounds = read_bounds(reader.bounds(Kind.PEOPLE)) if reader else Bounds()
    return Compiler(
        workspace_id=workspace_id,
        now=now,
        zone=ZoneInfo(workspace.time_zone),
        about=about,
        among=among,
        fields={**known_fields([condition]), **(bounds.fields if bounds else {})},
        traits=known_traits([condition]),
        reader=reader,
        bounds=bounds.conditions if bounds else None,
    )


def _compiled(
    condition: Condition, workspace_id: UUID, now: datetime, *, among: Sequence[UUID] | str | None = None
) -> Compiled:
    """Compile a condition to an audience as the database is asked for it."""
    compiler = compiler_for(condition, workspace_id, now, among=among)
    return Compiled(compiler.unrestricted(condition.compiled(compiler).select), compiler.values)


def _of_sample_ms(patience_ms: int) -> int:
    return 3 * patience_ms


def _in_an_instant(condition: Condition, workspace_id: UUID, now: datetime) -> tuple[Compiled, PeopleSample | None]:
    """Compile a condition; of a sample of the people where even the lake takes long to look at what all of them did."""
    compiled = _compiled(condition, workspace_id, now)
    if reads_very_many_events(compiled.select, workspace_id) and (some := people_sample(workspace_id)):
        return _of_sample(condition, some, workspace_id, now), some
    return with_lake(compiled, workspace_id=workspace_id), None


def _of_sample(condition: Condition, some: PeopleSample, workspace_id: UUID, now: datetime) -> Compiled:
    compiled = _compiled(condition, workspace_id, now, among=some.ids)
    return with_lake(compiled, workspace_id=workspace_id, sample=some.ids)


def _as_query(compiled: Compiled) -> RawSQL:
    sql, values = compiled.positional()
    return RawSQL(sql, values)  # noqa: S611 - made by the compiler; every value is bound


def _counted(compiled: Compiled, patience_ms: int, *, by_hash: bool) -> int | None:
    """
    Count up to a million and one; None when it takes too long.

    :param by_hash: join by hash tables, which are quick for a sample; PostgreSQL takes it for a handful
    """
    sql = f"SELECT count(*) FROM (SELECT 1 FROM ({compiled.sql()}) AS matching LIMIT {CAP + 1}) AS counted"  # noqa: S608 - made by the compiler
    try:
        with patience(patience_ms), connection.cursor() as cursor:
            if by_hash:
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(sql, compiled.values)
            (count,) = cursor.fetchone()
            if by_hash:
                cursor.execute("SET LOCAL enable_nestloop = on")
    except OutOfPatience:
        return None
    return int(count)


def _guessed(compiled: Compiled) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {compiled.sql()}", compiled.values)
        (plan,) = cursor.fetchone()
    plans = json.loads(plan) if isinstance(plan, str) else plan
    return int(plans[0]["Plan"]["Plan Rows"])
