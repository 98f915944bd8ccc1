"""A list as a file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dangol.desk.queries.lists import sortable
from dangol.desk.tables.shown_list import ShownList, beside_of
from dangol.kit import tenancy
from dangol.kit.csv_files import MARK, csv_text
from dangol.kit.pagination import keyset_page

STEP = 1000


def csv_lines(shown: ShownList) -> Iterator[str]:
    """Yield the file, a thousand rows at a time, each read in a short transaction of its own."""
    columns, order = shown.columns, shown.asked.order
    yield MARK + csv_text([[_("Name"), *(str(column.label) for column in columns)]])
    after: str | None = None
    while True:
        with tenancy.workspace(shown.member.workspace_id):
            rows = sortable(shown.rows, shown.asked)
            page = keyset_page(rows.select_related("owner__user"), order=order, after=after, size=STEP)
            beside = beside_of(shown.listed, columns, page.items, shown.member)
            lines = [[row.name, *(column.text(row, beside) for column in columns)] for row in page.items]
        yield csv_text(lines)
        if page.next_after is None:
            return
        after = page.next_after
