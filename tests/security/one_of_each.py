"""One row of every kind that an address can name, with as little in it as the database allows."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.customers.models import Person
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member, Team
from tests.factories import NOW

HOSTILE = "=\"'><svg/onload=x>{{7777*7777}}%s%(x)d{0.__class__}${PATH}%PATH%{{settings.SECRET_KEY}}"
"""
A formula to spreadsheets, a script to browsers, a sum to templates, a format, placeholders of secrets: the text of
every row that is made here.
"""

TELLING = f"=sol@hidden.example,010-9876-5432{HOSTILE[1:]}"
"""The same, with how to reach somebody in it: the text of every row that is about a person."""

VALUES: tuple[tuple[type[Any], Callable[[], Any]], ...] = (
    (models.EmailField, lambda: "one@example.com"),
    (models.URLField, lambda: "https://shop.example.com/"),
    (models.BooleanField, lambda: False),
    (models.DateTimeField, lambda: NOW),
    (models.DateField, NOW.date),
    (models.TimeField, lambda: dt.time(9)),
    (models.IntegerField, lambda: 1),
    (models.FloatField, lambda: 1.0),
    (models.DecimalField, lambda: Decimal(1)),
    (models.UUIDField, uuid7),
    (models.JSONField, dict),
    (ArrayField, list),
    (models.BinaryField, lambda: b"1"),
    (models.TextField, lambda: HOSTILE),
    (models.CharField, lambda: HOSTILE),
)


Given = Mapping[type[models.Model], Callable[["OneOfEach"], dict[str, Any]]]
"""What a row of a kind needs beyond any value of the right type."""


class OneOfEach:
    """
    Makes a row of a model, and what that has to stand on, when it is asked for first. Inside a workspace.

    :param mark: what every text begins with
    """

    def __init__(self, member: Member, given: Given, mark: str = "") -> None:
        self.member = member
        self.given = given
        self.mark = mark
        self.made: dict[type[models.Model], models.Model] = {Member: member, Team: Team.objects.all()[0]}

    def __call__(self, model: type[models.Model]) -> Any:
        if model not in self.made:
            self.made[model] = self.another(model)
        return self.made[model]

    def another(self, model: type[models.Model], **given: Any) -> Any:
        """Make one more row of a kind."""
        known = self.given[model](self) if model in self.given else {}
        fields = (field for field in model._meta.local_fields if field.name not in ("id", "workspace"))
        values = {field.name: self._value(field) for field in fields if self._is_needed(field)}
        row = model(**{"workspace_id": self.member.workspace_id} | values | known | given)
        row.save(force_insert=True)
        return row

    def id_of(self, model: type[models.Model]) -> UUID:
        return UUID(str(self(model).pk))

    @staticmethod
    def _is_needed(field: "models.Field[Any, Any]") -> bool:
        return not (field.null or field.blank or field.has_default() or field.has_db_default())

    def _value(self, field: "models.Field[Any, Any]") -> Any:
        if isinstance(field, models.ForeignKey):
            return self(field.related_model)
        if field.choices:
            return next(value for value, _label in field.flatchoices if value)
        value = next(make() for kind, make in VALUES if isinstance(field, kind))
        if value == HOSTILE:
            value = self.mark + (TELLING if _may_tell(field) else HOSTILE)
        return value[: field.max_length] if isinstance(value, str) else value


def _may_tell(field: "models.Field[Any, Any]") -> bool:
    """Whether it is a text of a row about a person. Where a row came from is a name of ours."""
    links = (link.related_model for link in field.model._meta.local_fields)
    return field.model is not Person and field.name != "origin" and Person in links
