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
    return f"{VERSION}:{encrypted(text.encode(), derived_key(settings.SECRET_KEY), context=context)}"


def unseal(sealed: str, *, context: str) -> str:
    """
    Return the text that was sealed for this context.

    :raises SealBroken: if it was not sealed by us, or for another context
    """
    if not sealed:
        return ""
    version, _colon, text = sealed.partition(":")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if version == VERSION else ():
        try:
            return decrypted(text, derived_key(secret), context=context).decode()
        except SealBroken:
            continue
    raise SealBroken


def encrypted(clear: bytes, key: bytes, *, context: str) -> str:
    """Return the bytes encrypted with AES-256-GCM, the context authenticated with them, as Base64."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, clear, context.encode())).decode()


def decrypted(text: str, key: bytes, *, context: str) -> bytes:
    """
    Return what was encrypted with this key for this context.

    :raises SealBroken: if it was not, or was changed
    """
    try:
        raw = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
    except (binascii.Error, ValueError, InvalidTag) as error:
        raise SealBroken from error


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
    key = derived_key(secret)
    return hmac.digest(key, f"blind index/{context}/{text}".encode(), "sha256").hex()


@lru_cache(maxsize=16)
def derived_key(secret: str) -> bytes:
    """Return the 32 bytes of a key that belong to a secret of the installation."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"dangol.kit.crypto/v1").derive(secret.encode())
