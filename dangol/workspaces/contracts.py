"""What other rooms register here, so that pages below them can show it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from dangol.workspaces.models import Member


@dataclass(frozen=True)
class Alarm:
    """Something that stopped working and needs this member. Shown on the home page until it works again."""

    title: str
    text: str
    url: str


class Alarms(ABC):
    """One room's alarms. A room registers an instance in its `AppConfig.ready`."""

    known: ClassVar[dict[type["Alarms"], "Alarms"]] = {}

    @abstractmethod
    def of(self, member: "Member") -> Sequence[Alarm]:
        """What this member should see to, in at most one query."""

    @staticmethod
    def register(alarms: "Alarms") -> None:
        """Ask for these alarms too whenever a home page is shown."""
        Alarms.known[type(alarms)] = alarms

    @staticmethod
    def all_of(member: "Member") -> list[Alarm]:
        """Everything that any room wants this member to see to."""
        return [alarm for alarms in Alarms.known.values() for alarm in alarms.of(member)]
