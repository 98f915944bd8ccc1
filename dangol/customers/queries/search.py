"""
Finding people, companies and records by what somebody types.

What was typed becomes ways: ranges of the search index (`search_index`), of addresses and of numbers. Each way gives a
few hundred rows at most. Where one gave all it may, very many fit: the latest of all rows are looked through as well,
and for members who do not see everybody those of their own team or branch. What is found is then met with the rows that
the member may see, in the same statement, and the best are kept. If too few fit, the ways of a slipped finger follow.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter, or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Replace, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.functional import Promise

from dangol.customers.enums import FindableKind, FoundBy
from dangol.customers.models import Company, Person
from dangol.customers.name_keys import name_key
from dangol.customers.permissions import COLLEAGUES
from dangol.customers.queries.findables import COMPANIES, FINDABLES, PEOPLE, Findable
from dangol.customers.queries.marking import Marked, marked
from dangol.customers.queries.ways import LAST_LETTER, RANKS, SIMILAR, Question, Way
from dangol.customers.search_index import KEYS, TAILS
from dangol.kit.compiled import rows_of
from dangol.workspaces.enums import Level
from dangol.workspaces.models import Member

CAP = 120
"""How many rows one way gives to a search."""

FEW = 1000
"""How many rows one way gives to a list; where more fit, the list walks through its own order."""

VERY_MANY = 10_000
"""So many rows of a list are not gathered and sorted: the list is walked through instead."""

LATEST = 500
OWN = 5000
ENOUGH = 3
SIMILAR_ONES = 5
SHARES = {FindableKind.PERSON: 2, FindableKind.COMPANY: 4, FindableKind.RECORD: 4}
"""Which part of the answers each kind may take: one half, one quarter, one quarter."""

Found = tuple[UUID, int]
Asked = tuple[str, list[Any]]
"""SQL of ids and ranks, the best first, and its values."""

Ask = Callable[[Findable, Question, Member, int], Asked | None]


@dataclass(frozen=True)
class Hit:
    """One answer. `rank` is lower the better it fits; `reason` says why it was found, the marked parts say where."""

    kind: FindableKind
    id: UUID
    title: str
    detail: str
    url: str
    rank: int
    reason: str | Promise
    marked_title: Marked = ()
    marked_detail: Marked = ()


def search(member: Member, text: str, limit: int = 20) -> list[Hit]:
    """Return what fits best of everything that the member may see, the best first. Nothing for an empty text."""
    questions = [(findable, findable.read(text)) for findable in FINDABLES]
    hits = _answers(questions, member, limit, _fitting)
    if len(hits) < ENOUGH:
        known = {hit.id for hit in hits}
        hits += [hit for hit in _answers(questions, member, limit, _similar) if hit.id not in known]
    return sorted(hits, key=lambda hit: hit.rank // RANKS)[:limit]


def _answers(questions: Sequence[tuple[Findable, Question]], member: Member, limit: int, ask: Ask) -> list[Hit]:
    """Ask for all kinds in one statement, and read what was found of each kind in one more."""
    asked = {
        findable.kind: ask(findable, question, member, _share(findable, limit)) for findable, question in questions
    }
    found = _found_of_each({kind: one for kind, one in asked.items() if one})
    return [
        hit
        for findable, question in questions
        for hit in _hits(findable, question, member, found.get(findable.kind, []))
    ]


def _found_of_each(asked: Mapping[FindableKind, Asked]) -> dict[FindableKind, list[Found]]:
    parts = [
        f"SELECT {kind.value}, id, rank, row_number() OVER () FROM ({sql}) AS found"  # noqa: S608 - our own columns
        for kind, (sql, _values) in asked.items()
    ]
    found: dict[FindableKind, list[Found]] = {}
    if parts:
        rows = rows_of(" UNION ALL ".join(parts), [one for _sql, values in asked.values() for one in values])
        for kind, one, rank, _place in sorted(rows, key=itemgetter(0, 3)):
            found.setdefault(FindableKind(kind), []).append((one, rank))
    return found


def _share(findable: Findable, limit: int) -> int:
    return max(1, limit // SHARES[findable.kind])


def people_found(member: Member, question: str) -> QuerySet[Person]:
    """People whom the member may see and who fit the question; everybody for an empty one. Visitors stay out."""
    return _rows_found(PEOPLE, member, question)


def companies_found(member: Member, question: str) -> QuerySet[Company]:
    """Companies that the member may see and that fit the question; all of them for an empty one."""
    return _rows_found(COMPANIES, member, question)


def _rows_found(findable: Findable, member: Member, typed: str) -> QuerySet[Any]:
    """
    Return all rows of a list that fit.

    Few are named one by one. Very many are a condition that the list's own order can walk through.
    """
    shown, question = findable.shown(member), findable.read(typed)
    if not question.text:
        return shown
    ways = findable.ways(question)
    ids, many = _probed(ways, member.workspace_id)
    if not many:
        return shown.filter(pk__in=ids or _ids_similar(findable, question, member))
    sizes = {} if all(_is_beginning(question, way) for way in many) else _sizes(many, member.workspace_id)
    if sizes and sum(sizes.values()) < VERY_MANY:
        return shown.filter(AmongIds(F("pk"), _all_rows(ways, member.workspace_id)))
    tests = (_row_test(question, way, member.workspace_id, sizes.get(way, 0)) for way in many)
    return shown.filter(reduce(or_, tests))


def _all_rows(ways: Sequence[Way], workspace_id: UUID) -> RawSQL:
    values = [value for way in ways for value in way.all_parameters(workspace_id)]
    return RawSQL(" UNION ALL ".join(way.all_rows() for way in ways), values)  # noqa: S611 - only our own columns


class AmongIds(Func):
    """
    Whether an id is among those of a statement.

    Unlike IN it makes PostgreSQL gather them first: it would otherwise walk through everybody in the order of the list,
    hoping that they come early.
    """

    template = "%(expressions)s"
    arg_joiner = " = ANY(ARRAY"
    output_field = BooleanField()

    def as_sql(self, *given: Any, **options: Any) -> tuple[str, Any]:
        statement, values = super().as_sql(*given, **options)
        return f"{statement})", values


class IsMetBy(Func):
    """Whether a row is found in a way, looked up when the list comes to it."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, *_given: Any, **_options: Any) -> tuple[str, Any]:
        row, told = compiler.compile(self.get_source_expressions()[0])
        return self.extra["way"].is_met_by(row), (*self.extra["values"], *told)


