"""How often something was done over time: events, people or a sum, broken down by what the events carry."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from dangol.kit.patience import OutOfPatience, patience
from dangol.tracking.enums import Grain, Measure
from dangol.tracking.lake.current import EventsNow

TOP = 6
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
PATIENCE_MS = 8000
STEPS = {Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7)}
LONGEST = {Grain.HOUR: 14, Grain.DAY: 366, Grain.WEEK: 731}
"""Days that one trend may span, by its steps."""

VALUES = {
    Measure.EVENTS: "count(*)",
    Measure.PEOPLE: "count(DISTINCT person_id)",
    Measure.SUM: "coalesce(sum(amount), 0)",
}
TEXT, TEXT_IN_LAKE = "properties ->> %({0})s", "properties[%({0})s]"
"""What an event carries, as the database reads it and as the lake does. Everything else both understand."""

NUMBER = "CASE WHEN ({0}) ~ '^-?[0-9]{{1,15}}([.][0-9]{{1,9}})?$' THEN ({0})::numeric(30, 9) END"
NO_NUMBER = "NULL::numeric"

FROM_HOURS = """
SELECT hour >= %(since)s AS is_now, date_trunc(%(grain)s, hour AT TIME ZONE %(zone)s) AS step, sum(count), NULL
FROM tracking_hourly_count
WHERE workspace_id = %(workspace)s AND name = %(name)s AND hour >= %(before)s AND hour < %(until)s
GROUP BY is_now, step
"""
FROM_EVENTS = """
SELECT occurred_at >= %(since)s AS is_now, date_trunc(%(grain)s, occurred_at AT TIME ZONE %(zone)s) AS step,
    {value}, NULL
FROM (SELECT occurred_at, person_id, {amount} AS amount FROM tracking_event
    WHERE workspace_id = %(workspace)s AND name = %(name)s AND occurred_at >= %(before)s AND occurred_at < %(until)s
) AS told
GROUP BY GROUPING SETS ((is_now, step), (is_now))
"""
BROKEN_DOWN = """
WITH told AS MATERIALIZED (
    SELECT occurred_at, person_id, {amount} AS amount, left({part}, 100) AS part FROM tracking_event
    WHERE workspace_id = %(workspace)s AND name = %(name)s AND occurred_at >= %(before)s AND occurred_at < %(until)s
), top AS (
    SELECT part FROM told WHERE occurred_at >= %(since)s AND part IS NOT NULL
    GROUP BY part ORDER BY {value} DESC, part LIMIT %(top)s
)
SELECT told.occurred_at >= %(since)s AS is_now, date_trunc(%(grain)s, told.occurred_at AT TIME ZONE %(zone)s) AS step,
    {value}, top.part
