"""Who works here: users, workspaces, teams, members, and the record of what they did."""

from dangol.workspaces.models.audit import AuditEntry
from dangol.workspaces.models.member import Member, Team
from dangol.workspaces.models.user import User
from dangol.workspaces.models.workspace import Workspace

__all__ = ["AuditEntry", "Member", "Team", "User", "Workspace"]
