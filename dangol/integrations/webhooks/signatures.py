"""
Whether a body really comes from whoever shares our secret, and by which id its sender repeats it.

Every scheme is HMAC-SHA256 over the body, in the sender's own spelling, but Cafe24's, which sends the key itself. Where
the sender signs a time too, a body older than five minutes is refused: who has caught one cannot send it next week.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from dangol.integrations.webhooks.enums import Scheme

TOLERANCE = timedelta(minutes=5)
STANDARD_PREFIX = "whsec_"


class BadSignature(ValueError):
    """The body was not signed with our secret, or not now."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that claims to come from a sender."""

    headers: Mapping[str, str]
    body: bytes
    secret: str
    now: datetime
    signature_header: str = ""
    id_header: str = ""

    def header(self, name: str) -> str:
        """Return a header, or an empty string."""
        return self.headers.get(name) or ""


@dataclass(frozen=True, slots=True)
class Genuine:
    """What a genuine request says beside its body. `id` is empty where the sender gives none."""

    id: str = ""
    topic: str = ""


def verified(scheme: str, signed: Signed) -> Genuine:
    """
    Return what the request says beside its body.

    :raises BadSignature: if it is not genuine
    """
    return SCHEMES[Scheme(scheme)](signed)


def _standard(signed: Signed) -> Genuine:
    """https://www.standardwebhooks.com: `webhook-signature` holds one signature for each secret in use."""
    own_id, at = signed.header("webhook-id"), signed.header("webhook-timestamp")
    _check_time(_unix(at), signed.now)
    try:
        key = base64.b64decode(signed.secret.removeprefix(STANDARD_PREFIX), validate=True)
    except binascii.Error:
        key = signed.secret.encode()
    wanted = base64.b64encode(_hmac(key, f"{own_id}.{at}.".encode() + signed.body)).decode()
    told = [one.partition(",") for one in signed.header("webhook-signature").split()]
    _check(wanted, [signature for version, _comma, signature in told if version == "v1"])
    return Genuine(own_id)


def _shopify(signed: Signed) -> Genuine:
    wanted = base64.b64encode(_hmac(signed.secret.encode(), signed.body)).decode()
    _check(wanted, [signed.header("X-Shopify-Hmac-Sha256")])
    return Genuine(signed.header("X-Shopify-Webhook-Id"), signed.header("X-Shopify-Topic"))


def _cafe24(signed: Signed) -> Genuine:
    _check(signed.secret, [signed.header("X-API-Key")])
    return Genuine(signed.header("X-Trace-ID"))


def _toss(signed: Signed) -> Genuine:
    """The signature comes once for each secret in use: `v1:…,…`."""
    at = signed.header("tosspayments-webhook-transmission-time")
    _check_time(_iso(at), signed.now)
    wanted = base64.b64encode(_hmac(signed.secret.encode(), signed.body + f":{at}".encode())).decode()
    told = signed.header("tosspayments-webhook-signature").removeprefix("v1:")
    _check(wanted, [one.strip().removeprefix("v1:") for one in told.split(",")])
    return Genuine(signed.header("tosspayments-webhook-transmission-id"))


def _stripe(signed: Signed) -> Genuine:
    parts = [part.strip().partition("=") for part in signed.header("Stripe-Signature").split(",")]
    at = next((value for name, _sign, value in parts if name == "t"), "")
    _check_time(_unix(at), signed.now)
    wanted = _hmac(signed.secret.encode(), f"{at}.".encode() + signed.body).hex()
    _check(wanted, [value for name, _sign, value in parts if name == "v1"])
    return Genuine()


def _header(signed: Signed) -> Genuine:
    """The body's HMAC in a header that the sender names, in hexadecimal or base64, with or without `sha256=`."""
    digest = _hmac(signed.secret.encode(), signed.body)
    told = signed.header(signed.signature_header).removeprefix("sha256=")
    _check(digest.hex() if len(told) == len(digest) * 2 else base64.b64encode(digest).decode(), [told])
    return Genuine(signed.header(signed.id_header) if signed.id_header else "")


SCHEMES = {
    Scheme.STANDARD: _standard,
    Scheme.SHOPIFY: _shopify,
    Scheme.CAFE24: _cafe24,
    Scheme.TOSS: _toss,
    Scheme.STRIPE: _stripe,
    Scheme.HEADER: _header,
}


def _hmac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)


def _check(wanted: str, told: list[str]) -> None:
    if not any([hmac.compare_digest(wanted.encode(), one.encode()) for one in told]):  # noqa: C419 - each takes its time
        raise BadSignature


def _check_time(at: datetime | None, now: datetime) -> None:
    if at is None or abs(now - at) > TOLERANCE:
        raise BadSignature


def _unix(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and at.tzinfo else None
