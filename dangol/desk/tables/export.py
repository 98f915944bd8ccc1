"""A list as a file that spreadsheets open: CSV in UTF-8 with its mark, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dangol.desk.queries.lists import sortable
from dangol.desk.tables.shown_list import ShownList, beside_of
from dangol.kit import tenancy
from dangol.kit.pagination import keyset_page

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "\ufeff"
STEP = 1000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Gives back what the CSV writer writes."""

    def write(self, value: str) -> str:
        return value


def csv_lines(shown: ShownList) -> Iterator[str]:
    """Yield the file, a thousand rows at a time, each read in a short transaction of its own."""
    writer = csv.writer(_Echo())
    columns, order = shown.columns, shown.asked.order
    yield MARK + str(writer.writerow([_("Name"), *(str(column.label) for column in columns)]))
    after: str | None = None
    while True:
        with tenancy.workspace(shown.member.workspace_id):
            rows = sortable(shown.rows, shown.asked)
            page = keyset_page(rows.select_related("owner__user"), order=order, after=after, size=STEP)
            beside = beside_of(shown.listed, columns, page.items, shown.member)
            lines = [[row.name, *(column.text(row, beside) for column in columns)] for row in page.items]
        yield "".join(str(writer.writerow(harmless(line))) for line in lines)
        if page.next_after is None:
            return
        after = page.next_after


def harmless(cells: "Sequence[str]") -> list[str]:
    """
    Put an apostrophe before every cell that a spreadsheet would take for a formula.

    Phone numbers as we write them (+8210…) stay: a plus and digits are a number to every spreadsheet.
    """
    return [f"'{cell}" if cell.startswith(DANGEROUS) and not _is_number(cell) else cell for cell in cells]


def _is_number(cell: str) -> bool:
    return cell[0] in "+-" and cell[1:].replace(".", "", 1).isdecimal()
