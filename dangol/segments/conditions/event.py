"""What the person did, how often, and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from sqlglot import exp

from dangol.segments.conditions.amounts import Count
from dangol.segments.conditions.event_names import KNOWN, event_label
from dangol.segments.conditions.windows import Window
from dangol.segments.contracts import Choice, Compiler, Condition, Input, JsonObject, Offers, Words, quoted_value

MOST_FILTERS = 5


@dataclass(frozen=True)
class PropertyFilter:
    """The event's property has this value."""

    property: str
    value: str

    @classmethod
    def read(cls, data: JsonObject) -> "PropertyFilter":
        """Read one filter."""
        found = cls(data.text("property", longest=100), data.text("value"))
        data.finish()
        return found


@dataclass(frozen=True)
class EventCondition(Condition):
    """People who did something a number of times in a window."""

    event: str
    count: Count
    window: Window
    where: tuple[PropertyFilter, ...]

    kind = "event"
    label = gettext_lazy("Did something")
    order = 20

    @classmethod
    def read(cls, data: JsonObject, depth: int) -> Self:
        event = data.text("event")
        count, window = Count.read(data), Window.read(data)
        filters = data.objects("where", most=MOST_FILTERS) if data.has("where") else []
        where = [
            PropertyFilter.read(JsonObject(part, (*data.path, "where", place))) for place, part in enumerate(filters)
        ]
        return cls(event, count, window, tuple(where))

    @classmethod
    def inputs(cls, values: Mapping[str, str], offers: Offers) -> Sequence[Input]:
        return [
            Input("event", "select", _("Event"), choices=_event_choices(values.get("event", ""), offers)),
            *Count.inputs(values),
            *Window.inputs(values),
            *_filter_inputs(values),
        ]

    def test(self, compiler: Compiler) -> exp.Expr:
        events = compiler.linked("tracking_event", "event")
        named = exp.EQ(this=exp.column("name", "event"), expression=compiler.value(self.event))
        in_time = self.window.test(exp.column("occurred_at", "event"), compiler)
        somebody = exp.Not(this=exp.Is(this=exp.column("person_id", "event"), expression=exp.Null()))
        properties = [_property_test(part, compiler) for part in self.where]
        return self.count.test(events.where(named, in_time, somebody, *properties), compiler)

    def clause(self, words: Words) -> str:
        parts = {
            "event": quoted_value(event_label(self.event)),
            "count": self.count.phrase(),
            "window": self.window.phrase(),
            "where": " ".join(_filter_phrase(part) for part in self.where),
        }
        if self.count.is_never():
            return pgettext("segment", "who never did “%(event)s” %(where)s %(window)s") % parts
        return pgettext("segment", "who did “%(event)s” %(where)s %(count)s %(window)s") % parts

    def moves_with_time(self) -> bool:
        return self.window.days is not None

    def may_change_by(self, event_names: Collection[str]) -> bool:
        return self.event in event_names


def _property_test(part: PropertyFilter, compiler: Compiler) -> exp.Expr:
    column = exp.column("properties", "event")
    value = exp.JSONExtractScalar(this=column, expression=compiler.value(part.property))
    return exp.EQ(this=exp.Paren(this=value), expression=compiler.value(part.value))


def _filter_phrase(part: PropertyFilter) -> str:
    words = {"property": quoted_value(part.property), "value": quoted_value(part.value)}
    return pgettext("segment", "with %(property)s “%(value)s”") % words


def _event_choices(chosen: str, offers: Offers) -> list[Choice]:
    names = dict.fromkeys([*offers.events, *([chosen] if chosen else []), *(() if offers.events else KNOWN)])
    return [Choice(name, event_label(name)) for name in names]


def _filter_inputs(values: Mapping[str, str]) -> list[Input]:
    """Return a pair of inputs for every filter there is, and the offer of a first one."""
    count = len({key.split(".")[1] for key in values if key.startswith("where.")})
    narrowed = values.get("narrow", "yes" if count else "")
    offer = Input(
        "narrow",
        "select",
        pgettext("segment builder", "Which of them"),
        choices=[
            Choice("", pgettext("segment builder", "any")),
            Choice("yes", pgettext("segment builder", "only with")),
        ],
        reshapes=True,
        default=narrowed,
        stored=False,
    )
    if narrowed != "yes":
        return [offer]
    inputs = [offer]
    for place in range(max(count, 1)):
        inputs.append(Input(f"where.{place}.property", "text", _("Property")))
        inputs.append(Input(f"where.{place}.value", "text", pgettext("segment builder", "Value"), before="="))
    return inputs
