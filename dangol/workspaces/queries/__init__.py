"""What the rooms above may read about members, keys and the record of what happened."""

from dangol.workspaces.queries.audit import (
    NOTHING_BEFORE,
    Finding,
    Tampering,
    digest_of,
    head_of,
    seal_hash,
    tamperings,
)
from dangol.workspaces.queries.keys import (
    SealedValues,
    sealed_columns,
    sealed_values,
    values_in,
)
from dangol.workspaces.queries.members import (
    all_workspaces,
    api_keys_of,
    colleagues,
    key_digest,
    key_of_secret,
    member_of_key,
    memberships_of,
    places_of,
)
from dangol.workspaces.queries.sign_in import (
    has_second_factor,
    sessions_of,
    sign_in_rules_of,
)

__all__ = [
    "NOTHING_BEFORE",
    "Finding",
    "SealedValues",
    "Tampering",
    "all_workspaces",
    "api_keys_of",
    "colleagues",
    "digest_of",
    "has_second_factor",
    "head_of",
    "key_digest",
    "key_of_secret",
    "member_of_key",
    "memberships_of",
    "places_of",
    "seal_hash",
    "sealed_columns",
    "sealed_values",
    "sessions_of",
    "sign_in_rules_of",
    "tamperings",
    "values_in",
]
