"""Ending sessions, and changing the rules of sign-in."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.networks import lies_in
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member, SignInRules, User
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.queries import sessions_of


class UnableToChangeRules(OperationError):
    """Who makes the rules would be shut out by them."""


def end_session(*, user: User, name: str) -> bool:
    """Sign the user out in one browser. Return False if there is no such session."""
    keys = [session.session_key for session in sessions_of(user) if session.name == name]
    return bool(sessions_of(user).filter(session_key__in=keys).delete()[0])


def end_sessions(*, user: User, but: str | None = None) -> int:
    """Sign the user out everywhere, but not in the session with this key. Return in how many browsers."""
    return sessions_of(user).exclude(session_key=but).delete()[0]


def end_sessions_of_member(*, by: Member, member: Member, now: datetime) -> int:
    """Sign a colleague out everywhere, as when a laptop was stolen."""
    ended = end_sessions(user=member.user)
    record_act(
        member=by, verb="end_sessions", detail={"member": str(member.pk), "sessions": ended}, now=now, deed=Deed.GRANT
    )
    return ended


def change_sign_in_rules(*, by: Member, address: str, now: datetime, **rules: Any) -> SignInRules:
    """
    Change how strictly members sign in. It holds for open sessions too, from their next page.

    :param address: from where the member came
    :raises UnableToChangeRules: if the member could not come in from there any more
    """
    if rules.get("networks") and not lies_in(address, rules["networks"]):
        raise UnableToChangeRules(
            _("You come from %(address)s, which is not in the list: you would lock yourself out. Add it.")
            % {"address": address}
        )
    changed, _is_new = SignInRules.objects.update_or_create(workspace_id=by.workspace_id, defaults=rules)
    detail = rules | {"only_by": str(changed.only_by_id or "")}
    record_act(member=by, verb="change_sign_in_rules", detail=detail, now=now, deed=Deed.GRANT)
    return changed
