"""Coming in by an identity provider: away, and back."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.kit.identity_providers import CLOCKS_DIFFER, Identified, UnableToIdentify
from dangol.workspaces import journeys, queries
from dangol.workspaces.access import MemberRequest, member_required, proof_required
from dangol.workspaces.journeys import Journey, Purpose
from dangol.workspaces.models import Member, SignInProvider, User
from dangol.workspaces.operations import (
    UnableToAccept,
    UnableToRecognise,
    accept_invitation,
    asking,
    link_account,
    recognise,
    record_refusal,
)
from dangol.workspaces.sign_in import HOUSE_COOKIE, KNOWN_FOR, PROVIDER

STARTS = {"provider_asked": "30/m/ip"}
"""How often one address may let us ask a provider."""


class SignIn(LoginView):  # type: ignore[misc] # allauth ships no types
    """The sign-in page, with the providers of the house where this browser was last, or of the only one."""

    def get_context_data(self, **context: object) -> dict[str, object]:
        house = queries.house_at_the_door(self.request.COOKIES.get(HOUSE_COOKIE, ""))
        shown: dict[str, object] = super().get_context_data(**context)
        return shown | {"house": house, "providers": queries.offered_providers(house)}


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Ask in which workspace somebody works."""
    slug = request.GET.get("workspace", "").replace("\x00", "").strip().lower()
    house = queries.house_at_the_door(slug) if slug else None
    if house is not None:
        return redirect("sso:house", house.slug)
    return render(request, "workspaces/sso_choose.html", {"asked": slug})


