"""How people get in: by invitation only, and without anybody being able to try for long or to lock others out."""

import hashlib
import logging
import secrets
import time
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed as second_factor_failed
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.kit import tenancy
from dangol.workspaces.enums import Deed
from dangol.workspaces.models import Session, User
from dangol.workspaces.operations import record_act
from dangol.workspaces.queries import places_of
from dangol.workspaces.sessions import begin_session

logger = logging.getLogger(__name__)

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
        return not proved_recently(context.request)

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
