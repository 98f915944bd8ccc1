"""Secrets in the database: bound to their place, sealed again under new keys, unreadable after their keys."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from pytest_django import Settings

from dangol.integrations.bounce_mailbox.models import Mailbox
from dangol.kit import keyring
from dangol.kit.crypto import SealBroken
from dangol.kit.sealed_columns import SealedTextField, fingerprint, opened, sealed
from dangol.kit.tenant_models import TenantModel
from dangol.messaging.models import Sender
from dangol.messaging.operations import save_sender
from dangol.workspaces.operations import exchange_key, seal_again
from dangol.workspaces.queries import SealedValues, sealed_columns, sealed_values
from tests.people import Cast

VALUES = {"name": "단골상회", "email": "shop@example.com", "phone": "02-1234-5678", "postal_address": "서울"}


@pytest.fixture(autouse=True)
def _own_keys(tmp_path: Path, settings: Settings) -> None:
    settings.KEYS_FOLDER = str(tmp_path / "keys")


@pytest.fixture
def sender(inside: Cast) -> Sender:
    return save_sender(member=inside.admin, values=VALUES, password="s3cret", now=timezone.now())


def flipped(text: str, at: int) -> str:
    """The same sealed value with one bit of its bytes turned."""
    head, _colon, body = text.rpartition(":")
    raw = bytearray(base64.b64decode(body))
    raw[at] ^= 1
    return f"{head}:{base64.b64encode(raw).decode()}"


def test_nothing_in_clear_is_stored(sender: Sender) -> None:
    assert opened(sender, "password") == "s3cret"
    assert sender.password.startswith(f"v2:{keyring.keys_of(sender.workspace_id).newest}:")
    assert sender.password != sealed(sender, "password", "s3cret")


@pytest.mark.shows("11.3.3")
@pytest.mark.parametrize("at", [0, 12, -1], ids=["nonce", "text", "tag"])
def test_one_turned_bit_is_found(sender: Sender, at: int) -> None:
    sender.password = flipped(sender.password, at)
    with pytest.raises(SealBroken):
        opened(sender, "password")


def _other_row(sender: Sender) -> Sender:
    return Sender(workspace_id=sender.workspace_id, password=sender.password)


def _other_column(sender: Sender) -> Sender:
    sender.name = sender.password
    return sender


def _other_table(sender: Sender) -> TenantModel:
    return Mailbox(pk=sender.pk, workspace_id=sender.workspace_id, password=sender.password)


@pytest.mark.shows("11.3.3")
@pytest.mark.parametrize(
    ("moved", "column"), [(_other_row, "password"), (_other_column, "name"), (_other_table, "password")]
)
def test_a_value_opens_only_where_it_was_sealed(
    sender: Sender, moved: Callable[[Sender], TenantModel], column: str
) -> None:
    with pytest.raises(SealBroken):
        opened(moved(sender), column)


@pytest.mark.shows("11.3.3")
def test_a_value_does_not_open_in_another_workspace_not_even_under_the_same_key(sender: Sender, cast: Cast) -> None:
    keyring.ensure_keys(cast.other_workspace.pk)
    stranger = Sender(pk=sender.pk, workspace_id=cast.other_workspace.pk, password=sender.password)
    with pytest.raises(SealBroken):
        opened(stranger, "password")
    keyring._read[stranger.workspace_id] = (
        keyring._read[stranger.workspace_id][0], keyring.keys_of(sender.workspace_id),
    )  # fmt: skip
    with pytest.raises(SealBroken):
        opened(stranger, "password")


def test_a_new_key_seals_old_values_again(sender: Sender) -> None:
    workspace_id, before = sender.workspace_id, sender.password
    key = exchange_key(workspace_id=workspace_id)
    assert sealed_values(workspace_id) == SealedValues(key=key, newest=0, older=1, lost=0)
    assert opened(sender, "password") == "s3cret"
    seal_again(workspace_id=workspace_id, key=key)
    sender.refresh_from_db()
    assert sender.password.startswith(f"v2:{key}:")
    assert opened(sender, "password") == "s3cret"
    assert sealed_values(workspace_id) == SealedValues(key=key, newest=1, older=0, lost=0)
    sender.password = before
    assert opened(sender, "password") == "s3cret"  # as a backup of yesterday brings it back


def test_a_broken_value_does_not_hold_up_the_others(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    broken = flipped(sender.password, -1)
    Sender.objects.filter(pk=sender.pk).update(password=broken)
    seal_again(workspace_id=sender.workspace_id, key=exchange_key(workspace_id=sender.workspace_id))
    sender.refresh_from_db()
    assert sender.password == broken
    assert caplog.messages == [f"The sealed password of messaging_sender {sender.pk} does not open."]
    newest = keyring.keys_of(sender.workspace_id).newest
    assert sealed_values(sender.workspace_id) == SealedValues(key=newest, newest=0, older=1, lost=0)


def test_what_was_sealed_is_lost_with_the_keys_in_every_copy(sender: Sender) -> None:
    copy = sender.password
    keyring.destroy_keys(sender.workspace_id)
    sender.password = copy
    with pytest.raises(keyring.KeysGone):
        opened(sender, "password")
    assert sealed_values(sender.workspace_id) == SealedValues(key="", newest=0, older=0, lost=1)
    other = keyring.ensure_keys(sender.workspace_id).newest
    with pytest.raises(SealBroken):
        opened(sender, "password")
    assert sealed_values(sender.workspace_id) == SealedValues(key=other, newest=0, older=0, lost=1)


def test_a_fingerprint_tells_nothing_across_kinds_and_workspaces(cast: Cast) -> None:
    here, there = cast.workspace.pk, cast.other_workspace.pk
    told = {fingerprint(here, "card", "1"), fingerprint(here, "account", "1"), fingerprint(there, "card", "1")}
    assert len(told) == 3
    assert fingerprint(here, "card", "1") in told
    keyring.add_key(here)
    assert fingerprint(here, "card", "1") in told


def test_every_column_of_a_secret_is_sealed() -> None:
    columns = {f"{model._meta.db_table}.{column}" for model, column in sealed_columns()}
    assert columns >= {
        "messaging_sender.password",
        "bounce_mailbox_mailbox.password",
        "data_sources_source.secrets",
        "devices_broker.password",
        "webhooks_webhook.secret",
    }
    named = {
        f"{model._meta.db_table}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if issubclass(model, TenantModel) and isinstance(field, models.TextField)
        if any(word in field.name for word in ("password", "secret", "token"))
    }
    assert named <= columns


def test_a_sealed_column_belongs_to_a_workspace() -> None:
    for model in apps.get_models():
        if any(isinstance(field, SealedTextField) for field in model._meta.local_fields):
            assert issubclass(model, TenantModel), model
