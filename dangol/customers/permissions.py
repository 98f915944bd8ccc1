"""What a member may do with people, companies and records, and which of them the member's rights reach."""

from django.db.models import Q
from django.db.models.expressions import RawSQL

from dangol.workspaces.enums import Kind, Level, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import OWNED, May, may_configure

COLLEAGUES = "SELECT colleague FROM dangol_colleagues(%s, %s) AS colleague"
"""Those who are in the member's team or, where the second value says so, in the member's branch or below."""

SHARED = "SELECT record FROM dangol_shared(%s, %s) AS record"
"""What was shared with the member or the team and still is; where the second value says so, for changing it."""

may_change_people = May(Verb.CHANGE, [Kind.PEOPLE])
may_change_companies = May(Verb.CHANGE, [Kind.COMPANIES])
may_change_records = May(Verb.CHANGE, [Kind.RECORDS])
may_change_rows = May(Verb.CHANGE, OWNED)
may_reveal = May(Verb.REVEAL, [Kind.PEOPLE])
may_delete = May(Verb.DELETE, OWNED)
may_delete_for_good = may_configure
"""What lies in the trash ends before its thirty days are over only by the hand of those who keep the house."""


def reached_by(member: Member, kind: Kind) -> Q:
    """Return which rows with an owner the member's rights reach: the one rule behind every `visible_to`."""
    level = member.reach(kind)
    if level == Level.ALL:
        return Q()
    if level == Level.NONE:
        return Q(pk__isnull=True)
    shared = Q(pk__in=RawSQL(SHARED, [member.pk, member.acting != Verb.SEE]))  # noqa: S611 - only our own columns
    if level == Level.OWN:
        return Q(owner_id=member.pk) | shared
    colleagues = RawSQL(COLLEAGUES, [member.pk, level == Level.BRANCH])  # noqa: S611 - only our own columns
    return Q(owner__isnull=True) | Q(owner__in=colleagues) | shared
