"""Every link to a person or company is registered, truthfully."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from dangol.customers.contracts import Anonymise, LinkedTable, OnMerge, company_tables, person_tables
from dangol.customers.models import Company, Person

pytestmark = pytest.mark.django_db

SELVES = {("customers_person", "merged_into_id"), ("customers_company", "merged_into_id")}
"""What a merge itself writes."""


def links_to(target: type[Model]) -> set[tuple[str, str]]:
    """Read every link from the models."""
    return {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is target
    } - SELVES


def columns_called(name: str) -> set[tuple[str, str]]:
    """Read every column of that name from the database; partitions are part of their table."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
                AND attname LIKE %s AND NOT attisdropped
            """,
            [f"%{name}"],
        )
        return {(table, column) for table, column in cursor.fetchall()} - SELVES


def registered(tables: list[Any]) -> set[tuple[str, str]]:
    return {(table.table, table.column) for table in tables}


def test_every_link_to_a_person_is_registered() -> None:
    assert (links_to(Person) | columns_called("person_id")) - registered(person_tables()) == set()


def test_every_link_to_a_company_is_registered() -> None:
    assert (links_to(Company) | columns_called("company_id")) - registered(company_tables()) == set()


def unique_keys_with(table: LinkedTable) -> list[str]:
    """Return the unique indexes that a change of the link could break."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.indexrelid::regclass::text FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey::smallint[])
            WHERE i.indisunique AND i.indrelid = %s::regclass AND a.attname = %s
            """,
            [table.table, table.column],
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize(
    "table", [*person_tables(), *company_tables()], ids=lambda table: f"{table.table}.{table.link}"
)
def test_what_is_said_about_a_table_is_true(table: LinkedTable) -> None:
    keys = unique_keys_with(table)
    if table.on_merge is OnMerge.MOVE:
        assert keys == []
    if table.on_merge in (OnMerge.KEEP_ONE, OnMerge.ADD):
        assert keys != []
    for name in (*table.exported, *table.added, *table.only):
        assert table.column_of(name)
    if isinstance(table.on_erasure, Anonymise):
        assert all(table.column_of(name) for name in table.on_erasure.fields)
    assert str(table.title)
