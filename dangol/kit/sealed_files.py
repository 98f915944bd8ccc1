"""
Files that only the holder of a key can read, and in which a changed, missing or added byte is found.

AES-256-GCM in pieces of one megabyte, so that no file has to fit into memory. The number of each piece, and whether it
is the last, are authenticated with it: pieces cannot change places, and a cut-off file does not end well.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dangol.kit.crypto import SealBroken
from dangol.kit.storage import Storage

SUFFIX = ".sealed"
MAGIC = b"DANGOL1\n"
PIECE = 1024 * 1024
PREFIX_BYTES = 8
TAG_BYTES = 16


def key_of(secret: str) -> bytes:
    """Return the key that belongs to a secret of at least 32 random bytes, however it is written."""
    return sha256(f"dangol.kit.sealed_files/{secret}".encode()).digest()


def seal_file(source: IO[bytes], target: IO[bytes], key: bytes) -> None:
    """Write what can be read from the source, sealed."""
    prefix, cipher = os.urandom(PREFIX_BYTES), AESGCM(key)
    target.write(MAGIC + prefix)
    piece, number = _full(source, PIECE), 0
    while True:
        following = _full(source, PIECE)
        is_last = not following
        target.write(cipher.encrypt(_nonce(prefix, number), piece, _place(is_last)))
        if is_last:
            return
        piece, number = following, number + 1


def write_sealed(source: IO[bytes], storage: Storage, name: str, key: bytes) -> None:
    """Make a sealed file of what can be read from the source."""
    with storage.writing(name) as new, new.open("wb") as to:
        seal_file(source, to, key)


def unseal_file(source: IO[bytes], key: bytes) -> Iterator[bytes]:
    """
    Yield what was sealed, piece by piece; what was yielded is whole only when the end is reached.

    :raises SealBroken: another key, or another file than was sealed
    """
    head = _full(source, len(MAGIC) + PREFIX_BYTES)
    if not head.startswith(MAGIC):
        raise SealBroken
    prefix, cipher, number = head[len(MAGIC) :], AESGCM(key), 0
    piece = _full(source, PIECE + TAG_BYTES)
    while piece:
        following = _full(source, PIECE + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(prefix, number), piece, _place(not following))
        except InvalidTag as problem:
            raise SealBroken from problem
        piece, number = following, number + 1
    if number == 0:
        raise SealBroken


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def _place(is_last: bool) -> bytes:  # noqa: FBT001 - one private caller each way
    return b"last" if is_last else b"more"


def _full(source: IO[bytes], size: int) -> bytes:
    """Read so many bytes, fewer only at the end: a pipe gives what it has."""
    parts, missing = [], size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
