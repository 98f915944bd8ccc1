"""Random rows in every registered table, so that nothing about a merge is true by luck."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from dangol.customers.contracts import LinkedTable, OnMerge, company_tables, person_tables
from dangol.customers.models import Company, Household, Person, Relation
from dangol.kit.sealed_columns import SealedTextField, sealed
from dangol.workspaces.models import Member
from tests.factories import NOW

SEARCHED_ANEW = {
    "customers_merge",
    "customers_duplicatepair",
    "customers_matchkey",
    "customers_tocompare",
    "customers_companymatchkey",
    "customers_companytocompare",
}
"""What a merge itself writes, and what the search for duplicates keeps: no part of anybody's life."""


def snapshot(workspace_id: UUID) -> dict[str, list[str]]:
    """Return all rows of all registered tables, hidden ones too, as text."""
    tables = {table.table for table in (*person_tables(), *company_tables())} | {
        "customers_person",
        "customers_company",
    }
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dangol.trash', 'open', true)")
        for table in sorted(tables - SEARCHED_ANEW - history_tables()):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t WHERE workspace_id = %s', [workspace_id])
            found[table] = sorted(row for (row,) in cursor.fetchall())
        cursor.execute("SELECT set_config('dangol.trash', '', true)")
    return found


def history_tables() -> set[str]:
    """The history grows with every merge: that is what it is for."""
    return {table.table for table in person_tables() if table.table == "customers_change"}


def counts(workspace_id: UUID) -> dict[str, int]:
    """Return how many rows there are, by table."""
    return {table: len(rows) for table, rows in snapshot(workspace_id).items()}


class Lives:
    """Makes rows about some people and companies. Values come from small sets, so that keys collide."""

    def __init__(self, rng: random.Random, member: Member) -> None:
        self.rng = rng
        self.member = member
        self.subject: Any = None
        self.parents: dict[type[models.Model], list[Any]] = {Member: [member]}

    def fill(self, subjects: list[Any], *, most: int = 3) -> None:
        """Give each up to `most` rows in every registered table."""
        tables = person_tables() if isinstance(subjects[0], Person) else company_tables()
        for table in tables:
            if table.on_merge is OnMerge.STAY or table.table in SEARCHED_ANEW:
                continue
            for subject in subjects:
                for _n in range(self.rng.randint(0, most)):
                    self._try(table, subject, subjects)

    def _try(self, table: LinkedTable, subject: Any, subjects: list[Any]) -> None:
        self.subject = subject
        known = {model: list(rows) for model, rows in self.parents.items()}
        try:
            with transaction.atomic():
                if table.model is Relation:
                    self._relate(table, subject, subjects)
                elif table.table in ("tracking_event", "tracking_daily_count"):
                    self._insert(table, subject)
                else:
                    self._make(table.model, {table.link: subject, **table.only})
        except IntegrityError:
            self.parents = known  # the same key twice: such a row cannot be, nor what was made for it

    def _relate(self, table: LinkedTable, subject: Any, subjects: list[Any]) -> None:
        other = "target" if table.link.startswith("source") else "source"
        kind, value = self.rng.choice(
            [
                ("household", self._parent(Household)),
                ("company", self._parent(Company)),
                ("person" if isinstance(subject, Person) else "company", self.rng.choice(subjects)),
            ]
        )
        Relation.objects.create(
            workspace_id=self.member.workspace_id,
            kind=self.rng.choice(["works_at", "family_of"]),
            origin="test",
            until=self.rng.choice([None, None, dt.date(2026, 1, 1)]),
            **{table.link: subject, f"{other}_{kind}": value},
        )

    def _insert(self, table: LinkedTable, subject: Any) -> None:
        at = NOW - dt.timedelta(days=self.rng.randint(0, 3))
        values: dict[str, Any] = {"workspace_id": self.member.workspace_id, "person_id": subject.pk}
        if table.table == "tracking_event":
            values |= {"id": uuid4(), "occurred_at": at, "received_at": at, "anonymous_id": "a", "kind": "track"}
            values |= {"name": self._text(), "properties": '{"a": 1}', "context": "{}", "source_id": uuid4()}
            values |= {"message_id": str(uuid4())}
        else:
            values |= {"name": self._text(), "day": at.date(), "count": self.rng.randint(1, 9)}
            values |= {"amount": Decimal(self.rng.randint(0, 999)) / 100}
        with connection.cursor() as cursor:
            cursor.execute("SELECT tracking_ensure_month(%s::date)", [at])
            marks = ", ".join(["%s"] * len(values))
            cursor.execute(f"INSERT INTO {table.table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))

    def _make(self, model: type[models.Model], given: dict[str, Any]) -> Any:
        values: dict[str, Any] = {"workspace_id": self.member.workspace_id}
        for field in model._meta.local_fields:
            if field.name in given or field.name in ("workspace", "id") or field.name.startswith("deleted"):
                continue
            if field.name in ("person", "company", "merged_into"):
                if field.name == "person" and isinstance(self.subject, Person) and model is not Company:
                    values["person"] = self.subject
                continue
            values[field.name] = self._value(field)
        made: Any = model(**values | given)
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                setattr(made, field.name, sealed(made, field.name, self._text()))
        made.save(force_insert=True)
        return made

    def _value(self, field: Any) -> Any:
        if isinstance(field, models.ForeignKey):
            return None if field.null and self.rng.random() < 0.5 else self._parent(field.related_model)
        if field.null and self.rng.random() < 0.3:
            return None
        if field.choices:
            return self.rng.choice([value for value, _label in field.flatchoices])
        for kind, make in self._makers():
            if isinstance(field, kind):
                return make()[: field.max_length] if isinstance(field, models.CharField) else make()
        raise TypeError(field)

    def _makers(self) -> list[tuple[type[Any], Any]]:
        rng = self.rng
        return [
            (models.BooleanField, lambda: rng.random() < 0.5),
            (models.DateTimeField, lambda: NOW - dt.timedelta(microseconds=rng.randint(0, 10**12))),
            (models.DateField, lambda: dt.date(2026, 1, rng.randint(1, 28))),
            (models.SmallIntegerField, lambda: rng.randint(1, 2)),
            (models.IntegerField, lambda: rng.randint(1, 99)),
            (models.FloatField, lambda: rng.random() * 10),
            (models.DecimalField, lambda: Decimal(rng.randint(0, 10**6)) / 100),
            (models.UUIDField, lambda: UUID(int=rng.randint(1, 2))),
            (models.JSONField, lambda: {self._text(): rng.choice([1, 1.5, None, "가", [1]])}),
            (ArrayField, list),
            (models.CharField, self._text),
            (models.TextField, self._text),
            (models.TimeField, lambda: dt.time(9)),
            (models.BinaryField, lambda: rng.randbytes(4)),
        ]

    def _text(self) -> str:
        return self.rng.choice(["가나다", "abc", "a'b", "x%y"])

    def _parent(self, model: type[models.Model]) -> Any:
        known = self.parents.setdefault(model, [])
        if len(known) < 2 and model is not Member:
            known.append(self._make(model, self._name_of(model, len(known))))
        return self.rng.choice(known)

    def _name_of(self, model: type[models.Model], number: int) -> dict[str, Any]:
        if model in (Person, Company):
            return {"name": f"other {number}", "external_id": f"o{number}", "origin": "test"}
        names = [
            field.name for field in model._meta.local_fields if field.name in ("name", "key", "number", "send_key")
        ]
        return {name: number + 1 if name == "number" else f"{model.__name__} {number}" for name in names}
