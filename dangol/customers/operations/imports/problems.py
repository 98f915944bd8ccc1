"""Writing down what is wrong with lines."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from dangol.customers.models import PeopleImport
from dangol.customers.operations.imports.matching import Placement
from dangol.customers.operations.imports.reading import Chunk, Problem
from dangol.customers.operations.imports.writing import copy_into, escaped, texts
from dangol.kit.ids import uuid7_texts

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged_problem (id uuid, line int, code text, title text, text text)
ON COMMIT DELETE ROWS
"""
KEEP = """
INSERT INTO customers_importproblem (workspace_id, id, people_import_id, line, code, "column", text)
SELECT %s, id, %s, line, code, title, text FROM staged_problem ORDER BY id
ON CONFLICT (workspace_id, people_import_id, line, code, "column") DO NOTHING
"""


def keep_problems(people_import: PeopleImport, chunk: Chunk, placement: Placement) -> None:
    """Write down, once each, what is wrong with lines of a chunk."""
    _keep(people_import.workspace_id, people_import.pk, chunk.problems_of(placement.wrong))


def _keep(workspace_id: UUID, import_id: UUID, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute("TRUNCATE staged_problem")
        copy_into(
            cursor, "staged_problem",
            [
                uuid7_texts(len(problems)), texts(problem.line for problem in problems),
                [problem.code for problem in problems], escaped([problem.column for problem in problems]),
                escaped([problem.text for problem in problems]),
            ],
        )  # fmt: skip
        cursor.execute(KEEP, [workspace_id, import_id])
