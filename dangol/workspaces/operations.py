"""Workspaces: found one, invite members, keep the record."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.fact import Fact
from dangol.workspaces.enums import Role
from dangol.workspaces.models import AuditEntry, Member, Team, User, Workspace

RECORDED_IDS = 50


class UnableToInvite(OperationError):
    """The user is a member already."""


def found_workspace(*, name: str, slug: str, language: str, time_zone: str, currency: str) -> Workspace:
    """Make an empty workspace. The caller enters it to fill it."""
    return Workspace.objects.create(name=name, slug=slug, language=language, time_zone=time_zone, currency=currency)


def invite(*, workspace: Workspace, user: User, role: Role, team: Team | None = None) -> Member:
    """
    Make a user a member of the entered workspace.

    :raises UnableToInvite: if the user is a member already
    """
    if Member.objects.filter(workspace=workspace, user=user).exists():
        raise UnableToInvite(_("This user is a member already."))
    return Member.objects.create(workspace=workspace, user=user, role=role, team=team)


def record_act(*, member: Member, verb: str, detail: dict[str, Any], now: datetime) -> AuditEntry:
    """Write what a member did into the audit record."""
    return AuditEntry.objects.create(workspace_id=member.workspace_id, member=member, verb=verb, detail=detail, at=now)


def record_fact(fact: Fact) -> None:
    """Write a published fact into the audit record of its workspace; long id lists are cut to their count."""
    detail = {
        name: value if not isinstance(value, list) or len(value) <= RECORDED_IDS else {"count": len(value)}
        for name, value in msgspec.to_builtins(asdict(fact)).items()
        if name != "workspace_id"
    }
    AuditEntry.objects.create(workspace_id=fact.workspace_id, member=None, verb=type(fact).__name__, detail=detail)
