"""
Short signed tokens for addresses that strangers may hold: two ids and a seal, nothing about a person.

The seal is an HMAC-SHA256 under a key derived from `SECRET_KEY` and the token's purpose, so that a token made for one
thing opens nothing else. `SECRET_KEY_FALLBACKS` still open old tokens.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

ID_BYTES = 16
SEAL_BYTES = 16
MAIL_TAIL_BYTES = 8
MAIL_SEAL_BYTES = 7
LONGEST_TOKEN = 400


@dataclass(frozen=True)
class SignedIds:
    """What a token says: the workspace, one row in it, and up to a few bytes more."""

    workspace_id: UUID
    row_id: UUID
    extra: bytes = b""


@dataclass(frozen=True)
class MailIds:
    """What a token in a mail address says: a row, and the last bytes of its workspace's id."""

    workspace_tail: str
    row_id: UUID


def sign_ids(*, purpose: str, workspace_id: UUID, row_id: UUID, extra: bytes = b"", bound: str = "") -> str:
    """
    Return a URL-safe token, 64 characters long without `extra`.

    :param bound: text that is not in the token but must be shown again, unchanged, to open it
    """
    body = workspace_id.bytes + row_id.bytes + extra
    return _to_text(body + _seal(settings.SECRET_KEY, purpose, body, bound, SEAL_BYTES))


def open_ids(token: str, *, purpose: str, bound: str = "") -> SignedIds | None:
    """Return what the token says, or None if it was not made by us for this purpose and this bound text."""
    raw = _from_text(token)
    if raw is None or len(raw) < 2 * ID_BYTES + SEAL_BYTES:
        return None
    body, seal = raw[:-SEAL_BYTES], raw[-SEAL_BYTES:]
    if not _was_sealed(seal, purpose, body, bound):
        return None
    return SignedIds(UUID(bytes=body[:ID_BYTES]), UUID(bytes=body[ID_BYTES : 2 * ID_BYTES]), body[2 * ID_BYTES :])


def sign_for_mail(*, purpose: str, workspace_id: UUID, row_id: UUID) -> str:
    """
    Return a token of 50 lower-case letters and digits, for the local part of a mail address.

    Local parts end at 64 characters and mail servers change their case; so the token carries the last eight bytes
    of the workspace's id only, and a seal of seven bytes.
    """
    body = workspace_id.bytes[-MAIL_TAIL_BYTES:] + row_id.bytes
    sealed = body + _seal(settings.SECRET_KEY, purpose, body, "", MAIL_SEAL_BYTES)
    return _to_mail_text(sealed)


def open_from_mail(token: str, *, purpose: str) -> MailIds | None:
    """Return what a token from a mail address says, or None if we did not make it. Case does not matter."""
    raw = _from_mail_text(token)
    if raw is None:
        return None
    body, seal = raw[:-MAIL_SEAL_BYTES], raw[-MAIL_SEAL_BYTES:]
    if len(body) != MAIL_TAIL_BYTES + ID_BYTES or not _was_sealed(seal, purpose, body, ""):
        return None
    return MailIds(body[:MAIL_TAIL_BYTES].hex(), UUID(bytes=body[MAIL_TAIL_BYTES:]))


@lru_cache(maxsize=64)
def _key(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), b"dangol.kit.signing/" + purpose.encode(), hashlib.sha256)


def _seal(secret: str, purpose: str, body: bytes, bound: str, size: int) -> bytes:
    message = len(body).to_bytes(4) + body + bound.encode()
    return hmac.digest(_key(secret, purpose), message, hashlib.sha256)[:size]


def _was_sealed(seal: bytes, purpose: str, body: bytes, bound: str) -> bool:
    expected = [_seal(secret, purpose, body, bound, len(seal)) for secret in _secrets()]
    return any([hmac.compare_digest(seal, one) for one in expected])  # noqa: C419 - compare all, in constant time


def _secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _from_text(token: str) -> bytes | None:
    """Decode strictly: of the spellings that base64 allows for the same bytes, only our own is a token."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _to_text(raw) == token else None


def _to_mail_text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _from_mail_text(token: str) -> bytes | None:
    """Decode as strictly as `_from_text`: 50 characters hold two bits more than 31 bytes, and those must be ours."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    return raw if _to_mail_text(raw) == token.lower() else None
