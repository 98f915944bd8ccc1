"""Showing one row to somebody whose rights do not reach it, for a while."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dangol.customers.models import Share
from dangol.customers.queries.shares import LINKS, Row
from dangol.kit.errors import OperationError
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member, Team
from dangol.workspaces.operations import record_act

LONGEST_DAYS = 365


class UnableToShare(OperationError):
    """Nobody was named, or the time is too long."""


def share(
    *, by: Member, row: Row, member: Member | None, team: Team | None, may_change: bool, days: int, now: datetime
) -> Share:
    """
    Show a row to one member or one team for some days. What the role of whoever gets it forbids stays forbidden.

    :raises UnableToShare: for both or neither of them, or for more than a year
    """
    if (member is None) == (team is None):
        raise UnableToShare(_("Choose either a member or a team."))
    if not 1 <= days <= LONGEST_DAYS:
        raise UnableToShare(_("Choose a time of at most a year."))
    made = Share.objects.create(
        workspace_id=by.workspace_id, **{LINKS[type(row)]: row}, member=member, team=team, may_change=may_change,
        until=now + timedelta(days=days), by=by, at=now,
    )  # fmt: skip
    _note(made, by=by, verb="share", now=now)
    return made


def end_share(*, by: Member, share: Share, now: datetime) -> None:
    """Show it no longer."""
    if Share.objects.filter(workspace_id=by.workspace_id, pk=share.pk, until__gt=now).update(until=now):
        _note(share, by=by, verb="end_share", now=now)


def _note(made: Share, *, by: Member, verb: str, now: datetime) -> None:
    detail = {
        "row": str(made.person_id or made.company_id or made.record_id),
        "with": str(made.member_id or made.team_id),
        "may_change": made.may_change,
        "until": made.until.isoformat(),
    }
    people = [made.person_id] if made.person_id else []
    record_act(member=by, verb=verb, detail=detail, now=now, deed=Deed.GRANT, people=people)