def _sizes(ways: Sequence[Way], workspace_id: UUID) -> dict[Way, int]:
    """Return how many rows each way has, counted until they are too many to be gathered and sorted."""
    parts = [f"(SELECT count(*) FROM ({way.all_rows()} LIMIT {VERY_MANY}) AS counted)" for way in ways]  # noqa: S608 - our own columns
    values = [value for way in ways for value in way.all_parameters(workspace_id)]
    (counts,) = _rows(f"SELECT {', '.join(parts)}", values)
    return dict(zip(ways, counts, strict=True))


def _is_beginning(question: Question, way: Way) -> bool:
    """Whether the way is a range of names that the list's own index by name serves as well."""
    return way.column == "name" and not way.also and not question.key.isascii() and question.key_of is name_key


def _row_test(question: Question, way: Way, workspace_id: UUID, size: int) -> Q | IsMetBy:
    """Return what a way says as a condition on one row, for walking through a list in its order."""
    if _is_beginning(question, way):
        return Q(name__gte=way.low, name__lt=way.high)
    if way.column in {"name", "rest", "tail"} and way.high == way.low + LAST_LETTER:
        return Q(*(_holds(str(word)) for word in (way.low, *way.values)))
    if way.column in {"initials", "email"}:
        return Q(**{f"{way.column}__gte": way.low, f"{way.column}__lt": way.high})
    if size >= VERY_MANY:
        return IsMetBy(F("pk"), way=way, values=way.all_parameters(workspace_id))
    return Q(pk__in=_all_rows([way], workspace_id))


def _holds(word: str) -> GreaterThan:
    """Whether a word stands in the name, almost as the index compares it."""
    return GreaterThan(StrIndex(Replace(Lower("name"), Value(" ")), Value(word)), 0)


def _probed(ways: Sequence[Way], workspace_id: UUID) -> tuple[set[UUID], list[Way]]:
    """Return the rows of the ways that give few, and the ways that give many."""
    if not ways:
        return set(), []
    parts = [f"SELECT {number}, id FROM {way.statement(FEW)} AS way" for number, way in enumerate(ways)]  # noqa: S608 - our own columns
    values = [value for way in ways for value in way.parameters(workspace_id)]
    rows = _rows(" UNION ALL ".join(parts), values)
    counts = Counter(number for number, _id in rows)
    many = [number for number, count in counts.items() if count >= FEW]
    return {one for number, one in rows if number not in many}, [ways[number] for number in many]


def _fitting(findable: Findable, question: Question, member: Member, limit: int) -> Asked | None:
    """Ask for the ids that fit best, and how well."""
    ways = findable.ways(question) if question.text else []
    if not ways:
        return None
    sources = " UNION ALL ".join(way.statement(CAP) for way in ways)
    values = [value for way in ways for value in way.parameters(member.workspace_id)]
    looked, more = _looked_through(findable, question, member)
    before, source = f"WITH given AS MATERIALIZED ({sources})", f"SELECT id, rank FROM given{looked}"  # noqa: S608 - our own columns
    return _best(findable, member, limit, (before, source, [*values, *more]))


