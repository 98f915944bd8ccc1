"""The name of a person. A part of it is looked for in the search index, as ⌘K does."""

from functools import reduce
from typing import Any

from sqlglot import exp

from dangol.customers.enums import FindableKind
from dangol.customers.queries.indexed_names import NAMES, PARTLY_HELD, PARTS, part_of_name
from dangol.customers.queries.ways import LAST_LETTER
from dangol.segments.conditions.columns import TextColumn
from dangol.segments.conditions.operators import Contains
from dangol.segments.contracts import Compiler, Operator


class PersonName(TextColumn):
    """Whole names are compared; the index only says who comes into question, so that not everybody is read."""

    def test(self, operator: Operator, operand: Any, compiler: Compiler) -> exp.Expr:
        test = super().test(operator, operand, compiler)
        part = part_of_name(operand) if isinstance(operator, Contains) else ""
        if not part or not compiler.has_search_index:
            return test
        return exp.and_(compiler.is_in(_in_question(part, compiler)), test, copy=False)


def _in_question(part: str, compiler: Compiler) -> exp.Query:
    """Return the ids of names that begin with the part somewhere, and of those too long to be held whole."""
    found: list[exp.Query] = [
        _indexed(table, compiler).where(_begins(column, part, compiler)) for table, column in PARTS
    ]
    long = exp.GT(this=exp.Length(this=exp.column("name", "found")), expression=exp.Literal.number(PARTLY_HELD))
    return reduce(_either, [*found, _indexed(NAMES, compiler).where(long)])


def _either(one: exp.Query, other: exp.Query) -> exp.Query:
    return exp.Union(this=one, expression=other, distinct=False)


def _indexed(table: str, compiler: Compiler) -> exp.Select:
    people = exp.EQ(this=exp.column("kind", "found"), expression=exp.Literal.number(FindableKind.PERSON.value))
    return compiler.rows(table, "found", "id").select(exp.column("id", "found")).where(people)


def _begins(column: str, part: str, compiler: Compiler) -> exp.Expr:
    found = exp.column(column, "found")
    lowest = exp.GTE(this=found, expression=compiler.value(part))
    return exp.and_(lowest, exp.LT(this=found.copy(), expression=compiler.value(part + LAST_LETTER)))
