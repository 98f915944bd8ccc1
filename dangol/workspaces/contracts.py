"""What other rooms register here, so that rooms and pages below them can show it, ask for it and do it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.workspaces.enums import DataPurpose, DataSort, DataSubjects, LegalBasis, NoticeKind

if TYPE_CHECKING:
    from dangol.workspaces.models import Approval, Member


@dataclass(frozen=True)
class Alarm:
    """
    Something that stopped working and needs this member. Shown on the home page until it works again.

    `about` names what it is about, at most 60 letters each: by mail a member is told of each name once.
    """

    title: str
    text: str
    url: str
    about: Sequence[str] = ()


class Alarms(ABC):
    """
    One room's alarms. A room registers an instance in its `AppConfig.ready`.

    :cvar kind: under which members are told by mail, too; None for the home page alone
    """

    kind: ClassVar[NoticeKind | None] = None
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


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """
    What somebody wants to do, as it is put to the approvers.

    `row_id` names the row that it is about; of one row one question is open at a time. `content` is plain data that
    says what exactly would happen: when it reads differently later, an approval no longer counts. `amount` is how many
    people, or how much money, it is about.
    """

    subject: str
    row_id: UUID
    content: Mapping[str, Any]
    amount: int


class ApprovalSubject(ABC):
    """
    Something of a room that happens only after others agreed, where a rule says so.

    The room asks with `operations.clear` just before it acts. It registers an instance in its `AppConfig.ready`.
    """

    known: ClassVar[dict[str, "ApprovalSubject"]] = {}
    key: ClassVar[str]
    title: ClassVar[Promise]
    """What it is: "Send a campaign"."""

    @abstractmethod
    def may(self, member: "Member") -> bool:
        """Whether the member may do this at all. Asked again when it happens."""

    @abstractmethod
    def url(self, approval: "Approval") -> str:
        """Where the row is looked at."""

    @abstractmethod
    def lines(self, content: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
        """What exactly would happen, as labels and texts in the reader's language."""

    def is_for(self, member: "Member", content: Mapping[str, Any]) -> bool:
        """Whether this member is the one who gains by it, and therefore does not answer."""
        return False

    @abstractmethod
    def go_ahead(self, approval: "Approval", now: datetime) -> None:
        """Do what was approved, for the one who asked; do nothing if that one has to come back for it."""

    @staticmethod
    def register(subject: "ApprovalSubject") -> None:
        """Offer this subject to the rules."""
        ApprovalSubject.known[subject.key] = subject