def _looked_through(findable: Findable, question: Question, member: Member) -> tuple[str, list[Any]]:
    """Return the SQL that looks through the latest rows, and through the own ones, if very many fit."""
    test = findable.test(question)
    if test is None or not findable.latest:
        return "", []
    rank, values = test
    house = member.workspace_id
    gate = f"WHERE (SELECT count(*) FROM given) >= {CAP}"  # noqa: S608 - our own columns
    where, order, table = "WHERE workspace_id = %s", findable.latest, findable.table
    columns = (
        f"id, replace(lower(name), ' ', '') AS key, initials, {'email' if findable.has_email else 'NULL'} AS email"
    )
    chosen = f"SELECT {columns} FROM {table} {where}"  # noqa: S608 - our own columns
    sql = f" UNION ALL SELECT id, {rank} FROM ({chosen} ORDER BY {order} LIMIT {LATEST}) AS row {gate}"  # noqa: S608 - our own columns
    given = [*values, house]
    if Level.NONE < (level := member.reach(findable.right_to)) < Level.ALL:
        own = f"{chosen} AND owner_id = ANY({COLLEAGUES}) LIMIT {OWN}"
        sql += f" UNION ALL SELECT id, {rank} FROM ({own}) AS row {gate}"  # noqa: S608 - our own columns
        given += [*values, house, member.pk, level == Level.BRANCH]
    return sql, given


def _ids_similar(findable: Findable, question: Question, member: Member) -> list[UUID]:
    asked = _similar(findable, question, member, CAP)
    return [one for one, _rank in _rows(*asked)] if asked else []


def _similar(findable: Findable, question: Question, member: Member, limit: int) -> Asked | None:
    """Ask for names that one slip of a finger away begin or hold what was typed."""
    if not question.slips:
        return None
    columns = ((KEYS, "name"), (KEYS, "rest"), (TAILS, "tail"))
    parts = [
        f"(SELECT k.id, {SIMILAR * RANKS + FoundBy.SIMILAR.value} AS rank FROM slip, LATERAL (SELECT id FROM {table} "  # noqa: S608 - our own columns
        f"WHERE workspace_id = %s AND kind = {findable.kind.value} AND {column} >= slip.key "
        f"AND {column} < slip.key || %s LIMIT {SIMILAR_ONES}) AS k LIMIT {CAP})"
        for table, column in columns
    ]
    slips = "WITH slip AS MATERIALIZED (SELECT unnest(%s::text[]) AS key)"
    values = [list(question.slips), *[member.workspace_id, LAST_LETTER] * len(columns)]
    return _best(findable, member, limit, (slips, " UNION ALL ".join(parts), values))


def _best(findable: Findable, member: Member, limit: int, ways: tuple[str, str, Sequence[Any]]) -> Asked:
    """
    Keep the best of what the member may see; of equally good ones those that were seen last.

    :param ways: SQL to begin with, SQL of ids and ranks, and the values of both
    """
    before, rows, values = ways
    shown, rule = findable.shown(member).values_list("id", findable.seen).query.sql_with_params()
    statement = (
        f"{before} SELECT way.id, min(way.rank) AS rank FROM ({rows}) AS way CROSS JOIN LATERAL "  # noqa: S608 - our own columns
        f"(SELECT {findable.seen} AS seen FROM ({shown}) AS t WHERE t.id = way.id LIMIT 1) AS row "
        "WHERE way.rank IS NOT NULL GROUP BY way.id, row.seen "
        f"ORDER BY min(way.rank) / {RANKS}, row.seen DESC NULLS LAST, way.id LIMIT {limit}"
    )
    return statement, [*values, *rule]


def _hits(findable: Findable, question: Question, member: Member, found: Sequence[Found]) -> list[Hit]:
    if not found:
        return []
    rows = findable.shown(member).filter(pk__in=[one for one, _rank in found])
    by_id = {row.pk: row for row in findable.told(rows)}
    return [_hit(findable, by_id[one], question, rank) for one, rank in found if one in by_id]


def _hit(findable: Findable, row: Any, question: Question, rank: int) -> Hit:
    by = FoundBy(rank % RANKS)
    title, detail = str(row), findable.detail(row, by)
    return Hit(
        kind=findable.kind,
        id=row.pk,
        title=title,
        detail=detail,
        url=row.get_absolute_url(),
        rank=rank,
        reason=by.label,
        marked_title=marked(title, question, by),
        marked_detail=marked(detail, question, by),
    )


def _rows(statement: str, values: Iterable[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
