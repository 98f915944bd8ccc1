"""
Asking an identity provider who sits in front of a browser: OpenID Connect, and Naver's own way.

Authorization code with PKCE, state and nonce. The provider's document and keys are read anew at every sign-in, so that
a key which the provider took back is refused from then on.
"""

import base64
import hashlib
import http.client
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dangol.kit import safe_http
from dangol.kit.errors import OperationError

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""What an ID token may be signed with: never nothing, and never a secret that both sides hold."""
LIMITS = safe_http.Limits(seconds=10, size=1024 * 1024)
CLOCKS_DIFFER = 60
"""By how many seconds the provider's clock may differ from ours."""
LONGEST_SUBJECT = 255

NAVER = "https://nid.naver.com"
NAVER_PROFILE = "https://openapi.naver.com/v1/nid/me"


class UnableToIdentify(OperationError):
    """The provider cannot be asked, or its answer proves nothing."""


@dataclass(frozen=True)
class Client:
    """What the provider knows us by. The secret is open here: keep it in memory only."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    is_private_allowed: bool


def _random() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Question:
    """What a browser takes along and its answer has to fit. Stays in the browser's session."""

    state: str = field(default_factory=_random)
    nonce: str = field(default_factory=_random)
    verifier: str = field(default_factory=_random)

    @property
    def challenge(self) -> str:
        """The verifier as the provider sees it before it is shown (RFC 7636, S256)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True)
class Identified:
    """Who came. Only issuer and subject together name somebody; an e-mail address does not."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)


class IdentityProvider(Protocol):
    """One way of asking."""

    def address(self, question: Question, **more: str) -> str:
        """Return where to send the browser. Raises UnableToIdentify if the provider cannot be asked."""

    def identified(self, code: str, question: Question) -> Identified:
        """Return who came back with this code. Raises UnableToIdentify if the answer proves nothing."""


class OpenId:
    """A provider of OpenID Connect, known by its issuer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        host = (urlsplit(client.issuer).hostname or "").lower()
        self._private_hosts = frozenset([host]) if client.is_private_allowed else frozenset()

    def address(self, question: Question, **more: str) -> str:
        client = self._client
        asked = {
            "response_type": "code", "client_id": client.client_id, "redirect_uri": client.redirect_uri,
            "scope": "openid email profile", "state": question.state, "nonce": question.nonce,
            "code_challenge": question.challenge, "code_challenge_method": "S256", **more,
        }  # fmt: skip
        address = self._safe(self._document()["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def identified(self, code: str, question: Question) -> Identified:
        client, document = self._client, self._document()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri,
            "client_id": client.client_id, "code_verifier": question.verifier,
        }  # fmt: skip
        headers = {}
        if "client_secret_post" in document.get("token_endpoint_auth_methods_supported", ()):
            form["client_secret"] = client.client_secret
        else:
            pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = self._told(document["token_endpoint"], form, headers)
        return self._checked(str(answer.get("id_token", "")), self._told(document["jwks_uri"]), question)

    def _document(self) -> dict[str, Any]:
        """Read what the provider says of itself; it has to call itself what we call it."""
        document = self._told(f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != self._client.issuer:
            raise UnableToIdentify(
                _("The provider calls itself “%(issuer)s”. Enter exactly this as its issuer.")
                % {"issuer": str(document.get("issuer"))[:200]}
            )
        if not all(isinstance(document.get(name), str) for name in ENDPOINTS):
            raise UnableToIdentify(_("The provider does not say where to sign in. Ask whoever runs it."))
        return document

    def _told(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return told(self._safe(url), form, headers or {}, self._private_hosts)

    def _safe(self, url: str) -> str:
        """Return the address if it is encrypted, or leads to the provider in our own network."""
        parts = urlsplit(url)
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in self._private_hosts):
            return url
        raise UnableToIdentify(_("Addresses of a provider begin with https://."))

    def _checked(self, id_token: str, keys: dict[str, Any], question: Question) -> Identified:
        client_id = self._client.client_id
        wanted = jwt.JWTClaimsRegistry(
            leeway=CLOCKS_DIFFER,
            iss={"essential": True, "value": self._client.issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": question.nonce},
        )
        try:
            claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims  # type: ignore[arg-type] # keys are checked there
            wanted.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise UnableToIdentify(_("The provider's answer does not prove who you are. Try again.")) from error
        subject, party = claims.get("sub"), claims.get("azp", client_id)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or party != client_id:
            raise UnableToIdentify(_("The provider's answer does not prove who you are. Try again."))
        email = str(claims.get("email") or "").lower() if claims.get("email_verified") is True else ""
        return Identified(self._client.issuer, subject, email, str(claims.get("name") or ""), claims)


ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Naver:
    """Naver has OAuth 2 and a profile, without a signed token. It never says whether an address is somebody's."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def address(self, question: Question, **_more: str) -> str:
        asked = {
            "response_type": "code", "client_id": self._client.client_id, "redirect_uri": self._client.redirect_uri,
            "state": question.state,
        }  # fmt: skip
        return f"{NAVER}/oauth2.0/authorize?{urlencode(asked)}"

    def identified(self, code: str, question: Question) -> Identified:
        form = {
            "grant_type": "authorization_code", "client_id": self._client.client_id,
            "client_secret": self._client.client_secret, "code": code, "state": question.state,
        }  # fmt: skip
        token = told(f"{NAVER}/oauth2.0/token", form).get("access_token")
        profile = told(NAVER_PROFILE, headers={"Authorization": f"Bearer {token}"}).get("response")
        profile = profile if isinstance(profile, dict) else {}
        subject = profile.get("id")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise UnableToIdentify(_("The provider's answer does not prove who you are. Try again."))
        return Identified(NAVER, subject, name=str(profile.get("name") or ""))


def told(
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    private_hosts: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """
    Return the JSON object that an address answers, asked by GET or with a form.

    :raises UnableToIdentify: if it answers something else, or nothing in time
    """
    sent = {"Accept": "application/json", **(headers or {})}
    try:
        if form is None:
            answer = safe_http.get(url, headers=sent, private_hosts=private_hosts, limits=LIMITS)
        else:
            answer = safe_http.post_form(url, form, headers=sent, private_hosts=private_hosts, limits=LIMITS)
        said = msgspec.json.decode(answer.body, type=dict[str, Any])
    except REFUSALS as error:
        raise UnableToIdentify(_("The provider does not answer. Try again in a while.")) from error
    if answer.status != http.client.OK:
        raise UnableToIdentify(_("The provider refused to say who you are. Try again."))
    return said


REFUSALS = (
    OSError, http.client.HTTPException, safe_http.UnsafeAddress, safe_http.AnswerTooLarge, safe_http.TooManyRedirects,
    msgspec.MsgspecError, UnicodeDecodeError,
)  # fmt: skip
