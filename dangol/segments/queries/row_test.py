"""A compiled condition as part of a query set."""

from collections.abc import Mapping
from typing import Any, Self

from django.db.models import BooleanField, Expression
from sqlglot import exp

ROW = "tested_row"


class RowTest(Expression):
    """
    A test that reads nothing but columns of the row, which in `sql` is called `tested_row`.

    It asks of the row itself, without a second look at its table by id, and keeps to the row when Django gives its
    table another name inside of another query.
    """

    def __init__(self, sql: str, values: tuple[Any, ...], table: str) -> None:
        super().__init__(output_field=BooleanField())
        self.sql = sql
        self.values = values
        self.table = table

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the test with the table's name of this query."""
        return f"({self.sql.replace(ROW, compiler.quote_name_unless_alias(self.table))})", self.values

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        """Return the test of the same row under another name."""
        clone = self.copy()
        clone.table = change_map.get(self.table, self.table)
        return clone


def about_row(test: exp.Expr, alias: str) -> exp.Expr:
    """Return a compiled test in which the row that had this alias is called `tested_row`."""
    for column in test.find_all(exp.Column):
        if column.table == alias:
            column.set("table", exp.to_identifier(ROW))
    return test
