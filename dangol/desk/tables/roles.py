"""The matrix of roles and rights, as a person can read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.desk.enums import Listed
from dangol.desk.tables.offered import field_names
from dangol.workspaces.enums import Kind, Level, Role, Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import OFFERED, OWNED, ROLES, Rights
from dangol.workspaces.queries import custom_roles_of, headcounts_of_roles

Label = str | Promise


@dataclass(frozen=True)
class RoleShown:
    """One column: a role, how many members have it, and where it is changed if it is the workspace's own."""

    key: str
    name: Label
    rights: Rights
    headcount: int
    id: UUID | None = None


@dataclass(frozen=True)
class Row:
    """One right or field, and what each role may do with it. `tone` of a cell is empty where nothing is allowed."""

    label: Label
    cells: Sequence[tuple[Label, str]]


@dataclass(frozen=True)
class Matrix:
    """Every role of the workspace, and every right, grouped by its kind."""

    roles: Sequence[RoleShown]
    groups: Sequence[tuple[Label, Sequence[Row]]]
    fields: Sequence[Row]


def role_matrix(member: Member) -> Matrix:
    """Return what every role of the member's workspace may do."""
    counts = headcounts_of_roles(member)
    fixed = [RoleShown(key, Role(key).label, rights, counts.get(key, 0)) for key, rights in ROLES.items()]
    own = [
        RoleShown(str(role.pk), role.name, role.rights, counts.get(str(role.pk), 0), role.pk)
        for role in custom_roles_of(member)
    ]
    roles = [*fixed, *own]
    groups = [(kind.label, [_right(kind, verb, roles) for verb in verbs]) for kind, verbs in OFFERED.items()]
    groups.append((_("Only some people"), [_bounds(roles)]))
    names = field_names(Listed.PEOPLE, member.workspace_id)
    return Matrix(roles, groups, [_field(name, label, roles) for name, label in names.items()])


def _right(kind: Kind, verb: Verb, roles: Sequence[RoleShown]) -> Row:
    return Row(verb.label, [_cell(kind, role.rights.level(kind, verb)) for role in roles])


def _cell(kind: Kind, level: Level) -> tuple[Label, str]:
    if level == Level.NONE:
        return "—", "muted"
    return (level.label if kind in OWNED else _("Yes")), "strong" if level == Level.ALL else ""


def _bounds(roles: Sequence[RoleShown]) -> Row:
    """Tell which roles a condition bounds; the condition itself stands on a page of its own."""
    return Row(_("By a condition"), [(_("Yes"), "strong") if role.rights.bounds else ("—", "muted") for role in roles])


def _field(name: str, label: Label, roles: Sequence[RoleShown]) -> Row:
    return Row(label, [(role.rights.access(name).label, "") for role in roles])
