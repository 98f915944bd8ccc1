"""What the rooms above may do with members, keys and the record of what happened."""

from dangol.workspaces.operations.audit import (
    record_act,
    record_fact,
)
from dangol.workspaces.operations.members import (
    Invitation,
    UnableToInvite,
    UnableToMakeKey,
    UnableToRenewPassword,
    change_profile,
    change_workspace,
    found_workspace,
    invite,
    invite_newcomer,
    make_api_key,
    note_key_use,
    open_account,
    renew_password,
    revoke_api_key,
)

__all__ = [
    "Invitation",
    "UnableToInvite",
    "UnableToMakeKey",
    "UnableToRenewPassword",
    "change_profile",
    "change_workspace",
    "found_workspace",
    "invite",
    "invite_newcomer",
    "make_api_key",
    "note_key_use",
    "open_account",
    "record_act",
    "record_fact",
    "renew_password",
    "revoke_api_key",
]
