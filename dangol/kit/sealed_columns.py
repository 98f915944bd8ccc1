"""
Columns that stand sealed in the database: AES-256-GCM under the workspace's own key (`kit.keyring`).

A sealed value is `v2:<name of the key>:<Base64>`. Workspace, table, column and row are authenticated with it: a value
that was changed, or copied into another row, column or workspace, does not open. An empty text stays empty.
"""

import hmac
from typing import Any
from uuid import UUID

from django.db import models

from dangol.kit.crypto import SealBroken, decrypted, encrypted
from dangol.kit.keyring import ensure_keys, keys_of
from dangol.kit.tenant_models import TenantModel

VERSION = "v2"


class SealedTextField(models.TextField):  # type: ignore[type-arg] # Django's class takes none at run time
    """Text of a `TenantModel` that is written by `sealed` and read by `opened`. In the database it is plain text."""

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


def sealed(row: TenantModel, column: str, text: str) -> str:
    """Return the text as it is to stand in this column of this row."""
    if not text:
        return ""
    keys = ensure_keys(row.workspace_id)
    return f"{mark_of(keys.newest)}{encrypted(text.encode(), keys.by_name[keys.newest], context=_cell(row, column))}"


def opened(row: TenantModel, column: str) -> str:
    """
    Return the text that stands sealed in this column of this row.

    :raises SealBroken: if it was not sealed for this place, or its key is gone
    """
    value: str = getattr(row, column)
    if not value:
        return ""
    version, _colon, rest = value.partition(":")
    name, _colon, text = rest.partition(":")
    key = keys_of(row.workspace_id).by_name.get(name)
    if version != VERSION or key is None:
        raise SealBroken
    return decrypted(text, key, context=_cell(row, column)).decode()


def mark_of(key: str) -> str:
    """Return how every value begins that was sealed under the key of this name."""
    return f"{VERSION}:{key}:"


def fingerprint(workspace_id: UUID, kind: str, text: str) -> str:
    """
    Return by what a sealed text can be found again though it cannot be read: 64 hexadecimal digits.

    :param kind: what sort of text it is; the same text of another kind or workspace has another fingerprint
    """
    return hmac.digest(ensure_keys(workspace_id).look_up, f"{kind}/{text}".encode(), "sha256").hex()


def _cell(row: TenantModel, column: str) -> str:
    return f"{row.workspace_id}/{row._meta.db_table}/{column}/{row.pk}"
