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

__all__ = [
    "all_workspaces",
    "api_keys_of",
    "colleagues",
    "key_digest",
    "key_of_secret",
    "member_of_key",
    "memberships_of",
    "places_of",
]
