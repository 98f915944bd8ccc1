"""What happened in the house, written down."""

from datetime import datetime
from typing import Any

import msgspec

from dangol.kit.fact import Fact
from dangol.workspaces.models import AuditEntry, Member

RECORDED_IDS = 50


def record_act(*, member: Member, verb: str, detail: dict[str, Any], now: datetime) -> AuditEntry:
    """Write what a member did into the audit record."""
    return AuditEntry.objects.create(workspace_id=member.workspace_id, member=member, verb=verb, detail=detail, at=now)


def record_fact(fact: Fact) -> None:
    """Write a published fact into the audit record of its workspace; long id lists are cut to their count."""
    detail = {
        name: value if not isinstance(value, list | tuple) or len(value) <= RECORDED_IDS else {"count": len(value)}
        for name, value in msgspec.to_builtins(fact).items()
        if name != "workspace_id"
    }
    AuditEntry.objects.create(workspace_id=fact.workspace_id, member=None, verb=type(fact).__name__, detail=detail)
