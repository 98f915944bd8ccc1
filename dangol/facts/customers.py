"""Facts about people and what they agreed to."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PeopleImported(Fact):
    """A file of people was taken in."""

    import_id: UUID
    created: int
    updated: int


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Fact):
    """A person agreed to be contacted for one purpose on one channel."""

    person_id: UUID
    entry_id: UUID
    purpose: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """A person took that back."""

    person_id: UUID
    entry_id: UUID
    purpose: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ConsentAsked(Fact):
    """A person is to be asked by mail to confirm a consent, which is none before they do."""

    person_id: UUID
    question_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProcessingRestricted(Fact):
    """All processing of a person stopped: nothing is sent, listed or computed."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProcessingResumed(Fact):
    """The processing of a person goes on."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class PeopleChanged(Fact):
    """Somebody of the house added these people, or changed what is kept about them."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleTrashed(Fact):
    """These people went into the trash: out of every list, segment, count and send."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleRestored(Fact):
    """These people came back, out of the trash or to an earlier state."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleMerged(Fact):
    """Two people were made one; `person_ids` are both. What is derived from their rows is no longer true."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleUnmerged(Fact):
    """That was taken back."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CompaniesMerged(Fact):
    """Two companies were made one."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID


@dataclass(frozen=True, kw_only=True)
class CompaniesUnmerged(Fact):
    """That was taken back."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID
