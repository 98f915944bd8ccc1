"""What can be chosen in a cell of a list."""

from collections.abc import Sequence

from dangol.desk.tables.columns import Column, FieldColumn
from dangol.kit.locales import COUNTRIES, LANGUAGES, country_name, language_name
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues


def choices_of(column: Column, member: Member) -> Sequence[tuple[str, str]]:
    """Return what can be chosen in a cell; nothing for one that is typed in."""
    if column.editor == "owner":
        return [("", "—"), *((str(one.pk), one.user.name) for one in colleagues(member))]
    if isinstance(column, FieldColumn) and column.editor == "choice":
        return [("", "—"), *((choice, choice) for choice in column.field.choices)]
    if column.editor == "country":
        return [("", "—"), *((code, country_name(code)) for code in COUNTRIES)]
    if column.editor == "language":
        return [("", "—"), *((code, language_name(code)) for code in LANGUAGES)]
    return []
