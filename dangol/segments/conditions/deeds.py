"""What somebody did: an event, narrowed down by what is known about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from sqlglot import exp

from dangol.kit.masking import masked_names, tells_masked
from dangol.segments.conditions.operators import AboutText, is_known, operand_text
from dangol.segments.conditions.values import Anything
from dangol.segments.contracts import (
    Choice,
    Compiler,
    Input,
    InvalidDefinition,
    JsonObject,
    Junction,
    Offers,
    Operator,
    Problem,
    finished,
    joined,
    quoted_value,
)
from dangol.tracking.contracts import EVERYDAY, EventNames

MOST_FILTERS = 5
PROPERTY = Anything()


@dataclass(frozen=True)
class PropertyFilter:
    """
    A question to one property of the event: `total`, or `address.city` for what stands inside another.

    Values are text, numbers, yes or no (`true`, `false`) or days, as they look.
    """

    property: str
    operator: Operator
    operand: Any

    @classmethod
    def read(cls, data: JsonObject) -> "PropertyFilter":
        """Read one filter. Without an operator it asks for the same value."""
        name = data.text("property", longest=100)
        keys = [operator.key for operator in PROPERTY.operators]
        operator = PROPERTY.operator(data.choice("operator", keys) if data.has("operator") else "is")
        found = cls(name, operator, operator.read(data, PROPERTY))
        data.finish()
        return found

    @staticmethod
    def inputs(name: str, values: Mapping[str, str]) -> list[Input]:
        """Return the inputs of one filter, each called `name.…`."""
        asked = values.get(f"{name}.operator", "")
        operator = next((own for own in PROPERTY.operators if own.key == asked), PROPERTY.operators[0])
        own = [
            Input("property", "text", _("Property")),
            Input(
                "operator",
                "select",
                pgettext("segment builder", "Question"),
                choices=[Choice(one.key, str(one.label)) for one in PROPERTY.operators],
                reshapes=True,
            ),
            *operator.inputs(PROPERTY, (), (), values),
        ]
        return [replace(part, name=f"{name}.{part.name}") for part in own]

    def test(self, properties: exp.Expr, compiler: Compiler) -> exp.Expr:
        """Test the properties of an event, unless the answer would tell who asks what is masked."""
        refuse_telling_masked(self.property, self.operator, self.operand)
        return self.operator.test(property_value(properties, self.property, compiler), self.operand, PROPERTY, compiler)

    def clause(self) -> str:
        """Say the question."""
        shown = quoted_value(operand_text(self.operand))
        return self.operator.clause(quoted_value(self.property), self.operand, shown)


def refuse_telling_masked(name: str, operator: Operator, operand: object) -> None:
    """Refuse a question to a property whose answer would tell the running request what is masked."""
    is_whole = not isinstance(operator, AboutText)
    if tells_masked(name.rpartition(".")[2], operand, masked_names(), is_whole=is_whole):
        raise InvalidDefinition([Problem((), _("Your role does not let you ask this of events."))])


def property_value(properties: exp.Expr, path: str, compiler: Compiler) -> exp.Expr:
    """Return a property as text, NULL when the event has none; a dot leads inside."""
    *outer, last = path.split(".")
    for step in outer:
        properties = exp.Paren(this=exp.JSONExtract(this=properties, expression=compiler.value(step)))
    return exp.Paren(this=exp.JSONExtractScalar(this=properties, expression=compiler.value(last)))


@dataclass(frozen=True)
class Deed:
    """An event of this name for which every filter holds."""

    event: str
    where: tuple[PropertyFilter, ...] = ()

    @classmethod
    def read(cls, data: JsonObject, event: str = "event", where: str = "where") -> "Deed":
        """Read the name of the event and the filters from these keys."""
        name = data.text(event)
        filters = data.objects(where, most=MOST_FILTERS) if data.has(where) else []
        paths = [(*data.path, where, place) for place in range(len(filters))]
        read = [PropertyFilter.read(JsonObject(part, path)) for part, path in zip(filters, paths, strict=True)]
        return cls(name, tuple(read))

    @staticmethod
    def name_input(name: str, label: str, values: Mapping[str, str], offers: Offers) -> Input:
        """Return the input in which an event is chosen."""
        chosen, everyday = values.get(name, ""), EventNames()
        offered = {choice.value: choice for choice in offers.events}
        more = [*([chosen] if chosen else []), *(() if offered else EVERYDAY)]
        choices = offered | {one: Choice(one, everyday[one]) for one in more if one not in offered}
        return Input(name, "select", label, choices=list(choices.values()))

    @staticmethod
    def filter_inputs(values: Mapping[str, str], where: str = "where") -> list[Input]:
        """Return how many filters there are, and the inputs of each."""
        filled = len({key.split(".")[1] for key in values if key.startswith(f"{where}.")})
        narrowed = f"narrow_{where}"
        offer = Input(
            narrowed,
            "select",
            pgettext("segment builder", "Which of them"),
            choices=[Choice(str(count), _narrowing(count)) for count in range(MOST_FILTERS + 1)],
            reshapes=True,
            default=str(filled),
            stored=False,
        )
        count = int(offer.value_in(values))
        return [offer, *(part for place in range(count) for part in PropertyFilter.inputs(f"{where}.{place}", values))]

    def rows(self, compiler: Compiler) -> exp.Select:
        """Return the ids of those who did it, a row for every time; the row is called `event`."""
        somebody = is_known(exp.column("person_id", "event"))
        named = exp.EQ(this=exp.column("name", "event"), expression=compiler.value(self.event))
        filters = [part.test(exp.column("properties", "event"), compiler) for part in self.where]
        return compiler.linked("tracking_event", "event").where(somebody, named, *filters)

    def words(self, events: Mapping[str, str]) -> dict[str, str]:
        """Say the event and its filters, as `event` and `where`."""
        clauses = finished(joined([part.clause() for part in self.where], Junction.AND)) if self.where else ""
        said = pgettext("properties of an event in a sentence", "(%(clauses)s)") % {"clauses": clauses}
        return {"event": quoted_value(events[self.event]), "where": said if clauses else ""}

    def is_among(self, event_names: Collection[str]) -> bool:
        """Whether it may have been done just now."""
        return self.event in event_names

    @property
    def moves_with_time(self) -> bool:
        """Whether a filter looks at days that pass."""
        return any(part.operator.moves_with_time for part in self.where)


def _narrowing(count: int) -> str:
    if not count:
        return pgettext("segment builder", "any")
    if count == 1:
        return pgettext("segment builder", "only with")
    return pgettext("segment builder", "only with %(count)s properties") % {"count": count}
