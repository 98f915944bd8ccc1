"""Keeping a view of a list, changing it, and throwing it away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.desk.enums import Listed, Scope
from dangol.desk.models import SavedView
from dangol.desk.permissions import may_change_view, scopes_of
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member

LONGEST_NAME = 80


class UnableToSaveView(OperationError):
    """The view cannot be kept like this."""


@dataclass(frozen=True, kw_only=True)
class ViewDetails:
    """What a view says. Columns, sort and grouping are keys that the list knows; `definition` is a segment's."""

    name: str
    scope: str = Scope.PRIVATE
    columns: Sequence[str] = ()
    definition: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    grouping: str = ""


@transaction.atomic
def save_view(
    *,
    member: Member,
    listed: Listed,
    details: ViewDetails,
    view: SavedView | None = None,
    seen_version: int | None = None,
) -> SavedView:
    """
    Keep a new view, or change one.

    :param seen_version: the version that was on the member's screen; another one in the database is a conflict
    :raises UnableToSaveView: without a name, with a name twice, for a scope or view that is not the member's
    """
    name = details.name.strip()[:LONGEST_NAME]
    if not name:
        raise UnableToSaveView(_("Give the view a name."))
    if details.scope not in scopes_of(member) and not (view and view.scope == details.scope):
        raise UnableToSaveView(_("You cannot share a view so widely. Choose another scope."))
    kept = _locked(member, view, seen_version) if view else SavedView(workspace_id=member.workspace_id, by=member)
    kept.listed, kept.name, kept.scope = listed, name, Scope(details.scope)
    kept.team_id = member.team_id if kept.scope == Scope.TEAM else None
    kept.columns, kept.definition = list(details.columns), details.definition
    kept.sort, kept.grouping = details.sort, details.grouping
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise UnableToSaveView(_("You have a view of this name already. Choose another name.")) from None
    return kept


def delete_view(*, member: Member, view: SavedView) -> None:
    """
    Throw a view away. The rows it showed stay.

    :raises UnableToSaveView: if the view is not the member's
    """
    _refuse_strangers(member, view)
    SavedView.objects.filter(workspace_id=view.workspace_id, pk=view.pk).delete()


def _locked(member: Member, view: SavedView, seen_version: int | None) -> SavedView:
    _refuse_strangers(member, view)
    mine = SavedView.objects.filter(workspace_id=view.workspace_id, pk=view.pk)
    kept = mine.select_for_update(of=("self",)).get()
    if seen_version is not None and kept.version != seen_version:
        raise UnableToSaveView(_("Somebody changed this view meanwhile. Open it again and repeat your change."))
    kept.version += 1
    return kept


def _refuse_strangers(member: Member, view: SavedView) -> None:
    if not may_change_view(member, view):
        raise UnableToSaveView(_("This view belongs to somebody else. Save it under another name."))
