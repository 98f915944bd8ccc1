"""Keys of workspaces: wrapped, exchanged, destroyed, and seen by every process at once."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from dangol.kit import keyring
from dangol.kit.crypto import SealBroken

OLD, NEW = "old-master-key-old-master-key-old-master", "new-master-key-new-master-key-new-master"
SHOP = UUID("0190b6a0-0000-7000-8000-000000000001")


class OutsideService:
    """A key management service as an owner may name one: here it only turns the key around."""

    def wrap(self, key: bytes, *, context: str) -> str:
        return f"{context}|{key[::-1].hex()}"

    def unwrap(self, wrapped: str, *, context: str) -> bytes:
        told, _sign, turned = wrapped.partition("|")
        if told != context:
            raise SealBroken
        return bytes.fromhex(turned)[::-1]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.KEYS_FOLDER = str(tmp_path / "keys")
    settings.MASTER_KEY = OLD
    return tmp_path / "keys"


def test_the_file_is_private_and_holds_no_key_in_clear(folder: Path) -> None:
    keys = keyring.ensure_keys(SHOP)
    path = folder / f"{SHOP}.json"
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert set(json.loads(path.read_text())) == {"look-up", keys.newest}
    assert keyring.ensure_keys(SHOP) == keys


def test_a_new_key_seals_and_the_former_one_stays() -> None:
    first = keyring.ensure_keys(SHOP)
    name = keyring.add_key(SHOP)
    keys = keyring.keys_of(SHOP)
    assert list(keys.by_name) == [first.newest, name]
    assert keys.newest == name
    assert keys.by_name[first.newest] == first.by_name[first.newest]
    assert keys.look_up == first.look_up


def test_a_key_of_another_process_is_noticed(folder: Path) -> None:
    keyring.ensure_keys(SHOP)
    other = uuid4()
    keyring.ensure_keys(other)
    path = folder / f"{SHOP}.json"
    moved = folder / f"{other}.json"
    moved.replace(path)
    with pytest.raises(SealBroken):  # the keys of another workspace do not open under this one's name
        keyring.keys_of(SHOP)


def test_the_master_key_is_exchanged_step_by_step(settings: Settings) -> None:
    keys = keyring.ensure_keys(SHOP)
    settings.MASTER_KEY, settings.FORMER_MASTER_KEYS = NEW, [OLD]
    assert keyring.add_key(SHOP) != keys.newest
    keyring.wrap_again(SHOP)
    settings.FORMER_MASTER_KEYS = []
    keyring._read.clear()
    assert keyring.keys_of(SHOP).by_name.items() > keys.by_name.items()
    settings.MASTER_KEY = OLD
    keyring._read.clear()
    with pytest.raises(SealBroken):
        keyring.keys_of(SHOP)


def test_destroyed_keys_do_not_come_back() -> None:
    keyring.ensure_keys(SHOP)
    keyring.destroy_keys(SHOP)
    with pytest.raises(keyring.KeysGone):
        keyring.keys_of(SHOP)


def test_another_key_service_can_take_the_place_of_ours(folder: Path, settings: Settings) -> None:
    settings.KEY_SERVICE = f"{__name__}.OutsideService"
    keys = keyring.ensure_keys(SHOP)
    keyring._read.clear()
    assert keyring.keys_of(SHOP) == keys
    told = json.loads((folder / f"{SHOP}.json").read_text())
    assert told[keys.newest].startswith(f"key {keys.newest} of workspace {SHOP}|")
