"""The same question to the lake, where a JSON object is texts by their keys."""

from sqlglot import exp

from dangol.segments.contracts import Compiled
from dangol.tracking.contracts import INSIDE


def in_texts(compiled: Compiled) -> Compiled:
    """
    Return the same question to the lake: JSON objects are texts by their keys, those of a list are looked up in a
    table of it, and no value goes unused.
    """
    values = dict(compiled.values)

    def looked_up(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.JSONExtractScalar):
            return node
        document, steps = _path(node)
        values[steps[-1].name] = INSIDE.join(compiled.values[step.name] for step in steps)
        return exp.Bracket(this=document, expressions=[steps[-1]])

    select = compiled.select.transform(looked_up).transform(_listed)
    assert isinstance(select, exp.Query)
    used = {placeholder.name for placeholder in select.find_all(exp.Placeholder)}
    return Compiled(select, {name: value for name, value in values.items() if name in used})


def _listed(node: exp.Expr) -> exp.Expr:
    """Rewrite `column = ANY (list)`, which would go through the list for every row."""
    if not (isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any)):
        return node
    listed = exp.Select().select(exp.Unnest(expressions=[node.expression.this.unnest()]))
    return exp.In(this=node.this, query=exp.Subquery(this=listed))


def _path(value: exp.JSONExtractScalar) -> tuple[exp.Expr, list[exp.Expr]]:
    """Return the document that a value is taken out of, and the placeholders of the keys that lead to it."""
    steps, document = [value.expression], value.this.unnest()
    while isinstance(document, exp.JSONExtract):
        steps, document = [document.expression, *steps], document.this.unnest()
    return document, steps
