"""How often or how much: at least, at most, exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import npgettext, pgettext
from sqlglot import exp

from dangol.segments.contracts import Choice, Compiler, Input, JsonObject, arranged

MOST = 1_000_000


@dataclass(frozen=True)
class Count:
    """A number of times. Who never did it did it zero times."""

    operator: str
    number: int

    @classmethod
    def read(cls, data: JsonObject) -> "Count":
        """Read `operator` and `count`."""
        operator = data.choice("operator", ("at_least", "at_most", "exactly"))
        return cls(operator, data.whole("count", least=0, most=MOST))

    @staticmethod
    def inputs(values: Mapping[str, str]) -> Sequence[Input]:
        """Return the inputs of the builder."""
        choices = [
            Choice("at_least", pgettext("segment builder", "at least")),
            Choice("at_most", pgettext("segment builder", "at most")),
            Choice("exactly", pgettext("segment builder", "exactly")),
        ]
        inputs = [
            Input("operator", "select", pgettext("segment builder", "How often"), choices=choices),
            Input(
                "count",
                "whole",
                pgettext("segment builder", "Times"),
                after=pgettext("segment builder", "times"),
                default="1",
            ),
        ]
        return arranged(inputs, pgettext("order of inputs", "operator count"))

    def is_never(self) -> bool:
        """Whether this asks for people who did not do it at all."""
        return self.number == 0 and self.operator != "at_least"

    def test(self, rows: exp.Select, compiler: Compiler) -> exp.Expr:
        """Test how many of the rows (one column with its id) belong to the tested row."""
        if self.operator == "at_least":
            return exp.true() if self.number == 0 else compiler.is_in(self._doers(rows, exp.GTE, self.number, compiler))
        if self.operator == "at_most":
            return compiler.is_not_in(self._doers(rows, exp.GTE, self.number + 1, compiler))
        if self.number == 0:
            return compiler.is_not_in(self._doers(rows, exp.GTE, 1, compiler))
        return compiler.is_in(self._doers(rows, exp.EQ, self.number, compiler))

    def phrase(self) -> str:
        """Say the number of times."""
        words = {"count": f"{self.number:,}"}
        if self.operator == "at_least":
            return npgettext("segment", "at least once", "at least %(count)s times", self.number) % words
        if self.operator == "at_most":
            return npgettext("segment", "at most once", "at most %(count)s times", self.number) % words
        return npgettext("segment", "exactly once", "exactly %(count)s times", self.number) % words

    def _doers(self, rows: exp.Select, comparison: type[exp.Binary], number: int, compiler: Compiler) -> exp.Select:
        person = exp.column(compiler.about.link, rows.args["from_"].this.alias)
        counted = exp.Count(this=exp.Star(), big_int=True)
        return rows.group_by(person).having(comparison(this=counted, expression=compiler.value(number)))
