"""Link fields of others that lead to the merged one lead to the keeper from then on, and back."""

from collections.abc import Iterator

from django.db import connection

from dangol.customers.operations.merging.rows import NOTE, NOTED, Pair

HOLDERS = ("customers_person", "customers_company", "customers_customrecord")
TELLERS = {"customers_person": "person_id", "customers_company": "company_id"}

# Links are always kept in the side table of fields, where they are found by their index.
FOLLOW = """
WITH linked AS (
    UPDATE "{table}" AS line SET fields = line.fields || links.keys
    FROM (
        SELECT v.record_id, jsonb_object_agg(d.key, %(keep)s::text) AS keys FROM customers_fieldvalue AS v
        JOIN customers_fielddefinition AS d ON d.workspace_id = v.workspace_id AND d.id = v.definition_id
        WHERE v.workspace_id = %(workspace)s AND v.link = %(merged)s AND d.kind = '{kind}' GROUP BY v.record_id
    ) AS links
    WHERE line.workspace_id = %(workspace)s AND line.id = links.record_id AND line.id NOT IN (%(keep)s, %(merged)s)
    RETURNING line.id, links.keys
)
"""

# What sources said about these fields, or it would come back with their next word.
FOLLOW_TOLD = """
WITH linked AS (
    UPDATE customers_telling AS line SET told = line.told || said.keys
    FROM (
        SELECT told.id, jsonb_object_agg(one.key, %(keep)s::text) AS keys
        FROM {noted} AND told.workspace_id = %(workspace)s AND told.{column} = note.row_id
            AND one.value = %(merged)s::text AND note.row ? substr(one.key, 8)
        GROUP BY told.id
    ) AS said
    WHERE line.workspace_id = %(workspace)s AND line.id = said.id
    RETURNING line.id, said.keys
)
"""
SAID = ", customers_telling AS told, jsonb_each_text(told.told) AS one WHERE"

GO_BACK = """
UPDATE "{table}" AS line SET {column} = line.{column} || (
    SELECT coalesce(jsonb_object_agg(key, %(merged)s::text), '{{}}') FROM jsonb_object_keys(note.row) AS key
    WHERE line.{column} ->> key = %(keep)s::text
) FROM {noted} AND line.workspace_id = %(workspace)s AND line.id = note.row_id
"""


def follow_links(pair: Pair, *, kind: str) -> None:
    """
    Let the link fields of others lead to the keeper, noting each row and its fields.

    :param kind: "person" or "company"
    """
    for table in HOLDERS:
        _run(FOLLOW.format(table=table, kind=kind) + _note(table, "fields"), pair)
        if table in TELLERS:
            noted = _noted(table, "fields").replace(" WHERE", SAID, 1)
            _run(FOLLOW_TOLD.format(noted=noted, column=TELLERS[table]) + _note("customers_telling", "told"), pair)


def lead_back(pair: Pair) -> None:
    """Let every noted link that still leads to the keeper lead to the other one again."""
    for table, column in _linking():
        _run(GO_BACK.format(table=table, column=column, noted=_noted(table, column)), pair)


def _linking() -> Iterator[tuple[str, str]]:
    yield from ((table, "fields") for table in HOLDERS)
    yield "customers_telling", "told"


def _note(table: str, column: str) -> str:
    return NOTE.format(table=table, column=column, part="linked", row_id="id", row="keys", source="linked")


def _noted(table: str, column: str) -> str:
    return NOTED.format(table=table, column=column, part="linked")


def _run(sql: str, pair: Pair) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, pair.values)
