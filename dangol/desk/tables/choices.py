"""What can be chosen in a cell of a list."""

from collections.abc import Sequence

from babel import Locale
from django.utils.translation import get_language

from dangol.desk.tables.columns import Column, FieldColumn
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

COUNTRIES = ("KR", "US", "JP", "CN", "TW", "VN", "TH", "SG", "GB", "DE", "FR", "CA", "AU")
LANGUAGES = ("ko", "en", "ja", "zh", "vi", "th", "de", "fr", "es")


def choices_of(column: Column, member: Member) -> Sequence[tuple[str, str]]:
    """Return what can be chosen in a cell; nothing for one that is typed in."""
    if column.editor == "owner":
        return [("", "—"), *((str(one.pk), one.user.name) for one in colleagues(member))]
    if isinstance(column, FieldColumn) and column.editor == "choice":
        return [("", "—"), *((choice, choice) for choice in column.field.choices)]
    names = Locale.parse((get_language() or "en").replace("-", "_"))
    if column.editor == "country":
        return [("", "—"), *((code, names.territories[code]) for code in COUNTRIES)]
    if column.editor == "language":
        return [("", "—"), *((code, names.languages[code]) for code in LANGUAGES)]
    return []
