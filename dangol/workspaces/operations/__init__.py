"""What the rooms above may do with members, keys and the record of what happened."""

from dangol.workspaces.operations.audit import (
    record_act,
    record_fact,
    record_sight,
)
from dangol.workspaces.operations.database_life import begin_life
from dangol.workspaces.operations.keys import (
    exchange_key,
    seal_again,
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
from dangol.workspaces.operations.sealing import (
    seal_audit,
    turn_audit_months,
)
from dangol.workspaces.operations.sign_in import (
    UnableToChangeRules,
    change_sign_in_rules,
    end_session,
    end_sessions,
    end_sessions_of_member,
)

__all__ = [
    "Invitation",
    "UnableToChangeRules",
    "UnableToInvite",
    "UnableToMakeKey",
    "UnableToRenewPassword",
    "begin_life",
    "change_profile",
    "change_sign_in_rules",
    "change_workspace",
    "end_session",
    "end_sessions",
    "end_sessions_of_member",
    "exchange_key",
    "found_workspace",
    "invite",
    "invite_newcomer",
    "make_api_key",
    "note_key_use",
    "open_account",
    "record_act",
    "record_fact",
    "record_sight",
    "renew_password",
    "revoke_api_key",
    "seal_again",
    "seal_audit",
    "turn_audit_months",
]
