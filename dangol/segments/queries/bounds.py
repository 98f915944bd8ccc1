"""Conditions that bound rights: whom of those that a level gives a right reaches."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _
from sqlglot import exp

from dangol.customers.models import Person
from dangol.customers.permissions import NOBODY
from dangol.kit.masking import masking
from dangol.segments.conditions.attribute import AttributeCondition
from dangol.segments.conditions.custom_field import CustomField
from dangol.segments.contracts import (
    Compiler,
    Condition,
    InvalidDefinition,
    KnownField,
    Problem,
    Subject,
    in_places,
    read_definition,
)
from dangol.segments.queries.fields import known_fields
from dangol.segments.queries.row_test import RowTest, about_row
from dangol.segments.queries.wording import names_of
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import Bound

AT_ANY_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""A bound asks nothing by the clock, so that its test can be kept."""


@dataclass(frozen=True)
class Bounds:
    """Conditions that bound rights, and the own fields that they name."""

    conditions: Sequence[Condition] = ()
    fields: Mapping[tuple[Subject, str], KnownField] = field(default_factory=dict)


class ByRow(Compiler):
    """Compiles tests that stand beside others in the filter of a list, which follows an index of its own."""

    is_by_row = True


def checked_bound(definition: object) -> Condition:
    """
    Read a condition that is to bound a right.

    :raises InvalidDefinition: if it cannot be read, or asks by the clock, by who asks, or about others
    """
    condition = read_definition(definition)
    if all(part.may_bound_rights() for part in condition.walk()):
        return condition
    said = _("Rights cannot be bounded by such a condition. Choose a field, a tag, a segment or orders at any time.")
    raise InvalidDefinition([Problem((), said)])


def read_bounds(bounds: Collection[Bound]) -> Bounds | None:
    """Read what bounds rights; None if one can no longer be read, or names something that is gone. Two queries."""
    try:
        conditions = [checked_bound(json.loads(bound)) for bound in sorted(bounds)]
    except InvalidDefinition:
        return None
    parts = [part for one in conditions for part in one.walk()]
    asked = [part.attribute for part in parts if isinstance(part, AttributeCondition)]
    own = {(one.about, one.name) for one in asked if isinstance(one, CustomField)}
    named, fields = frozenset().union(*(part.refers_to() for part in parts)), known_fields(conditions)
    is_gone = own - fields.keys() or {row_id for _kind, row_id in named} - names_of(named, None).keys()
    return None if is_gone else Bounds(conditions, fields)


def test_of_bounds(bounds: Collection[Bound], member: Member) -> Q:
    """Return the test of a row of people by which a member's rights are bounded; nobody passes what cannot be read."""
    read = read_bounds(bounds)
    if read is None:
        return NOBODY
    compiler = ByRow(
        workspace_id=member.workspace_id, now=AT_ANY_TIME, zone=ZoneInfo(member.workspace.time_zone),
        fields=read.fields,
    )  # fmt: skip
    with masking(()):  # a field that the member does not read bounds the member all the same
        test = exp.and_(*(one.test(compiler) for one in read.conditions), copy=False)
    sql, values = in_places(about_row(test, Subject.PERSON.row).sql("postgres"), compiler.values)
    return Q(RowTest(sql, tuple(values), Person._meta.db_table))
