"""
The rows of a list as HTML.

A page of fifty rows has several hundred cells; the template engine needs ten times as long for them as Python does.
Every text is escaped here, and nowhere else.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from dangol.desk.tables.columns import Beside, Column


def row_html(row: Any, columns: Sequence[Column], beside: Beside, *, trail: str, cells_url: str) -> SafeString:
    """
    Return one row: a box to tick, the name as a link, a cell for each column.

    :param trail: what the link carries on, so that the page knows its place in this list
    :param cells_url: where cells are edited; empty for a member who may change nothing, and then there is no box
    """
    name = escape(str(row))
    tick = (
        f'<td class="tick"><input type="checkbox" name="ids" value="{row.pk}" form="bulk" aria-label="{name}"></td>'
        if cells_url
        else ""
    )
    link = f'<a class="row-link" href="{escape(row.get_absolute_url())}{escape(trail)}">{name}</a>'
    cells = "".join(_cell_html(row, column, beside, cells_url) for column in columns)
    return mark_safe(f'<tr>{tick}<th scope="row">{link}</th>{cells}</tr>\n')  # noqa: S308 - every text was escaped


def _cell_html(row: Any, column: Column, beside: Beside, cells_url: str) -> str:
    css = f' class="{column.css}"' if column.css else ""
    edit = f' data-edit-url="{cells_url}{row.pk}/{column.key}/"' if cells_url and column.editor else ""
    return f"<td{css}{edit}>{conditional_escape(column.cell(row, beside))}</td>"
