"""The door of every staff page: who asks, in which workspace, and what they may do."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied
from django_htmx.middleware import HtmxDetails

from dangol.kit import tenancy
from dangol.kit.masking import masking
from dangol.kit.networks import lies_in
from dangol.kit.sight import watching
from dangol.workspaces import queries
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Member, Session, User
from dangol.workspaces.operations import record_act, record_sight
from dangol.workspaces.permissions import OWNED, May, may_configure
from dangol.workspaces.second_factor import lacks_second_factor
from dangol.workspaces.sessions import note_use
from dangol.workspaces.sign_in import came_by, proved_recently, vouched_for

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request of a signed-in member; the database already shows this member's workspace only."""

    user: User
    member: Member
    now: datetime
    htmx: HtmxDetails


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]


def member_required(view: MemberView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only members in; enter their workspace and sign their changes for the rest of the request's transaction."""

    @wraps(view)
    def entered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now, places = timezone.now(), _opened(request)
        if not places:
            return render(request, "workspaces/no_workspace.html", status=403)
        if not note_use(request.session, rules=[queries.sign_in_rules_of(one.workspace) for one in places], now=now):
            logout(request)
            return redirect_to_login(request.get_full_path())
        member = _chosen(request, places)
        if not comes_from_allowed_network(request, member):
            raise PermissionDenied(_("Your workspace lets nobody in from this address. Ask an administrator."))
        if _has_to_come_otherwise(request, member):
            messages.warning(request, _("Your workspace lets members in by its identity provider only."))
            return redirect("sso:house", member.workspace.slug)
        if lacks_second_factor(member):
            messages.warning(request, _("Your workspace asks for a second factor. Set one up to go on."))
            return redirect("mfa_index")
        tenancy.enter_workspace(
            member.workspace_id, member_id=member.pk, address=address_of(request), session=session_of(request)
        )
        timezone.activate(ZoneInfo(member.workspace.time_zone))
        staff_request = cast("MemberRequest", request)
        staff_request.member = member
        staff_request.now = now
        with watching() as seen, masking(member.rights.masked):
            response = view(staff_request, *args, **kwargs)
        if seen:
            record_sight(member=member, page=_page(request), method=request.method or "", people=seen, now=now)
        return response

    return login_required(entered)


def allowed(predicate: Callable[[Member], bool]) -> Callable[[MemberView[P]], MemberView[P]]:
    """
    Refuse members for whom the predicate is false. Stands below `member_required`.

    Below a right to rows, `visible_to` finds only rows which that right reaches: what one may see but not change is
    not found by a page that changes.
    """

    def decorate(view: MemberView[P]) -> MemberView[P]:
        @wraps(view)
        def checked(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not predicate(request.member):
                return _refused(request)
            if isinstance(predicate, May) and set(predicate.kinds) & set(OWNED):
                request.member.acting = predicate.verb
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _refused(request: MemberRequest) -> HttpResponse:
    """Answer 403, and write it down: an exception would take the entry back with the transaction."""
    record_act(member=request.member, verb=_page(request), detail={}, now=request.now, deed=Deed.REFUSED)
    said = _("Your role does not allow this. Ask an administrator of your workspace.")
    return permission_denied(request, PermissionDenied(said))


def address_of(request: HttpRequest) -> str:
    """From where the request comes; proxies are believed as far as they are our own (DANGOL_TRUSTED_PROXIES)."""
    return str(get_adapter().get_client_ip(request))


def session_of(request: HttpRequest) -> str:
    """By which name the audit record calls the session. The key itself would open the door."""
    return Session(session_key=request.session.session_key or "").name


def comes_from_allowed_network(request: HttpRequest, member: Member) -> bool:
    """Whether the member's workspace lets anybody in from there."""
    networks = queries.sign_in_rules_of(member.workspace).networks
    return not networks or lies_in(address_of(request), networks)


def proof_required(view: MemberView[P]) -> MemberView[P]:
    """
    Ask for the password or second factor before a dangerous act, unless it was given in the last minutes.

    Then the request goes on as it was sent. Stands below `member_required` and `allowed`.
    """

    @wraps(view)
    def proved(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        require_proof(request)
        return view(request, *args, **kwargs)

    return proved


def require_proof(request: MemberRequest) -> None:
    """The same, where only some of what a page does is dangerous."""
    if not proved_recently(request):
        raise ReauthenticationRequired


def _opened(request: HttpRequest) -> list[Member]:
    """The user's places, as far as the way in which they came opens them."""
    places, vouched = queries.places_of(cast("User", request.user).pk), vouched_for(request)
    return [place for place in places if vouched is None or str(place.workspace_id) in vouched]


def _has_to_come_otherwise(request: HttpRequest, member: Member) -> bool:
    only_by = queries.sign_in_rules_of(member.workspace).only_by_id
    return only_by is not None and not may_configure(member) and not came_by(request, only_by)


def _page(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _chosen(request: HttpRequest, places: list[Member]) -> Member:
    chosen = request.session.get("workspace_id")
    member = next((place for place in places if str(place.workspace_id) == chosen), places[0])
    if str(member.workspace_id) != chosen:
        request.session["workspace_id"] = str(member.workspace_id)
    return member
