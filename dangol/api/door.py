"""The door of the API: whose key it is, in which workspace, and whether it may do this at all."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from dangol.api.limits import BODY_BYTES, count_call, count_request
from dangol.api.problems import Problem
from dangol.customers.permissions import may_change_rows, may_delete
from dangol.kit import tenancy
from dangol.workspaces.access import address_of, comes_from_allowed_network
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import ApiKey, Member
from dangol.workspaces.operations import note_key_use
from dangol.workspaces.permissions import May
from dangol.workspaces.queries import key_of_secret, member_of_key

READING = frozenset({"GET", "HEAD"})


class ApiRequest(HttpRequest):
    """A request that came in with a key; the database already shows only the workspace of the key."""

    auth: ApiKey
    member: Member
    now: datetime


class KeyDoor(HttpBearer):
    """
    `Authorization: Bearer dangol_…`. Everything the key's member may see and do, and no more.

    :param for_rows: writing takes the right to change rows of customers; other endpoints ask for a right of their own
    """

    def __init__(self, *, for_rows: bool = True) -> None:
        super().__init__()
        self.for_rows = for_rows

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """Let the key's member in, or raise a Problem."""
        key, member = entered(request, token)
        if key.scope == KeyScope.SCIM:
            raise Problem("not-allowed", _("This key manages members and opens nothing else."))
        if request.method not in READING:
            _refuse_writing(request, key, member, for_rows=self.for_rows)
        _refuse_other_types(request)
        return key


def entered(request: HttpRequest, token: str) -> tuple[ApiKey, Member]:
    """Enter the workspace of the key, or raise a Problem. What the key may do there is for the caller to ask."""
    _refuse_plain(request)
    now = timezone.now()
    key = key_of_secret(token.strip())
    if key is None or not key.is_live(now):
        raise _bad_key()
    count_request(key.pk)
    tenancy.enter_workspace(key.workspace_id, member_id=key.member_id, address=address_of(request), session=str(key.pk))
    member = member_of_key(key)
    if member is None:
        raise _bad_key()
    if not comes_from_allowed_network(request, member):
        raise Problem("not-allowed", _("The workspace of this key lets nobody in from this address."))
    count_call(key.workspace_id, now=now)
    timezone.activate(ZoneInfo(member.workspace.time_zone))
    _refuse_large(request)
    note_key_use(key=key, now=now)
    request.member, request.now = member, now  # type: ignore[attr-defined] # an ApiRequest from here on
    return key, member


def no_key() -> Problem:
    """Return the refusal of a request without a key."""
    said = _("Send an API key in the header “Authorization: Bearer …”. An administrator makes one in the settings.")
    return Problem("no-key", said, headers={"WWW-Authenticate": "Bearer"})


def _bad_key() -> Problem:
    said = _("This key is unknown, expired or revoked. Ask an administrator of your workspace for another one.")
    return Problem("bad-key", said, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def _refuse_plain(request: HttpRequest) -> None:
    """Refuse a key that everybody on the way could read, as far as our proxy tells how a request came."""
    if settings.SESSION_COOKIE_SECURE and settings.SECURE_PROXY_SSL_HEADER and not request.is_secure():
        raise Problem("not-allowed", _("Ask https://, and revoke this key: whoever listened on the way knows it now."))


def _refuse_writing(request: HttpRequest, key: ApiKey, member: Member, *, for_rows: bool) -> None:
    if not key.may_write:
        raise Problem("not-allowed", _("This key may only read. Make one that may change things as well."))
    if not for_rows:
        return
    may = may_delete if request.method == "DELETE" else may_change_rows
    refuse_unless(member, may)
    member.acting = may.verb


def refuse_unless(member: Member, may: May) -> None:
    """
    Let only members with a right go on.

    :raises Problem: for others
    """
    if not may(member):
        raise Problem("not-allowed", _("The member for whom this key acts may not do this."))


def _refuse_large(request: HttpRequest) -> None:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if (announced.isdigit() and int(announced) > BODY_BYTES) or len(request.body) > BODY_BYTES:
        raise Problem("too-large", _("A request may have 1 MB. Send less at once."))


def _refuse_other_types(request: HttpRequest) -> None:
    """Refuse what a form of another site could send, or a browser without asking first."""
    if request.body and request.content_type != "application/json":
        raise Problem("bad-request", _("Send JSON, with the header Content-Type: application/json."))
