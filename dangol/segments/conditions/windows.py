"""When something was done: ever, within the last days, between two days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext
from sqlglot import exp

from dangol.segments.conditions.operators import LONGEST_DAYS
from dangol.segments.contracts import Choice, Compiler, Input, JsonObject


@dataclass(frozen=True)
class Window:
    """A stretch of time up to now. `days` counts back from this very second; `since` and `until` are whole days."""

    days: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def read(cls, data: JsonObject) -> "Window":
        """Read `days`, or `since` and `until`, or nothing."""
        if data.has("days"):
            return cls(days=data.whole("days", least=1, most=LONGEST_DAYS))
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
                Choice("between", pgettext("segment builder", "between")),
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
            "between": [Input("since", "date", _("First day")), Input("until", "date", _("Last day"))],
        }
        return [select, *shapes.get(chosen, ())]

    def test(self, column: exp.Expr, compiler: Compiler) -> exp.Expr:
        """Test that a moment lies in the window. What lies in the future has not been done yet."""
        tests: list[exp.Expr] = [exp.LTE(this=column, expression=compiler.value(compiler.now))]
        if self.days is not None:
            limit = compiler.value(compiler.days_ago(self.days))
            tests.append(exp.GT(this=column.copy(), expression=limit))
        if self.since is not None:
            limit = compiler.value(compiler.midnight(self.since))
            tests.append(exp.GTE(this=column.copy(), expression=limit))
        if self.until is not None:
            limit = compiler.value(compiler.midnight(self.until + dt.timedelta(days=1)))
            tests.append(exp.LT(this=column.copy(), expression=limit))
        return exp.and_(*tests, copy=False)

    def phrase(self) -> str:
        """Say the window, or nothing when it is all time."""
        if self.days is not None:
            return npgettext("segment", "in the last %(days)s day", "in the last %(days)s days", self.days) % {
                "days": self.days
            }
        if self.since is None or self.until is None:
            return ""
        words = {"since": date_format(self.since), "until": date_format(self.until)}
        return pgettext("segment", "from %(since)s to %(until)s") % words


def _window_of(values: Mapping[str, str]) -> str:
    if values.get("since") or values.get("until"):
        return "between"
    return "days"
