"""What this room keeps about people without a link to them, and how it goes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Erased, PersonTrace
from dangol.customers.models import FieldDefinition, ImportLeftover, ImportPiece, ImportProblem

UUID_TEXT = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
FEWEST_LETTERS = 4
"""A shorter customer number is found only where it stands alone."""

# A relation leaves a line with each of its ends: with the one who stays as well.
HISTORY = """
DELETE FROM customers_change WHERE workspace_id = %(workspace)s AND about_id <> ALL(%(ids)s) AND object_id IN (
    SELECT told.object_id FROM customers_change AS told
    WHERE told.workspace_id = %(workspace)s AND told.about_id = ANY(%(ids)s) AND told.kind <> 'person'
)
"""

MENTIONS = """
DELETE FROM customers_change
WHERE workspace_id = %(workspace)s AND about_id <> ALL(%(ids)s) AND EXISTS (
    SELECT FROM regexp_matches(concat(before::text, after::text), %(uuid)s, 'g') AS named
    WHERE named[1] = ANY(%(texts)s)
)
"""

UNLINK = """
UPDATE "{table}" SET fields = fields - %(key)s
WHERE workspace_id = %(workspace)s AND fields ->> %(key)s = ANY(%(ids)s)
"""

# A waiting run about many people goes on without them; what ran, failed or concerns them alone goes.
JOBS = """
DELETE FROM procrastinate_jobs
WHERE args ->> 'workspace_id' = %(workspace)s AND EXISTS (
        SELECT FROM regexp_matches(args::text, %(uuid)s, 'g') AS named WHERE named[1] = ANY(%(ids)s)
    )
    AND (status NOT IN ('todo', 'doing') OR args ->> 'person_id' = ANY(%(ids)s)
        OR args -> 'person_ids' <@ to_jsonb(%(ids)s::text[]))
"""

STEPS = """
UPDATE customers_importstep SET people = ARRAY(SELECT one FROM unnest(people) AS one WHERE one <> ALL(%(ids)s))
WHERE workspace_id = %(workspace)s AND people && %(ids)s::uuid[]
"""

TABLES = {"person": "customers_person", "company": "customers_company"}


class History(PersonTrace):
    """Lines of others' histories that name them: relations, links of custom fields."""

    def erase(self, erased: Erased) -> int:
        values: dict[str, Any] = {"workspace": erased.workspace_id, "ids": list(erased.ids), "uuid": UUID_TEXT}
        with connection.cursor() as cursor:
            cursor.execute(HISTORY, values)
            count = int(cursor.rowcount)
            if _link_fields(erased).exists():
                cursor.execute(MENTIONS, values | {"texts": [str(one) for one in erased.ids]})
                count += int(cursor.rowcount)
            return count


class FieldLinks(PersonTrace):
    """Custom fields of others that name them."""

    def erase(self, erased: Erased) -> int:
        count = 0
        for key, name in _link_fields(erased).values_list("key", "object"):
            with connection.cursor() as cursor:
                cursor.execute(
                    UNLINK.format(table=TABLES.get(name, "customers_customrecord")),
                    {"workspace": erased.workspace_id, "key": key, "ids": [str(one) for one in erased.ids]},
                )
                count += int(cursor.rowcount)
        return count


class ImportLines(PersonTrace):
    """Their lines in files that were brought in, in lists of lines that were not taken, and what an undo left."""

    def erase(self, erased: Erased) -> int:
        return self._problems(erased) + self._leftovers(erased) + self._pieces(erased) + self._steps(erased)

    def _problems(self, erased: Erased) -> int:
        named = _pattern([*_keys(erased), *map(re.escape, erased.names)])
        problems = ImportProblem.objects.filter(workspace_id=erased.workspace_id).exclude(text="")
        found = [pk for pk, text in problems.values_list("pk", "text").iterator() if named.search(text)]
        return ImportProblem.objects.filter(workspace_id=erased.workspace_id, pk__in=found).update(text="")

    def _leftovers(self, erased: Erased) -> int:
        left = ImportLeftover.objects.filter(workspace_id=erased.workspace_id, object_id__in=erased.ids)
        return left.delete()[0]

    def _pieces(self, erased: Erased) -> int:
        """Leave their lines empty: the others keep their numbers. One piece at a time."""
        keyed, count = _pattern(_keys(erased)), 0
        pieces = ImportPiece.objects.filter(workspace_id=erased.workspace_id).select_related("people_import")
        for piece in pieces.iterator(chunk_size=1):
            encoding = piece.people_import.encoding or "utf-8"
            lines = bytes(piece.content).decode(encoding, "surrogateescape").split("\n")
            kept = ["" if keyed.search(line) else line for line in lines]
            if kept != lines:
                piece.content = "\n".join(kept).encode(encoding, "surrogateescape")
                piece.save(update_fields=["content"])
                count += sum(before != after for before, after in zip(lines, kept, strict=True))
        return count

    def _steps(self, erased: Erased) -> int:
        with connection.cursor() as cursor:
            cursor.execute(STEPS, {"workspace": erased.workspace_id, "ids": list(erased.ids)})
            return int(cursor.rowcount)


class Jobs(PersonTrace):
    """Work about them that is done, failed, or waits."""

    def erase(self, erased: Erased) -> int:
        ids = [str(one) for one in erased.ids]
        with connection.cursor() as cursor:
            cursor.execute(JOBS, {"workspace": str(erased.workspace_id), "ids": ids, "uuid": UUID_TEXT})
            return int(cursor.rowcount)


def _link_fields(erased: Erased) -> QuerySet[FieldDefinition]:
    return FieldDefinition.objects.filter(workspace_id=erased.workspace_id, kind="person")


def _pattern(alternatives: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives) or "(?!)", re.IGNORECASE)


def _keys(erased: Erased) -> Iterator[str]:
    """Yield patterns of all that leads to them, as a file may spell it."""
    for email in erased.emails:
        yield rf"(?<![\w.+-]){re.escape(email)}(?![\w-])"
    for phone in erased.phones:
        digits = re.sub(r"\D", "", phone)
        local = digits.removeprefix("82")
        yield r"(?<!\d)(?:\+?82[\s.-]*)?\(?0?" + r"[\s().-]*".join(local) + r"(?!\d)"
    for number in erased.external_ids:
        whole = re.escape(number)
        yield (
            rf"(?<![\w-]){whole}(?![\w-])" if len(number) >= FEWEST_LETTERS else rf'(?:^|[,;\t"]){whole}(?:$|[,;\t"\r])'
        )


History(_("History of others that names the person")).register()
FieldLinks(_("Custom fields that name the person")).register()
ImportLines(_("Lines of files")).register()
Jobs(_("Work of the house")).register()
