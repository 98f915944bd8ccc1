"""`python -m dangol keys`: the keys under which the secrets of the workspaces are sealed."""

import argparse
import sys
from uuid import UUID

from dangol.kit import keyring, tenancy
from dangol.kit.crypto import SealBroken
from dangol.kit.errors import OperationError
from dangol.workspaces.operations import exchange_key
from dangol.workspaces.queries import all_workspaces, sealed_values


class KeysDoNotOpen(OperationError):
    """The keys of a workspace were wrapped under another master key than ours."""


def tend_keys(options: argparse.Namespace) -> None:
    """
    Do one thing for every workspace, or for the one whose slug was given, and say what its secrets are sealed under.

    :raises KeysDoNotOpen: if the master key is not the one that wrapped them
    """
    for workspace in all_workspaces():
        if options.workspace in ("", workspace.slug):
            try:
                sys.stdout.write(f"{workspace.slug}: {_tend(workspace.pk, options.act)}\n")
            except SealBroken as problem:
                raise KeysDoNotOpen(
                    f"The keys of {workspace.slug} do not open: is the master key that wrapped them set as "
                    "DANGOL_MASTER_KEY or among DANGOL_FORMER_MASTER_KEYS?\n"
                    f"{workspace.slug} 작업 공간의 키를 열 수 없습니다. 키를 감싼 마스터 키가 DANGOL_MASTER_KEY 또는 "
                    "DANGOL_FORMER_MASTER_KEYS에 있는지 확인해 주십시오."
                ) from problem


def _tend(workspace_id: UUID, act: str) -> str:
    with tenancy.workspace(workspace_id):
        if act == "rotate":
            exchange_key(workspace_id=workspace_id)
        values = sealed_values(workspace_id)
    if act == "wrap" and values.key:
        keyring.wrap_again(workspace_id)
    return (
        f"{f'key {values.key} seals' if values.key else 'no key'}, {values.newest} values are under it, "
        f"{values.older} under older keys, {values.lost} under keys that are gone"
    )
