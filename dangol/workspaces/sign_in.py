"""How people get in: by invitation only, and without anybody being able to try for long or to lock others out."""

import hashlib
import logging
import secrets
import time
from typing import Any, cast
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed as second_factor_failed
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.kit import tenancy
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Session, User
from dangol.workspaces.operations import record_act
from dangol.workspaces.queries import linked_accounts_of, places_of
from dangol.workspaces.sessions import begin_session

logger = logging.getLogger(__name__)

PROVIDER = "provider"
"""How allauth's list of proofs calls an identity provider; `workspace` says for which house it vouches."""
HOUSE_COOKIE = f"{settings.COOKIE_PREFIX}house"
"""In which workspace somebody last came in by a provider from this browser."""
KNOWN_FOR = 180 * 24 * 3600
"""How long a browser is remembered after the last sign-in, in seconds."""
STRANGERS = {"login_failed": "30/m/ip,5/5m/key"}
"""What a browser may get wrong from which nobody signed in to the account yet: per address, and per account."""
KNOWN = {"login_failed": "10/5m/key"}
"""What a browser may get wrong that the account knows. It counts alone, so that strangers cannot use it up."""


class FrontDoor(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Nobody can make an account of their own; wrong passwords are counted apart for every known browser."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, or use a browser in which you signed in before."
        ),
        "email_password_mismatch": _("This e-mail address and this password do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at; a right one is given back by `authenticate`."""
        email = str(credentials.get("email", "")).lower()
        browser = known_browser(request, email)
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=f"{email}:{browser}",
            config=KNOWN if browser else STRANGERS,
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Take a sign-in of the last minutes for proof enough, on allauth's own pages as well as on ours."""
        refuse_borrowed(context.request)
        return not proved_recently(context.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Offer the providers of the workspace at hand too, to whom they know."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if _is_known_to_provider(context.request, user):
            methods.append({"id": PROVIDER, "description": gettext("Company account"), "url": reverse("sso:prove")})
        return methods

    def set_password(self, user: User, password: str) -> None:
        refuse_borrowed(context.request)
        super().set_password(user, password)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        address, device = self.get_client_ip(request), self.get_http_user_agent(request)
        begin_session(request.session, address=address, device=device, now=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            record_sign_in(request, request.user, "sign_out", factors=[], deed=Deed.SIGN_OUT)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if user is None:
            logger.warning("A sign-in with an unknown e-mail from %s was refused.", self.get_client_ip(request))
        else:
            record_sign_in(request, user, "sign_in_failed", factors=["password"], deed=Deed.REFUSED)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        factors = [proof.get("type", proof["method"]) for proof in get_authentication_records(request, user)]
        record_sign_in(request, user, "sign_in", factors=factors, deed=Deed.SIGN_IN)
        remember_browser(request, response, user)
        return response


def vouched_for(request: HttpRequest) -> set[str] | None:
    """
    Return the ids of the workspaces that a sign-in by identity providers opens; None if it opens all of the user's.

    A provider vouches for its own workspace: who runs the provider of one could otherwise walk into another.
    """
    proofs = get_authentication_records(request, cast("User", request.user))
    if any(proof["method"] == "password" or proof.get("type") == "webauthn" for proof in proofs):
        return None
    return {proof["workspace"] for proof in proofs if proof["method"] == PROVIDER} or None


def came_by(request: HttpRequest, provider_id: UUID) -> bool:
    """Whether this provider vouched for whoever sits there."""
    proofs = get_authentication_records(request, cast("User", request.user))
    return any(proof.get("provider") == str(provider_id) for proof in proofs)


def refuse_borrowed(request: HttpRequest) -> None:
    """Refuse to change what opens all workspaces of a user to whom only the provider of one of them let in."""
    vouched = vouched_for(request) if request.user.is_authenticated else None
    if vouched is not None and {str(one.workspace_id) for one in places_of(cast("User", request.user).pk)} - vouched:
        raise PermissionDenied(
            gettext("You work in other workspaces too. Sign in with your password or passkey to change it.")
        )


def _is_known_to_provider(request: HttpRequest, user: User) -> bool:
    at_hand = request.session.get("workspace_id")
    here = next((place for place in places_of(user.pk) if str(place.workspace_id) == at_hand), None)
    if here is None:
        return False
    with tenancy.workspace(here.workspace_id):
        return linked_accounts_of(here).exists()


def record_sign_in(request: HttpRequest, user: User, verb: str, *, factors: list[str], deed: Deed) -> None:
    """Write into the record of each of the user's workspaces who came to the door, from where, and with what."""
    address, session = get_adapter().get_client_ip(request), Session(session_key=request.session.session_key or "")
    detail = {"address": address, "factors": factors}
    for place in places_of(user.pk):
        with tenancy.workspace(place.workspace_id):
            tenancy.enter_workspace(place.workspace_id, member_id=place.pk, address=address, session=session.name)
            record_act(member=place, verb=verb, detail=detail, now=timezone.now(), deed=deed)


@receiver(second_factor_failed)
def _record_wrong_code(request: HttpRequest, user: User, authenticator: Authenticator, **_details: Any) -> None:
    record_sign_in(request, user, "sign_in_failed", factors=[authenticator.type], deed=Deed.REFUSED)


def proved_recently(request: HttpRequest) -> bool:
    """Whether whoever sits there gave a password or a second factor in the last minutes."""
    proofs = get_authentication_records(request, cast("User", request.user))
    return bool(proofs) and time.time() - float(proofs[-1]["at"]) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def known_browser(request: HttpRequest, email: str) -> str:
    """Return the name of a browser from which this account was opened before, or an empty string."""
    name = _cookie_of(email)
    return request.get_signed_cookie(name, default="", salt=name, max_age=KNOWN_FOR) or ""


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser count on its own from now on. It opens nothing."""
    name = _cookie_of(user.email)
    browser = known_browser(request, user.email) or secrets.token_urlsafe(16)
    response.set_signed_cookie(
        name, browser, salt=name, max_age=KNOWN_FOR, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def _cookie_of(email: str) -> str:
    return f"{settings.COOKIE_PREFIX}known-{hashlib.sha256(email.encode()).hexdigest()[:16]}"
