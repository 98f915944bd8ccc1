"""Telling the rooms above which people are others than before."""

from collections.abc import Sequence
from uuid import UUID

from dangol import facts
from dangol.kit import bus

AT_ONCE = 2000
"""How many people one fact names."""

AboutPeople = type[facts.PeopleChanged] | type[facts.PeopleTrashed] | type[facts.PeopleRestored]


def announce(fact: AboutPeople, *, workspace_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Publish what happened to these people; nothing for nobody."""
    for start in range(0, len(person_ids), AT_ONCE):
        bus.publish(fact(workspace_id=workspace_id, person_ids=tuple(person_ids[start : start + AT_ONCE])))