@require_safe
def show_house(request: HttpRequest, slug: str) -> HttpResponse:
    """Show by which providers one comes into this workspace, and remember it in this browser."""
    house = queries.house_at_the_door(slug)
    if house is None:
        return redirect("sso:choose")
    shown = {"house": house, "providers": queries.offered_providers(house), "next": request.GET.get("next", "")}
    answer = render(request, "workspaces/sso_house.html", shown)
    answer.set_cookie(HOUSE_COOKIE, slug, max_age=KNOWN_FOR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return answer


@login_required
@require_safe
def prove(request: HttpRequest) -> HttpResponse:
    """Offer the providers by which somebody who is signed in may prove it once more."""
    house = queries.house_of_session(cast("User", request.user).pk, request.session.get("workspace_id"))
    shown = {"house": house, "providers": queries.offered_providers(house), "prove": True}
    return render(request, "workspaces/sso_house.html", shown | {"next": request.GET.get("next", "")})


@transaction.non_atomic_requests
@require_POST
def start(request: HttpRequest, workspace_id: UUID, provider_id: UUID) -> HttpResponse:
    """Send the browser to the provider."""
    if refusal := ratelimit.consume_or_429(request, app="sso", action="provider_asked", config=STARTS):
        return cast("HttpResponse", refusal)
    invitation = request.POST.get("invitation", "")
    is_proof = "prove" in request.POST and request.user.is_authenticated
    return _sent_away(
        request,
        _provider(workspace_id, provider_id),
        Journey(
            provider=str(provider_id),
            purpose=Purpose.ACCEPT if invitation else Purpose.PROVE if is_proof else Purpose.SIGN_IN,
            user=_user_id(request),
            following=request.POST.get("next", ""),
            invitation=invitation,
        ),
    )


@member_required
@proof_required
@require_POST
def link(request: MemberRequest, provider_id: UUID) -> HttpResponse:
    """Let the member come in by an account of a provider from now on: send the browser to ask for it."""
    provider = get_object_or_404(queries.providers_of(request.member.workspace_id), pk=provider_id)
    return _sent_away(request, provider, Journey(str(provider_id), Purpose.LINK, user=_user_id(request)))


@transaction.non_atomic_requests
@require_safe
def callback(request: HttpRequest, workspace_id: UUID, provider_id: UUID) -> HttpResponse:
    """Take in who comes back."""
    journey = journeys.end(request.session, state=request.GET.get("state", ""), provider_id=provider_id)
    provider = _provider(workspace_id, provider_id)
    if journey is None or provider is None:
        return _refused(request, _("This sign-in was not begun in this browser, or too long ago. Begin again."))
    who = None
    try:
        who = asking(provider).identified(_code(request, provider), journey.question)
        with transaction.atomic():
            return ENDS[journey.purpose](request, provider, journey, who)
    except OperationError as refusal:
        _record_refusal(request, provider, who, refusal)
        return _refused(request, str(refusal))


def _record_refusal(
    request: HttpRequest, provider: SignInProvider, who: Identified | None, refusal: OperationError
) -> None:
    detail = {
        "provider": str(provider.pk),
        "subject": who.subject if who else "",
        "reason": type(refusal).__name__,
        "address": get_adapter().get_client_ip(request),
    }
    with tenancy.workspace(provider.workspace_id):
        record_refusal(workspace_id=provider.workspace_id, verb="sign_in_refused", detail=detail, now=timezone.now())


def _sent_away(request: HttpRequest, provider: SignInProvider | None, journey: Journey) -> HttpResponse:
    """
    Answer with a page that leads to the provider at once.

    It is no redirect: browsers hold the answer to a form to the addresses that `form-action` allows.
    """
    if provider is None:
        return _refused(request, _("This provider is not used any more."))
    more = {"prompt": "login", "max_age": "0"} if journey.purpose == Purpose.PROVE else {}
    try:
        address = asking(provider).address(journey.question, **more)
    except UnableToIdentify as refusal:
        return _refused(request, str(refusal))
    journeys.begin(request.session, journey)
    answer = render(request, "workspaces/sso_away.html", {"provider": provider, "address": address})
    answer["Refresh"] = f"0; url={address}"
    return answer


def _code(request: HttpRequest, provider: SignInProvider) -> str:
    """Return what the provider sent along, if it was this one that sent it (RFC 9207)."""
    code = request.GET.get("code", "")
    if not code or request.GET.get("iss", provider.issuer) != provider.issuer:
        raise UnableToIdentify(_("The provider did not let you in. Begin again, or ask whoever runs it."))
    return code


def _sign_in(request: HttpRequest, provider: SignInProvider, journey: Journey, who: Identified) -> HttpResponse:
    with tenancy.workspace(provider.workspace_id):
        member = recognise(provider=provider, who=who, now=timezone.now())
    return _let_in(request, provider, journey, member)


def _let_in(request: HttpRequest, provider: SignInProvider, journey: Journey, member: Member) -> HttpResponse:
    """Open the door as after a password: second factors and all the rest are asked for as ever."""
    if request.user.is_authenticated and request.user != member.user:
        logout(request)
    _note_proof(request, provider, member.user)
    request.session["workspace_id"] = str(provider.workspace_id)
    following = journey.following if get_adapter().is_safe_url(journey.following) else None
    return cast("HttpResponse", perform_login(request, Login(user=member.user, redirect_url=following)))


def _prove(request: HttpRequest, provider: SignInProvider, journey: Journey, who: Identified) -> HttpResponse:
    """Take the provider's word that the user typed the password there just now, and go on."""
    with tenancy.workspace(provider.workspace_id):
        member = recognise(provider=provider, who=who, now=timezone.now())
    if not _is_same_user(request, journey) or member.user != request.user:
        raise UnableToRecognise(_("This is somebody else's account. Use the one that is linked to yours."))
    proved_at = who.claims.get("auth_time")
    if not isinstance(proved_at, int) or proved_at < journey.began_at - CLOCKS_DIFFER:
        raise UnableToRecognise(
            _("The provider does not say that you proved it just now. Set up a passkey or a code on your profile.")
        )
    _note_proof(request, provider, member.user, reauthenticated=True)
    asked = request.GET.copy()
    asked[REDIRECT_FIELD_NAME] = journey.following  # allauth reads there where to go on
    request.GET = asked  # type: ignore[assignment] # it is as good as the one that came
    return cast("HttpResponse", resume_request(request) or redirect("home"))


def _link(request: HttpRequest, provider: SignInProvider, journey: Journey, who: Identified) -> HttpResponse:
    places = queries.places_of(cast("User", request.user).pk) if _is_same_user(request, journey) else []
    member = next((one for one in places if one.workspace_id == provider.workspace_id), None)
    if member is None:
        raise UnableToRecognise(_("Sign in again, and link the account then."))
    with tenancy.workspace(provider.workspace_id):
        link_account(provider=provider, member=member, who=who, now=timezone.now())
    messages.success(request, _("From now on you can sign in with %(provider)s too.") % {"provider": provider.name})
    return redirect("own_sign_in")


def _accept(request: HttpRequest, provider: SignInProvider, journey: Journey, who: Identified) -> HttpResponse:
    now = timezone.now()
    invitation = queries.open_invitation(journey.invitation, now)
    if invitation is None or invitation.workspace_id != provider.workspace_id:
        raise UnableToAccept(_("This link was used already or is too old. Ask for a new one."))
    link_account(provider=provider, member=invitation.member, who=who, now=now)
    accept_invitation(invitation=invitation, password=None, now=now)
    return _let_in(request, provider, journey, invitation.member)


End = Callable[[HttpRequest, SignInProvider, Journey, Identified], HttpResponse]
ENDS: dict[Purpose, End] = {
    Purpose.SIGN_IN: _sign_in, Purpose.PROVE: _prove, Purpose.LINK: _link, Purpose.ACCEPT: _accept,
}  # fmt: skip


def _note_proof(request: HttpRequest, provider: SignInProvider, user: User, *, reauthenticated: bool = False) -> None:
    record_authentication(
        request, user, method=PROVIDER, provider=str(provider.pk), workspace=str(provider.workspace_id),
        reauthenticated=reauthenticated or None,
    )  # fmt: skip


def _provider(workspace_id: UUID, provider_id: UUID) -> SignInProvider | None:
    with tenancy.workspace(workspace_id):
        return queries.providers_of(workspace_id).select_related("workspace").filter(pk=provider_id).first()


def _user_id(request: HttpRequest) -> str:
    return str(request.user.pk or "")


def _is_same_user(request: HttpRequest, journey: Journey) -> bool:
    return request.user.is_authenticated and _user_id(request) == journey.user


def _refused(request: HttpRequest, said: str) -> HttpResponse:
    return render(request, "workspaces/sso_refused.html", {"said": said}, status=403)
