"""When something was done: ever, within the last days or hours, between two days, before a day, after it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext
from sqlglot import exp

from dangol.segments.conditions.passing_days import LONGEST_DAYS
from dangol.segments.contracts import Choice, Compiler, Input, JsonObject, Turn

LONGEST_HOURS = 24 * 366
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """
    A stretch of time up to now. `days` and `hours` count back from this very second.

    `since` and `until` are whole days of the workspace's calendar, both included; either may be open.
    """

    days: int | None = None
    hours: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def read(cls, data: JsonObject) -> "Window":
        """Read `days`, or `hours`, or `since` and `until`, or `before`, or `after`, or nothing."""
        if data.has("days"):
            return cls(days=data.whole("days", least=1, most=LONGEST_DAYS))
        if data.has("hours"):
            return cls(hours=data.whole("hours", least=1, most=LONGEST_HOURS))
        if data.has("before"):
            return cls(until=data.day("before") - DAY)
        if data.has("after"):
            return cls(since=data.day("after") + DAY)
        if not data.has("since") and not data.has("until"):
            return cls()
        since, until = data.day("since"), data.day("until")
        if until < since:
            raise data.wrong("until", _("The last day must not be before the first day."))
        return cls(since=since, until=until)

    @staticmethod
    def inputs(values: Mapping[str, str]) -> Sequence[Input]:
        """Return the inputs of the builder."""
        chosen = values.get("window") or _window_of(values)
        select = Input(
            "window",
            "select",
            pgettext("segment builder", "When"),
            choices=[
                Choice("days", pgettext("segment builder", "in the last")),
                Choice("hours", pgettext("segment builder", "in the last hours")),
                Choice("between", pgettext("segment builder", "between")),
                Choice("before", pgettext("segment builder", "before")),
                Choice("after", pgettext("segment builder", "after")),
                Choice("ever", pgettext("segment builder", "at any time")),
            ],
            reshapes=True,
            default=chosen,
            stored=False,
        )
        shapes: dict[str, Sequence[Input]] = {
            "days": [
                Input(
                    "days",
                    "whole",
                    pgettext("segment builder", "Days"),
                    after=pgettext("segment builder", "days"),
                    default="90",
                )
            ],
            "hours": [
                Input(
                    "hours",
                    "whole",
                    pgettext("segment builder", "Hours"),
                    after=pgettext("segment builder", "hours"),
                    default="24",
                )
            ],
            "before": [Input("before", "date", pgettext("segment builder", "Date"))],
            "after": [Input("after", "date", pgettext("segment builder", "Date"))],
            "between": [Input("since", "date", _("First day")), Input("until", "date", _("Last day"))],
        }
        return [select, *shapes.get(chosen, ())]

    def test(self, column: exp.Expr, compiler: Compiler) -> exp.Expr:
        """Test that a moment lies in the window. What lies in the future has not been done yet."""
        tests: list[exp.Expr] = [exp.LTE(this=column, expression=compiler.value(compiler.now))]
        if self.length is not None:
            limit = compiler.value(compiler.now - self.length)
            tests.append(exp.GT(this=column.copy(), expression=limit))
        if self.since is not None:
            limit = compiler.value(compiler.midnight(self.since))
            tests.append(exp.GTE(this=column.copy(), expression=limit))
        if self.until is not None:
            limit = compiler.value(compiler.midnight(self.until + dt.timedelta(days=1)))
            tests.append(exp.LT(this=column.copy(), expression=limit))
        return exp.and_(*tests, copy=False)

    @property
    def length(self) -> dt.timedelta | None:
        """How far back it reaches, when it moves along with time."""
        if self.days is None and self.hours is None:
            return None
        return dt.timedelta(days=self.days or 0, hours=self.hours or 0)

    def turns(self, rows: exp.Select, row: str, column: str) -> list[Turn]:
        """Return when what was done falls out of the window, and when what is dated in the future is done."""
        afters = [dt.timedelta(), *([self.length] if self.length else [])]
        return [Turn(rows, exp.column(column, row), after) for after in afters]

    def phrase(self) -> str:
        """Say the window, or nothing when it is all time."""
        if self.days is not None:
            return npgettext("segment", "in the last %(days)s day", "in the last %(days)s days", self.days) % {
                "days": self.days
            }
        if self.hours is not None:
            return npgettext("segment", "in the last %(hours)s hour", "in the last %(hours)s hours", self.hours) % {
                "hours": self.hours
            }
        if self.since is None:
            return pgettext("segment", "before %(day)s") % {"day": date_format(self.until + DAY)} if self.until else ""
        if self.until is None:
            return pgettext("segment", "after %(day)s") % {"day": date_format(self.since - DAY)}
        words = {"since": date_format(self.since), "until": date_format(self.until)}
        return pgettext("segment", "from %(since)s to %(until)s") % words


def _window_of(values: Mapping[str, str]) -> str:
    if values.get("since") or values.get("until"):
        return "between"
    return next((name for name in ("hours", "before", "after") if values.get(name)), "days")
