"""Boring makers of rows. Each needs the workspace to be entered."""

from datetime import UTC, datetime
from typing import Any

from dangol.customers.models import Identity, Person
from dangol.workspaces.models import Member

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""Noon in Seoul, on the day the tests think it is."""


def make_person(
    member: Member, *, name: str = "김하늘", email: str = "", owner: Member | None = None, **fields: Any
) -> Person:
    """Make a person with an e-mail identity in the member's workspace."""
    address = email or f"person{Person.objects.count() + 1}@example.com"
    values: dict[str, Any] = {
        "first_seen_at": NOW,
        "origin": "test",
        "time_zone": "Asia/Seoul",
        "language": "ko",
    } | fields
    person = Person.objects.create(workspace_id=member.workspace_id, name=name, email=address, owner=owner, **values)
    Identity.objects.create(workspace_id=member.workspace_id, person=person, kind="email", value=address, origin="test")
    return person
