"""Who works here: users, workspaces, branches, teams, members, roles, keys of programs, and what they all did."""

from dangol.workspaces.models.api_key import ApiKey
from dangol.workspaces.models.approval import Absence, Approval, ApprovalRule, ApprovalVote
from dangol.workspaces.models.audit import AuditEntry, AuditSeal
from dangol.workspaces.models.branch import Branch, Team
from dangol.workspaces.models.database_life import DatabaseLife
from dangol.workspaces.models.invitation import Invitation
from dangol.workspaces.models.limit import Limit, Use
from dangol.workspaces.models.member import Member
from dangol.workspaces.models.role import CustomRole, Elevation
from dangol.workspaces.models.session import Session
from dangol.workspaces.models.sign_in_provider import LinkedAccount, SignInProvider
from dangol.workspaces.models.sign_in_rules import SignInRules
from dangol.workspaces.models.user import User
from dangol.workspaces.models.workspace import Workspace

__all__ = [
    "Absence",
    "ApiKey",
    "Approval",
    "ApprovalRule",
    "ApprovalVote",
    "AuditEntry",
    "AuditSeal",
    "Branch",
    "CustomRole",
    "DatabaseLife",
    "Elevation",
    "Invitation",
    "Limit",
    "LinkedAccount",
    "Member",
    "Session",
    "SignInProvider",
    "SignInRules",
    "Team",
    "Use",
    "User",
    "Workspace",
]