FROM told LEFT JOIN top ON top.part = told.part
GROUP BY GROUPING SETS ((is_now, step, top.part), (is_now, top.part))
"""


Counted = dict[tuple[bool, datetime | None], Decimal]
Row = tuple[bool, datetime | None, Decimal | int, str | None]
"""Whether it is of the period asked for, the step (none for the whole period), the value, and the part."""


class TooMuch(Exception):
    """The question would take too long: fewer days, or no breakdown."""


@dataclass(frozen=True, slots=True)
class TrendQuestion:
    """What is asked. `first` and `last` are local days, both included. `by` and `amount` name properties."""

    workspace_id: UUID
    name: str
    zone: ZoneInfo
    first: date
    last: date
    grain: Grain = Grain.DAY
    measure: Measure = Measure.EVENTS
    by: str = ""
    amount: str = ""

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def before(self) -> datetime:
        """The beginning of the period before, which is as long."""
        return _midnight(self.first - (self.last - self.first) - timedelta(days=1), self.zone)

    def steps(self, since: datetime, until: datetime) -> list[datetime]:
        """Return the local moments at which the steps begin."""
        at = since.astimezone(self.zone).replace(tzinfo=None)
        if self.grain == Grain.WEEK:
            at -= timedelta(days=at.weekday())
        end = until.astimezone(self.zone).replace(tzinfo=None)
        steps = []
        while at < end:
            steps.append(at)
            at += STEPS[Grain(self.grain)]
        return steps


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend. People of several steps are counted once in the total, so it may be less than their sum."""

    part: str | None
    values: list[Decimal]
    before: list[Decimal]
    total: Decimal
    total_before: Decimal

    @property
    def signed_change(self) -> str:
        """Return the change against the period before in per cent with its sign; empty if there was nothing."""
        return f"{(self.total - self.total_before) / self.total_before:+.0%}" if self.total_before else ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The answer: the whole first, then its parts, the greatest first; the part None is everything else."""

    steps: list[datetime]
    whole: Line
    parts: list[Line]


def trend(question: TrendQuestion) -> Trend:
    """
    Answer from the hours where nothing but events is counted, else from the events: those of the lake if it has many.

    :raises TooMuch: if the database takes longer than eight seconds
    """
    whole = _lines(question, broken_down=False)[None]
    parts = []
    if question.by:
        lines = _lines(question, broken_down=True)
        rest = lines.pop(None, None)
        parts = sorted(lines.values(), key=lambda line: (-line.total, line.part or ""))
        parts += [rest] if rest and rest.total else []
    return Trend(question.steps(question.since, question.until), whole, parts)


def _lines(question: TrendQuestion, *, broken_down: bool) -> dict[str | None, Line]:
    steps = question.steps(question.since, question.until)
    steps_before = question.steps(question.before, question.since)
    counted: dict[str | None, Counted] = defaultdict(dict)
    counted[None] = {}
    for is_now, step, value, part in _rows(question, broken_down=broken_down):
        counted[part][is_now, step] = _short(Decimal(value))
    return {part: _line(part, values, steps, steps_before) for part, values in counted.items()}


def _line(
    part: str | None,
    counted: Counted,
    steps: list[datetime],
    before: list[datetime],
) -> Line:
    nothing = Decimal(0)
    values = [counted.get((True, step), nothing) for step in steps]
    values_before = [counted.get((False, step), nothing) for step in before]
    return Line(
        part=part,
        values=values,
        before=values_before,
        total=counted.get((True, None), sum(values, nothing)),
        total_before=counted.get((False, None), sum(values_before, nothing)),
    )


def _rows(question: TrendQuestion, *, broken_down: bool) -> list[Row]:
    values: dict[str, Any] = {
        "workspace": question.workspace_id, "name": question.name, "zone": question.zone.key, "grain": question.grain,
        "before": question.before, "since": question.since, "until": question.until, "by": question.by, "top": TOP,
        "amount": question.amount,
    }  # fmt: skip
    if question.measure == Measure.EVENTS and not broken_down:
        return _rows_of_database(FROM_HOURS, values)
    events = EventsNow.of(question.workspace_id)
    lake = events if events.answer_sooner else None
    text = TEXT_IN_LAKE if lake else TEXT
    sql = (BROKEN_DOWN if broken_down else FROM_EVENTS).format(
        value=VALUES[question.measure],
        amount=NUMBER.format(text.format("amount")) if question.measure == Measure.SUM else NO_NUMBER,
        part=text.format("by"),
    )
    return _rows_of_lake(lake, sql, values) if lake else _rows_of_database(sql, values)


def _rows_of_database(sql: str, values: dict[str, Any]) -> list[Row]:
    try:
        with patience(PATIENCE_MS), connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows: list[Row] = cursor.fetchall()
    except OutOfPatience as slow:
        raise TooMuch from slow
    return rows


def _rows_of_lake(lake: EventsNow, sql: str, values: dict[str, Any]) -> list[Row]:
    named = {name: values[name] for name in PLACEHOLDER.findall(sql)}
    answer = lake.ask(PLACEHOLDER.sub(r"$\1", sql), named)
    return list(zip(*(column.to_pylist() for column in answer.columns), strict=True))


def _short(number: Decimal) -> Decimal:
    """Return a number without the noughts that follow its last decimal place."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
