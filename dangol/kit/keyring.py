"""
The keys under which each workspace's secrets are sealed, one file per workspace, outside of the database.

Every key in a file is wrapped under the master key of the installation. A copy of the database holds no key: when a
workspace's file is destroyed, what was sealed under its keys can be read nowhere any more, not in an old backup either.
The newest key seals; the older ones stay, for values that were not sealed anew yet and for backups of their time.
"""

import fcntl
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from dangol.kit.crypto import KEY_BYTES, SealBroken, decrypted, derived_key, encrypted
from dangol.kit.private_files import write_private

LOOK_UP = "look-up"
NAME_BYTES = 4


class KeysGone(SealBroken):
    """There is no file with keys of this workspace: it was destroyed, or the folder is not the right one."""


class KeyService(Protocol):
    """Who holds the master key and wraps other keys under it: we, or an outside key management service."""

    def wrap(self, key: bytes, *, context: str) -> str: ...

    def unwrap(self, wrapped: str, *, context: str) -> bytes:
        """Return the key. Raises `SealBroken` if it was wrapped by somebody else or for another context."""
        ...


class OwnMasterKey:
    """The key service that needs nobody else: `MASTER_KEY` wraps, `FORMER_MASTER_KEYS` still unwrap."""

    def wrap(self, key: bytes, *, context: str) -> str:
        return encrypted(key, derived_key(settings.MASTER_KEY), context=context)

    def unwrap(self, wrapped: str, *, context: str) -> bytes:
        for secret in (settings.MASTER_KEY, *settings.FORMER_MASTER_KEYS):
            try:
                return decrypted(wrapped, derived_key(secret), context=context)
            except SealBroken:
                continue
        raise SealBroken


@dataclass(frozen=True)
class Keys:
    """A workspace's keys by name, oldest first; the last one seals. `look_up` is for fingerprints and never changes."""

    by_name: dict[str, bytes]
    look_up: bytes

    @property
    def newest(self) -> str:
        """The name of the key that seals."""
        return next(reversed(self.by_name))


_read: dict[UUID, tuple[tuple[int, int], Keys]] = {}
"""Unwrapped keys with the file they were read from, so that a new or destroyed file is noticed by every process."""


def keys_of(workspace_id: UUID) -> Keys:
    """
    Return the keys of a workspace.

    :raises KeysGone: if it has none
    :raises SealBroken: if they were wrapped under a master key that we do not have
    """
    try:
        state = keys_file(workspace_id).stat()
    except FileNotFoundError:
        _read.pop(workspace_id, None)
        raise KeysGone(workspace_id) from None
    stamp = (state.st_ino, state.st_mtime_ns)
    known = _read.get(workspace_id)
    if known is None or known[0] != stamp:
        known = _read[workspace_id] = stamp, _unwrapped(workspace_id, _stored(workspace_id))
    return known[1]


def ensure_keys(workspace_id: UUID) -> Keys:
    """Return the keys of a workspace; its first ones are made here."""
    try:
        return keys_of(workspace_id)
    except KeysGone:
        with _alone():
            if not keys_file(workspace_id).exists():
                _write(workspace_id, {LOOK_UP: secrets.token_bytes(KEY_BYTES)} | _new_key())
        return keys_of(workspace_id)


def add_key(workspace_id: UUID) -> str:
    """Make a new key that seals from now on, in every process; return its name."""
    ensure_keys(workspace_id)
    with _alone():
        keys = keys_of(workspace_id)
        _write(workspace_id, {LOOK_UP: keys.look_up} | keys.by_name | _new_key())
    return keys_of(workspace_id).newest


def wrap_again(workspace_id: UUID) -> None:
    """Wrap the keys under the master key of today; afterwards former ones are no longer needed for them."""
    with _alone():
        keys = keys_of(workspace_id)
        _write(workspace_id, {LOOK_UP: keys.look_up} | keys.by_name)


def destroy_keys(workspace_id: UUID) -> None:
    """Make what was sealed for a workspace unreadable for ever, wherever it is."""
    with _alone():
        keys_file(workspace_id).unlink(missing_ok=True)
    _read.pop(workspace_id, None)


def keys_file(workspace_id: UUID) -> Path:
    """Return where the wrapped keys of a workspace lie, if it has any."""
    return Path(settings.KEYS_FOLDER) / f"{workspace_id}.json"


def _stored(workspace_id: UUID) -> dict[str, str]:
    return dict(json.loads(keys_file(workspace_id).read_text(encoding="ascii")))


def _service() -> KeyService:
    service: Any = import_string(settings.KEY_SERVICE)()
    return service  # type: ignore[no-any-return] # named by the owner


def _unwrapped(workspace_id: UUID, stored: Mapping[str, str]) -> Keys:
    service = _service()
    keys = {name: service.unwrap(text, context=_context(workspace_id, name)) for name, text in stored.items()}
    return Keys(look_up=keys.pop(LOOK_UP), by_name=keys)


def _write(workspace_id: UUID, keys: Mapping[str, bytes]) -> None:
    service = _service()
    wrapped = {name: service.wrap(key, context=_context(workspace_id, name)) for name, key in keys.items()}
    write_private(keys_file(workspace_id), json.dumps(wrapped, indent=2))


def _new_key() -> dict[str, bytes]:
    return {secrets.token_hex(NAME_BYTES): secrets.token_bytes(KEY_BYTES)}


def _context(workspace_id: UUID, name: str) -> str:
    return f"key {name} of workspace {workspace_id}"


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from changing keys meanwhile."""
    folder = Path(settings.KEYS_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
