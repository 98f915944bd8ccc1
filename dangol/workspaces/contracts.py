"""What other rooms register here, so that pages below them can show it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis

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


@dataclass(frozen=True)
class Kept:
    """How long rows stay where something other than a period ends them, in words."""

    words: str | Promise


@dataclass(frozen=True, kw_only=True)
class Period:
    """
    Rows go so many days after `since`, once the workspace has switched that on.

    :param since: the moment from which the days count; may follow links
    :param days: what is proposed; a workspace chooses between `least` and `most`
    :param reason: the law or the need behind these numbers
    :param only: lookups that narrow down which rows go
    :param end: what ends them where deleting the rows alone would leave something
    """

    since: str
    days: int
    least: int
    most: int
    reason: str | Promise
    only: Mapping[str, Any] = field(default_factory=dict)
    end: Callable[..., object] | None = None


WHILE_CUSTOMER = Kept(_("Until the person is erased"))
WITH_ROW = Kept(_("As long as the row it belongs to"))
WHILE_MEMBER = Kept(_("As long as the account"))


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """
    Personal data in some fields of one table: why it is kept, on what ground, and for how long.

    Each room declares its tables in `personal_data.py`; the inventory, the records of processing and the retention
    jobs are made of nothing else. A test fails on a field that nobody declared.
    """

    model: type[Model]
    fields: Sequence[str]
    title: str | Promise
    sort: DataSort
    purpose: DataPurpose
    basis: LegalBasis
    kept: Kept | Period = WHILE_CUSTOMER
    whose: DataSubjects = DataSubjects.CUSTOMERS

    held: ClassVar[list["PersonalData"]] = []
    without: ClassVar[dict[type[Model], Sequence[str]]] = {}

    def register(self) -> None:
        """Let the inventory know."""
        self.held.append(self)

    @property
    def table(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table


def tell_nothing_personal(model: type[Model], *fields: str) -> None:
    """Let the inventory know that these fields, which could hold anything, hold nothing about anybody."""
    PersonalData.without[model] = fields
