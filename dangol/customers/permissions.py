"""What a member may do with people, companies and records, and which of them the member's rights reach."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, Q
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from dangol.customers.contracts import ReadsBounds
from dangol.workspaces.enums import Kind, Level, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import OWNED, May, may_configure

COLLEAGUES = "ARRAY(SELECT dangol_colleagues(%s, %s))"
"""Those who are in the member's team or, where the second value says so, in the member's branch or below."""

SHARED = "ARRAY(SELECT dangol_shared(%s, %s))"
"""What was shared with the member or the team and still is; where the second value says so, for changing it."""

NOBODY = Q(pk__isnull=True)

may_change_people = May(Verb.CHANGE, [Kind.PEOPLE])
may_change_companies = May(Verb.CHANGE, [Kind.COMPANIES])
may_change_records = May(Verb.CHANGE, [Kind.RECORDS])
may_change_rows = May(Verb.CHANGE, OWNED)
may_reveal = May(Verb.REVEAL, [Kind.PEOPLE])
may_delete = May(Verb.DELETE, OWNED)
may_delete_for_good = may_configure
"""What lies in the trash ends before its thirty days are over only by the hand of those who keep the house."""


def reached_by(member: Member, kind: Kind) -> Q:
    """
    Return which rows with an owner the member's rights reach: the one rule behind every `visible_to`.

    Bounds narrow what the level gives. What was shared, one row at a time, is reached in spite of them.
    """
    if member.reach(kind) == Level.NONE:
        return NOBODY
    if member.reaches_all(kind):
        return Q()
    shared = _is_any_of("pk", SHARED, member, member.acting != Verb.SEE)
    return (given_by_level(member, kind) & within_bounds(member, kind)) | shared


def given_by_level(member: Member, kind: Kind) -> Q:
    """Return which rows a level above none gives, by whose they are."""
    level = member.reach(kind)
    if level == Level.ALL:
        return Q()
    if level == Level.OWN:
        return Q(owner_id=member.pk)
    return Q(owner__isnull=True) | _is_any_of("owner_id", COLLEAGUES, member, level == Level.BRANCH)


def within_bounds(member: Member, kind: Kind) -> Q:
    """Return which rows meet every condition by which the member's rights are bounded."""
    bounds = member.bounds(kind)
    if not bounds:
        return Q()
    if bounds not in member.bounds_read:
        member.bounds_read[bounds] = ReadsBounds.known.test(bounds, member) if ReadsBounds.known else NOBODY
    met: Q = member.bounds_read[bounds]
    return met


class IsAnyOf(Lookup):
    """Whether a value is in an array that PostgreSQL makes once a statement, so that pages may follow an index."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        value, value_params = self.process_lhs(compiler, connection)
        array, array_params = self.process_rhs(compiler, connection)
        return f"{value} = ANY({array})", (*value_params, *array_params)


def _is_any_of(column: str, ids: str, member: Member, further: bool) -> Q:  # noqa: FBT001 - the second value of both
    return Q(IsAnyOf(F(column), RawSQL(ids, [member.pk, further])))  # noqa: S611 - our own words
