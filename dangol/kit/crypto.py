"""
Sealing of secrets that we must be able to read again, such as a mail server's password.

AES-256-GCM under a key derived from `SECRET_KEY`. The context (say, "sender password of workspace X") is authenticated
with the text, so that a sealed secret moved to another row or tenant does not open. `SECRET_KEY_FALLBACKS` still open
what older keys sealed.
"""

import base64
import binascii
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 32


class SealBroken(ValueError):
    """The sealed text was changed, moved, or sealed under a key that is gone."""


def seal(text: str, *, context: str) -> str:
    """Return the text sealed for this context, as printable ASCII. An empty text stays empty."""
    if not text:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), context.encode())
    return f"{VERSION}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, context: str) -> str:
    """
    Return the text that was sealed for this context.

    :raises SealBroken: if it was not sealed by us, or for another context
    """
    if not sealed:
        return ""
    raw = _raw(sealed)
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode()).decode()
        except InvalidTag:
            continue
    raise SealBroken


def blind_index(text: str, *, context: str) -> str:
    """
    Return a fingerprint by which a text can be found again but not read: hexadecimal, 64 characters.

    It is keyed with `SECRET_KEY`, so that nobody without it can try out all phone numbers.
    """
    return _fingerprint(settings.SECRET_KEY, text, context)


def blind_indexes(text: str, *, context: str) -> list[str]:
    """Return every fingerprint that the text may have been stored under: the newest key's first, then older ones'."""
    return [
        _fingerprint(str(secret), text, context) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _fingerprint(secret: str, text: str, context: str) -> str:
    key = _key(secret)
    return hmac.digest(key, f"blind index/{context}/{text}".encode(), "sha256").hex()


def _raw(sealed: str) -> bytes:
    version, _colon, text = sealed.partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SealBroken from error
    if version != VERSION or len(raw) <= NONCE_BYTES:
        raise SealBroken
    return raw


@lru_cache(maxsize=16)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"dangol.kit.crypto/v1").derive(secret.encode())
