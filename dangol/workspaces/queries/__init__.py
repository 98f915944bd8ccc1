"""What the rooms above may read about members, keys and the record of what happened."""

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
    "all_workspaces",
    "api_keys_of",
    "colleagues",
    "has_second_factor",
    "key_digest",
    "key_of_secret",
    "member_of_key",
    "memberships_of",
    "places_of",
    "sessions_of",
    "sign_in_rules_of",
]
